import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canonical } from '../../src/audit/chain.ts';
import { createAudit } from '../../src/audit/index.ts';
import { createSecrets } from '../../src/config/secrets.ts';
import { openTestStore, silent, type TestStore } from '../../src/testing.ts';
import { openTestKernel } from '../../src/testing-kernel.ts';

let opened: TestStore;
let folder: string;
let audit: ReturnType<typeof createAudit>;
beforeEach(async () => {
  opened = await openTestStore();
  folder = mkdtempSync(path.join(tmpdir(), 'hedun-audit-'));
  audit = createAudit({
    store: opened.store,
    clock: { now: () => new Date('2026-11-24T08:00:00Z') },
    secrets: createSecrets({ dataFolder: folder, key: '11'.repeat(32) }),
    log: silent,
    folder,
  });
  for (let index = 1; index <= 20; index += 1)
    await opened.store.system((db) =>
      audit.append(db, {
        actor: { id: null, name: '王敏' },
        organisationId: null,
        action: `test.${index}`,
        outcome: 'allowed',
        details: { b: 1, a: ['x', { z: null }] },
      }),
    );
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});
const tamper = (statement: string) => opened.store.system((db) => sql.raw(statement).execute(db));
const problems = async () => (await audit.verify()).problems.map(({ sequence, kind }) => `${sequence} ${kind}`);

