/**
 * BLS12-381 on mcl-wasm: scalars, points, pairings, and how they are written and read. Points use the compressed form of the Zcash and
 * IETF drafts (48 and 96 bytes); every point that is read is checked to lie on the curve and in the subgroup of prime order.
 * Nothing here runs in constant time: WebAssembly gives no such promise, and neither do we. Long-lived secrets are used by their holder only.
 * @module
 */
import { loadMcl, mcl, rawModule } from './mcl.ts';

export type Scalar = InstanceType<typeof mcl.Fr>;
export type PointOne = InstanceType<typeof mcl.G1>;
export type PointTwo = InstanceType<typeof mcl.G2>;
export type Target = InstanceType<typeof mcl.GT>;

/** Order of the three groups. */
export const order = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
export const sizeOfOne = 48;
export const sizeOfTwo = 96;
export const sizeOfTarget = 576;
export const sizeOfScalar = 32;

/** Bytes that are no point, no scalar, or a point outside the subgroup. Which of these it was is said to the caller, never over a network. */
export class CurveError extends RangeError {
  constructor(message: string) {
    super(message);
    this.name = 'CurveError';
  }
}

/** The exports of the WebAssembly module that the typed wrapper leaves out: operations on memory in place, and hashing under a chosen tag. */
export interface RawCurve {
  readonly HEAP8: Int8Array;
  readonly HEAP32: Int32Array;
  _malloc(size: number): number;
  _free(position: number): void;
  _mclBnG1_add(result: number, left: number, right: number): void;
  _mclBnG2_add(result: number, left: number, right: number): void;
  _mclBnGT_mul(result: number, left: number, right: number): void;
  _mclBnG1_neg(result: number, value: number): void;
  _mclBnG2_neg(result: number, value: number): void;
  _mclBnGT_inv(result: number, value: number): void;
  _mclBnG1_normalizeVec(result: number, values: number, count: number): void;
  _mclBnG2_normalizeVec(result: number, values: number, count: number): void;
  _mclBn_millerLoopVec(result: number, ones: number, twos: number, count: number): void;
  _mclBn_finalExp(result: number, value: number): void;
  _mclBnG1_hashAndMapToWithDst(result: number, text: number, size: number, tag: number, tagSize: number): number;
  _mclBnGT_isValid(value: number): number;
}
export const rawCurve = (): RawCurve => (rawModule as { readonly mod: RawCurve }).mod;

let ready: Promise<void> | undefined;
/** Loads the curve once. Everything else in this folder works only afterwards. */
export function loadCurve(): Promise<void> {
  ready ??= loadMcl().then(async () => {
    await mcl.init(mcl.BLS12_381);
    mcl.setETHserialization(true);
    mcl.setMapToMode(mcl.IRTF);
    // Membership is checked here, explicitly, so that the reason of a refusal can be told apart.
    mcl.verifyOrderG1(false);
    mcl.verifyOrderG2(false);
  });
  return ready;
}

/** The memory of an element inside the wrapper. */
export const words = (element: object): Uint32Array => (element as { readonly a_: Uint32Array }).a_;

export function scalar(value: bigint): Scalar {
  const result = new mcl.Fr();
  const reduced = ((value % order) + order) % order;
  result.setStr(reduced.toString(16), 16);
  return result;
}
/** A nearly uniform scalar of at least 48 bytes: the bias is below 2^-128. */
export function scalarOfBytes(bytes: Uint8Array): Scalar {
  if (bytes.length < 48) throw new RangeError(`scalar: expected at least 48 bytes, got ${bytes.length}`);
  return scalar(integerOf(bytes));
}
export function integerOf(bytes: Uint8Array): bigint {
  let text = '0x0';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return BigInt(text);
}
export const integerOfScalar = (value: Scalar): bigint => BigInt(`0x${value.getStr(16)}`);

/** RFC 9380 hash to the curve: BLS12381G1_XMD:SHA-256_SSWU_RO_ under the given domain separation tag. */
export function hashToOne(message: Uint8Array, tag: string): PointOne {
  const curve = rawCurve();
  const tagBytes = new TextEncoder().encode(tag);
  const result = new mcl.G1();
  const size = words(result).length * 4;
  const at = curve._malloc(size + message.length + tagBytes.length + 8);
  try {
    curve.HEAP8.set(message, at + size);
    curve.HEAP8.set(tagBytes, at + size + message.length);
    const status = curve._mclBnG1_hashAndMapToWithDst(
      at,
      at + size,
      message.length,
      at + size + message.length,
      tagBytes.length,
    );
    if (status !== 0) throw new CurveError(`hash to curve: status ${status}`);
    words(result).set(new Uint32Array(curve.HEAP32.buffer, at, size / 4));
  } finally {
    curve._free(at);
  }
  return mcl.normalize(result);
}

