/**
 * Encryption under attacks. Every attack is run on the true scheme, where it must fail, and on a broken one, where it must succeed.
 */
import {
  createAuthority,
  decapsulate,
  decapsulateAsAuthority,
  encapsulate,
  type HolderKey,
  inEpochs,
  isGenuineKey,
  issueHolderKey,
  loadCurve,
  mergeUpdate,
  OpenError,
  PolicyNotMet,
  scalarOfBytes,
} from '@hedun/exchange/abe';
import { type Attribute, atomTree, compileSpan, parsePolicy } from '@hedun/exchange/policy';
import { bls12_381 as noble } from '@noble/curves/bls12-381.js';
import mcl from 'mcl-wasm';
import { beforeAll, expect, test } from 'vitest';
import { hashToOne, order, readOne } from '../src/abe/curve.ts';
import { boundContext, fromMessage } from '../src/abe/encapsulation.ts';
import { attributeTag, shareTag } from '../src/abe/hashed.ts';
import { drawer, meets, randomAttributes, randomPolicy } from './helpers.ts';
import { fromPublicData, type Scheme, sharedSecret, trueScheme, withoutCheck, withoutEpochs } from './schemes.ts';

beforeAll(() => loadCurve());
const draw = drawer('encryption');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const word = (text: string): Attribute => {
  const [name = '', value = ''] = text.split(':');
  return { kind: 'word', name, value };
};
const tree = (text: string) => atomTree(parsePolicy(text));
/** What an attacker gets: the key, or nothing. */
const opened = (work: () => Uint8Array): string => {
  try {
    return hex(work());
  } catch {
    return 'refused';
  }
};

test('[X40] whoever meets the policy gets the key, whoever does not gets nothing, for random policies and attributes', () => {
  const scheme = trueScheme(draw.bytes);
  let [met, unmet] = [0, 0];
  for (let round = 0; round < 60; round += 1) {
    const policy = randomPolicy(draw, 2);
    const attributes = randomAttributes(draw);
    const compiled = atomTree(policy);
    const { ciphertext, key } = scheme.encrypt(compiled);
    const holder = scheme.keyOf(`holder ${round}`, attributes);
    if (meets(policy, attributes)) {
      met += 1;
      expect(opened(() => scheme.decrypt(holder, compiled, ciphertext))).toBe(hex(key));
    } else {
      unmet += 1;
      expect(() => scheme.decrypt(holder, compiled, ciphertext)).toThrow(PolicyNotMet);
    }
  }
  expect(met).toBeGreaterThan(5);
  expect(unmet).toBeGreaterThan(5);
});

test('[X41] two encryptions under one policy have nothing in common; nor has the key with anything public', () => {
  const compiled = tree('dept:a and role:b');
  const [one, two] = [trueScheme(draw.bytes), trueScheme(draw.bytes)].map((scheme) => scheme.encrypt(compiled)) as [
    { ciphertext: Uint8Array; key: Uint8Array },
    { ciphertext: Uint8Array; key: Uint8Array },
  ];
  expect(hex(one.ciphertext)).not.toBe(hex(two.ciphertext));
  expect(hex(one.key)).not.toBe(hex(two.key));
});

/** Someone without any attribute, who knows the policy and the ciphertext. */
function attackByNothing(scheme: Scheme): boolean {
  const compiled = tree('dept:a and role:b');
  const { ciphertext, key } = scheme.encrypt(compiled);
  const stranger = scheme.keyOf('stranger', [word('site:c')]);
  // He claims attributes he has no points of: any points of his own will do.
  const [mine] = stranger.atoms.values();
  const claimed = new Map([...stranger.atoms, ['w|dept|a@0', mine], ['w|role|b@0', mine]]) as HolderKey['atoms'];
  return opened(() => scheme.decrypt({ ...stranger, atoms: claimed }, compiled, ciphertext)) === hex(key);
}
test('[X42] without the attributes nothing opens, whatever is claimed', () => {
  expect(attackByNothing(trueScheme(draw.bytes))).toBe(false);
  expect(attackByNothing(fromPublicData(draw.bytes))).toBe(true);
});

