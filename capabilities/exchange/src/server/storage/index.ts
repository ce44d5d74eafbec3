/**
 * Which store this instance uses: the data folder, or the IPFS node its administrator named; and which backup.
 * @module
 */
import path from 'node:path';
import { ContentError } from '@hedun/exchange/content';
import { Failure } from '@hedun/sdk';
import type { Here } from '../here.ts';
import { type BackupStore, databaseBackup, mongoBackup } from './backup.ts';
import { folderStore } from './folder.ts';
import { ipfsStore } from './ipfs.ts';
import type { BulkStore } from './port.ts';

/** IPFS answers a block of 1 MiB in far less; a node that is asked for a block it must look for in the world takes long. */
const ipfsTimeoutMs = 60_000;

export function storeOf(context: Here, kind: string, endpoint: string): BulkStore {
  if (kind === 'folder') return folderStore(path.join(context.folder(), 'bulk'));
  if (endpoint === '')
    throw new Failure('exchange.storage', { where: 'ipfs', expected: 'the address of an IPFS node', got: 'none' });
  return ipfsStore(endpoint, (url, options) =>
    context.fetch(url, { method: 'POST', timeoutMs: ipfsTimeoutMs, maxBytes: 4 * 1_048_576, ...options }),
  );
}
export async function currentStore(context: Here): Promise<BulkStore> {
  const endpoint = String((await context.setting('ipfsUrl')) ?? '');
  return storeOf(context, endpoint === '' ? 'folder' : 'ipfs', endpoint);
}
export async function storeNamed(context: Here, kind: string): Promise<BulkStore> {
  return storeOf(context, kind, String((await context.setting('ipfsUrl')) ?? ''));
}

/** Runs work with the backup the administrator chose; nothing where none was. */
export async function withBackup<T>(context: Here, work: (backup: BackupStore) => Promise<T>): Promise<T | undefined> {
  const kind = await context.setting('backup');
  if (kind === 'database') return await work(databaseBackup(context.db));
  const url = String((await context.setting('mongodbUrl')) ?? '');
  if (kind !== 'mongodb' || url === '') return undefined;
  const { MongoClient } = await import('mongodb');
  const client = await MongoClient.connect(url, { serverSelectionTimeoutMS: 5_000 });
  try {
    return await work(mongoBackup(client));
  } finally {
    await client.close();
  }
}

/** Failures of storage as the platform tells them. */
export async function* told(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* blocks;
  } catch (cause) {
    if (cause instanceof ContentError)
      throw new Failure('exchange.storage', {
        where: cause.cid,
        expected: 'the bytes of this address',
        got: cause.message,
        cause,
      });
    throw cause;
  }
}
