/**
 * Small secrets at rest: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, keys by purpose through HKDF-SHA-256 (RFC 5869).
 * The instance key is HEDUN_KEY or a file only its owner can read. `node:crypto` does the work in constant time where OpenSSL does.
 * @module
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '@hedun/sdk';
import type { Config, Secrets } from '../contract.ts';

const version = 1;
const nonceLength = 12;
const tagLength = 16;

export function createSecrets(config: Pick<Config, 'dataFolder'> & { readonly key?: string | null }): Secrets {
  const root = config.key ? Buffer.from(config.key, 'hex') : instanceKey(path.join(config.dataFolder, 'keys'));
  const derive = (purpose: string, length: number) =>
    new Uint8Array(hkdfSync('sha256', root, 'hedun/instance/v1', purpose, length));
  return {
    derive,
    seal: (plain, purpose) => {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', derive(`seal/${purpose}`, 32), nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), body]));
    },
    open: (sealed, purpose) => {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== version || bytes.length < 1 + nonceLength + tagLength)
        throw new Failure('server.unexpected', {
          where: purpose,
          expected: 'a sealed value',
          got: `${bytes.length} bytes`,
        });
      const decipher = createDecipheriv(
        'aes-256-gcm',
        derive(`seal/${purpose}`, 32),
        bytes.subarray(1, 1 + nonceLength),
      ).setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(1 + nonceLength, 1 + nonceLength + tagLength));
      return Buffer.concat([decipher.update(bytes.subarray(1 + nonceLength + tagLength)), decipher.final()]).toString(
        'utf8',
      );
    },
  };
}

export function instanceKey(folder: string): Buffer {
  const file = path.join(folder, 'instance.key');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
  if (key.length !== 32)
    throw new Failure('config.invalid', { where: file, expected: '64 hexadecimal digits', got: `${key.length} bytes` });
  return key;
}
