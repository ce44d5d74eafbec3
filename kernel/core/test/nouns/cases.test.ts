import type { Case } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { caseSteps } from '../../src/nouns/case-steps.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const open = (findingIds: readonly string[] = [], kind = 'rectification') =>
  stage.all((session) =>
    stage.nouns
      .cases(session)
      .open({ organisationId: stage.organisations.bureau, kind, title: '整改通知', severity: 'high', findingIds }),
  );
const move = (id: string, to: Case['status'], note = '') =>
  stage.all((session) => stage.nouns.cases(session).move(id, to, note));
async function raised(identity: string): Promise<string> {
  const [one] = await stage.all((session) =>
    stage.nouns.findings(session).raise([
      {
        organisationId: stage.organisations.bureau,
        kind: 'vulnerability',
        title: identity,
        severity: 'high',
        source: 's',
        identity: [identity],
      },
    ]),
  );
  return one?.id ?? '';
}
const finding = (id: string) => stage.all((session) => stage.nouns.findings(session).get(id));

test('[N10] numbers count up per kind and year of Beijing', async () => {
  stage.now.at = new Date('2026-12-31T17:00:00Z');
  expect((await open([], 'notice')).number).toBe('TB-2027-0001');
  expect((await open([], 'notice')).number).toBe('TB-2027-0002');
  stage.now.at = new Date('2026-11-02T08:00:00Z');
  expect((await open([], 'notice')).number).toBe('TB-2026-0001');
});

test('[N10] a number that exists is refused by name', async () => {
  const own = () =>
    stage.all((session) =>
      stage.nouns.cases(session).open({
        organisationId: stage.organisations.bureau,
        kind: 'x',
        title: 't',
        severity: 'low',
        number: '武网办〔2026〕1号',
      }),
    );
  await own();
  await expect(own()).rejects.toMatchObject({ code: 'record.exists', where: 'number' });
});

test('[N11] each step leads only where the life cycle allows', async () => {
  const path: readonly Case['status'][] = [
    'issued',
    'acknowledged',
    'remediating',
    'submitted',
    'returned',
    'submitted',
    'verified',
    'archived',
  ];
  const all = Object.keys(caseSteps) as Case['status'][];
  const one = await open();
  let at: Case['status'] = 'drafted';
  for (const next of path) {
    for (const wrong of all.filter((each) => !caseSteps[at].includes(each)))
      await expect(move(one.id, wrong)).rejects.toMatchObject({ code: 'case.step_not_allowed', got: wrong });
    expect((await move(one.id, next)).status).toBe(next);
    at = next;
  }
  for (const wrong of all) await expect(move(one.id, wrong)).rejects.toMatchObject({ code: 'case.step_not_allowed' });
});

test('[N12] linking moves findings into the case, submission claims the fix, verification verifies them', async () => {
  const ids = [await raised('a'), await raised('b')];
  const one = await open(ids);
  expect(await finding(ids[0] ?? '')).toMatchObject({ status: 'in_case', caseId: one.id });
  for (const to of ['issued', 'acknowledged', 'remediating', 'submitted'] as const) await move(one.id, to);
  expect((await finding(ids[0] ?? '')).status).toBe('fixed');
  await move(one.id, 'returned');
  expect(await finding(ids[1] ?? '')).toMatchObject({ status: 'in_case', fixedAt: null });
  await move(one.id, 'submitted');
  await move(one.id, 'verified');
  expect((await finding(ids[1] ?? '')).status).toBe('verified');
});

test('[N12] a finding of another case or already closed cannot be linked', async () => {
  const id = await raised('c');
  await open([id]);
  await expect(open([id])).rejects.toMatchObject({ code: 'finding.step_not_allowed' });
});

test('[N13] the timeline tells every step, comment, deadline and escalation in order', async () => {
  const one = await open();
  await move(one.id, 'issued', '请按期整改');
  await stage.all(async (session) => {
    const cases = stage.nouns.cases(session);
    await cases.comment(one.id, '已联系');
    await cases.setDeadline(one.id, new Date('2026-11-20T00:00:00Z'), '节假日顺延');
    await cases.escalate(one.id, '逾期三日');
  });
  const lines = await stage.all((session) =>
    session.db.selectFrom('timeline').select(['kind', 'text']).where('subjectId', '=', one.id).orderBy('id').execute(),
  );
  expect(lines.map(({ kind, text }) => `${kind} ${text}`.trim())).toEqual([
    'status',
    'status 请按期整改',
    'comment 已联系',
    'deadline 节假日顺延',
    'escalation 逾期三日',
  ]);
  expect(await stage.all((session) => stage.nouns.cases(session).get(one.id))).toMatchObject({
    escalation: 1,
    dueAt: '2026-11-20T00:00:00.000Z',
  });
});

test('[N13] moves are announced with where from and where to', async () => {
  stage.events.length = 0;
  const one = await open();
  await move(one.id, 'issued');
  expect(stage.events.filter(({ event }) => event === 'kernel.case.moved').map(({ payload }) => payload)).toEqual([
    { id: one.id, organisationId: stage.organisations.bureau, kind: 'rectification', from: null, to: 'drafted' },
    { id: one.id, organisationId: stage.organisations.bureau, kind: 'rectification', from: 'drafted', to: 'issued' },
  ]);
});

test('[N12] a finding seen again after its fix goes back to the case that is still running', async () => {
  const id = await raised('again');
  const one = await open([id]);
  for (const to of ['issued', 'acknowledged', 'remediating', 'submitted'] as const) await move(one.id, to);
  stage.now.at = new Date(stage.now.at.getTime() + 1000);
  await raised('again');
  expect(await finding(id)).toMatchObject({ status: 'in_case', caseId: one.id, recurrences: 1 });
});
