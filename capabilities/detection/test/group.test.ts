import { detectionServer } from '@hedun/capability-detection/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer } from '@hedun/sdk';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Here } from '../src/server/here.ts';
import { IncidentDesk } from '../src/server/incidents/desk.ts';
import { forwarded, platformOf, takenOf } from '../src/server/worker/platform.ts';
import { isFenced, type NewAlert } from '../src/server/worker/shapes.ts';

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [detectionServer as unknown as CapabilityServer] });
});
afterAll(() => kernel?.close());

/** What a service has of the platform, as far as workers use it. */
function here(): Here {
  const inner = (db: unknown) => ({
    db,
    now: () => new Date('2026-11-24T09:00:00Z'),
    newId: () => kernel.core.newId(),
    events: { publish: async () => undefined },
  });
  return {
    transaction: (work: (context: unknown) => Promise<unknown>) => kernel.core.store.system((db) => work(inner(db))),
  } as unknown as Here;
}
const alert = (number: number): NewAlert => ({
  id: `01920000-0000-7000-8000-0000000001${String(number).padStart(2, '0')}`,
  organisationId: kernel.root,
  time: Date.parse('2026-11-24T08:00:00Z') + number * 1000,
  network: kernel.root,
  ruleKey: 'own',
  title: `Rule ${number}`,
  severity: 'critical',
  tactics: ['execution'],
  techniques: [],
  mode: 'on',
  exceptionId: null,
  host: 'web01',
  userName: '',
  address: '',
  process: '',
  summary: '',
  sourceId: 's1',
  eventId: `0-${number}`,
  groupValues: [],
  value: null,
});
const commit = (offset: number, alerts: readonly NewAlert[]) => ({
  offsets: { '0': offset, '@one/push': offset - 1 },
  snapshot: `at ${offset}`,
  alerts,
  counts: {},
});

test('[L6] whoever took a partition last has it: the commit of who had it before is refused and changes nothing', async () => {
  const context = here();
  const desk = () => new IncidentDesk({ shared: true });
  const first = platformOf(context, desk(), 'partition/0', true);
  const second = platformOf(context, desk(), 'partition/0', true);
  expect(await first.state()).toEqual({ offsets: {}, snapshot: '', epoch: 1 });
  await first.commit(commit(10, [alert(1)]));
  expect(await second.state()).toEqual({ offsets: commit(10, []).offsets, snapshot: 'at 10', epoch: 2 });
  const refused = await first.commit(commit(20, [alert(2)])).catch((error: unknown) => error);
  expect(isFenced(refused)).toBe(true);
  await second.commit(commit(30, [alert(3)]));
  expect(await takenOf(context, 'one/push')).toBe(30);
  const { rows } = await kernel.core.store.system((db) =>
    sql<{ title: string; incidentId: string }>`SELECT title, incident_id FROM detection_alerts ORDER BY time`.execute(
      db,
    ),
  );
  expect(rows.map(({ title }) => title)).toEqual(['Rule 1', 'Rule 3']);
  // Two desks, one story: what the first raised is known to the second.
  expect(new Set(rows.map(({ incidentId }) => incidentId)).size).toBe(1);
});

test('[L6] a server knows after a restart how far it handed on what it took', async () => {
  const context = here();
  expect(await forwarded(context, 'forward/one')).toEqual({});
  await forwarded(context, 'forward/one', { push: 7, net: 3 });
  expect(await forwarded(context, 'forward/one')).toEqual({ push: 7, net: 3 });
});
