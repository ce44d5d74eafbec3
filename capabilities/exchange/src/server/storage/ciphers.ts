/**
 * The two suites on OpenSSL: what servers and the command line use. Browsers use WebCrypto and the engine's own national suite.
 * @module
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { aesKeyOf, type ChunkCipher, counterOf, nationalKeysOf, release, type Suite } from '@hedun/exchange/envelope';

export function aesCipher(contentKey: Uint8Array): ChunkCipher {
  const key = aesKeyOf(contentKey);
  const tagSize = 16;
  return {
    suite: 'aes-256-gcm',
    seal: (nonce, plain) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.allocUnsafeSlow(plain.length + tagSize);
      const encrypted = cipher.update(plain);
      encrypted.copy(sealed);
      release(encrypted);
      cipher.final();
      cipher.getAuthTag().copy(sealed, plain.length);
      return sealed;
    },
    open: (nonce, sealed) => {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce);
      const at = sealed.length - tagSize;
      decipher.setAuthTag(sealed.subarray(at));
      const plain = decipher.update(sealed.subarray(0, at));
      try {
        decipher.final();
      } catch {
        // OpenSSL says it with an exception; nothing of the plain text has left this function.
        return undefined;
      }
      return plain;
    },
  };
}

export function nationalCipher(contentKey: Uint8Array): ChunkCipher {
  const { cipher, mac } = nationalKeysOf(contentKey);
  const tagOf = (nonce: Uint8Array, encrypted: Uint8Array) =>
    createHmac('sm3', mac).update(nonce).update(encrypted).digest();
  return {
    suite: 'sm4-ctr-hmac-sm3',
    seal: (nonce, plain) => {
      const encrypted = createCipheriv('sm4-ctr', cipher, counterOf(nonce)).update(plain);
      return Buffer.concat([encrypted, tagOf(nonce, encrypted)]);
    },
    open: (nonce, sealed) => {
      const encrypted = sealed.subarray(0, sealed.length - 32);
      if (!timingSafeEqual(tagOf(nonce, encrypted), sealed.subarray(sealed.length - 32))) return undefined;
      return createDecipheriv('sm4-ctr', cipher, counterOf(nonce)).update(encrypted);
    },
  };
}
export function cipherOf(suite: Suite, contentKey: Uint8Array): ChunkCipher {
  return suite === 'aes-256-gcm' ? aesCipher(contentKey) : nationalCipher(contentKey);
}
