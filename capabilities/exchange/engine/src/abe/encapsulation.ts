/**
 * Key encapsulation secure against chosen ciphertexts: FABEO made so by the transformation of Fujisaki and Okamoto, "Secure Integration of
 * Asymmetric and Symmetric Encryption Schemes", CRYPTO 1999 (in the modular form of Hofheinz, Hövelmanns and Kiltz, TCC 2017: T, then U⊥).
 *
 * A random message m fixes every coin of the ciphertext; m is masked by e(g,h)^(alpha·s); a tag over m and all bytes binds the parts that a
 * holder does not use. To open, a holder recovers m, derives the coins again and checks all that his result depends on: h^s and h^s' are
 * computed again and compared byte by byte, and so is the sum of the rows he used (equality also refuses points outside the subgroup). With
 * many rows the sum is checked for its order and by e(g,h)^(alpha·s) = what the pairing gave: with h^s and h^s' right, that holds only if
 * the sum is right. So the check costs a few multiples of fixed bases, whatever the size of the policy, instead of a whole encryption. The
 * simulation in the proof stays the same: from a query (m, ciphertext) to the random oracle of the tag it decides exactly what the holder
 * decides. `thorough` computes the whole ciphertext again; only that finds a sender who wrote rows for others wrongly.
 *
 * One error for every failure after the shape is known, raised after all checks were made: nothing tells them apart.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { shake256 } from '@noble/hashes/sha3.js';
import type { AtomTree } from '../policy/atoms.ts';
import { compileSpan, type SpanProgram, selectRows } from '../policy/span.ts';
import { concat, equalBytes, Reader, utf8, Writer } from './bytes.ts';
import {
  integerOf,
  order,
  type PointTwo,
  readOne,
  readTwo,
  scalar,
  sizeOfOne,
  sizeOfTwo,
  type Target,
} from './curve.ts';
import {
  type Coins,
  type Elements,
  elementsOf,
  expectedSum,
  type HolderKey,
  headOf,
  type MasterKey,
  openAsAuthority,
  openWithKey,
  type PublicParameters,
} from './fabeo.ts';

const messageSize = 32;
const tagSize = 32;
/** Up to so many rows their sum is computed again; beyond, a power in the target group is cheaper. */
const fewRows = 3;
export const keySize = 32;
const label = (text: string) => utf8(`hedun-exchange-v1/${text}\0`);

/** The ciphertext does not open with this key: forged, damaged, or made for another authority. It does not say which. */
export class OpenError extends Error {
  constructor() {
    super('the ciphertext does not open');
    this.name = 'OpenError';
  }
}
/** The attributes of the key do not meet the policy. Known from public data before any secret is touched. */
export class PolicyNotMet extends Error {
  constructor() {
    super('the attributes of this key do not meet the policy');
    this.name = 'PolicyNotMet';
  }
}

export interface Encapsulated {
  readonly ciphertext: Uint8Array;
  readonly key: Uint8Array;
}
export type RandomBytes = (size: number) => Uint8Array;

/** @param context everything else that must not be changed: policy text, epochs, authority, object. */
export function encapsulate(
  parameters: PublicParameters,
  tree: AtomTree,
  context: Uint8Array,
  random: RandomBytes,
): Encapsulated {
  const program = compileSpan(tree, order);
  return fromMessage(parameters, program, boundContext(parameters, context), random(messageSize));
}

/** Everything follows from the message. A test passes other elements, as a dishonest sender would. */
export function fromMessage(
  parameters: PublicParameters,
  program: SpanProgram,
  context: Uint8Array,
  message: Uint8Array,
  change: (elements: Elements) => Elements = (elements) => elements,
): Encapsulated {
  const coins = coinsOf(program, context, message);
  const { secret, colours, rows } = change(elementsOf(program, coins));
  const writer = new Writer().short(rows.length).byte(colours.length).raw(secret.serialize());
  for (const point of colours) writer.raw(point.serialize());
  for (const point of rows) writer.raw(point.serialize());
  const core = writer.raw(masked(message, parameters.target.times(coins.secret))).bytes();
  return { ciphertext: concat([core, tagOf(message, context, core)]), key: keyOf(message, context, core) };
}

