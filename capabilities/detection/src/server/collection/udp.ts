/**
 * Syslog and flows over UDP: several sockets on one port, so that the kernel spreads senders over their buffers; what the kernel dropped is
 * read from it and counted.
 * @module
 */
import { createSocket, type Socket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { lineKey } from '../worker/shapes.ts';
import { freshCounts, Keys, type OpenCollector } from './collector.ts';

/** Each has a buffer of its own; one sender's datagrams all come to one of them. */
const sockets = 16;
/** Asked for; the kernel gives at most net.core.rmem_max. */
const bufferBytes = 32 << 20;
const lookMs = 1000;

export const openUdp: OpenCollector = async ({ source, sink, now }) => {
  const counts = freshCounts();
  const keys = new Keys();
  const kind = source.kind === 'netflow' ? 'flow' : 'line';
  const type = source.settings.address.includes(':') ? 'udp6' : 'udp4';
  const open: Socket[] = [];
  let port = source.settings.port;
  let lastPeer = '';
  let lastKey = keys.of('');
  const receive = (message: Buffer, { address }: { readonly address: string }) => {
    const time = now();
    counts.received += 1;
    counts.bytes += message.length;
    counts.lastAt = time;
    if (sink.full) {
      counts.dropped += 1;
      return;
    }
    if (address !== lastPeer) {
      lastPeer = address;
      lastKey = keys.of(lineKey({ sourceId: source.id, importId: null, peer: address, kind }));
    }
    sink.add(lastKey, time, message);
  };
  const close = async () => {
    await Promise.all(open.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  };
  try {
    for (let index = 0; index < sockets; index += 1) {
      const socket = createSocket({ type, reusePort: true, recvBufferSize: bufferBytes });
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind({ port, address: source.settings.address }, () => {
          socket.off('error', reject);
          resolve();
        });
      });
      open.push(socket);
      socket.on('error', () => undefined);
      socket.on('message', receive);
      ({ port } = socket.address());
    }
  } catch (error) {
    await close();
    throw error;
  }
  const before = await kernelDrops(port);
  const timer = setInterval(() => {
    void kernelDrops(port).then((drops) => {
      kernel = drops - before;
    });
  }, lookMs);
  timer.unref();
  let kernel = 0;
  return {
    port,
    get counts() {
      return { ...counts, dropped: counts.dropped + kernel };
    },
    problem: null,
    stop: async () => {
      clearInterval(timer);
      await close();
    },
  };
};

/** Datagrams the kernel dropped on a port because no buffer was free; 0 where the system does not tell. */
export async function kernelDrops(port: number): Promise<number> {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let drops = 0;
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    const table = await readFile(file, 'utf8').catch(() => '');
    for (const line of table.split('\n').slice(1)) {
      const cells = line.trim().split(/\s+/);
      if (cells[1]?.endsWith(ending)) drops += Number(cells.at(-1)) || 0;
    }
  }
  return drops;
}
