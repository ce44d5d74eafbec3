/**
 * Which store this instance uses: the data folder, the IPFS node or the S3-compatible service its administrator named; and which backup.
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
import { s3Store } from './s3.ts';

/** A node or a service answers a block of 1 MiB in far less; an IPFS node that must look for a block in the world takes long. */
const answers = { timeoutMs: 60_000, maxBytes: 4 * 1_048_576 };

async function storeOf(context: Here, kind: string): Promise<BulkStore> {
  const needed = async (name: 'ipfsUrl' | 's3Endpoint' | 's3Bucket' | 's3Region' | 's3AccessKey' | 's3SecretKey') => {
    const value = String((await context.setting(name)) ?? '');
    if (value === '')
      throw new Failure('exchange.storage', { where: kind, expected: `the setting exchange.${name}`, got: 'none' });
    return value;
  };
  if (kind === 'ipfs')
    return ipfsStore(await needed('ipfsUrl'), (url, options) =>
      context.fetch(url, { method: 'POST', ...answers, ...options }),
    );
  if (kind === 's3') {
    const place = {
      endpoint: await needed('s3Endpoint'),
      bucket: await needed('s3Bucket'),
      region: await needed('s3Region'),
      accessKey: await needed('s3AccessKey'),
      secretKey: await needed('s3SecretKey'),
    };
    return s3Store(place, (url, options) => context.fetch(url, { ...answers, ...options }));
  }
  return folderStore(path.join(context.folder(), 'bulk'));
}
/** Where new ciphertexts go. */
export async function currentStore(context: Here): Promise<BulkStore> {
  return await storeOf(context, String(await context.setting('storage')));
}
/** Where one lies that was published earlier, whatever the setting says now. */
export async function storeNamed(context: Here, kind: string): Promise<BulkStore> {
  return await storeOf(context, kind);
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
