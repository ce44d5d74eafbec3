import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCertificate, sha256Hex } from '../src/contracts/index.ts';
import { addressOfDidWeb, compressPoint, didKeyOf, documentOfDidKey, parseDidKey } from '../src/identity/index.ts';
import {
  compareUtf8,
  cosignNote,
  formatCheckpoint,
  fromBase64,
  fromHex,
  isConsistent,
  MerkleTree,
  parseCheckpoint,
  parseKey,
  rootFromInclusion,
  signNote,
  toBase64,
  toHex,
  utf8,
  verifyNote,
  WorldState,
} from '../src/ledger/index.ts';
import { batchPaths } from '../src/ledger/merkle.ts';
import { crypto, noon, noteSigner, person, sha256 } from './ledger-world.ts';

/** The tree of the reference implementation of RFC 6962 (certificate-transparency, merkletree tests). */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('[L1] the roots of the published tree of eight leaves come out', () => {
  const tree = new MerkleTree(sha256);
  expect(toHex(tree.root())).toBe(createHash('sha256').digest('hex'));
  for (const [index, leaf] of leaves.entries()) {
    tree.append(fromHex(leaf));
    expect(toHex(tree.root())).toBe(roots[index]);
  }
  for (const [index, root] of roots.entries()) expect(toHex(tree.root(index + 1))).toBe(root);
  // Published paths: leaf 0 of 8, leaf 5 of 8, and consistency of 6 with 8.
  expect(tree.inclusion(0, 8).map(toHex)).toEqual([
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  ]);
  expect(tree.consistency(6, 8).map(toHex)).toEqual([
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ]);
});

test('[L1] every leaf of every size proves its place, and no other leaf or place does', () => {
  const tree = new MerkleTree(sha256);
  const hashes: Uint8Array[] = [];
  for (let size = 1; size <= 40; size += 1) {
    hashes.push(tree.append(utf8(`leaf ${size}`)));
    for (let index = 0; index < size; index += 1) {
      const path = tree.inclusion(index);
      expect(toHex(rootFromInclusion(sha256, index, size, hashes[index]!, path)!)).toBe(toHex(tree.root()));
      const wrong = rootFromInclusion(sha256, (index + 1) % size, size, hashes[index]!, path);
      if (size > 1 && wrong) expect(toHex(wrong)).not.toBe(toHex(tree.root()));
      expect(rootFromInclusion(sha256, index, size, hashes[index]!, [...path, hashes[0]!])).toBeNull();
    }
  }
});

test('[L1] the tree of a batch is the same tree, for every size', () => {
  for (let size = 1; size <= 33; size += 1) {
    const hashes = Array.from({ length: size }, (_, index) => sha256(utf8(`member ${index}`)));
    const tree = new MerkleTree(sha256);
    for (const each of hashes) tree.appendHash(each);
    const { root, paths } = batchPaths(sha256, hashes);
    expect(toHex(root)).toBe(toHex(tree.root()));
    expect(paths.map((path) => path.map(toHex))).toEqual(hashes.map((_, index) => tree.inclusion(index).map(toHex)));
  }
});

test('[L2] every smaller tree is consistent with every larger one, and a rewritten one with none', () => {
  const [tree, other] = [new MerkleTree(sha256), new MerkleTree(sha256)];
  for (let size = 1; size <= 32; size += 1) {
    tree.append(utf8(`leaf ${size}`));
    other.append(utf8(size === 3 ? 'rewritten' : `leaf ${size}`));
  }
  for (let second = 1; second <= 32; second += 1)
    for (let first = 0; first <= second; first += 1) {
      const proof = first === 0 ? [] : tree.consistency(first, second);
      const [before, after] = [
        { size: first, root: tree.root(first) },
        { size: second, root: tree.root(second) },
      ];
      expect(isConsistent(sha256, before, after, proof)).toBe(true);
      if (first >= 3) expect(isConsistent(sha256, { size: first, root: other.root(first) }, after, proof)).toBe(false);
      if (proof.length > 0) {
        const bent = [...proof.slice(1), proof[0]!.map((byte) => byte ^ 1)];
        expect(isConsistent(sha256, before, after, bent)).toBe(false);
      }
    }
});

