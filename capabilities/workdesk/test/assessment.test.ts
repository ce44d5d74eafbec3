import { Failure } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SchemeDetail } from '../src/assessment-shapes.ts';
import { nuclei, openStage, type Stage } from './stage.ts';

let stage: Stage;
let scheme: string;
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (error) => (error instanceof Failure ? error.code : String(error)),
  );
const indicators = [
  {
    id: 'sign',
    title: '签收时效',
    metric: 'sign-days',
    weight: 40,
    withoutData: 'leave-out',
    curve: [
      { value: 0, points: 100 },
      { value: 10, points: 0 },
    ],
  },
  {
    id: 'fix',
    title: '按期反馈',
    metric: 'fixed-in-time',
    weight: 60,
    withoutData: 'leave-out',
    curve: [
      { value: 0, points: 0 },
      { value: 100, points: 100 },
    ],
  },
] as const;
const show = (who?: Stage['contact']) => stage.run<SchemeDetail>('getScheme', { id: scheme }, who ?? stage.office);

/** 24 November 2026 is a Tuesday: one notice each; computing signs after two working days and reports, history does nothing. */
beforeAll(async () => {
  stage = await openStage();
  const { kernel, run, upload, asset, computing, history, contact } = stage;
  await asset(computing, '教务系统', ['jw.example.edu']);
  await asset(history, '档案系统', ['da.example.edu']);
  const scan = [
    nuclei('jw.example.edu', 'CVE-2021-44228', 'critical'),
    nuclei('da.example.edu', 'CVE-2021-41773', 'high'),
  ].join('\n');
  await run('importScan', { evidenceId: await upload('scan.jsonl', scan) });
  await kernel.core.jobs.drain();
  const { notices } = await run<{ notices: { id: string; organisationId: string }[] }>('issueNotices', {
    organisationIds: [computing, history],
    workdays: 5,
  });
  const own = notices.find(({ organisationId }) => organisationId === computing)?.id ?? '';
  kernel.clock.advance(2 * 86_400_000);
  await run('signNotice', { id: own }, contact);
  const proof = await upload('整改.txt', '已升级', computing, contact);
  await run('submitFix', { id: own, note: '已升级到修复版本', evidenceIds: [proof] }, contact);
  kernel.clock.advance(12 * 86_400_000);
  scheme = (
    await run<{ id: string }>('saveScheme', {
      title: '2026 年网络安全考核',
      fromDay: '2026-11-01',
      toDay: '2026-12-08',
      indicators,
    })
  ).id;
});
afterAll(() => stage.kernel.close());

test('[K1] a scheme with wrong weights, metrics or days is refused with the places', async () => {
  const save = (changes: object) =>
    stage.run('saveScheme', { title: 'x', fromDay: '2026-01-01', toDay: '2026-12-31', indicators, ...changes });
  const failure = (await save({ indicators: [{ ...indicators[0], metric: 'beauty' }] }).catch(
    (error) => error,
  )) as Failure;
  expect(failure.code).toBe('workdesk.scheme_wrong');
  expect(failure.issues?.map(({ where }) => where)).toEqual(['indicators.weight', 'indicators.0.metric']);
  expect(await codeOf(save({ toDay: '2025-12-31' }))).toBe('input.invalid');
});
test('[K2] the score of a unit follows its records, which every line names', async () => {
  const { run, kernel, computing, history } = stage;
  await run('measureScheme', { id: scheme });
  await kernel.core.jobs.drain();
  const { results } = await show();
  const of = (id: string) => results.find(({ organisationId }) => organisationId === id);
  // Signed after 2 working days: 80 points; reported in time: 100. 0.4 · 80 + 0.6 · 100 = 92.
  expect(of(computing)).toMatchObject({ total: 92, place: 1 });
  expect(of(computing)?.lines.map(({ value, points }) => [value, points])).toEqual([
    [2, 80],
    [100, 100],
  ]);
  // Not signed within the 10 working days to 8 December, not reported: nothing.
  expect(of(history)).toMatchObject({ total: 0, place: 2 });
  expect(of(history)?.lines[0]?.records).toHaveLength(1);
  expect(of(history)?.lines[0]?.records[0]).toMatchObject({ kind: 'notice', value: 10 });
});
test('[K3] a unit sees nothing before publication and then only its own', async () => {
  const { run, contact, other, history } = stage;
  expect(await codeOf(show(contact))).toBe('workdesk.unknown');
  await run('publishScheme', { id: scheme, workdays: 5 });
  expect((await show(other)).results.map(({ organisationId }) => organisationId)).toEqual([history]);
  expect(await codeOf(run('measureScheme', { id: scheme }).then(() => stage.kernel.core.jobs.drain()))).toBe('done');
  expect((await show()).scheme.status).toBe('published');
});
test('[K4] an appeal is answered once, moves score and places, and blocks closing while it waits', async () => {
  const { run, other, contact } = stage;
  const own = (await show(other)).results[0]?.id ?? '';
  expect(await codeOf(run('appealResult', { id: own, reason: 'x' }, contact))).toBe('workdesk.unknown');
  await run('appealResult', { id: own, reason: '通报期间系统已停用' }, other);
  expect(await codeOf(run('appealResult', { id: own, reason: '再来' }, other))).toBe('workdesk.appeal_ended');
  expect(await codeOf(run('closeScheme', { id: scheme }))).toBe('workdesk.appeals_open');
  await run('decideAppeal', { id: own, accepted: true, adjustment: 95, answer: '情况属实' });
  const { results } = await show();
  expect(results.map(({ unitName, place, adjustment }) => [unitName, place, adjustment])).toEqual([
    ['历史文化学院', 1, 95],
    ['计算机学院', 2, 0],
  ]);
  expect(await codeOf(run('decideAppeal', { id: own, accepted: false, answer: 'x' }))).toBe('workdesk.appeal_ended');
  await run('closeScheme', { id: scheme });
  expect(
    await codeOf(run('saveScheme', { id: scheme, title: 'x', fromDay: '2026-01-01', toDay: '2026-12-31', indicators })),
  ).toBe('workdesk.scheme_step');
});
test('[K5] the ranking is written as a file', async () => {
  const file = await stage.run<{ name: string; size: number }>('writeRanking', { id: scheme, format: 'xlsx' });
  expect(file.name).toBe('2026 年网络安全考核.xlsx');
  expect(file.size).toBeGreaterThan(2000);
  expect(await codeOf(stage.run('writeRanking', { id: scheme }, stage.contact))).toBe('access.denied');
});
