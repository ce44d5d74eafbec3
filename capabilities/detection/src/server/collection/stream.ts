/**
 * Syslog over TCP and TLS (RFC 6587, RFC 5425): a connection waits while the log is full, so nothing is lost by haste.
 * @module
 */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { StreamFramer } from '@hedun/detection';
import { lineKey } from '../worker/shapes.ts';
import { freshCounts, Keys, type OpenCollector, pause } from './collector.ts';

const connectionLimit = 4096;
/** A connection that says nothing for so long is closed; senders open a new one. */
const idleMs = 30 * 60_000;

export const openStream: OpenCollector = async ({ source, sink, now }) => {
  const counts = freshCounts();
  const keys = new Keys();
  const connections = new Set<Socket>();
  const receive = (socket: Socket) => {
    if (connections.size >= connectionLimit) {
      socket.destroy();
      return;
    }
    connections.add(socket);
    const framer = new StreamFramer();
    const key = keys.of(
      lineKey({ sourceId: source.id, importId: null, peer: socket.remoteAddress ?? '', kind: 'line' }),
    );
    const take = (message: Uint8Array) => {
      counts.received += 1;
      sink.add(key, counts.lastAt, message);
    };
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('data', (chunk) => {
      counts.lastAt = now();
      counts.bytes += chunk.length;
      framer.push(chunk, take);
      if (!sink.full) return;
      socket.pause();
      void (async () => {
        while (sink.full && !socket.destroyed) await pause(10);
        socket.resume();
      })();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      framer.end(take);
      connections.delete(socket);
    });
  };
  const server: Server =
    source.kind === 'syslog-tls'
      ? createTlsServer({ key: source.secret ?? '', cert: source.secret ?? '', minVersion: 'TLSv1.2' }, receive)
      : createServer({ pauseOnConnect: false }, receive);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: source.settings.port, host: source.settings.address }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', () => undefined);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    counts,
    problem: null,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
};
