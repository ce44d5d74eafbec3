/**
 * The header of a shared object: policy, epochs, suite, and the content key under attribute-based encryption. It stands beside the bulk, not
 * in it, so that it can be encrypted again (revocation, tier 2) while the bulk and its address stay. All of it is bound by the ciphertext.
 * @module
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type Epochs, inEpochs, namesIn } from '../abe/authority.ts';
import { concat, equalBytes, FormatError, letters, Reader, utf8, Writer } from '../abe/bytes.ts';
import { decapsulate, decapsulateAsAuthority, encapsulate, OpenError, type RandomBytes } from '../abe/encapsulation.ts';
import type { HolderKey, MasterKey, PublicParameters } from '../abe/fabeo.ts';
import { type AtomTree, atomTree } from '../policy/atoms.ts';
import { parsePolicy } from '../policy/parse.ts';
import { formatPolicy } from '../policy/print.ts';
import { policyLimits } from '../policy/syntax.ts';
import { contentKeySize } from './ciphers.ts';
import { blockSize, prefixSize, type Suite, suites } from './stream.ts';

const version = 1;
export const objectSize = 16;
const longestName = 512;
/** Rows, colours and rest of the largest policy. */
const mostCiphertext = 2_048 * 48 + 80 * 96;

/** What anybody may read of a header. */
export interface HeaderFacts {
  readonly authority: string;
  /** In canonical form. */
  readonly policy: string;
  readonly epochs: Epochs;
  readonly suite: Suite;
  readonly blockSize: number;
  /** Random number of the object; stays when the header is encrypted again. */
  readonly object: Uint8Array;
  readonly prefix: Uint8Array;
}
export interface Header extends HeaderFacts {
  readonly ciphertext: Uint8Array;
  readonly wrapped: Uint8Array;
}

export function sealHeader(
  parameters: PublicParameters,
  facts: Omit<HeaderFacts, 'authority' | 'blockSize'> & { readonly blockSize?: number },
  contentKey: Uint8Array,
  random: RandomBytes,
): Uint8Array {
  if (contentKey.length !== contentKeySize)
    throw new RangeError(`content key: expected ${contentKeySize} bytes, got ${contentKey.length}`);
  const policy = parsePolicy(facts.policy);
  const names = namesIn(atomTree(policy));
  // Only the epochs the policy needs, each named, also those that are 0: a reader needs no other source.
  const epochs = Object.fromEntries(
    names.map((name) => [name, Object.hasOwn(facts.epochs, name) ? (facts.epochs[name] as number) : 0]),
  );
  const full = {
    ...facts,
    blockSize: facts.blockSize ?? blockSize,
    authority: parameters.authority,
    policy: formatPolicy(policy),
    epochs,
  };
  const front = frontOf(full);
  const { ciphertext, key } = encapsulate(parameters, treeOf(full), front, random);
  return new Writer().raw(front).long(ciphertext.length).raw(ciphertext).raw(wrap(key, contentKey)).bytes();
}

/** The content key, if the holder's attributes meet the policy. @throws PolicyNotMet, OpenError, FormatError, CurveError */
export function openHeader(
  parameters: PublicParameters,
  key: HolderKey,
  bytes: Uint8Array,
  options: { readonly thorough?: boolean } = {},
): Uint8Array {
  const header = readHeader(bytes);
  if (header.authority !== parameters.authority) throw new OpenError();
  return unwrap(
    decapsulate(parameters, key, treeOf(header), frontOf(header), header.ciphertext, options),
    header.wrapped,
  );
}

/** The authority encrypts a header again, under new epochs and, if the owner asks for it, a new policy. The bulk stays as it is. */
export function resealHeader(
  master: MasterKey,
  bytes: Uint8Array,
  change: { readonly epochs: Epochs; readonly policy?: string },
  random: RandomBytes,
): Uint8Array {
  const header = readHeader(bytes);
  return sealHeader(
    master.parameters,
    { ...header, epochs: change.epochs, policy: change.policy ?? header.policy },
    openHeaderAsAuthority(master, bytes),
    random,
  );
}
/** The content key, as the authority finds it under its own parameters; every row of the header is checked. @throws OpenError, FormatError, CurveError */
export function openHeaderAsAuthority(master: MasterKey, bytes: Uint8Array): Uint8Array {
  const header = readHeader(bytes);
  if (header.authority !== master.parameters.authority) throw new OpenError();
  const key = decapsulateAsAuthority(master, treeOf(header), frontOf(header), header.ciphertext);
  return unwrap(key, header.wrapped);
}

