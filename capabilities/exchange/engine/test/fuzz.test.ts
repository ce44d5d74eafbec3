/**
 * Mutated inputs against every parser of the cryptographic part: 130,000 in one run. Each is either refused with one of our named errors, or
 * it is read, and then what was read is written back to the same bytes: no second spelling, no crash, no foreign error.
 */
import {
  CurveError,
  createAuthority,
  decapsulate,
  encapsulate,
  FormatError,
  inEpochs,
  issueHolderKey,
  loadCurve,
  OpenError,
  PolicyNotMet,
  readHolderKey,
  readMaster,
  readParameters,
  writeHolderKey,
  writeMaster,
  writeParameters,
} from '@hedun/exchange/abe';
import { buildDag, ContentError, readDag } from '@hedun/exchange/content';
import { nationalCipher, openStream, readHeader, StreamError, sealHeader, sealStream } from '@hedun/exchange/envelope';
import { atomTree, formatPolicy, PolicyError, parsePolicy } from '@hedun/exchange/policy';
import { sha256 } from '@noble/hashes/sha2.js';
import { beforeAll, expect, test } from 'vitest';
import { type Drawer, drawer, randomPolicy } from './helpers.ts';

beforeAll(() => loadCurve());
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** One to four changes: bits, bytes, pieces taken out, doubled, exchanged, extreme lengths. */
function mutate(bytes: Uint8Array, draw: Drawer): Uint8Array {
  let result = Uint8Array.from(bytes);
  for (let changes = 1 + draw.below(4); changes > 0; changes -= 1) {
    const at = draw.below(result.length + 1);
    const size = draw.below(9);
    switch (draw.below(7)) {
      case 0:
        result[at] = (result[at] ?? 0) ^ (1 << draw.below(8));
        break;
      case 1:
        result[at] = draw.below(256);
        break;
      case 2:
        result = Uint8Array.from([...result.subarray(0, at), ...result.subarray(at + size)]);
        break;
      case 3:
        result = Uint8Array.from([...result.subarray(0, at), ...draw.bytes(size), ...result.subarray(at)]);
        break;
      case 4:
        result = result.slice(0, at);
        break;
      case 5:
        result.set([0xff, 0xff, 0xff, 0xff].slice(0, Math.max(0, result.length - at)), at);
        break;
      default:
        result.copyWithin(at, draw.below(result.length + 1), draw.below(result.length + 1));
    }
  }
  return result;
}
/** Runs the parser on mutated forms. @returns how many were read and how many refused */
async function fuzz(
  name: string,
  count: number,
  forms: readonly Uint8Array[],
  read: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>,
  errors: readonly (new (...args: never[]) => Error)[],
) {
  const draw = drawer(`fuzz ${name}`);
  let [accepted, refused] = [0, 0];
  for (let round = 0; round < count; round += 1) {
    const input = mutate(draw.pick(forms), draw);
    try {
      const written = await read(input);
      accepted += 1;
      if (Buffer.compare(written, input) !== 0) throw new Error(`${name}: two forms of one thing: ${hex(input)}`);
    } catch (error) {
      if (!errors.some((kind) => error instanceof kind))
        throw new Error(`${name}: ${hex(input)}: ${error}`, { cause: error });
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(count * 0.1);
  return { accepted, refused };
}
const utf8 = (text: string) => new TextEncoder().encode(text);

test('[X80] 50,000 mutated policies', async () => {
  const draw = drawer('policies');
  const forms = Array.from({ length: 300 }, () => utf8(formatPolicy(randomPolicy(draw, 3))));
  const { accepted } = await fuzz(
    'policy',
    50_000,
    forms,
    (bytes) => {
      const policy = parsePolicy(new TextDecoder().decode(bytes));
      const text = formatPolicy(policy);
      // A text may be written in many ways; its canonical form reads back to the same tree.
      expect(formatPolicy(parsePolicy(text))).toBe(text);
      return bytes;
    },
    [PolicyError],
  );
  expect(accepted).toBeGreaterThan(1_000);
}, 240_000);

test('[X80] 20,000 mutated keys, masters and parameters', async () => {
  const draw = drawer('keys');
  const master = createAuthority('局', draw.bytes);
  const key = issueHolderKey(master, { name: 'h', serial: 1 }, [{ kind: 'word', name: 'dept', value: 'a' }], {});
  await fuzz('holder key', 12_000, [writeHolderKey(key)], (bytes) => writeHolderKey(readHolderKey(bytes)), [
    FormatError,
    CurveError,
  ]);
  await fuzz(
    'parameters',
    6_000,
    [writeParameters(master.parameters)],
    (bytes) => writeParameters(readParameters(bytes)),
    [FormatError, CurveError],
  );
  await fuzz('master', 2_000, [writeMaster(master)], (bytes) => writeMaster(readMaster(bytes)), [
    FormatError,
    CurveError,
  ]);
}, 240_000);

test('[X80] 2,000 mutated ciphertexts: none opens', async () => {
  const draw = drawer('ciphertexts');
  const master = createAuthority('局', draw.bytes);
  const tree = inEpochs(atomTree(parsePolicy('(dept:a and role:b) or site:c')), {});
  const key = issueHolderKey(
    master,
    { name: 'h', serial: 1 },
    [
      { kind: 'word', name: 'dept', value: 'a' },
      { kind: 'word', name: 'role', value: 'b' },
    ],
    {},
  );
  const { ciphertext } = encapsulate(master.parameters, tree, new Uint8Array(1), draw.bytes);
  await fuzz(
    'ciphertext',
    2_000,
    [ciphertext],
    (bytes) => {
      decapsulate(master.parameters, key, tree, new Uint8Array(1), bytes);
      // Only a mutation that changed nothing may come here; fuzz() compares with the true form.
      return ciphertext;
    },
    [FormatError, CurveError, OpenError, PolicyNotMet],
  );
}, 240_000);

test('[X80] 20,000 mutated headers', async () => {
  const draw = drawer('headers');
  const master = createAuthority('局', draw.bytes);
  const forms = ['dept:a', '(部门:调度 and level>=3) or 2 of (a:1, b:2, c:3)'].map((policy) =>
    sealHeader(
      master.parameters,
      { policy, epochs: {}, suite: 'aes-256-gcm', object: draw.bytes(16), prefix: draw.bytes(7) },
      draw.bytes(32),
      draw.bytes,
    ),
  );
  await fuzz(
    'header',
    20_000,
    forms,
    (bytes) => {
      readHeader(bytes);
      return bytes;
    },
    [FormatError, PolicyError],
  );
}, 240_000);

test('[X80] 20,000 mutated sealed streams: what comes out is a beginning of the file', async () => {
  const draw = drawer('streams');
  const plain = draw.bytes(700);
  const cipher = nationalCipher(draw.bytes(32));
  const prefix = draw.bytes(7);
  const parts: Uint8Array[] = [];
  for await (const part of sealStream([plain], cipher, prefix, 160)) parts.push(part);
  await fuzz(
    'stream',
    20_000,
    [Buffer.concat(parts)],
    async (bytes) => {
      let given = 0;
      for await (const part of openStream([bytes], cipher, prefix, 160)) {
        expect(Buffer.compare(part, plain.subarray(given, given + part.length))).toBe(0);
        given += part.length;
      }
      expect(given).toBe(plain.length);
      return bytes;
    },
    [StreamError],
  );
}, 240_000);

test('[X80] 20,000 mutated nodes of files', async () => {
  const draw = drawer('nodes');
  const leaves = Array.from({ length: 5 }, () => draw.bytes(10));
  const { nodes } = buildDag(leaves.map((leaf) => ({ digest: sha256(leaf), size: leaf.length })));
  const node = nodes[0]?.bytes as Uint8Array;
  const stored = new Map(leaves.map((leaf) => [hex(sha256(leaf)), leaf]));
  await fuzz(
    'node',
    20_000,
    [node],
    async (bytes) => {
      // The attacker chooses the address too, so that its hash is right.
      const { root } = buildDag([{ digest: sha256(bytes), size: bytes.length }]);
      const asNode = (await import('multiformats/cid')).CID.createV1(
        0x70,
        (await import('multiformats/cid')).CID.parse(root).multihash,
      );
      for await (const _part of readDag(asNode.toString(), (cid) => {
        if (cid === asNode.toString()) return bytes;
        return [...stored.values()].find(
          (leaf) => buildDag([{ digest: sha256(leaf), size: leaf.length }]).root === cid,
        );
      }));
      return bytes;
    },
    [ContentError],
  );
}, 240_000);