test('[L2] a block that could not be written leaves no trace in the tree', () => {
  const tree = new MerkleTree(sha256);
  for (let i = 0; i < 21; i += 1) tree.append(utf8(`leaf ${i}`));
  const before = toHex(tree.root());
  for (let i = 0; i < 50; i += 1) tree.append(utf8(`lost ${i}`));
  tree.truncate(21);
  expect([tree.size, toHex(tree.root())]).toEqual([21, before]);
  tree.append(utf8('leaf 21'));
  const fresh = new MerkleTree(sha256);
  for (let i = 0; i < 22; i += 1) fresh.append(utf8(`leaf ${i}`));
  expect(toHex(tree.root())).toBe(toHex(fresh.root()));
});

test('[L3] the published signed note of the Go checksum database verifies, and not with a letter changed', () => {
  const key = parseKey(sha256, 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  const note =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  expect(verifyNote(sha256, crypto.verifyEd25519, note, [key]).signers).toEqual([key]);
  expect(() => verifyNote(sha256, crypto.verifyEd25519, note.replace('your', 'our'), [key])).toThrow('does not hold');
});

test('[L3] a checkpoint carries the log and its witnesses; each signature is under its own key and kind', () => {
  const [log, witness, stranger] = [
    noteSigner('power.example/log', 'log'),
    noteSigner('witness.example', 'witness'),
    noteSigner('stranger.example', 'witness'),
  ];
  const checkpoint = { origin: 'power.example/log', size: 8, root: fromHex(roots[7]!) };
  const signed = signNote(sha256, formatCheckpoint(checkpoint), log.key, log.sign);
  const note = cosignNote(sha256, signed, witness.key, witness.sign, noon);
  const { body, signers, cosignatures } = verifyNote(sha256, crypto.verifyEd25519, note, [
    log.key,
    witness.key,
    stranger.key,
  ]);
  expect(parseCheckpoint(body)).toEqual(checkpoint);
  expect(signers).toEqual([log.key, witness.key]);
  expect(cosignatures).toEqual([{ name: 'witness.example', seconds: noon }]);
  expect(parseKey(sha256, witness.text)).toEqual(witness.key);
  // The time is under the signature too.
  const later = cosignNote(
    sha256,
    signed,
    witness.key,
    () => fromBase64(note.split(' ').at(-1)!.trim()).slice(12),
    noon + 1,
  );
  expect(() => verifyNote(sha256, crypto.verifyEd25519, later, [log.key, witness.key])).toThrow('does not hold');
});

test('[L4] keys stand in the order of their UTF-8 bytes, above U+FFFF too', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
    { numRuns: 2000 },
  );
  expect(compareUtf8('\uffff', '\u{10000}')).toBeLessThan(0);
  expect('\uffff' < '\u{10000}').toBe(false);
});

