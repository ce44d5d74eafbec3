import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCertificate } from '@hedun/exchange/contracts';
import {
  decodeBlock,
  encodeBlock,
  parseCheckpoint,
  signNote,
  splitNote,
  verifyGrowth,
  verifyRecord,
} from '@hedun/exchange/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certify, newNoteSigner, newP256, nodeCrypto, signNoteWith } from '../src/server/ledger/crypto.ts';
import { EmbeddedLedger, type EmbeddedOptions } from '../src/server/ledger/embedded.ts';
import { LogCorrupt } from '../src/server/ledger/log-file.ts';
import { LedgerRefusal, type Signer } from '../src/server/ledger/port.ts';

let folder: string;
let options: EmbeddedOptions;
let admin: Signer;
const now = Date.now();

beforeAll(async () => {
  const key = newP256();
  const { certificate } = await certify(
    { name: 'admin', organisation: 'Org1', spki: key.spki },
    { name: 'ca', organisation: 'Org1', key: key.privateKey },
    { from: new Date(now - 60_000), to: new Date(now + 3_600_000) },
  );
  admin = { msp: 'Org1', certificate, privateKey: key.privateKey };
  folder = mkdtempSync(path.join(tmpdir(), 'hedun-ledger-'));
  options = {
    domain: 'grid',
    folder,
    organisations: ['Org1', 'Org2'].map((msp) => ({ msp, ...newP256() })),
    required: 2,
    log: newNoteSigner('grid.example/log', 'log'),
    now: () => Date.now(),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function founded(): Promise<EmbeddedLedger> {
  rmSync(folder, { recursive: true, force: true });
  const ledger = await EmbeddedLedger.open(options);
  const did = 'did:hedun:grid:admin';
  const founder = {
    did,
    name: 'admin',
    organisation: 'x',
    msp: 'Org1',
    roles: ['authority'],
    certificate: admin.certificate,
  };
  await ledger.submit(admin, 'members:initialise', [
    JSON.stringify({ domain: 'grid', thresholdPercent: 50, administrators: [founder] }),
  ]);
  return ledger;
}
const define = (ledger: EmbeddedLedger, id: string) =>
  ledger.submit(admin, 'attributes:define', [JSON.stringify({ id, title: id, kind: 'flag' })]);
const file = () => path.join(folder, 'log.hedun');

test('[G1] closed and opened again, a ledger is what it was, from the log alone and from a snapshot', async () => {
  const ledger = await founded();
  for (let index = 0; index < 5; index += 1) await define(ledger, `a${index}`);
  const before = { checkpoint: ledger.chain.checkpoint, keys: ledger.chain.world.size, height: ledger.chain.height };
  await ledger.close();
  const again = await EmbeddedLedger.open(options);
  expect({ checkpoint: again.chain.checkpoint, keys: again.chain.world.size, height: again.chain.height }).toEqual(
    before,
  );
  await again.snapshot();
  await define(again, 'after');
  const checkpoint = again.chain.checkpoint;
  await again.close();
  const third = await EmbeddedLedger.open(options);
  expect(third.chain.checkpoint).toBe(checkpoint);
  expect(await third.evaluate(admin, 'attributes:definition', ['after'])).toContain('after');
  expect(readCertificate(admin.certificate).subject).toBe('admin');
  await third.close();
  // A snapshot that is not itself is passed over.
  const snapshot = path.join(folder, 'snapshot.hedun');
  const bytes = readFileSync(snapshot);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(snapshot, bytes);
  const fourth = await EmbeddedLedger.open(options);
  expect(fourth.chain.checkpoint).toBe(checkpoint);
  await fourth.close();
});

test('[G2] cut at any byte, the log opens with every whole block before the cut', async () => {
  const ledger = await founded();
  const ends: number[] = [readFileSync(file()).length];
  for (let index = 0; index < 3; index += 1) {
    await define(ledger, `b${index}`);
    ends.push(readFileSync(file()).length);
  }
  await ledger.close();
  const whole = readFileSync(file());
  const cuts = [
    0,
    1,
    11,
    12,
    500,
    ...ends.flatMap((end) => [end - 40, end - 33, end - 1, end, end + 1, end + 13]),
  ].filter((cut) => cut <= whole.length && cut >= 0);
  for (const cut of cuts) {
    writeFileSync(file(), whole.subarray(0, cut));
    const opened = await EmbeddedLedger.open(options);
    expect([cut, opened.chain.height]).toEqual([cut, ends.filter((end) => end <= cut).length]);
    await opened.close();
  }
  // Grown by the file system, never written: zeros are a torn tail as well.
  writeFileSync(file(), Buffer.concat([whole.subarray(0, ends[1]), Buffer.alloc(5000)]));
  const opened = await EmbeddedLedger.open(options);
  expect(opened.chain.height).toBe(2);
  expect(readFileSync(file()).length).toBe(ends[1]);
  await define(opened, 'after the cut');
  await opened.close();
});

test('[G2] bent anywhere before its tail, the log does not open, and nothing of it is touched', async () => {
  const ledger = await founded();
  for (let index = 0; index < 3; index += 1) await define(ledger, `c${index}`);
  await ledger.close();
  const whole = readFileSync(file());
  for (const at of [0, 5, 9, 12, 100, 700, 1500]) {
    const bent = Buffer.from(whole);
    bent[at]! ^= 1;
    writeFileSync(file(), bent);
    await expect(EmbeddedLedger.open(options)).rejects.toThrow(LogCorrupt);
    expect(Buffer.compare(readFileSync(file()), bent)).toBe(0);
  }
});

test('[G3] answered means on disk: what was acknowledged is in the file before the answer', async () => {
  const ledger = await founded();
  const seen = parseCheckpoint(splitNote(ledger.chain.checkpoint).body);
  const done = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const submitted = await define(ledger, `d${index}`);
      // At this moment, without waiting for anything else.
      expect(readFileSync(file()).includes(Buffer.from(`"id":"d${index}"`))).toBe(true);
      return submitted;
    }),
  );
  // Whoever waited while the disk worked shared a block.
  expect(ledger.chain.height).toBeLessThan(41);
  const next = parseCheckpoint(splitNote(ledger.chain.checkpoint).body);
  verifyGrowth(nodeCrypto, seen, next, { from: seen.size, proof: ledger.consistency(seen.size, next.size) });
  for (const { transaction, leaf } of done) {
    const record = verifyRecord(nodeCrypto, ledger.trust(), await ledger.proof(transaction));
    expect([record.transaction, ledger.chain.transactions.get(transaction)]).toEqual([transaction, leaf]);
  }
  await ledger.close();
});

