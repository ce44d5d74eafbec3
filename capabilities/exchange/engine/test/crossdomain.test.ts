import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import {
  bundleMessage,
  cosign,
  type ExchangeBundle,
  ExchangeError,
  exchangeId,
  type ReceiverView,
  receive,
} from '../src/crossdomain/index.ts';
import {
  type Checkpoint,
  fromBase64,
  type LogTrust,
  ProofError,
  parseCheckpoint,
  proofOf,
  splitNote,
  toBase64,
  toHex,
  verifyRecord,
} from '../src/ledger/index.ts';
import { portableCrypto } from '../src/ledger/portable.ts';
import {
  crypto,
  founding,
  noon,
  noteSigner,
  type Person,
  p256,
  person,
  sha256,
  type World,
  world,
} from './ledger-world.ts';

let grid: World;
let trust: LogTrust;
let admin: Person;
const speaker = p256();
const witness = noteSigner('central.example/witness', 'witness');
let witnessed: Checkpoint | null = null;
let accesses: number[] = [];

const checkpointNow = () => parseCheckpoint(splitNote(grid.chain.checkpoint).body);
function cosigned(): string {
  const { size } = checkpointNow();
  const growth = {
    from: witnessed?.size ?? 0,
    proof: witnessed && witnessed.size < size ? grid.chain.tree.consistency(witnessed.size, size).map(toBase64) : [],
  };
  const ports = { crypto, key: witness.key, sign: witness.sign };
  const done = cosign(
    ports,
    { origin: trust.origin, logKey: trust.logKey },
    grid.chain.checkpoint,
    witnessed,
    growth,
    noon,
  );
  witnessed = done.checkpoint;
  return done.note;
}
function bundleOf(leaf: number, changes: Partial<Omit<ExchangeBundle, 'signature'>> = {}): ExchangeBundle {
  const { size } = checkpointNow();
  const note = cosigned();
  const draft = {
    version: 1 as const,
    from: 'power',
    to: 'market',
    at: noon,
    nonce: toHex(sha256(Buffer.from(`${leaf}${Math.random()}`))),
    proof: proofOf(leaf, grid.entries[leaf]!, grid.chain.tree.inclusion(leaf, size), note),
    growth: null,
    policy: 'cross',
    ...changes,
  };
  return { ...draft, signature: toHex(speaker.sign(bundleMessage(draft))) };
}
const view = (changes: Partial<ReceiverView> = {}): ReceiverView => ({
  domain: 'market',
  nowSeconds: noon,
  isTaken: () => false,
  sender: { domain: 'power', log: trust, speakerKey: toHex(speaker.spki), seen: null },
  ...changes,
});
function faultOf(bundle: ExchangeBundle, seen: ReceiverView = view()): string {
  try {
    receive(crypto, seen, bundle);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return error.fault;
  }
}
/** A dishonest speaker signs whatever it changed. */
function resigned(
  bundle: ExchangeBundle,
  change: (draft: Omit<ExchangeBundle, 'signature'>) => object,
): ExchangeBundle {
  const { signature: _signature, ...draft } = bundle;
  const next = { ...draft, ...change(draft) } as Omit<ExchangeBundle, 'signature'>;
  return { ...next, signature: toHex(speaker.sign(bundleMessage(next))) };
}

beforeAll(async () => {
  grid = world();
  trust = { origin: grid.log.key.name, logKey: grid.log.text, witnessKeys: [witness.text], quorum: 1 };
  admin = await person('admin', 'Org1');
  await grid.submit(admin, 'members:initialise', founding('power', 50, [{ ...admin, roles: [] }]));
  await grid.submit(admin, 'objects:definePolicy', JSON.stringify({ id: 'p', text: 'a', tree: { has: 'a' } }));
  const address = 'bafy';
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  await grid.submitWith(
    new Map([['address', Buffer.from(address)]]),
    admin,
    'objects:publish',
    JSON.stringify({
      id: 'load',
      title: 'x',
      policy: 'p',
      ciphertextDigest: digest('c'),
      cidDigest: digest(address),
      headerDigest: digest('h'),
      size: 1,
    }),
  );
  for (let i = 0; i < 9; i += 1) await grid.submit(admin, 'access:request', 'load', '跨域');
  accesses = [3, 4, 5, 6, 7, 8, 9, 10, 11];
});

test('[D1] a record with its proof, cosigned, fresh and signed by the speaker is accepted, and says what stands on chain', () => {
  const got = receive(crypto, view(), bundleOf(accesses[0]!));
  expect(got.access).toMatchObject({ object: 'load', outcome: 'permitted', requester: admin.did });
  expect(got.checkpoint.size).toBe(12);
  expect(receive(crypto, view(), bundleOf(2)).object).toMatchObject({ id: 'load', version: 1 });
  expect(faultOf(bundleOf(0))).toBe('not_a_record');
});

test('[D1] a browser comes to the same answer without node:crypto', () => {
  const bundle = bundleOf(accesses[1]!);
  expect(verifyRecord(portableCrypto, trust, bundle.proof).transaction).toBe(
    verifyRecord(crypto, trust, bundle.proof).transaction,
  );
  const bent = { ...bundle.proof, checkpoint: bundle.proof.checkpoint.replace('12\n', '13\n') };
  expect(() => verifyRecord(portableCrypto, trust, bent)).toThrow(ProofError);
});