test('[L4] the state answers ranges as a sorted list would, through inserts and deletions', () => {
  // Only plain names, for which the engine's own order is taken, or any.
  const wide = fc.string({ unit: fc.constantFrom('a', 'b', '\u0000', '\uffff', '\u{1f6e1}'), maxLength: 4 });
  const plainOnly = fc.string({ unit: fc.constantFrom('a', 'b', '\u0000', '度'), maxLength: 4 });
  const key = fc.oneof(wide, plainOnly);
  const steps = (names: typeof wide) => fc.array(fc.tuple(names, fc.boolean()), { maxLength: 300 });
  void fc.assert(
    fc.property(fc.oneof(steps(wide), steps(plainOnly)), key, key, (steps, from, to) => {
      const [state, plain] = [new WorldState(), new Map<string, number>()];
      for (const [at, [name, put]] of steps.entries()) {
        // A range puts what is new into its place: in between, as at the end.
        if (at % 37 === 36) expect([...state.range(from, to)].length).toBeLessThanOrEqual(plain.size);
        if (put) {
          state.put(name, utf8(name), at);
          plain.set(name, at);
        } else {
          state.delete(name);
          plain.delete(name);
        }
      }
      const expected = [...plain]
        .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .filter(([name]) => compareUtf8(name, from) >= 0 && (to === '' || compareUtf8(name, to) < 0));
      expect(Array.from(state.range(from, to), ([name, { version }]) => [name, version])).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('[L4] the ordered index splits and stays ordered with thousands of keys', () => {
  const state = new WorldState();
  for (let i = 0; i < 5000; i += 1) {
    state.put(`key ${(i * 7919) % 5000}`, utf8(''), i);
    if (i % 91 === 90) expect([...state.range('', '')]).toHaveLength(i + 1);
  }
  const keys = Array.from(state.range('', ''), ([key]) => key);
  expect(keys.length).toBe(5000);
  expect(keys).toEqual([...keys].sort());
});

test('[L5] SHA-256 of the contracts is SHA-256', () => {
  // FIPS 180-4 examples.
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256Hex('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
  void fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
    }),
  );
});

test('[L6] a contract reads from a certificate what OpenSSL reads', async () => {
  const { X509Certificate } = await import('node:crypto');
  const someone = await person('张三', 'Org1', { from: noon - 10, to: noon + 20 });
  const [ours, theirs] = [readCertificate(someone.certificate), new X509Certificate(someone.certificate)];
  expect(ours.serial).toBe(theirs.serialNumber.toLowerCase());
  expect([ours.notBefore, ours.notAfter]).toEqual([noon - 10, noon + 20]);
  expect([theirs.validFromDate.getTime() / 1000, theirs.validToDate.getTime() / 1000]).toEqual([noon - 10, noon + 20]);
  expect([ours.subject, ours.issuer]).toEqual(['张三', 'ca.Org1']);
  expect(ours.publicKey).toBe(theirs.publicKey.export({ format: 'der', type: 'spki' }).toString('hex'));
});

test('[L6] a certificate cut short or bent is a named error, never something else', async () => {
  const { certificate } = await person('bent', 'Org1');
  const text = certificate.replace(/-----[^-]+-----|\s/g, '');
  const wrap = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  expect(() => readCertificate('nothing')).toThrow('certificate.malformed');
  for (let cut = 0; cut < text.length; cut += 4)
    try {
      readCertificate(wrap(text.slice(0, cut)));
    } catch (error) {
      expect(String(error)).toContain('certificate.malformed');
    }
  void fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const der = Buffer.from(text, 'base64');
      der[at % der.length]! ^= flip;
      try {
        readCertificate(wrap(der.toString('base64')));
      } catch (error) {
        expect(String(error)).toContain('certificate.malformed');
      }
    }),
    { numRuns: 2000 },
  );
});

test('[L7] did:key of the published vectors, both ways', () => {
  // The did:key method's own examples: Ed25519 and P-256.
  for (const did of [
    'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
    'did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169',
    'did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv',
  ])
    expect(didKeyOf(parseDidKey(did))).toBe(did);
  expect(parseDidKey('did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169').type).toBe('P-256');
  expect(documentOfDidKey('did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK').id).toContain('z6Mkha');
  expect(() => parseDidKey('did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme')).toThrow('expected');
  expect(compressPoint(Uint8Array.of(4, ...new Uint8Array(63), 3)).at(0)).toBe(3);
});

test('[L7] did:web leads to its document as the method says', () => {
  expect(addressOfDidWeb('did:web:w3c-ccg.github.io')).toBe('https://w3c-ccg.github.io/.well-known/did.json');
  expect(addressOfDidWeb('did:web:w3c-ccg.github.io:user:alice')).toBe('https://w3c-ccg.github.io/user/alice/did.json');
  expect(addressOfDidWeb('did:web:example.com%3A3000:user:alice')).toBe('https://example.com:3000/user/alice/did.json');
  for (const did of ['did:web:', 'did:web:a/b', 'did:web:example.com:..:x', 'did:web:user@host'])
    expect(() => addressOfDidWeb(did)).toThrow('did:web');
});

test('[L3] base64 has one text for one value', () => {
  expect(toBase64(fromBase64('AA=='))).toBe('AA==');
  for (const text of ['AB==', 'A', 'AA=', 'AA==AA==', '!!!!']) expect(() => fromBase64(text)).toThrow('base64');
});
