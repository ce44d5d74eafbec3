/**
 * FABEO, the ciphertext-policy scheme of Riepel and Wee, "FABEO: Fast Attribute-Based Encryption with Optimal Security", CCS 2022
 * (figure 1, left), as the bare scheme: setup, keys, and the group elements of a ciphertext. Its security against chosen plaintexts is
 * proved in the generic group model with a random oracle. What is sent over a wire is made by `encapsulation.ts`, never by this file alone.
 * @module
 */

import type { SpanProgram, Use } from '../policy/span.ts';
import { sharesOf } from '../policy/span.ts';
import {
  generatorTwo,
  integerOfScalar,
  order,
  type PointOne,
  type PointTwo,
  pairingProduct,
  type Scalar,
  scalar,
  sumOfOnes,
  type Target,
} from './curve.ts';
import { FixedBase } from './fixed-base.ts';
import { attributeBase, fixedBases, rowBase } from './hashed.ts';
import { mcl } from './mcl.ts';

export interface PublicParameters {
  /** Globally unique name of the attribute authority. */
  readonly authority: string;
  /** e(g, h)^alpha. */
  readonly target: FixedBase<Target>;
}
export interface MasterKey {
  readonly parameters: PublicParameters;
  readonly alpha: Scalar;
}
/** One holder's key. Its points share one secret number, so that the points of two holders do not fit together. */
export interface HolderKey {
  readonly authority: string;
  readonly holder: string;
  /** h^r */
  readonly binding: PointTwo;
  /** g^alpha · b^r */
  readonly root: PointOne;
  /** H(atom)^r */
  readonly atoms: ReadonlyMap<string, PointOne>;
}
/** The group elements of a ciphertext. */
export interface Elements {
  /** h^s */
  readonly secret: PointTwo;
  /** h^s'[colour] */
  readonly colours: readonly PointTwo[];
  /** b^share · (product of H(atom))^s'[colour] */
  readonly rows: readonly PointOne[];
}
/** The numbers behind a ciphertext. */
export interface Coins {
  readonly secret: Scalar;
  readonly colours: readonly Scalar[];
  readonly randoms: readonly bigint[];
}

export function setup(authority: string, alpha: Scalar): MasterKey {
  const base = pairingProduct([[fixedBases().one.base, generatorTwo()]]);
  return { alpha, parameters: { authority, target: new FixedBase(mcl.pow(base, alpha)) } };
}

/** @param r the holder's own secret number: the same for all keys of one holder under one serial, and never the same for two holders. */
export function issueKey(master: MasterKey, holder: string, atoms: readonly string[], r: Scalar): HolderKey {
  const { one, two, share } = fixedBases();
  return {
    authority: master.parameters.authority,
    holder,
    binding: mcl.normalize(two.times(r)),
    root: mcl.normalize(mcl.add(one.times(master.alpha), share.times(r))),
    atoms: pointsOf(atoms, r),
  };
}
export function pointsOf(atoms: readonly string[], r: Scalar): ReadonlyMap<string, PointOne> {
  return new Map(atoms.map((atom) => [atom, mcl.normalize(attributeBase(atom).times(r))]));
}

/** h^s and the h^s' of the given colours. */
export function headOf(coins: Coins, colours: readonly number[]): Pick<Elements, 'secret' | 'colours'> {
  const { two } = fixedBases();
  return {
    secret: two.times(coins.secret),
    colours: colours.map((colour) => two.times(coins.colours[colour] as Scalar)),
  };
}
/** The elements under the given coins. The same coins give the same elements: the re-encryption check rests on it. */
export function elementsOf(program: SpanProgram, coins: Coins): Elements {
  const { share } = fixedBases();
  const shares = sharesOf(program, integerOfScalar(coins.secret), coins.randoms, order);
  const known = new Map<bigint, PointOne>();
  const shareOf = (value: bigint): PointOne => {
    // Rows of one OR gate have the same share.
    const point = known.get(value) ?? share.times(scalar(value));
    known.set(value, point);
    return point;
  };
  const rows = program.rows.map(({ atoms, colour }, index) => {
    const masked = rowBase(atoms).times(coins.colours[colour] as Scalar);
    return mcl.add(shareOf(shares[index] as bigint), masked);
  });
  if (rows.length > 0) mcl.normalizeVec(rows);
  return { ...headOf(coins, [...coins.colours.keys()]), rows };
}

