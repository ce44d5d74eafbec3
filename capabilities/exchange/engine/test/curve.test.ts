/**
 * The curve against what others published and computed: RFC 9380, and @noble/curves.
 */
import { createHash } from 'node:crypto';
import { bls12_381 as noble } from '@noble/curves/bls12-381.js';
import mcl from 'mcl-wasm';
import { beforeAll, expect, test } from 'vitest';
import {
  CurveError,
  generatorOne,
  generatorTwo,
  hashToOne,
  loadCurve,
  order,
  pairingProduct,
  readOne,
  readTarget,
  readTwo,
  scalar,
} from '../src/abe/curve.ts';
import { FixedBase } from '../src/abe/fixed-base.ts';
import { attributeTag, shareTag } from '../src/abe/hashed.ts';
import { drawer } from './helpers.ts';

beforeAll(() => loadCurve());
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const utf8 = (text: string) => new TextEncoder().encode(text);
const draw = drawer('curve');
const number = () => BigInt(`0x${hex(draw.bytes(31))}`) + 1n;

// RFC 9380, appendix J.9.1, suite BLS12381G1_XMD:SHA-256_SSWU_RO_.
const rfcTag = 'QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_';
test.each([
  [
    '',
    '052926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1',
    '08ba738453bfed09cb546dbb0783dbb3a5f1f566ed67bb6be0e8c67e2e81a4cc68ee29813bb7994998f3eae0c9c6a265',
  ],
  [
    'abc',
    '03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903',
    '0b9c15f3fe6e5cf4211f346271d7b01c8f3b28be689c8429c85b67af215533311f0b8dfaaa154fa6b88176c229f2885d',
  ],
  [
    'abcdef0123456789',
    '11e0b079dea29a68f0383ee94fed1b940995272407e3bb916bbf268c263ddd57a6a27200a784cbc248e84f357ce82d98',
    '03a87ae2caf14e8ee52e51fa2ed8eefe80f02457004ba4d486d6aa1f517c0889501dc7413753f9599b099ebcbbd2d709',
  ],
])('[X20] “%s” is hashed to the point RFC 9380 prints', (message, x, y) => {
  const point = hashToOne(utf8(message), rfcTag);
  expect(point.getX().getStr(16).padStart(96, '0')).toBe(x);
  expect(point.getY().getStr(16).padStart(96, '0')).toBe(y);
});

test('[X20] the tags of attributes and of the share base are our own, and give what @noble/curves gives', () => {
  for (const tag of [attributeTag, shareTag])
    for (const message of ['', 'w|dept|dispatch@0', 'n|级别|b3=1@7']) {
      const theirs = noble.G1.hashToCurve(utf8(message), { DST: tag });
      expect(hex(hashToOne(utf8(message), tag).serialize())).toBe(theirs.toHex(true));
    }
  expect(hashToOne(utf8('a'), attributeTag).isEqual(hashToOne(utf8('a'), shareTag))).toBe(false);
});

test('[X21] points, multiples and sums are those of @noble/curves, in the same compressed bytes', () => {
  expect(hex(generatorOne().serialize())).toBe(noble.G1.Point.BASE.toHex(true));
  expect(hex(generatorTwo().serialize())).toBe(noble.G2.Point.BASE.toHex(true));
  for (let round = 0; round < 5; round += 1) {
    const [a, b] = [number(), number()];
    expect(hex(mcl.mul(generatorOne(), scalar(a)).serialize())).toBe(noble.G1.Point.BASE.multiply(a).toHex(true));
    expect(hex(mcl.mul(generatorTwo(), scalar(b)).serialize())).toBe(noble.G2.Point.BASE.multiply(b).toHex(true));
  }
  expect(order).toBe(noble.fields.Fr.ORDER);
});

test('[X22] the product of pairings is bilinear, and is 1 exactly where the pairing of @noble/curves is 1', () => {
  const [a, b] = [number(), number()];
  const [P, Q] = [generatorOne(), generatorTwo()];
  const left = pairingProduct([[mcl.mul(P, scalar(a)), mcl.mul(Q, scalar(b))]]);
  expect(left.isEqual(mcl.pow(pairingProduct([[P, Q]]), scalar(a * b)))).toBe(true);
  const good: [bigint, bigint][] = [
    [a, b],
    [order - ((a * b) % order), 1n],
  ];
  const bad: [bigint, bigint][] = [
    [a, b],
    [order - ((a * b) % order), 2n],
  ];
  for (const [pairs, isOne] of [
    [good, true],
    [bad, false],
  ] as const) {
    const mine = pairingProduct(pairs.map(([x, y]) => [mcl.mul(P, scalar(x)), mcl.mul(Q, scalar(y))]));
    expect(mine.isOne()).toBe(isOne);
    const theirs = noble.pairingBatch(
      pairs.map(([x, y]) => ({ g1: noble.G1.Point.BASE.multiply(x % order), g2: noble.G2.Point.BASE.multiply(y) })),
    );
    expect(noble.fields.Fp12.eql(theirs, noble.fields.Fp12.ONE)).toBe(isOne);
  }
});

