/**
 * Keys of an object's two suites, and the national suite in plain TypeScript. AES comes from the platform: `node:crypto` or WebCrypto.
 * @module
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equalBytes, utf8 } from '../abe/bytes.ts';
import { hmacSm3 } from './sm3.ts';
import { sm4Counter } from './sm4.ts';
import type { ChunkCipher } from './stream.ts';

export const contentKeySize = 32;

/** The key of AES-256-GCM for one object (HKDF, RFC 5869). */
export function aesKeyOf(contentKey: Uint8Array): Uint8Array {
  return hkdf(sha256, contentKey, undefined, utf8('hedun-exchange-v1/aes-256-gcm'), 32);
}
/** The keys of SM4 and of HMAC-SM3 for one object. */
export function nationalKeysOf(contentKey: Uint8Array): { readonly cipher: Uint8Array; readonly mac: Uint8Array } {
  const keys = hkdf(sha256, contentKey, undefined, utf8('hedun-exchange-v1/sm4-ctr-hmac-sm3'), 48);
  return { cipher: keys.subarray(0, 16), mac: keys.subarray(16) };
}
/** The counter block of a chunk: its nonce and four zero bytes, room for 2^32 blocks. */
export function counterOf(nonce: Uint8Array): Uint8Array {
  return concat([nonce, new Uint8Array(4)]);
}

/** SM4-CTR, then HMAC-SM3 over nonce and ciphertext. */
export function nationalCipher(contentKey: Uint8Array): ChunkCipher {
  const { cipher, mac } = nationalKeysOf(contentKey);
  return {
    suite: 'sm4-ctr-hmac-sm3',
    seal: (nonce, plain) => {
      const encrypted = sm4Counter(cipher, counterOf(nonce), plain);
      return concat([encrypted, hmacSm3(mac, nonce, encrypted)]);
    },
    open: (nonce, sealed) => {
      const encrypted = sealed.subarray(0, -32);
      if (!equalBytes(hmacSm3(mac, nonce, encrypted), sealed.subarray(-32))) return undefined;
      return sm4Counter(cipher, counterOf(nonce), encrypted);
    },
  };
}