/** What the pairing gave, and the sum of the rows that went into it. */
export interface Opened {
  readonly target: Target;
  readonly sum: PointOne;
}
/** What a holder computes: e(g, h)^(alpha · s), if the elements are honest and the key meets the policy. */
export function openWithKey(
  key: HolderKey,
  program: SpanProgram,
  uses: readonly Use[],
  elements: { secret: PointTwo; colourOf(colour: number): PointTwo; rowOf(row: number): PointOne },
): Opened {
  const keysOf = new Map<number, PointOne[]>();
  const rows: PointOne[] = [];
  for (const { row, factor } of uses) {
    const { atoms, colour } = program.rows[row] as SpanProgram['rows'][number];
    const weighted = (point: PointOne) => (factor === 1n ? point : mcl.mul(point, scalar(factor)));
    rows.push(weighted(elements.rowOf(row)));
    keysOf.set(colour, [...(keysOf.get(colour) ?? []), weighted(keyOfRow(key, atoms))]);
  }
  const sum = mcl.normalize(sumOfOnes(rows));
  const target = pairingProduct([
    [key.root, elements.secret],
    ...[...keysOf].map(([colour, points]): [PointOne, PointTwo] => [
      mcl.normalize(sumOfOnes(points)),
      elements.colourOf(colour),
    ]),
    [mcl.neg(sum), key.binding],
  ]);
  return { target, sum };
}

/** Sums of key points, for holders who open many files under one policy. They go when the key goes. */
const keySums = new WeakMap<HolderKey, Map<string, PointOne>>();
const mostSums = 256;
function keyOfRow(key: HolderKey, atoms: readonly string[]): PointOne {
  const [only] = atoms;
  if (atoms.length === 1 && only !== undefined) return key.atoms.get(only) as PointOne;
  const sums = keySums.get(key) ?? new Map<string, PointOne>();
  keySums.set(key, sums);
  const name = atoms.join('\n');
  const known = sums.get(name);
  if (known) return known;
  if (sums.size >= mostSums) sums.clear();
  const sum = mcl.normalize(sumOfOnes(atoms.map((atom) => key.atoms.get(atom) as PointOne)));
  sums.set(name, sum);
  return sum;
}

/** What the sum of the used rows is if the sender was honest: b^s · product of the rows' points to the power of their colours' numbers. */
export function expectedSum(program: SpanProgram, uses: readonly Use[], coins: Coins): PointOne {
  let sum = fixedBases().share.times(coins.secret);
  for (const { row } of uses) {
    const { atoms, colour } = program.rows[row] as SpanProgram['rows'][number];
    sum = mcl.add(sum, rowBase(atoms).times(coins.colours[colour] as Scalar));
  }
  return sum;
}

/** What the authority computes without any key of a holder: the same value from h^s and alpha. */
export function openAsAuthority(master: MasterKey, secret: PointTwo): Target {
  return pairingProduct([[mcl.normalize(fixedBases().one.times(master.alpha)), secret]]);
}

/** Whether a key is what the authority's parameters say: e(root, h) = e(g,h)^alpha · e(b, binding) and e(H(atom)^r, h) = e(H(atom), binding). */
export function isGenuineKey(
  parameters: PublicParameters,
  key: HolderKey,
  weights: (index: number) => Scalar,
): boolean {
  if (key.authority !== parameters.authority) return false;
  const { share } = fixedBases();
  const h = generatorTwo();
  const left = pairingProduct([
    [key.root, h],
    [mcl.neg(share.base), key.binding],
  ]);
  if (!left.isEqual(parameters.target.base)) return false;
  if (key.atoms.size === 0) return true;
  // All atoms at once under random weights (Bellare, Garay and Rabin, EUROCRYPT 1998).
  const atoms = [...key.atoms];
  const factors = atoms.map((_, index) => weights(index));
  const held = mcl.normalize(
    mcl.mulVec(
      atoms.map(([, point]) => point),
      factors,
    ),
  );
  const hashed = mcl.normalize(
    mcl.mulVec(
      atoms.map(([atom]) => attributeBase(atom).base),
      factors,
    ),
  );
  return pairingProduct([
    [held, h],
    [mcl.neg(hashed), key.binding],
  ]).isOne();
}
