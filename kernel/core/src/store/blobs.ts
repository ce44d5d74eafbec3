/**
 * Bytes addressed by their SHA-256: written to a side file, synced, renamed; checked again when read.
 * @module
 */
import { createReadStream } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '@hedun/sdk';
import type { Blobs, Config } from '../contract.ts';
import { checkDigest, digest, receive, verified } from './bytes.ts';
import { s3Blobs } from './s3.ts';

export function openBlobs(config: Pick<Config, 'dataFolder' | 's3'>): Blobs {
  return config.s3
    ? s3Blobs(config.s3, path.join(config.dataFolder, 'uploads'))
    : folderBlobs(path.join(config.dataFolder, 'blobs'));
}

export function folderBlobs(folder: string): Blobs {
  const placeOf = (sha256: string) => path.join(folder, checkDigest(sha256).slice(0, 2), sha256);
  return {
    put: async (bytes, limit = Number.POSITIVE_INFINITY) => {
      const received = await receive(path.join(folder, 'incoming'), bytes, limit);
      const target = placeOf(received.sha256);
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      await rename(received.file, target);
      await syncFolder(path.dirname(target));
      return { sha256: received.sha256, size: received.size };
    },
    stream: (sha256) => verified(readWhole(placeOf(sha256), sha256), sha256),
    has: (sha256) =>
      access(placeOf(sha256)).then(
        () => true,
        () => false,
      ),
    delete: (sha256) => rm(placeOf(sha256), { force: true }),
    async *list() {
      for (const shard of (await readdir(folder).catch(() => [] as string[])).sort())
        if (/^[0-9a-f]{2}$/.test(shard))
          for (const name of (await readdir(path.join(folder, shard))).sort()) if (digest.test(name)) yield name;
    },
  };
}

async function* readWhole(file: string, sha256: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new Failure('record.not_found', { values: { what: `blob ${sha256}` }, cause });
  }
}

/** A rename outlasts a power cut only when its folder is synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
