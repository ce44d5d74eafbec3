/**
 * Bytes on their way to and from storage: received to disk under a limit and hashed, checked against their digest when read.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '@hedun/sdk';

export const digest = /^[0-9a-f]{64}$/;
export function checkDigest(sha256: string): string {
  if (!digest.test(sha256)) throw new TypeError(`sha256: expected 64 hexadecimal digits, got ${sha256}`);
  return sha256;
}

/** Writes a stream to a side file on disk and hashes it on the way; removed when it fails or grows beyond the limit. */
export async function receive(
  folder: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly file: string; readonly sha256: string; readonly size: number }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, randomUUID());
  const handle = await open(file, 'wx', 0o600);
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
      size += chunk.length;
      if (size > limit) throw new Failure('file.too_large', { values: { limit } });
      hash.update(chunk);
      await handle.write(chunk);
    }
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(file, { force: true });
    throw error;
  }
  await handle.close();
  return { file, sha256: hash.digest('hex'), size };
}

/** Passes chunks on and fails at the end when they were not the promised ones. */
export async function* verified(chunks: AsyncIterable<Uint8Array>, sha256: string): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  const got = hash.digest('hex');
  if (got !== sha256) throw new Failure('file.digest_mismatch', { expected: sha256, got });
}