/** The generators fixed by the curve's specification, compressed. */
const generatorOneBytes =
  '97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb';
const generatorTwoBytes =
  '93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e' +
  '024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8';
export function generatorOne(): PointOne {
  return mcl.deserializeHexStrToG1(generatorOneBytes);
}
export function generatorTwo(): PointTwo {
  return mcl.deserializeHexStrToG2(generatorTwoBytes);
}
/** e(P1, Q1) · e(P2, Q2) · ... with one final exponentiation and shared squarings. */
export function pairingProduct(pairs: readonly (readonly [PointOne, PointTwo])[]): Target {
  const curve = rawCurve();
  const result = new mcl.GT();
  const sizes = { one: 144, two: 288, target: sizeOfTarget };
  const at = curve._malloc(sizes.target + pairs.length * (sizes.one + sizes.two));
  try {
    const ones = at + sizes.target;
    const twos = ones + pairs.length * sizes.one;
    for (const [index, [one, two]] of pairs.entries()) {
      curve.HEAP32.set(words(one), (ones + index * sizes.one) >> 2);
      curve.HEAP32.set(words(two), (twos + index * sizes.two) >> 2);
    }
    curve._mclBn_millerLoopVec(at, ones, twos, pairs.length);
    curve._mclBn_finalExp(at, at);
    words(result).set(new Uint32Array(curve.HEAP32.buffer, at, sizes.target / 4));
  } finally {
    curve._free(at);
  }
  return result;
}
export function sumOfOnes(points: readonly PointOne[]): PointOne {
  let sum = new mcl.G1();
  sum.clear();
  for (const point of points) sum = mcl.add(sum, point);
  return sum;
}

/** @throws CurveError unless the bytes are the one compressed form of a point of the subgroup that is not the neutral element. */
export function readOne(bytes: Uint8Array, options: { readonly order?: boolean } = {}): PointOne {
  return read(bytes, sizeOfOne, new mcl.G1(), options.order ?? true);
}
export function readTwo(bytes: Uint8Array, options: { readonly order?: boolean } = {}): PointTwo {
  return read(bytes, sizeOfTwo, new mcl.G2(), options.order ?? true);
}
function read<P extends PointOne | PointTwo>(bytes: Uint8Array, size: number, point: P, checkOrder: boolean): P {
  if (bytes.length !== size) throw new CurveError(`point: expected ${size} bytes, got ${bytes.length}`);
  // Bit 7: compressed. Bit 6: the neutral element, which no honest key or ciphertext holds.
  if (((bytes[0] ?? 0) & 0xc0) !== 0x80)
    throw new CurveError('point: expected a compressed point other than the neutral element');
  try {
    point.deserialize(bytes);
  } catch {
    throw new CurveError('point: not on the curve');
  }
  if (point.isZero()) throw new CurveError('point: the neutral element');
  if (checkOrder) requireOrder(point);
  return point;
}
export function requireOrder(point: PointOne | PointTwo): void {
  if (!point.isValidOrder()) throw new CurveError('point: outside the subgroup of prime order');
}
/** @throws CurveError unless the element has the right order and is not 1. */
export function readTarget(bytes: Uint8Array): Target {
  if (bytes.length !== sizeOfTarget)
    throw new CurveError(`target element: expected ${sizeOfTarget} bytes, got ${bytes.length}`);
  const result = new mcl.GT();
  try {
    result.deserialize(bytes);
  } catch {
    throw new CurveError('target element: a coordinate is too large');
  }
  const curve = rawCurve();
  const at = curve._malloc(sizeOfTarget);
  try {
    curve.HEAP32.set(words(result), at >> 2);
    if (result.isZero() || result.isOne() || curve._mclBnGT_isValid(at) !== 1)
      throw new CurveError('target element: outside the subgroup of prime order');
  } finally {
    curve._free(at);
  }
  return result;
}
