/**
 * Ledgers through the platform's operations: identities, votes, proofs, witnesses, what is refused and by whom.
 */
import { exchangeServer } from '@hedun/capability-exchange/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import { encodeProposal } from '@hedun/exchange/ledger';
import { portableCrypto } from '@hedun/exchange/portable';
import { type LogTrust, type RecordProof, verifyRecord } from '@hedun/exchange/proofs';
import type { CapabilityServer } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certify, newP256, signP256 } from '../src/server/ledger/crypto.ts';

type Principal = TestKernel['administrator'];
interface Identity {
  readonly id: string;
  readonly did: string;
  readonly certificate: string;
}
interface Listed {
  readonly id: string;
  readonly transaction: string;
  readonly call: string;
  readonly leaf: number;
  readonly code: string;
}
let kernel: TestKernel;
let ledgerId: string;
let one: Principal;
let two: Principal;
let auditor: Principal;
const identities = new Map<string, Identity>();

const run = async <T = unknown>(operation: string, input: unknown, by?: Principal): Promise<T> =>
  (await kernel.run(`exchange.${operation}`, input, by)) as T;

beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [exchangeServer as unknown as CapabilityServer] });
  const unit = await kernel.organisation('调度中心');
  one = await kernel.user('one', 'administrator', unit);
  two = await kernel.user('two', 'administrator', unit);
  auditor = await kernel.user('auditor', 'auditor', unit);
  ({ id: ledgerId } = await run<{ id: string }>('createLedger', {
    organisationId: unit,
    domain: 'grid',
    title: '调度域',
  }));
  for (const who of [one, two]) identities.set(who.actor.id, await run<Identity>('enrol', { ledgerId }, who));
});
afterAll(() => kernel.close());
const identityOf = (who: Principal) => identities.get(who.actor.id)!;
const listed = async () =>
  (await run<{ items: Listed[]; total: number }>('listTransactions', { ledgerId, limit: 500, sort: 'leaf' })).items;

test('[O2] an identity is a key sealed for its user and a certificate that counts once it was voted in', async () => {
  await expect(run('enrol', { ledgerId }, one)).rejects.toThrow('exchange.enrolled');
  const { items } = await run<{ items: { did: string; standing: string; sealedKey?: string }[] }>('listIdentities', {
    ledgerId,
  });
  expect(items.map(({ standing }) => standing)).toEqual(['unregistered', 'unregistered']);
  expect(items.every(({ sealedKey }) => sealedKey === undefined)).toBe(true);
  // In the table stands nothing that signs.
  const rows = await kernel.core.store.system((db) =>
    (db as unknown as { selectFrom(table: string): { selectAll(): { execute(): Promise<unknown[]> } } })
      .selectFrom('exchangeIdentities')
      .selectAll()
      .execute(),
  );
  expect(JSON.stringify(rows)).not.toContain('PRIVATE KEY');
  await run(
    'foundLedger',
    {
      ledgerId,
      thresholdPercent: 100,
      administrators: [{ identityId: identityOf(one).id, roles: ['authority', 'supervisor'] }],
    },
    one,
  );
  const proposal = await run<{ id: string; needed: number; yes: number }>(
    'proposeMember',
    { ledgerId, identityId: identityOf(two).id, roles: ['administrator'] },
    one,
  );
  expect(proposal).toMatchObject({ needed: 1, yes: 0, state: 'open' });
  await expect(run('voteOnProposal', { ledgerId, proposalId: proposal.id, choice: 'yes' }, two)).rejects.toThrow(
    'exchange.ledger',
  );
  expect(await run('voteOnProposal', { ledgerId, proposalId: proposal.id, choice: 'yes' }, one)).toMatchObject({
    state: 'accepted',
  });
  expect(
    (await run<{ items: { name: string }[] }>('listMembers', { ledgerId })).items.map(({ name }) => name).sort(),
  ).toEqual(['one', 'two']);
});

test('[O3] the table shows the whole log once, also what was written while nobody looked', async () => {
  const before = await listed();
  expect(before.map(({ leaf }) => leaf)).toEqual(before.map((_, index) => index));
  await run('inspectMember', { ledgerId, did: identityOf(two).did }, one);
  await run('inspectMember', { ledgerId, did: identityOf(two).did }, one);
  const after = await listed();
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.map(({ leaf }) => leaf)).toEqual(after.map((_, index) => index));
  const detail = await run<{ endorsers: string[]; args: string[]; domain: string }>('getTransaction', {
    id: after.at(-1)!.id,
  });
  expect(detail).toMatchObject({ domain: 'grid', endorsers: ['Org1', 'Org2'], args: [identityOf(two).did] });
});

