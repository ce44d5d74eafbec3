import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  Chain,
  decodeBlock,
  decodeEntry,
  decodeEnvelope,
  decodeProposal,
  decodeResponse,
  encodeSnapshot,
  type Ordered,
  parseKey,
  readRecord,
  restoreSnapshot,
  splitNote,
  toHex,
  verifyRecord,
} from '../src/ledger/index.ts';
import { crypto, founding, noon, type Person, person, propose, sha256, type World, world } from './ledger-world.ts';

async function history(): Promise<{ ledger: World; admin: Person }> {
  const ledger = world();
  const admin = await person('admin', 'Org1');
  await ledger.submit(
    admin,
    'members:initialise',
    founding('power', 50, [{ ...admin, roles: ['authority', 'supervisor'] }]),
  );
  await ledger.submit(admin, 'attributes:define', JSON.stringify({ id: 'level', title: '级别', kind: 'number' }));
  const grant = () =>
    propose(admin, 'attributes:grant', [JSON.stringify({ attribute: 'level', value: 3, holder: admin.did })]);
  // One valid, one in conflict, one replayed: all three stand in the log.
  const [first, second] = await ledger.order([grant(), grant()]);
  ledger.commit([first!, second!, first!]);
  for (let i = 0; i < 5; i += 1) await ledger.submit(admin, 'access:request', `object-${i}`, '测试');
  return { ledger, admin };
}
const copyOf = (ledger: World) =>
  new Chain({
    channel: 'power',
    policy: ledger.policy,
    crypto,
    origin: ledger.log.key.name,
    readEntry: async (leaf) => ledger.entries[leaf]!,
  });
const stateOf = (chain: Chain) =>
  Array.from(chain.world.range('', ''), ([key, { value, version }]) => [key, toHex(value), version]);

test('[G1] blocks read again give the same state, root, ids and checkpoint', async () => {
  const { ledger } = await history();
  const copy = copyOf(ledger);
  for (const block of ledger.blocks) copy.replay(block);
  expect(stateOf(copy)).toEqual(stateOf(ledger.chain));
  expect(toHex(copy.tree.root())).toBe(toHex(ledger.chain.tree.root()));
  expect([...copy.transactions]).toEqual([...ledger.chain.transactions]);
  expect([copy.height, copy.size, copy.checkpoint]).toEqual([
    ledger.chain.height,
    ledger.chain.size,
    ledger.chain.checkpoint,
  ]);
});

test('[G1] another organisation that validates for itself comes to the same blocks', async () => {
  const { ledger } = await history();
  const follower = copyOf(ledger);
  for (const bytes of ledger.blocks) {
    const { block } = follower.follow(bytes);
    follower.apply(block);
  }
  expect(stateOf(follower)).toEqual(stateOf(ledger.chain));
  // An orderer that calls a conflict valid is not followed.
  const cheat = copyOf(ledger);
  for (const bytes of ledger.blocks.slice(0, 2)) cheat.apply(cheat.follow(bytes).block);
  const bent = Uint8Array.from(ledger.blocks[2]!);
  const text = Buffer.from(bent);
  const at = text.indexOf(Buffer.from('hedun.entry.1'), text.indexOf(Buffer.from('hedun.entry.1')) + 1);
  // Tag, block number and place come before the code.
  bent[at + 'hedun.entry.1'.length + 12] = 0;
  expect(() => cheat.follow(bent)).toThrow('expected root');
  expect([cheat.tree.size, cheat.height]).toEqual([2, 2]);
  cheat.apply(cheat.follow(ledger.blocks[2]!).block);
});

test('[G1] a snapshot gives the same chain, and only with its own bytes', async () => {
  const { ledger, admin } = await history();
  const bytes = encodeSnapshot(sha256, ledger.chain, { offset: 7, blocks: [{ offset: 0, first: 0 }] });
  const copy = copyOf(ledger);
  expect(restoreSnapshot(sha256, copy, bytes)).toEqual({ offset: 7, blocks: [{ offset: 0, first: 0 }] });
  expect(stateOf(copy)).toEqual(stateOf(ledger.chain));
  expect([copy.height, copy.size, toHex(copy.tree.root())]).toEqual([
    ledger.chain.height,
    ledger.chain.size,
    toHex(ledger.chain.tree.root()),
  ]);
  // It goes on where the other stood.
  await ledger.submit(admin, 'access:request', 'later', '快照之后');
  copy.replay(ledger.blocks.at(-1)!);
  expect(toHex(copy.tree.root())).toBe(toHex(ledger.chain.tree.root()));
  for (let at = 0; at < bytes.length; at += 97) {
    const bent = bytes.map((byte, index) => (index === at ? byte ^ 4 : byte));
    expect(() => restoreSnapshot(sha256, copyOf(ledger), bent)).toThrow(RangeError);
  }
});

test('[G4] bent blocks are refused without a trace', async () => {
  const { ledger } = await history();
  const copy = copyOf(ledger);
  copy.replay(ledger.blocks[0]!);
  const before = [copy.height, copy.size, copy.tree.size, stateOf(copy).length];
  const block = ledger.blocks[1]!;
  let refused = 0;
  for (let at = 0; at < block.length - 300; at += 31) {
    const bent = block.map((byte, index) => (index === at ? byte ^ 1 : byte));
    try {
      copy.replay(bent);
      // A flip that no hash covers (the block's time) leaves the content as it was: take it back by starting anew.
      expect(toHex(copy.tree.root())).toBe(toHex(decodeBlock(block).root));
      return;
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      refused += 1;
      expect([copy.height, copy.size, copy.tree.size, stateOf(copy).length]).toEqual(before);
    }
  }
  expect(refused).toBeGreaterThan(0);
});