test('[X23] a table of windows gives the multiples that multiplication gives, at the edges too', () => {
  const edges = [0n, 1n, 2n, 127n, 128n, 129n, 255n, 256n, order - 1n, order - 128n, 2n ** 254n];
  const target = pairingProduct([[generatorOne(), generatorTwo()]]);
  for (const bits of [5, 8]) {
    const [one, two, three] = [
      new FixedBase(generatorOne(), bits),
      new FixedBase(generatorTwo(), bits),
      new FixedBase(target, bits),
    ];
    for (const value of [...edges, ...edges, number(), number()]) {
      const factor = scalar(value);
      expect(one.times(factor).isEqual(mcl.mul(generatorOne(), factor))).toBe(true);
      expect(two.times(factor).isEqual(mcl.mul(generatorTwo(), factor))).toBe(true);
      expect(three.times(factor).isEqual(mcl.pow(target, factor))).toBe(true);
    }
    for (const each of [one, two, three]) each.dispose();
  }
});

/** A point on the curve y² = x³ + 4 outside the subgroup: what a subgroup attack sends. */
function foreignOne(): Uint8Array {
  for (let seed = 0; ; seed += 1) {
    const bytes = Uint8Array.from(createHash('sha384').update(`foreign ${seed}`).digest());
    bytes[0] = ((bytes[0] as number) & 0x0f) | 0x80;
    try {
      readOne(bytes, { order: false });
      return bytes;
    } catch {}
  }
}
function foreignTwo(): Uint8Array {
  for (let seed = 0; ; seed += 1) {
    const half = () => createHash('sha384').update(`foreign ${seed++}`).digest();
    const bytes = Uint8Array.from(Buffer.concat([half(), half()]));
    bytes[0] = ((bytes[0] as number) & 0x0f) | 0x80;
    bytes[48] = (bytes[48] as number) & 0x0f;
    try {
      readTwo(bytes, { order: false });
      return bytes;
    } catch {}
  }
}

test('[X24] points outside the subgroup, off the curve, neutral or in another form are refused; @noble/curves agrees', () => {
  const [one, two] = [foreignOne(), foreignTwo()];
  expect(() => readOne(one)).toThrow('outside the subgroup');
  expect(() => readTwo(two)).toThrow('outside the subgroup');
  expect(() => noble.G1.Point.fromBytes(one).assertValidity()).toThrow();
  expect(() => noble.G2.Point.fromBytes(two).assertValidity()).toThrow();
  const zero = new Uint8Array(48);
  zero[0] = 0xc0;
  expect(() => readOne(zero)).toThrow('neutral');
  expect(() => readOne(noble.G1.Point.BASE.toBytes(false))).toThrow('48 bytes');
  const uncompressed = generatorOne().serialize();
  uncompressed[0] = (uncompressed[0] as number) & 0x7f;
  expect(() => readOne(uncompressed)).toThrow('compressed');
  // x = p + 1 stands for 1 and is no canonical coordinate.
  const large = Uint8Array.from(Buffer.from((noble.fields.Fp.ORDER + 4n).toString(16).padStart(96, '0'), 'hex'));
  large[0] = (large[0] as number) | 0x80;
  expect(() => readOne(large)).toThrow(CurveError);
  let onCurve = 0;
  for (let round = 0; round < 200; round += 1) {
    const bytes = draw.bytes(48);
    bytes[0] = ((bytes[0] as number) & 0x1f) | 0x80;
    expect(() => readOne(bytes)).toThrow(CurveError);
    try {
      readOne(bytes, { order: false });
      onCurve += 1;
    } catch {}
  }
  expect(onCurve).toBeGreaterThan(20);
});

test('[X24] an element of the target field outside the group of the right order is refused', () => {
  const good = pairingProduct([[generatorOne(), generatorTwo()]]).serialize();
  expect(readTarget(good).serialize()).toEqual(good);
  for (let round = 0; round < 40; round += 1) {
    const bytes = good.slice();
    const at = draw.below(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << draw.below(8));
    expect(() => readTarget(bytes)).toThrow(CurveError);
  }
  const one = new mcl.GT();
  one.setInt(1);
  expect(() => readTarget(one.serialize())).toThrow(CurveError);
  expect(() => readTarget(new Uint8Array(576))).toThrow(CurveError);
});