/** Two holders, each with half of what the policy asks, put their keys together in every way. */
function attackByCollusion(scheme: Scheme): boolean {
  const compiled = tree('dept:a and (role:b or level>=3)');
  const { ciphertext, key } = scheme.encrypt(compiled);
  const one = scheme.keyOf('one', [word('dept:a')]);
  const two = scheme.keyOf('two', [word('role:b'), { kind: 'number', name: 'level', value: 5 }]);
  const atoms = new Map([...one.atoms, ...two.atoms]);
  const mixtures: HolderKey[] = [
    { ...one, atoms },
    { ...two, atoms },
    { ...one, binding: two.binding, atoms },
    { ...one, root: two.root, atoms },
    { ...one, binding: mcl.add(one.binding, two.binding), root: mcl.add(one.root, two.root), atoms },
    {
      ...one,
      binding: mcl.add(one.binding, two.binding),
      atoms: new Map([...atoms].map(([atom, point]) => [atom, mcl.add(point, point)])),
    },
  ];
  return mixtures.some((mixture) => opened(() => scheme.decrypt(mixture, compiled, ciphertext)) === hex(key));
}
test('[X43] two holders who put their keys together get no further than each alone', () => {
  expect(attackByCollusion(trueScheme(draw.bytes))).toBe(false);
  expect(attackByCollusion(sharedSecret(draw.bytes))).toBe(true);
});

/** A holder whose attribute was revoked, against what was encrypted afterwards. */
function attackAfterRevocation(scheme: Scheme): boolean {
  const compiled = tree('dept:a and role:b');
  const attributes = [word('dept:a'), word('role:b')];
  const revoked = scheme.keyOf('revoked', attributes, {});
  const later = { role: 1 };
  const { ciphertext, key } = scheme.encrypt(compiled, later);
  const kept = scheme.keyOf('kept', attributes, later);
  expect(opened(() => scheme.decrypt(kept, compiled, ciphertext, later))).toBe(hex(key));
  const renamed = new Map([...revoked.atoms].map(([atom, point]) => [atom.replace(/@0$/, '@1'), point]));
  return [revoked, { ...revoked, atoms: new Map([...revoked.atoms, ...renamed]) }].some(
    (each) => opened(() => scheme.decrypt(each, compiled, ciphertext, later)) === hex(key),
  );
}
test('[X44] after the epoch of an attribute was raised, a key of the old epoch opens nothing new', () => {
  expect(attackAfterRevocation(trueScheme(draw.bytes))).toBe(false);
  expect(attackAfterRevocation(withoutEpochs(draw.bytes))).toBe(true);
});

/** Chosen ciphertexts: does any change of the challenge still open, for someone who may ask a holder to decrypt anything else? */
function attackByChange(scheme: Scheme): boolean {
  const compiled = tree('(dept:a and role:b) or site:c');
  const { ciphertext, key } = scheme.encrypt(compiled);
  const holder = scheme.keyOf('holder', [word('dept:a'), word('role:b')]);
  expect(opened(() => scheme.decrypt(holder, compiled, ciphertext))).toBe(hex(key));
  const asks = (bytes: Uint8Array) => opened(() => scheme.decrypt(holder, compiled, bytes)) !== 'refused';
  for (const at of ciphertext.keys()) {
    const changed = Uint8Array.from(ciphertext);
    changed[at] = (changed[at] as number) ^ (1 << draw.below(8));
    if (asks(changed)) return true;
  }
  return false;
}
test('[X45] a ciphertext with one bit changed in any byte is refused, also in the parts the holder does not use', () => {
  expect(attackByChange(trueScheme(draw.bytes))).toBe(false);
  expect(attackByChange(withoutCheck(draw.bytes))).toBe(true);
});

