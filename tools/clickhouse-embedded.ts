/**
 * An embedded ClickHouse (chdb from tools/peers) in a process of its own: its native threads do not survive the orderly end of a process that
 * also runs tests, so this one is ended by force.
 * @module
 */
import { fork } from 'node:child_process';
import { importPeer } from './peers.ts';

interface Session {
  query(sql: string, format?: string): string;
}
export interface EmbeddedClickHouse {
  query(sql: string, format?: string): Promise<string>;
  stop(): void;
}

export function startEmbeddedClickHouse(): EmbeddedClickHouse {
  const child = fork(import.meta.filename, { serialization: 'advanced', execArgv: [] });
  const waiting = new Map<number, { resolve(text: string): void; reject(error: Error): void }>();
  let serial = 0;
  child.on('message', ({ id, text, error }: { id: number; text?: string; error?: string }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(text ?? '');
    else call?.reject(new Error(error));
  });
  return {
    query: (sql, format = 'JSONEachRow') =>
      new Promise((resolve, reject) => {
        serial += 1;
        waiting.set(serial, { resolve, reject });
        child.send({ id: serial, sql, format });
      }),
    stop: () => void child.kill('SIGKILL'),
  };
}

if (process.send && process.argv[1] === import.meta.filename) {
  const chdb = await importPeer<{ Session: new () => Session }>('chdb');
  if (!chdb) throw new Error('chdb: expected it among tools/peers, got none');
  const session = new chdb.Session();
  process.on('message', ({ id, sql, format }: { id: number; sql: string; format: string }) => {
    try {
      process.send?.({ id, text: session.query(sql, format) });
    } catch (error) {
      process.send?.({ id, error: String(error) });
    }
  });
}