test('[D2] every part that is forged, bent or borrowed is refused by its own name', () => {
  const good = bundleOf(accesses[0]!);
  const other = bundleOf(accesses[1]!);
  const bend = (text: string) => {
    const bytes = fromBase64(text);
    bytes[bytes.length >> 1]! ^= 1;
    return toBase64(bytes);
  };
  expect(faultOf({ ...good, policy: 'another' })).toBe('bad_signature');
  expect(faultOf(resigned(good, ({ proof }) => ({ proof: { ...proof, entry: bend(proof.entry) } })))).toBe(
    'not_included',
  );
  expect(faultOf(resigned(good, ({ proof }) => ({ proof: { ...proof, leaf: proof.leaf + 1 } })))).toBe('not_included');
  expect(faultOf(resigned(good, ({ proof }) => ({ proof: { ...proof, path: other.proof.path } })))).toBe(
    'not_included',
  );
  expect(faultOf(resigned(good, ({ proof }) => ({ proof: { ...proof, path: proof.path.slice(1) } })))).toBe(
    'not_included',
  );
  expect(faultOf(resigned(good, ({ proof }) => ({ proof: { ...proof, entry: '!' } })))).toBe('malformed');
  expect(
    faultOf(
      resigned(good, ({ proof }) => ({
        proof: { ...proof, checkpoint: proof.checkpoint.replace('\n12\n', '\n11\n') },
      })),
    ),
  ).toBe('malformed');
  expect(faultOf(resigned(good, ({ proof }) => ({ proof: { ...proof, checkpoint: grid.chain.checkpoint } })))).toBe(
    'too_few_cosignatures',
  );
  expect(faultOf({ ...good, to: 'elsewhere' })).toBe('wrong_recipient');
  expect(faultOf({ ...good, from: 'nobody' })).toBe('unknown_sender');
  expect(faultOf(good, view({ nowSeconds: noon + 301 }))).toBe('stale');
  expect(faultOf(good, view({ nowSeconds: noon - 301 }))).toBe('stale');
  const thief = { ...view().sender!, speakerKey: toHex(p256().spki) };
  expect(faultOf(good, view({ sender: thief }))).toBe('bad_signature');
});

test('[D2] a witness nobody trusts and a log of another name count for nothing', () => {
  const good = bundleOf(accesses[0]!);
  const stranger = noteSigner('central.example/witness', 'witness');
  const strange = { ...view().sender!, log: { ...trust, witnessKeys: [stranger.text] } };
  expect(faultOf(good, view({ sender: strange }))).toBe('too_few_cosignatures');
  const renamed = { ...view().sender!, log: { ...trust, origin: 'market.example/log' } };
  expect(faultOf(good, view({ sender: renamed }))).toBe('unknown_log');
  const elsewhere = noteSigner('power.example/log', 'log');
  const unsigned = { ...view().sender!, log: { ...trust, logKey: elsewhere.text } };
  expect(faultOf(good, view({ sender: unsigned }))).toBe('log_signature_missing');
});

test('[D3] the same exchange twice is a replay, a second signature under it as well', () => {
  const bundle = bundleOf(accesses[2]!);
  const taken = new Set([exchangeId(crypto, bundle)]);
  const seen = view({ isTaken: (id) => taken.has(id) });
  expect(faultOf(bundle, seen)).toBe('replayed');
  expect(
    faultOf(
      resigned(bundle, () => ({})),
      seen,
    ),
  ).toBe('replayed');
  expect(faultOf(bundleOf(accesses[2]!), seen)).toBe('accepted');
});

test('[D4] growth is proven from the checkpoint seen before; equivocation and split view are told apart', async () => {
  const early = checkpointNow();
  for (let i = 0; i < 3; i += 1) await grid.submit(admin, 'access:request', 'load', '增长');
  const { size } = checkpointNow();
  const growth = { from: early.size, proof: grid.chain.tree.consistency(early.size, size).map(toBase64) };
  const seen = (checkpoint: Checkpoint) => view({ sender: { ...view().sender!, seen: checkpoint } });
  expect(faultOf(bundleOf(accesses[3]!, { growth }), seen(early))).toBe('accepted');
  expect(faultOf(bundleOf(accesses[3]!), seen(early))).toBe('growth_missing');
  const fork: Checkpoint = { ...early, root: sha256(Buffer.from('another history')) };
  expect(faultOf(bundleOf(accesses[3]!, { growth }), seen(fork))).toBe('split_view');
  const other: Checkpoint = { ...checkpointNow(), root: sha256(Buffer.from('two truths')) };
  expect(faultOf(bundleOf(accesses[3]!), seen(other))).toBe('equivocation');
  const bent = { ...growth, proof: [...growth.proof].reverse() };
  if (growth.proof.length > 1)
    expect(faultOf(bundleOf(accesses[3]!, { growth: bent }), seen(early))).toBe('split_view');
});

test('[D5] a witness never cosigns a log that does not continue the one it saw', async () => {
  const ports = { crypto, key: witness.key, sign: witness.sign };
  const log = { origin: trust.origin, logKey: trust.logKey };
  const forked = world();
  const again: World = { ...forked, log: grid.log };
  expect(again.chain.size).toBe(0);
  const before = checkpointNow();
  const lying: Checkpoint = { ...before, root: sha256(Buffer.from('rewritten')) };
  expect(() => cosign(ports, log, grid.chain.checkpoint, lying, { from: before.size, proof: [] }, noon)).toThrow(
    'equivocation',
  );
  const older: Checkpoint = { ...before, size: before.size - 2, root: sha256(Buffer.from('older')) };
  const proof = grid.chain.tree.consistency(before.size - 2, before.size).map(toBase64);
  expect(() => cosign(ports, log, grid.chain.checkpoint, older, { from: older.size, proof }, noon)).toThrow(
    'split_view',
  );
  const newer: Checkpoint = { ...before, size: before.size + 1 };
  expect(() => cosign(ports, log, grid.chain.checkpoint, newer, { from: newer.size, proof: [] }, noon)).toThrow(
    'at least size',
  );
});
