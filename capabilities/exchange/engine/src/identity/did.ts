/**
 * Decentralised identifiers (W3C DID Core 1.0): did:key (the key is the identifier), did:web (a document at a web address) and did:hedun (a document
 * on a ledger). Parsing and documents only; fetching and the register are the world's.
 * @module
 */
import { base58btc } from 'multiformats/bases/base58';
import { concat, equalBytes } from '../ledger/bytes.ts';

export type KeyType = 'Ed25519' | 'P-256';
export interface DidKey {
  readonly type: KeyType;
  /** Ed25519: 32 bytes; P-256: 33 bytes, compressed. */
  readonly publicKey: Uint8Array;
}

/** Multicodec prefixes as unsigned varints: 0xed and 0x1200 (the did:key method, §3.1). */
const prefixes: Readonly<Record<KeyType, { readonly prefix: Uint8Array; readonly length: number }>> = {
  Ed25519: { prefix: Uint8Array.of(0xed, 0x01), length: 32 },
  'P-256': { prefix: Uint8Array.of(0x80, 0x24), length: 33 },
};

export function didKeyOf({ type, publicKey }: DidKey): string {
  const { prefix, length } = prefixes[type];
  if (publicKey.length !== length)
    throw new RangeError(`did:key: expected ${length} bytes for ${type}, got ${publicKey.length}`);
  return `did:key:${base58btc.encode(concat(prefix, publicKey))}`;
}

/** @throws RangeError where it is no did:key of a type known here */
export function parseDidKey(did: string): DidKey {
  const match = /^did:key:(z[1-9A-HJ-NP-Za-km-z]{20,120})$/.exec(did);
  if (!match) throw new RangeError(`did:key: expected did:key:z…, got ${did.slice(0, 60)}`);
  const bytes = base58btc.decode(match[1]!);
  for (const [type, { prefix, length }] of Object.entries(prefixes))
    if (bytes.length === prefix.length + length && equalBytes(bytes.subarray(0, 2), prefix))
      return { type: type as KeyType, publicKey: bytes.slice(2) };
  throw new RangeError(`did:key: expected an Ed25519 or P-256 key, got prefix ${bytes[0]},${bytes[1]}`);
}

/** The document a did:key stands for, by the method's expansion. */
export function documentOfDidKey(did: string): Readonly<Record<string, unknown>> {
  parseDidKey(did);
  const multibase = did.slice('did:key:'.length);
  const id = `${did}#${multibase}`;
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [{ id, type: 'Multikey', controller: did, publicKeyMultibase: multibase }],
    authentication: [id],
    assertionMethod: [id],
    capabilityInvocation: [id],
    capabilityDelegation: [id],
  };
}

/** Where the document of a did:web lies (did:web method specification, "Read"). @throws RangeError */
export function addressOfDidWeb(did: string): string {
  const match = /^did:web:([A-Za-z0-9.-]+(?:%3A\d{1,5})?)((?::[A-Za-z0-9._%-]+)*)$/.exec(did);
  if (!match) throw new RangeError(`did:web: expected did:web:host[:path…], got ${did.slice(0, 60)}`);
  const host = match[1]!.replace('%3A', ':');
  const path = match[2] === '' ? '/.well-known' : match[2]!.replaceAll(':', '/');
  if (path.split('/').some((part) => part === '..' || part === '.'))
    throw new RangeError(`did:web: expected a plain path, got ${path}`);
  return `https://${host}${path}/did.json`;
}

/** Method `hedun`: `did:hedun:<domain>:<name>`, registered and resolved by the contract `identity` of the domain's chain. */
export function parseDidHedun(did: string): { readonly domain: string; readonly name: string } {
  const match = /^did:hedun:([a-z0-9-]{1,40}):([A-Za-z0-9._-]{1,100})$/.exec(did);
  if (!match) throw new RangeError(`did:hedun: expected did:hedun:domain:name, got ${did.slice(0, 60)}`);
  return { domain: match[1]!, name: match[2]! };
}
export function documentOfDidHedun(did: string, key: DidKey): Readonly<Record<string, unknown>> {
  parseDidHedun(did);
  const id = `${did}#key-1`;
  const publicKeyMultibase = didKeyOf(key).slice('did:key:'.length);
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [{ id, type: 'Multikey', controller: did, publicKeyMultibase }],
    authentication: [id],
    assertionMethod: [id],
  };
}

/** A P-256 point of 65 bytes as 33: SEC 1 §2.3.3. */
export function compressPoint(point: Uint8Array): Uint8Array {
  if (point.length !== 65 || point[0] !== 4)
    throw new RangeError(`point: expected 65 bytes from 04, got ${point.length}`);
  return concat(Uint8Array.of(2 + (point[64]! & 1)), point.subarray(1, 33));
}