function frontOf(facts: HeaderFacts): Uint8Array {
  const writer = new Writer()
    .raw(letters('HXHD'))
    .byte(version)
    .byte(suites.indexOf(facts.suite))
    .long(facts.blockSize)
    .raw(sized(facts.object, objectSize, 'object number'))
    .raw(sized(facts.prefix, prefixSize, 'nonce prefix'))
    .text(facts.authority)
    .text(facts.policy);
  const names = Object.keys(facts.epochs).sort();
  writer.short(names.length);
  for (const name of names) writer.text(name).long(facts.epochs[name] as number);
  return writer.bytes();
}
function sized(bytes: Uint8Array, size: number, what: string): Uint8Array {
  if (bytes.length !== size) throw new RangeError(`${what}: expected ${size} bytes, got ${bytes.length}`);
  return bytes;
}

/** @throws FormatError, PolicyError */
export function readHeader(bytes: Uint8Array): Header {
  const reader = new Reader(bytes);
  reader.magic('HXHD', version);
  const suiteAt = reader.offset;
  const suite = suites[reader.byte('the suite')];
  if (!suite) throw new FormatError(suiteAt, `a suite from 0 to ${suites.length - 1}`, `${bytes[suiteAt]}`);
  const sizeAt = reader.offset;
  const block = reader.long('the size of a block');
  if (block < 64 || block > 2 * blockSize) throw new FormatError(sizeAt, `64 to ${2 * blockSize}`, `${block}`);
  const object = reader.raw(objectSize, 'the object number');
  const prefix = reader.raw(prefixSize, 'the nonce prefix');
  const authority = reader.text('the authority', longestName);
  const policyAt = reader.offset;
  const policy = reader.text('the policy', policyLimits.characters * 4);
  const tree = parsePolicy(policy);
  if (formatPolicy(tree) !== policy)
    throw new FormatError(policyAt, 'a policy in canonical form', 'another form of it');
  const namesAt = reader.offset;
  const pairs = Array.from(
    { length: reader.short('the number of epochs') },
    () => [reader.text('an attribute', longestName), reader.long('an epoch')] as const,
  );
  const names = pairs.map(([name]) => name);
  const wanted = namesIn(atomTree(tree));
  if (names.length !== wanted.length || names.some((name, index) => name !== wanted[index]))
    throw new FormatError(namesAt, `epochs of ${wanted.join(', ')}`, names.join(', '));
  const lengthAt = reader.offset;
  const length = reader.long('the length of the ciphertext');
  if (length > mostCiphertext) throw new FormatError(lengthAt, `at most ${mostCiphertext} bytes`, `${length}`);
  const ciphertext = reader.raw(length, 'the ciphertext');
  const wrapped = reader.raw(contentKeySize * 2, 'the wrapped key');
  reader.end();
  return {
    authority,
    policy,
    epochs: Object.fromEntries(pairs),
    suite,
    blockSize: block,
    object,
    prefix,
    ciphertext,
    wrapped,
  };
}
/** What a header is called on a ledger. */
export const headerDigest = (bytes: Uint8Array): Uint8Array => sha256(bytes);

const treeOf = (facts: Pick<HeaderFacts, 'policy' | 'epochs'>): AtomTree =>
  inEpochs(atomTree(parsePolicy(facts.policy)), facts.epochs);

/** The key of an encapsulation is used once: a pad for the content key, and a MAC over the result. */
function wrap(key: Uint8Array, contentKey: Uint8Array): Uint8Array {
  const { pad, mac } = wrapKeys(key);
  const hidden = contentKey.map((byte, index) => byte ^ (pad[index] as number));
  return concat([hidden, hmac(sha256, mac, hidden)]);
}
function unwrap(key: Uint8Array, wrapped: Uint8Array): Uint8Array {
  const { pad, mac } = wrapKeys(key);
  const hidden = wrapped.subarray(0, contentKeySize);
  if (!equalBytes(hmac(sha256, mac, hidden), wrapped.subarray(contentKeySize))) throw new OpenError();
  return hidden.map((byte, index) => byte ^ (pad[index] as number));
}
function wrapKeys(key: Uint8Array) {
  const keys = hkdf(sha256, key, undefined, utf8('hedun-exchange-v1/wrap'), 64);
  return { pad: keys.subarray(0, 32), mac: keys.subarray(32) };
}