test('[F3] what conflicts is tried again with a new proposal, so that both callers succeed', async () => {
  const ledger = await founded();
  const vote = JSON.stringify({ kind: 'threshold', percent: 70 });
  const { transaction } = await ledger.submit(admin, 'members:propose', [vote]);
  const holder = (value: number) =>
    ledger.submit(admin, 'attributes:grant', [
      JSON.stringify({ attribute: 'n', value, holder: 'did:hedun:grid:admin' }),
    ]);
  await ledger.submit(admin, 'attributes:define', [JSON.stringify({ id: 'n', title: 'n', kind: 'number' })]);
  const [one, two] = await Promise.all([holder(1), holder(2)]);
  expect([one.code, two.code]).toEqual(['VALID', 'VALID']);
  expect(JSON.parse(await ledger.evaluate(admin, 'attributes:holder', ['did:hedun:grid:admin'])).version).toBe(2);
  await ledger.submit(admin, 'members:vote', [transaction, 'yes']);
  await expect(ledger.submit(admin, 'members:vote', [transaction, 'yes'])).rejects.toMatchObject({
    code: 'members.decided',
  });
  await expect(ledger.submit(admin, 'attributes:define', ['no json'])).rejects.toThrow(LedgerRefusal);
  expect((await ledger.events(0, 100)).map(({ name }) => name)).toContain('members.accepted');
  await ledger.close();
  await expect(define(ledger, 'closed')).rejects.toThrow('closed');
});

test('[G1] a follower keeps what it validated itself, and no block whose checkpoint is not the log’s', async () => {
  const ledger = await founded();
  for (let index = 0; index < 3; index += 1) await define(ledger, `e${index}`);
  const other = mkdtempSync(path.join(tmpdir(), 'hedun-follower-'));
  try {
    const follower = await EmbeddedLedger.open({ ...options, folder: other });
    await follower.take(await ledger.blockBytes(0));
    const block = decodeBlock(await ledger.blockBytes(1));
    const strange = newNoteSigner('grid.example/log', 'log');
    const body = splitNote(block.checkpoint).body;
    const forged = signNote(nodeCrypto.sha256, body, strange.key, signNoteWith(strange));
    await expect(follower.take(encodeBlock({ ...block, checkpoint: forged }))).rejects.toThrow('log_signature_missing');
    const older = decodeBlock(await ledger.blockBytes(0)).checkpoint;
    await expect(follower.take(encodeBlock({ ...block, checkpoint: older }))).rejects.toThrow('of its own tree');
    await expect(follower.take(await ledger.blockBytes(2))).rejects.toThrow('expected 1 at leaf 1');
    for (let number = 1; number < 4; number += 1) await follower.take(await ledger.blockBytes(number));
    expect(follower.chain.checkpoint).toBe(ledger.chain.checkpoint);
    await follower.close();
    const again = await EmbeddedLedger.open({ ...options, folder: other });
    expect(again.chain.checkpoint).toBe(ledger.chain.checkpoint);
    await again.close();
  } finally {
    rmSync(other, { recursive: true, force: true });
    await ledger.close();
  }
});