/** @throws FormatError, CurveError, PolicyNotMet, OpenError */
export function decapsulate(
  parameters: PublicParameters,
  key: HolderKey,
  tree: AtomTree,
  context: Uint8Array,
  ciphertext: Uint8Array,
  { thorough = false }: { readonly thorough?: boolean } = {},
): Uint8Array {
  const program = compileSpan(tree, order);
  const parts = split(program, ciphertext);
  const uses = selectRows(tree, (atom) => key.atoms.has(atom), order);
  if (!uses || key.authority !== parameters.authority) throw new PolicyNotMet();
  const used = [...new Set(uses.map(({ row }) => program.rows[row]?.colour as number))];
  const read = new Map(used.map((colour) => [colour, readTwo(parts.colours[colour] as Uint8Array, { order: false })]));
  const opened = openWithKey(key, program, uses, {
    secret: readTwo(parts.secret, { order: false }),
    colourOf: (colour) => read.get(colour) as ReturnType<typeof readTwo>,
    rowOf: (row) => readOne(parts.rows[row] as Uint8Array, { order: false }),
  });
  const bound = boundContext(parameters, context);
  return check(parameters, program, bound, parts, opened.target, thorough, (coins) => {
    const { secret, colours } = headOf(coins, used);
    let good = equalBytes(secret.serialize(), parts.secret);
    for (const [index, colour] of used.entries())
      good = equalBytes((colours[index] as PointTwo).serialize(), parts.colours[colour] as Uint8Array) && good;
    if (uses.length <= fewRows && uses.every(({ factor }) => factor === 1n))
      return expectedSum(program, uses, coins).isEqual(opened.sum) && good;
    return opened.sum.isValidOrder() && parameters.target.times(coins.secret).isEqual(opened.target) && good;
  });
}

/** The authority opens what was encrypted under its parameters, to re-encrypt headers; always thorough. */
export function decapsulateAsAuthority(
  master: MasterKey,
  tree: AtomTree,
  context: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const program = compileSpan(tree, order);
  const parts = split(program, ciphertext);
  const target = openAsAuthority(master, readTwo(parts.secret));
  return check(master.parameters, program, boundContext(master.parameters, context), parts, target, true, () => true);
}

interface Parts {
  readonly secret: Uint8Array;
  readonly colours: readonly Uint8Array[];
  readonly rows: readonly Uint8Array[];
  readonly masked: Uint8Array;
  readonly core: Uint8Array;
  readonly tag: Uint8Array;
}
function split(program: SpanProgram, ciphertext: Uint8Array): Parts {
  const reader = new Reader(ciphertext);
  const rows = reader.short('the number of rows');
  const colours = reader.byte('the number of colours');
  if (rows !== program.rows.length || colours !== program.colours) throw new OpenError();
  const parts = {
    secret: reader.raw(sizeOfTwo, 'a point'),
    colours: Array.from({ length: colours }, () => reader.raw(sizeOfTwo, 'a point')),
    rows: Array.from({ length: rows }, () => reader.raw(sizeOfOne, 'a point')),
    masked: reader.raw(messageSize, 'the masked message'),
  };
  const core = ciphertext.subarray(0, reader.offset);
  const tag = reader.raw(tagSize, 'the tag');
  reader.end();
  return { ...parts, core, tag };
}

function check(
  parameters: PublicParameters,
  program: SpanProgram,
  context: Uint8Array,
  parts: Parts,
  target: Target,
  thorough: boolean,
  fits: (coins: Coins) => boolean,
): Uint8Array {
  const message = masked(parts.masked, target);
  let good = equalBytes(tagOf(message, context, parts.core), parts.tag);
  if (thorough) {
    const again = fromMessage(parameters, program, context, message);
    good = equalBytes(again.ciphertext.subarray(0, parts.core.length), parts.core) && good;
  } else good = fits(coinsOf(program, context, message)) && good;
  if (!good) throw new OpenError();
  return keyOf(message, context, parts.core);
}

/** The context as the coins and the tag see it: short, and bound to the authority by name and by its public element. */
export function boundContext(parameters: PublicParameters, context: Uint8Array): Uint8Array {
  const authority = new Writer().text(parameters.authority).bytes();
  return sha256(concat([label('context'), authority, fingerprintOf(parameters), context]));
}
const fingerprints = new WeakMap<PublicParameters, Uint8Array>();
function fingerprintOf(parameters: PublicParameters): Uint8Array {
  const known = fingerprints.get(parameters) ?? sha256(parameters.target.base.serialize());
  fingerprints.set(parameters, known);
  return known;
}
function coinsOf(program: SpanProgram, context: Uint8Array, message: Uint8Array): Coins {
  const count = program.columns + program.colours;
  // 48 bytes for each number: reduced modulo the order they are uniform up to 2^-128.
  const stream = shake256(concat([label('coins'), message, context]), { dkLen: 48 * count });
  const numbers = Array.from(
    { length: count },
    (_, index) => integerOf(stream.subarray(48 * index, 48 * index + 48)) % order,
  );
  return {
    secret: scalar(numbers[0] as bigint),
    colours: numbers.slice(1, 1 + program.colours).map(scalar),
    randoms: numbers.slice(1 + program.colours),
  };
}
/** Masks and unmasks. */
function masked(message: Uint8Array, target: Target): Uint8Array {
  const mask = sha256(concat([label('mask'), target.serialize()]));
  return message.map((byte, index) => byte ^ (mask[index] as number));
}
function tagOf(message: Uint8Array, context: Uint8Array, core: Uint8Array): Uint8Array {
  return sha256(concat([label('tag'), message, context, sha256(core)]));
}
function keyOf(message: Uint8Array, context: Uint8Array, core: Uint8Array): Uint8Array {
  return sha256(concat([label('key'), message, context, sha256(core)]));
}