/** Group elements changed so that everything still lies in the groups: adding points, exchanging rows, re-randomising. */
test('[X46] a ciphertext moved inside the groups is refused: negated, added to, exchanged, taken from another', () => {
  const master = createAuthority('groups', draw.bytes);
  const compiled = inEpochs(tree('(dept:a and role:b) or (dept:a and site:c)'), {});
  const context = draw.bytes(9);
  const { ciphertext } = encapsulate(master.parameters, compiled, context, draw.bytes);
  const other = encapsulate(master.parameters, compiled, context, draw.bytes);
  const holder = issueHolderKey(master, { name: 'holder', serial: 1 }, [word('dept:a'), word('role:b')], {});
  expect(() => decapsulate(master.parameters, holder, compiled, context, ciphertext)).not.toThrow();
  // Layout: 3 bytes, h^s, two colours, two rows, masked message, tag.
  const rowAt = 3 + 96 * 3;
  const changes: ((bytes: Uint8Array) => void)[] = [
    (bytes) => bytes.set(mcl.neg(readOne(bytes.slice(rowAt, rowAt + 48))).serialize(), rowAt),
    (bytes) => bytes.set(mcl.dbl(readOne(bytes.slice(rowAt, rowAt + 48))).serialize(), rowAt),
    (bytes) => bytes.copyWithin(rowAt, rowAt + 48, rowAt + 96),
    (bytes) => bytes.set(other.ciphertext.subarray(3, 99), 3),
    (bytes) => bytes.set(other.ciphertext.subarray(99, 195), 99),
    (bytes) => bytes.set(other.ciphertext.subarray(rowAt, rowAt + 48), rowAt),
    (bytes) => bytes.set(other.ciphertext.subarray(-64, -32), bytes.length - 64),
    (bytes) => bytes.set(other.ciphertext.subarray(-32), bytes.length - 32),
  ];
  for (const change of changes) {
    const changed = ciphertext.slice();
    change(changed);
    expect(() => decapsulate(master.parameters, holder, compiled, context, changed)).toThrow(OpenError);
    expect(() => decapsulateAsAuthority(master, compiled, context, changed)).toThrow();
  }
  // Another context, another authority's parameters: the same answer.
  expect(() => decapsulate(master.parameters, holder, compiled, draw.bytes(9), ciphertext)).toThrow(OpenError);
  for (const size of [0, 1, 2, 3, 100, ciphertext.length - 1, ciphertext.length + 1]) {
    const cut = new Uint8Array(size);
    cut.set(ciphertext.subarray(0, size));
    expect(() => decapsulate(master.parameters, holder, compiled, context, cut)).toThrow();
  }
});

test('[X47] a point with a part outside the subgroup is refused although the pairing cannot see that part', () => {
  const master = createAuthority('subgroup', draw.bytes);
  const compiled = inEpochs(tree('dept:a'), {});
  const holder = issueHolderKey(master, { name: 'holder', serial: 1 }, [word('dept:a')], {});
  const { ciphertext } = encapsulate(master.parameters, compiled, new Uint8Array(0), draw.bytes);
  // A point of order 3: on y² = x³ + 4 that is (0, 2).
  const small = new mcl.G1();
  small.deserialize(Uint8Array.from([0x80, ...new Array<number>(47).fill(0)]));
  expect(small.isValid() && !small.isZero() && !small.isValidOrder()).toBe(true);
  const rowAt = 3 + 96 * 2;
  const changed = ciphertext.slice();
  const row = readOne(ciphertext.slice(rowAt, rowAt + 48));
  changed.set(mcl.add(row, small).serialize(), rowAt);
  // The reduced pairing maps it to the same value: without the check it would pass.
  expect(mcl.pairing(mcl.add(row, small), holder.binding).isEqual(mcl.pairing(row, holder.binding))).toBe(true);
  expect(() => decapsulate(master.parameters, holder, compiled, new Uint8Array(0), changed)).toThrow(OpenError);
  // The same where many rows are used and their sum is checked by its order and in the target group.
  const names = Array.from({ length: 6 }, (_, index) => `a${index}:x`);
  const wide = inEpochs(tree(names.map((name) => `(${name} or b:y)`).join(' and ')), {});
  const owner = issueHolderKey(master, { name: 'owner', serial: 1 }, names.map(word), {});
  const second = encapsulate(master.parameters, wide, new Uint8Array(0), draw.bytes).ciphertext;
  expect(() => decapsulate(master.parameters, owner, wide, new Uint8Array(0), second)).not.toThrow();
  const at = 3 + 96 * (1 + (second[2] as number));
  for (let index = 0; index < 2 * names.length; index += 1) {
    const moved = second.slice();
    moved.set(
      mcl.add(readOne(second.slice(at + 48 * index, at + 48 * index + 48)), small).serialize(),
      at + 48 * index,
    );
    expect(() => decapsulate(master.parameters, owner, wide, new Uint8Array(0), moved)).toThrow(OpenError);
  }
});

