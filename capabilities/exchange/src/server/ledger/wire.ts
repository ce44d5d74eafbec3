/**
 * Messages between ledger processes: length, request number, kind, payload, over one TCP connection on loopback. A connection begins with a
 * challenge that the caller signs, so that everything on it is said by somebody.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Reader, Writer } from '@hedun/exchange/ledger';
import { nodeCrypto, signP256 } from './crypto.ts';
import type { Signer } from './port.ts';

/** Larger than a full block with its private values. */
const largestFrame = 64 * 1024 * 1024;
const headerSize = 9;
const answered = 0;
const failed = 255;
const challengeSize = 32;

export interface Caller {
  readonly msp: string;
  readonly certificate: string;
}
export type Serve = (kind: number, payload: Uint8Array, caller: Caller) => Promise<Uint8Array>;

function frameOf(id: number, kind: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerSize + payload.length);
  frame.writeUInt32BE(payload.length + 5, 0);
  frame.writeUInt32BE(id, 4);
  frame[8] = kind;
  frame.set(payload, headerSize);
  return frame;
}
/** What is written in one turn of the event loop goes out in one call to the system: with many small answers that is most of their cost. */
function send(socket: Socket, frame: Buffer): void {
  if (socket.writableCorked === 0) {
    socket.cork();
    setImmediate(() => socket.uncork());
  }
  socket.write(frame);
}
/** Cuts a stream into frames; a frame too large ends the connection. */
function onFrames(socket: Socket, take: (id: number, kind: number, payload: Uint8Array) => void): void {
  let parts: Buffer[] = [];
  let held = 0;
  let needed = 4;
  socket.on('data', (chunk: Buffer) => {
    parts.push(chunk);
    held += chunk.length;
    if (held < needed) return;
    let buffer = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    while (buffer.length >= 4) {
      const length = buffer.readUInt32BE(0);
      if (length < 5 || length > largestFrame) {
        socket.destroy(new RangeError(`wire: expected a frame of 5 to ${largestFrame} bytes, got ${length}`));
        return;
      }
      needed = length + 4;
      if (buffer.length < needed) break;
      take(buffer.readUInt32BE(4), buffer[8]!, buffer.subarray(headerSize, needed));
      buffer = buffer.subarray(needed);
      needed = 4;
    }
    parts = buffer.length > 0 ? [buffer] : [];
    held = buffer.length;
  });
}

/** Listens on loopback and serves each connection once its caller has signed the challenge. */
export async function listen(port: number, serve: Serve): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const challenge = new Uint8Array(randomBytes(challengeSize));
    let caller: Caller | null = null;
    socket.write(frameOf(0, answered, challenge));
    onFrames(socket, (id, kind, payload) => {
      if (!caller) {
        caller = hello(payload, challenge);
        if (caller) socket.write(frameOf(id, answered, new Uint8Array(0)));
        else
          socket.end(
            frameOf(id, failed, Buffer.from('wire: expected the challenge signed, got no signature that holds')),
          );
        return;
      }
      serve(kind, payload, caller).then(
        (answer) => send(socket, frameOf(id, answered, answer)),
        (error: unknown) =>
          socket.write(frameOf(id, failed, Buffer.from(error instanceof Error ? error.message : String(error)))),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, port: (server.address() as { port: number }).port };
}
function hello(payload: Uint8Array, challenge: Uint8Array): Caller | null {
  try {
    const reader = new Reader(payload);
    const [msp, certificate, signature] = [reader.text(), reader.text(), reader.bytes()];
    reader.end();
    const message = new Writer().text('hedun.hello.1').text(msp).bytes(challenge).done();
    return nodeCrypto.verifyByCertificate(certificate, message, signature) ? { msp, certificate } : null;
  } catch {
    return null;
  }
}

export class Connection {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { done: (payload: Uint8Array) => void; fail: (error: Error) => void }>();
  #next = 1;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }
  static async open(port: number, signer: Signer): Promise<Connection> {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const connection = new Connection(socket);
    const challenge = new Promise<Uint8Array>((done, fail) => connection.#waiting.set(0, { done, fail }));
    onFrames(socket, (id, kind, payload) => {
      const waiting = connection.#waiting.get(id);
      connection.#waiting.delete(id);
      if (kind === failed) waiting?.fail(new Error(Buffer.from(payload).toString()));
      else waiting?.done(payload);
    });
    const broken = (error?: Error) => {
      for (const { fail } of connection.#waiting.values())
        fail(error ?? new Error('wire: expected an answer, got the end'));
      connection.#waiting.clear();
    };
    socket.on('error', broken);
    socket.on('close', () => broken());
    const message = new Writer()
      .text('hedun.hello.1')
      .text(signer.msp)
      .bytes(await challenge)
      .done();
    const signature = signP256(signer.privateKey, message);
    await connection.ask(0, new Writer().text(signer.msp).text(signer.certificate).bytes(signature).done());
    return connection;
  }
  ask(kind: number, payload: Uint8Array): Promise<Uint8Array> {
    const id = this.#next;
    this.#next = (this.#next + 1) >>> 0 || 1;
    return new Promise((done, fail) => {
      if (this.#socket.destroyed) {
        fail(new Error('wire: expected an open connection, got a closed one'));
        return;
      }
      this.#waiting.set(id, { done, fail });
      send(this.#socket, frameOf(id, kind, payload));
    });
  }
  close(): void {
    this.#socket.destroy();
  }
}
