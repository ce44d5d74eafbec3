/**
 * Sends a key to its holder so that nobody else reads it: ECIES over X25519 (ISO/IEC 18033-2: a Diffie-Hellman KEM, and a data part of a key
 * stream and a MAC, each key used once). The private half is made where the holder works and stays there.
 * @module
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { shake256 } from '@noble/hashes/sha3.js';
import { concat, equalBytes, letters, Reader, utf8, Writer } from './bytes.ts';
import { OpenError, type RandomBytes } from './encapsulation.ts';

const version = 1;
const pointSize = 32;
const macSize = 32;

export interface HolderPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}
export function createHolderPair(random: RandomBytes): HolderPair {
  const privateKey = random(32);
  return { privateKey, publicKey: x25519.getPublicKey(privateKey) };
}
export const holderPairOf = (privateKey: Uint8Array): HolderPair => ({
  privateKey,
  publicKey: x25519.getPublicKey(privateKey),
});

export function sealTo(publicKey: Uint8Array, bytes: Uint8Array, purpose: string, random: RandomBytes): Uint8Array {
  const once = createHolderPair(random);
  const { stream, mac } = keysOf(
    x25519.getSharedSecret(once.privateKey, publicKey),
    once.publicKey,
    publicKey,
    purpose,
    bytes.length,
  );
  const hidden = bytes.map((byte, index) => byte ^ (stream[index] as number));
  return new Writer()
    .raw(letters('HXSB'))
    .byte(version)
    .raw(once.publicKey)
    .long(hidden.length)
    .raw(hidden)
    .raw(hmac(sha256, mac, hidden))
    .bytes();
}
/** @throws FormatError, OpenError */
export function openSealed(privateKey: Uint8Array, sealed: Uint8Array, purpose: string): Uint8Array {
  const reader = new Reader(sealed);
  reader.magic('HXSB', version);
  const once = reader.raw(pointSize, 'a public key');
  const hidden = reader.raw(reader.long('the length'), 'the sealed bytes');
  const tag = reader.raw(macSize, 'the tag');
  reader.end();
  const pair = holderPairOf(privateKey);
  let shared: Uint8Array;
  try {
    shared = x25519.getSharedSecret(privateKey, once);
  } catch {
    // A point of small order gives the zero secret, which RFC 7748 section 6.1 tells us to refuse.
    throw new OpenError();
  }
  const { stream, mac } = keysOf(shared, once, pair.publicKey, purpose, hidden.length);
  if (!equalBytes(hmac(sha256, mac, hidden), tag)) throw new OpenError();
  return hidden.map((byte, index) => byte ^ (stream[index] as number));
}

function keysOf(shared: Uint8Array, once: Uint8Array, publicKey: Uint8Array, purpose: string, size: number) {
  const keys = hkdf(sha256, shared, concat([once, publicKey]), utf8(`hedun-exchange-v1/sealed-box/${purpose}`), 64);
  return { stream: shake256(keys.subarray(0, 32), { dkLen: size }), mac: keys.subarray(32) };
}
