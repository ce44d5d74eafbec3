/**
 * Envelopes: headers under attribute-based encryption, bulk in sealed chunks.
 * @module
 */
export * from './ciphers.ts';
export * from './header.ts';
export { hmacSm3, Sm3, sm3 } from './sm3.ts';
export { sm4Counter } from './sm4.ts';
export * from './stream.ts';