test('[U1] an untouched chain verifies', async () => {
  await audit.checkpoint();
  expect(await audit.verify()).toMatchObject({ valid: true, records: 20, checkpoints: 1, problems: [] });
});
test.each([
  "actor_name = '李四'",
  "at = at + interval '1 second'",
  "details = '{}'",
  "outcome = 'denied'",
  'organisation_id = gen_random_uuid()',
  "target = 'x'",
])('[U2] a record changed in %s is named', async (change) => {
  await tamper(`UPDATE audit_records SET ${change} WHERE sequence = 7`);
  expect(await problems()).toEqual(['7 changed']);
});
test('[U3] a removed record is named', async () => {
  await tamper('DELETE FROM audit_records WHERE sequence = 12');
  expect(await problems()).toEqual(['12 removed']);
});
test('[U4] records that changed places are named', async () => {
  for (const [from, to] of [
    [5, 100],
    [6, 5],
    [100, 6],
  ])
    await tamper(`UPDATE audit_records SET sequence = ${to} WHERE sequence = ${from}`);
  expect(await problems()).toEqual(expect.arrayContaining(['5 changed', '6 changed']));
});
test('[U5] a cut-off tail is seen by the head, and by a checkpoint when the head was set back too', async () => {
  await audit.checkpoint();
  await tamper('DELETE FROM audit_records WHERE sequence > 17');
  expect(await problems()).toEqual(expect.arrayContaining(['18 truncated', '20 truncated']));
  await tamper('UPDATE audit_head SET sequence = 17, hash = (SELECT hash FROM audit_records WHERE sequence = 17)');
  expect(await problems()).toEqual(['20 truncated']);
  await tamper('DELETE FROM audit_checkpoints');
  expect(await problems()).toEqual(['20 truncated']);
});
test('[U6] a chain computed anew behind a changed record differs from the checkpoint', async () => {
  await audit.checkpoint();
  const { recordHash } = await import('../../src/audit/chain.ts');
  await opened.store.system(async (db) => {
    const rows = await db.selectFrom('auditRecords').selectAll().orderBy('sequence').execute();
    let previousHash = '';
    for (const row of rows) {
      const changed = { ...row, actorName: row.sequence === 3 ? '李四' : row.actorName, previousHash };
      const hash = recordHash(changed as never);
      await db
        .updateTable('auditRecords')
        .set({ actorName: changed.actorName, previousHash, hash })
        .where('sequence', '=', row.sequence)
        .execute();
      previousHash = hash;
    }
    await db.updateTable('auditHead').set({ hash: previousHash }).execute();
  });
  expect(await problems()).toEqual(['20 changed']);
});
test('[U7] a forged checkpoint is named', async () => {
  await audit.checkpoint();
  await tamper("UPDATE audit_checkpoints SET hash = repeat('0', 64)");
  expect(await problems()).toEqual(expect.arrayContaining(['20 checkpoint']));
});
test('[U8] a rolled back write leaves no record', async () => {
  await expect(
    opened.store.system(async (db) => {
      await audit.append(db, {
        actor: { id: null, name: 'x' },
        organisationId: null,
        action: 'lost',
        outcome: 'allowed',
      });
      throw new Error('stop');
    }),
  ).rejects.toThrow('stop');
  expect(await audit.verify()).toMatchObject({ valid: true, records: 20 });
});
test('[U9] canonical JSON sorts keys and drops what is undefined', () => {
  expect(canonical({ b: 1, a: [{ d: undefined, c: null }] })).toBe('{"a":[{"c":null}],"b":1}');
});
test('[U10] records appended while the chain is verified are no break; one put behind the head is', async () => {
  const write = async () => {
    for (let index = 0; index < 5; index += 1)
      await opened.store.system((db) =>
        audit.append(db, { actor: { id: null, name: 'x' }, organisationId: null, action: 'live', outcome: 'allowed' }),
      );
  };
  const [first, second] = await Promise.all([audit.verify(), audit.verify(), write()]);
  expect([...first.problems, ...second.problems]).toEqual([]);
  expect(await audit.verify()).toMatchObject({ valid: true, records: 25 });
  await tamper('UPDATE audit_head SET sequence = 24, hash = (SELECT hash FROM audit_records WHERE sequence = 24)');
  expect(await problems()).toEqual(['25 changed']);
  await tamper('DELETE FROM audit_head');
  expect(await problems()).toEqual(['26 truncated']);
});
test('[U11] the thousandth record is signed by a checkpoint of its own, after the transaction that wrote it', async () => {
  const failed: unknown[] = [];
  const watched = createAudit({
    store: opened.store,
    clock: { now: () => new Date('2026-11-24T08:00:00Z') },
    secrets: createSecrets({ dataFolder: folder, key: '11'.repeat(32) }),
    log: { ...silent, error: (message) => void failed.push(message) },
    folder,
  });
  const user = '01900000-0000-7000-8000-000000000001';
  await opened.store.transaction({ scope: { kind: 'organisations', ids: [] }, userId: user }, async (db) => {
    for (let index = 0; index < 1000; index += 1)
      await opened.store.elevated(db, (owner) =>
        watched.append(owner, {
          actor: { id: null, name: '王敏' },
          organisationId: null,
          action: 'x',
          outcome: 'allowed',
          details: {},
        }),
      );
  });
  await watched.stop();
  expect(failed).toEqual([]);
  expect(await watched.verify()).toMatchObject({ valid: true, records: 1020, checkpoints: 1 });
});
test('[U12] a chain being verified leaves the database to others between its parts', async () => {
  const kernel = await openTestKernel();
  // Whatever they say: only how they are read matters here. Three parts of two thousand.
  await kernel.core.store.system((db) =>
    sql`INSERT INTO audit_records (sequence, at, actor_name, action, outcome, details, previous_hash, hash)
      SELECT n, now(), 'x', 'x', 'allowed', '{}', '', n::text FROM generate_series(100001, 105000) n`.execute(db),
  );
  const order: string[] = [];
  const verified = kernel.run('kernel.verifyAudit', {}).then(() => void order.push('verified'));
  await kernel.run('kernel.listRoles', {}).then(() => void order.push('listed'));
  await verified;
  await kernel.close();
  // With a server of many connections nobody waits anyway, and nothing orders the two.
  if (kernel.core.store.kind === 'embedded') expect(order).toEqual(['listed', 'verified']);
  else expect([...order].sort()).toEqual(['listed', 'verified']);
});