/** Flips, cuts, insertions and swaps over an honest record. */
const mutation = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('flip', 'cut', 'insert', 'grow', 'zero'),
  byte: fc.integer({ min: 1, max: 255 }),
});
type Mutation = { at: number; kind: string; byte: number };
function mutate(bytes: Uint8Array, { at, kind, byte }: Mutation): Uint8Array {
  const place = at % Math.max(1, bytes.length);
  if (kind === 'cut') return bytes.slice(0, place);
  if (kind === 'insert') return Uint8Array.from([...bytes.slice(0, place), byte, ...bytes.slice(place)]);
  if (kind === 'zero') return bytes.map((each, index) => (index >= place && index < place + 4 ? 0 : each));
  if (kind === 'grow') return bytes.map((each, index) => (index === place - (place % 4) ? 0xff : each));
  return bytes.map((each, index) => (index === place ? each ^ byte : each));
}

test('[G4] twenty thousand mutated records: a named error or a recorded code, the state untouched', async () => {
  const { ledger, admin } = await history();
  const [honest] = await ledger.order([propose(admin, 'access:request', ['object', '变异'])]);
  const envelope = decodeEnvelope(honest!.envelope);
  const entry = ledger.entries[4]!;
  const readers: readonly [Uint8Array, (bytes: Uint8Array) => unknown][] = [
    [envelope.proposal, decodeProposal],
    [envelope.response, decodeResponse],
    [honest!.envelope, decodeEnvelope],
    [entry, decodeEntry],
    [entry, (bytes) => readRecord(sha256, bytes)],
    [ledger.blocks[3]!, decodeBlock],
  ];
  let runs = 0;
  for (const [bytes, read] of readers)
    void fc.assert(
      fc.property(mutation, (change) => {
        runs += 1;
        try {
          read(mutate(bytes, change));
        } catch (error) {
          expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  const before = stateOf(ledger.chain).length;
  let valid = 0;
  void fc.assert(
    fc.property(mutation, (change) => {
      runs += 1;
      const ordered: Ordered = { ...honest!, envelope: mutate(honest!.envelope, change) };
      if (Buffer.compare(ordered.envelope, honest!.envelope) === 0) return;
      const { block, committed } = ledger.chain.prepare([ordered], noon * 1000);
      ledger.chain.discard(block);
      if (committed[0]?.code === 'VALID') valid += 1;
    }),
    { numRuns: 2000 },
  );
  expect(runs).toBeGreaterThanOrEqual(20_000);
  expect([valid, stateOf(ledger.chain).length]).toEqual([0, before]);
}, 240_000);

test('[G4] mutated proofs, notes and keys never verify', async () => {
  const { ledger } = await history();
  const trust = { origin: ledger.log.key.name, logKey: ledger.log.text, witnessKeys: [], quorum: 0 };
  const proof = {
    leaf: 4,
    entry: Buffer.from(ledger.entries[4]!).toString('base64'),
    path: ledger.chain.tree.inclusion(4).map((step) => Buffer.from(step).toString('base64')),
    checkpoint: ledger.chain.checkpoint,
  };
  expect(verifyRecord(crypto, trust, proof).entry.index).toBe(2);
  const letters = fc.constantFrom(...'ABCxyz019+/=\n— ');
  void fc.assert(
    fc.property(fc.nat(), letters, fc.constantFrom('entry', 'checkpoint', 'path'), (at, letter, part) => {
      const text = part === 'path' ? proof.path[0]! : proof[part as 'entry' | 'checkpoint'];
      const place = at % text.length;
      const bent = text.slice(0, place) + letter + text.slice(place + 1);
      if (bent === text) return;
      const changed = part === 'path' ? { ...proof, path: [bent, ...proof.path.slice(1)] } : { ...proof, [part]: bent };
      expect(() => verifyRecord(crypto, trust, changed)).toThrow(/expected/);
    }),
    { numRuns: 1500 },
  );
  for (const text of ['', 'x', 'a+b+c', `${ledger.log.text}A`, ledger.log.text.replace('+', '-')])
    expect(() => parseKey(sha256, text)).toThrow('expected');
  for (const text of ['', '\n\n— ', 'a\n\n— b\n', 'x'.repeat(70_000)])
    expect(() => splitNote(text)).toThrow('expected');
});

test.each(['embedded', 'fabric'])(
  '[F13] what happened on the ledger of %s happens again on the embedded one: reads, writes, events, answers, codes, state',
  async (ledger) => {
    const { replayTrace } = await import('./golden-trace.ts');
    const trace = JSON.parse(readFileSync(new URL(`./golden/${ledger}.json`, import.meta.url), 'utf8'));
    const replayed = await replayTrace(trace);
    expect(replayed.blocks).toEqual(trace.blocks);
    expect(replayed.worldHash).toBe(trace.worldHash);
    const codes = new Set(replayed.blocks.flat().map(({ code }) => code));
    expect([...codes].sort()).toEqual(['MVCC_READ_CONFLICT', 'PHANTOM_READ_CONFLICT', 'VALID']);
  },
);
