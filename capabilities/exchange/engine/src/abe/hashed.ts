/**
 * The points that everybody computes from nothing but words: one for each attribute, and the base of the shares. Each under its own domain
 * separation tag, so that no attribute can be chosen whose point is the base.
 * @module
 */

import { utf8 } from './bytes.ts';
import { generatorOne, generatorTwo, hashToOne, type PointOne, type PointTwo, sumOfOnes } from './curve.ts';
import { FixedBase } from './fixed-base.ts';
import { mcl } from './mcl.ts';

/** RFC 9380 section 3.1 asks for a tag that names application and version. */
export const attributeTag = 'HEDUN-EXCHANGE-V01-ATTRIBUTE-with-BLS12381G1_XMD:SHA-256_SSWU_RO_';
export const shareTag = 'HEDUN-EXCHANGE-V01-SHARE-with-BLS12381G1_XMD:SHA-256_SSWU_RO_';

/** Hashing costs as much as a multiplication and a half; a directory of attributes is small and stays. */
const most = 4_096;
const cached = new Map<string, FixedBase<PointOne>>();
/** Window of 5 bits: 120 kB of an attribute that is used again and again. */
const attributeBits = 5;

/** The point of an attribute; its table is built when it has been multiplied a few times. */
export function attributeBase(atom: string): FixedBase<PointOne> {
  return remembered(atom, () => hashToOne(utf8(atom), attributeTag));
}
/** The point of a row: the sum of the points of its attributes. Many files go out under one policy. */
export function rowBase(atoms: readonly string[]): FixedBase<PointOne> {
  const [only] = atoms;
  if (atoms.length === 1 && only !== undefined) return attributeBase(only);
  // No atom holds a line feed.
  return remembered(atoms.join('\n'), () => mcl.normalize(sumOfOnes(atoms.map((atom) => attributeBase(atom).base))));
}
function remembered(name: string, make: () => PointOne): FixedBase<PointOne> {
  const known = cached.get(name);
  if (known) {
    // Moves to the young end, so that the oldest unused one goes first.
    cached.delete(name);
    cached.set(name, known);
    return known;
  }
  const point = make();
  if (cached.size >= most) {
    const [oldest] = cached.keys();
    if (oldest !== undefined) {
      cached.get(oldest)?.dispose();
      cached.delete(oldest);
    }
  }
  const made = new FixedBase(point, attributeBits);
  cached.set(name, made);
  return made;
}
export function forgetAttributes(): void {
  for (const each of cached.values()) each.dispose();
  cached.clear();
}

let bases:
  | { readonly one: FixedBase<PointOne>; readonly two: FixedBase<PointTwo>; readonly share: FixedBase<PointOne> }
  | undefined;
/** g of G1, h of G2, and b, the base of the shares. */
export function fixedBases() {
  bases ??= {
    one: new FixedBase(generatorOne()),
    two: new FixedBase(generatorTwo()),
    share: new FixedBase(hashToOne(new Uint8Array(0), shareTag)),
  };
  return bases;
}