test('[O4] a proof holds without the platform, and is witnessed once the central domain looked', async () => {
  const [, second] = await listed();
  const ask = () =>
    run<{ proof: RecordProof; trust: LogTrust }>(
      'proveTransaction',
      { ledgerId, transaction: second!.transaction },
      auditor,
    );
  const alone = await ask();
  expect(alone.trust).toMatchObject({ quorum: 0, witnessKeys: [] });
  expect(verifyRecord(portableCrypto, alone.trust, alone.proof).transaction).toBe(second!.transaction);
  await expect(run('witnessLedger', { ledgerId }, one)).rejects.toThrow('exchange.no_central');
  await run('createLedger', { organisationId: kernel.root, domain: 'central', title: '中心', kind: 'central' });
  const witnessed = await run<{ size: number }>('witnessLedger', { ledgerId }, one);
  expect(witnessed.size).toBe((await listed()).length);
  const both = await ask();
  expect([both.trust.quorum, both.trust.witnessKeys.length]).toEqual([1, 1]);
  expect(verifyRecord(portableCrypto, both.trust, both.proof).checkpoint.size).toBe(witnessed.size);
  await expect(run('proveTransaction', { ledgerId, transaction: '0'.repeat(64) })).rejects.toThrow('exchange.unknown');
});

test('[O5] the witness does not sign a log that is not the one it knows', async () => {
  await kernel.core.store.system((db) =>
    (db as unknown as { updateTable(t: string): { set(v: object): { execute(): Promise<unknown> } } })
      .updateTable('exchangeCosigned')
      .set({ root: 'ab'.repeat(32) })
      .execute(),
  );
  await run('inspectMember', { ledgerId, did: identityOf(two).did }, one);
  await expect(run('witnessLedger', { ledgerId }, one)).rejects.toMatchObject({
    code: 'exchange.proof',
    where: 'split_view',
  });
});

test('[O8] a holder who keeps the signing key signs elsewhere; a bent proposal, a foreign signature and a replay are refused', async () => {
  const key = newP256();
  const now = kernel.clock.now();
  const { certificate } = await certify(
    { name: 'own key', organisation: 'Org1', spki: key.spki },
    { name: 'ca', organisation: 'Org1', key: key.privateKey },
    { from: new Date(now.getTime() - 1000), to: new Date(now.getTime() + 3_600_000) },
  );
  const bytes = encodeProposal({
    channel: 'grid',
    call: 'access:request',
    args: ['nothing', '试'],
    creator: { msp: 'Org1', certificate },
    nonce: new Uint8Array(24).fill(1),
    seconds: Math.floor(now.getTime() / 1000),
    nanos: 0,
    transientHash: new Uint8Array(0),
  });
  const base64 = (value: Uint8Array) => Buffer.from(value).toString('base64');
  const proposal = base64(bytes);
  const signature = base64(signP256(key.privateKey, bytes));
  const sent = await run<{ code: string; payload: string }>('submitSigned', { ledgerId, proposal, signature }, one);
  expect(JSON.parse(sent.payload)).toMatchObject({ outcome: 'refused', reason: 'unregistered' });
  const refusalOf = (input: object) =>
    run('submitSigned', { ledgerId, proposal, signature, ...input }, one).then(
      () => 'accepted',
      (error: { where?: string }) => error.where,
    );
  expect(await refusalOf({})).toBe('replayed');
  expect(await refusalOf({ signature: base64(signP256(newP256().privateKey, bytes)) })).toBe('bad_signature');
  expect(await refusalOf({ proposal: base64(bytes.subarray(0, 90)) })).toBe('malformed');
});

test('[O6] rights: an auditor reads and proves, but neither governs nor signs; names are unique', async () => {
  await expect(run('createLedger', { organisationId: kernel.root, domain: 'x', title: 'x' }, auditor)).rejects.toThrow(
    'access.denied',
  );
  await expect(run('enrol', { ledgerId }, auditor)).rejects.toThrow('access.denied');
  expect((await run<{ items: unknown[] }>('listLedgers', {}, auditor)).items).toHaveLength(2);
  await expect(run('createLedger', { organisationId: kernel.root, domain: 'grid', title: '又' })).rejects.toThrow(
    'exchange.named',
  );
  await expect(
    run('createLedger', { organisationId: kernel.root, domain: 'second', title: '又', kind: 'central' }),
  ).rejects.toThrow('exchange.named');
  expect(await run('resolveDid', { did: 'did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169' })).toMatchObject({
    metadata: { deactivated: false },
  });
  await expect(run('resolveDid', { did: 'did:hedun:grid:nobody' })).rejects.toThrow('exchange.did');
  await expect(run('resolveDid', { did: 'did:key:z123' })).rejects.toThrow('exchange.did');
});
