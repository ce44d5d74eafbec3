/**
 * Bytes addressed by their SHA-256: written to a side file, synced, renamed; checked again when read.
 * @module
 */
import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
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
      return { sha256: received.sha256, size: received.size };
    },
    stream: (sha256) => verified(createReadStream(placeOf(sha256)), sha256),
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
