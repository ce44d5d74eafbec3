import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SchemeDetail } from '../src/assessment-shapes.ts';
import type { TaskSummary } from '../src/task-shapes.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let scheme: string;
const indicator = (metric: string, weight: number) => ({
  id: metric,
  title: metric,
  metric,
  weight,
  withoutData: 'leave-out',
  curve: [
    { value: 0, points: 0 },
    { value: 100, points: 100 },
  ],
});

/**
 * Tuesday 24 November 2026, 16:00 in Beijing. Computing reports at 17:00 in time, hands its task in and confirms; history reports late the
 * day after, hands in after the deadline and does not confirm.
 */
beforeAll(async () => {
  stage = await openStage();
  const { kernel, run, contact, other } = stage;
  const hour = 3_600_000;
  const period = await run<{ id: string }>('saveSafePeriod', {
    title: '重保',
    fromDay: '2026-11-24',
    toDay: '2026-11-25',
    times: ['17:00'],
    openMinutes: 120,
  });
  const template = await run<{ id: string }>('saveTemplate', {
    title: '自查',
    form: {
      sections: [
        { id: 's', title: 's', questions: [{ id: 'q', kind: 'yes-no', title: '是否完成', required: true, score: 10 }] },
      ],
    },
  });
  const task = await run<{ id: string }>('sendTask', { templateId: template.id, title: '自查', workdays: 1 });
  const announcement = await run<{ id: string }>('saveAnnouncement', {
    title: '通知',
    body: '请确认',
    confirm: true,
    confirmBy: '2026-11-25',
    audience: 'contacts',
  });
  await run('publishAnnouncement', { id: announcement.id });
  const handIn = async (who: Stage['contact']) => {
    const { items } = await run<{ items: TaskSummary[] }>('listTasks', {}, who);
    const id = items.find((each) => each.id === task.id)?.sheetId;
    await run('submitSheet', { id, answers: { q: true } }, who);
  };
  await run('reportSafe', { periodId: period.id }, contact);
  await handIn(contact);
  await run('confirmAnnouncement', { id: announcement.id }, contact);
  // Wednesday 17:30: computing too late for the second report, history likewise.
  kernel.clock.advance(25.5 * hour);
  await run('reportSafe', { periodId: period.id }, contact);
  kernel.clock.advance(24 * hour);
  await handIn(other);
  // Thursday: a review until Friday. Computing checks its one system and its leader signs; history checks one of two.
  for (const [organisationId, name] of [
    [stage.computing, '教务系统'],
    [stage.history, '档案馆'],
    [stage.history, '校史馆'],
  ] as const)
    await run('saveSystem', { organisationId, name, technician: '王芳' });
  const review = await run<{ id: string }>('saveReview', { title: '年度审查', dueOn: '2026-11-27' });
  await run('startReview', { id: review.id });
  const answer = async (who: Stage['contact'], count: number) => {
    const { items } = await run<{ items: { id: string }[] }>(
      'listReviewSheets',
      { filter: `review:${review.id}` },
      who,
    );
    const id = items[0]?.id ?? '';
    const { entries } = await run<{ entries: { id: string }[] }>('getReviewSheet', { id }, who);
    for (const each of entries.slice(0, count)) await run('answerEntry', { id: each.id, answer: 'confirmed' }, who);
    return id;
  };
  const sheet = await answer(contact, 1);
  await run('submitReviewSheet', { id: sheet }, contact);
  await run('signReviewSheet', { id: sheet }, stage.leader);
  await answer(other, 1);
  kernel.clock.advance(48 * hour);
  scheme = (
    await run<{ id: string }>('saveScheme', {
      title: '考核',
      fromDay: '2026-11-01',
      toDay: '2026-12-31',
      indicators: [
        indicator('safe-in-time', 40),
        indicator('tasks-in-time', 20),
        indicator('announcements-confirmed', 20),
        indicator('review-in-time', 10),
        indicator('review-completeness', 10),
      ],
    })
  ).id;
  await run('measureScheme', { id: scheme });
  await kernel.core.jobs.drain();
});
afterAll(() => stage.kernel.close());

test('[K6] discipline in safe reports, tasks, announcements and the annual review is measured from their records, each named', async () => {
  const { results } = await stage.run<SchemeDetail>('getScheme', { id: scheme });
  const of = (unit: string) => results.find(({ organisationId }) => organisationId === unit);
  const computing = of(stage.computing);
  // One of two reports in time: 50 %; all else in time. 0.4 · 50 + 0.6 · 100 = 80.
  expect(computing?.total).toBe(80);
  expect(computing?.lines.map(({ value }) => value)).toEqual([50, 100, 100, 100, 100]);
  expect(computing?.lines[0]?.records.map(({ kind, title, value }) => [kind, title, value])).toEqual([
    ['safe-report', '重保 2026-11-24 17:00', 1],
    ['safe-report', '重保 2026-11-25 17:00', 0],
  ]);
  expect(computing?.lines[2]?.records.map(({ title }) => title)).toEqual(['通知：contact']);
  const history = of(stage.history);
  expect(history?.lines.map(({ value }) => value)).toEqual([0, 0, 0, 0, 50]);
  expect(history?.lines[1]?.records).toMatchObject([{ kind: 'sheet', title: '自查', value: 0 }]);
  expect(history?.lines[4]?.records.map(({ kind, title, value }) => [kind, title, value])).toEqual([
    ['review-entries', '年度审查 1 / 2', 0.5],
  ]);
  expect([computing?.place, history?.place]).toEqual([1, 2]);
});
