/**
 * The primitives of proofs without `node:crypto`: for browsers, by @noble.
 * @module
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { ProofCrypto } from './proofs.ts';

export const portableCrypto: ProofCrypto = {
  sha256: (bytes) => sha256(bytes),
  // Strict (RFC 8032): what OpenSSL accepts on the server must be accepted here, and no more.
  verifyEd25519: (publicKey, message, signature) => {
    try {
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
};