test('[X48] a sender who writes the rows of others wrongly is found by the thorough check and by the authority', () => {
  const master = createAuthority('sender', draw.bytes);
  const compiled = inEpochs(tree('dept:a or role:b'), {});
  const context = draw.bytes(5);
  const { ciphertext, key } = fromMessage(
    master.parameters,
    compileSpan(compiled, order),
    boundContext(master.parameters, context),
    draw.bytes(32),
    (elements) => ({ ...elements, rows: elements.rows.map((row, index) => (index === 1 ? mcl.dbl(row) : row)) }),
  );
  const [one, other] = ['dept:a', 'role:b'].map((text) =>
    issueHolderKey(master, { name: text, serial: 1 }, [word(text)], {}),
  ) as [HolderKey, HolderKey];
  // Everything the first holder depends on is right; the second holder's row is not.
  expect(hex(decapsulate(master.parameters, one, compiled, context, ciphertext))).toBe(hex(key));
  expect(() => decapsulate(master.parameters, other, compiled, context, ciphertext)).toThrow(OpenError);
  expect(() => decapsulate(master.parameters, one, compiled, context, ciphertext, { thorough: true })).toThrow(
    OpenError,
  );
  expect(() => decapsulateAsAuthority(master, compiled, context, ciphertext)).toThrow(OpenError);
  const honest = encapsulate(master.parameters, compiled, context, draw.bytes);
  for (const holder of [one, other])
    expect(hex(decapsulate(master.parameters, holder, compiled, context, honest.ciphertext, { thorough: true }))).toBe(
      hex(honest.key),
    );
  expect(hex(decapsulateAsAuthority(master, compiled, context, honest.ciphertext))).toBe(hex(honest.key));
});

test('[X49] keys, computed again by @noble/curves, satisfy the equations of the paper', () => {
  const master = createAuthority('equations', draw.bytes);
  const key = issueHolderKey(master, { name: 'holder', serial: 7 }, [word('dept:a')], {});
  const alpha = BigInt(`0x${master.alpha.getStr(16)}`);
  const { G1, G2 } = noble;
  const one = (point: { serialize(): Uint8Array }) => G1.Point.fromBytes(point.serialize());
  const two = (point: { serialize(): Uint8Array }) => G2.Point.fromBytes(point.serialize());
  const b = one(hashToOne(new Uint8Array(0), shareTag));
  // e(root, h) = e(g, h)^alpha · e(b, h^r)
  const root = noble.pairingBatch([
    { g1: one(key.root), g2: G2.Point.BASE },
    { g1: G1.Point.BASE.multiply(alpha).negate(), g2: G2.Point.BASE },
    { g1: b.negate(), g2: two(key.binding) },
  ]);
  expect(noble.fields.Fp12.eql(root, noble.fields.Fp12.ONE)).toBe(true);
  for (const [atom, point] of key.atoms) {
    const hashed = one(hashToOne(new TextEncoder().encode(atom), attributeTag));
    const equal = noble.pairingBatch([
      { g1: one(point), g2: G2.Point.BASE },
      { g1: hashed.negate(), g2: two(key.binding) },
    ]);
    expect(noble.fields.Fp12.eql(equal, noble.fields.Fp12.ONE)).toBe(true);
  }
});

test('[X50] a holder finds out whether a key is genuine; keys of one holder fit together, of two serials they do not', () => {
  const master = createAuthority('genuine', draw.bytes);
  const weights = () => scalarOfBytes(draw.bytes(48));
  const first = issueHolderKey(master, { name: 'holder', serial: 1 }, [word('dept:a')], {});
  const more = issueHolderKey(master, { name: 'holder', serial: 1 }, [word('role:b')], {});
  const whole = mergeUpdate(first, more);
  expect(isGenuineKey(master.parameters, whole, weights)).toBe(true);
  const compiled = inEpochs(tree('dept:a and role:b'), {});
  const { ciphertext, key } = encapsulate(master.parameters, compiled, new Uint8Array(0), draw.bytes);
  expect(opened(() => decapsulate(master.parameters, whole, compiled, new Uint8Array(0), ciphertext))).toBe(hex(key));
  const next = issueHolderKey(master, { name: 'holder', serial: 2 }, [word('role:b')], {});
  expect(() => mergeUpdate(first, next)).toThrow('expected one for');
  const forced = { ...first, atoms: new Map([...first.atoms, ...next.atoms]) };
  expect(isGenuineKey(master.parameters, forced, weights)).toBe(false);
  expect(opened(() => decapsulate(master.parameters, forced, compiled, new Uint8Array(0), ciphertext))).toBe('refused');
  expect(isGenuineKey(master.parameters, { ...whole, root: mcl.dbl(whole.root) }, weights)).toBe(false);
  const stranger = createAuthority('genuine', draw.bytes);
  expect(isGenuineKey(stranger.parameters, whole, weights)).toBe(false);
});
