/**
 * `npm run bench:duties`: an announcement to 10,000 units, sent, told and counted by unit; a task to as many; the board of safe reports of 500
 * units over thirty days with two reports a day. No peer does this: the limits are our own. Options: `--units N`, `--json`. Everything is
 * made in a temporary folder and removed.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { capabilities } from '@hedun/app-server';
import { sql } from 'kysely';
import { type Figure, report } from '../tools/report.ts';
import { openPlatform } from './platform.ts';

const { values } = parseArgs({
  options: { units: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unitCount = Number(values.units);
const boardUnits = Math.min(500, unitCount);
const days = 30;
const times = ['09:00', '17:00'];
const data = mkdtempSync(path.join(tmpdir(), 'hedun-bench-duties-'));
const say = (text: string) => void (values.json || console.log(text));
const figures: Figure[] = [];
const tenth = (value: number) => Math.round(value * 10) / 10;

try {
  await measure();
} finally {
  rmSync(data, { recursive: true, force: true });
}
report(figures, { json: values.json });

async function measure(): Promise<void> {
  const { kernel, admin, run: call } = await openPlatform(data, capabilities);
  const { core } = kernel;
  const run = <T>(name: string, input: unknown) => call<T>(`workdesk.${name}`, input);
  const timed = async <T>(work: () => Promise<T>): Promise<{ readonly seconds: number; readonly value: T }> => {
    const begin = performance.now();
    const value = await work();
    return { seconds: (performance.now() - begin) / 1000, value };
  };
  const root = admin.actor.organisationId;
  // A contact for each unit: what an office with as many units has.
  const units = await core.store.system(async (db) => {
    const { rows } = await sql<{
      id: string;
    }>`INSERT INTO organisations (id, parent_id, name, kind, path, created_at, updated_at)
      SELECT u.id, ${root}::uuid, '单位' || u.i, 'department', ${root} || '/' || u.id, now(), now()
      FROM (SELECT gen_random_uuid() AS id, i FROM generate_series(1, ${unitCount}::int) i) u RETURNING id`.execute(db);
    await sql`INSERT INTO users (id, organisation_id, name, display_name, status, created_at)
      SELECT gen_random_uuid(), o.id, 'contact-' || o.id, '联络员' || o.name, 'active', now() FROM organisations o WHERE o.parent_id IS NOT NULL`.execute(
      db,
    );
    await sql`INSERT INTO grants (user_id, role_id, organisation_id)
      SELECT u.id, r.id, u.organisation_id FROM users u, roles r WHERE r.name = 'unit-contact' AND u.name LIKE 'contact-%'`.execute(
      db,
    );
    return rows.map(({ id }) => id);
  });
  await core.store.analyse();

  const { id } = await run<{ id: string }>('saveAnnouncement', { title: '通知', body: '请阅读', confirm: true });
  const published = await timed(() => run<{ receivers: number; units: number }>('publishAnnouncement', { id }));
  if (published.value.receivers !== unitCount)
    throw new Error(`publish: expected ${unitCount} receivers, got ${published.value.receivers}`);
  // Half of them have read it.
  await core.store.system((db) =>
    sql`UPDATE workdesk_receipts SET opened_at = now() WHERE announcement_id = ${id} AND hashtext(id::text) % 2 = 0`.execute(
      db,
    ),
  );
  const counted = await timed(() => run<{ units: readonly { opened: number }[] }>('getAnnouncement', { id }));
  const read = counted.value.units.reduce((sum, { opened }) => sum + opened, 0);
  say(
    `published in ${tenth(published.seconds)} s, counted in ${tenth(counted.seconds)} s: ${read} of ${unitCount} have read`,
  );
  figures.push({
    id: 'duties.announcement',
    value: tenth(published.seconds + counted.seconds),
    unit: 's',
    target: 60,
    direction: 'max',
  });

  const form = {
    sections: [{ id: 's', title: '自查', questions: [{ id: 'q', kind: 'yes-no', title: '是否完成', required: true }] }],
  };
  const template = await run<{ id: string }>('saveTemplate', { title: '自查', form });
  const sent = await timed(() => run('sendTask', { templateId: template.id, title: '自查' }));
  figures.push({ id: 'duties.task', value: tenth(sent.seconds), unit: 's', target: 60, direction: 'max' });

  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const from = new Date(Date.now() + 8 * 3_600_000 - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  const period = await run<{ id: string }>('saveSafePeriod', {
    title: '重保',
    fromDay: from,
    toDay: today,
    times,
    organisationIds: units.slice(0, boardUnits),
  });
  await core.store.system((db) =>
    sql`INSERT INTO workdesk_safe_reports (id, organisation_id, period_id, day, time, status, late, detail, evidence_ids, by_name, reported_at)
      SELECT gen_random_uuid(), u.id, ${period.id}, (${from}::date + d)::text, t, 'safe', false, '', '{}', '联络员', now()
      FROM unnest(${units.slice(0, boardUnits)}::uuid[]) AS u(id), generate_series(0, ${days - 1}::int) d, unnest(${times}::text[]) t`.execute(
      db,
    ),
  );
  await core.store.analyse();
  const taken: number[] = [];
  for (let round = 0; round < 20; round += 1)
    taken.push((await timed(() => run('safeBoard', { id: period.id }))).seconds * 1000);
  taken.sort((a, b) => a - b);
  say(`board of ${boardUnits} units, ${boardUnits * days * times.length} reports: median ${tenth(taken[10] ?? 0)} ms`);
  figures.push({
    id: 'duties.board.p95',
    value: tenth(taken[18] ?? 0),
    unit: 'ms',
    target: 300,
    direction: 'max',
  });
  await kernel.stop();
}
