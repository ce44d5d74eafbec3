import { Failure } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MergedTask, SheetDetail, TaskDetail, TaskRow, TaskSummary } from '../src/task-shapes.ts';
import { openStage, type Stage } from './stage.ts';

const form = {
  sections: [
    {
      id: 's1',
      title: '基本情况',
      questions: [
        { id: 'q1', kind: 'yes-no', title: '是否完成应急演练', required: true, score: 40 },
        {
          id: 'q2',
          kind: 'file',
          title: '演练记录',
          required: true,
          showIf: { question: 'q1', is: 'one-of', values: ['yes'] },
        },
        {
          id: 'q3',
          kind: 'single',
          title: '备份方式',
          required: true,
          options: [
            { value: 'a', label: '本地', score: 20 },
            { value: 'b', label: '=异地', score: 60 },
          ],
        },
        { id: 'q4', kind: 'number', title: '系统数量', required: true, minimum: 0, maximum: 500 },
      ],
    },
  ],
};
let stage: Stage;
let template: string;
let task: TaskRow;
beforeAll(async () => {
  stage = await openStage();
  template = (await stage.run<{ id: string }>('saveTemplate', { title: '季度自查', form })).id;
});
afterAll(() => stage.kernel.close());

type Who = Stage['contact'];
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (error) => (error instanceof Failure ? error.code : String(error)),
  );
const sheetId = async (who: Who) =>
  (await stage.run<{ items: TaskSummary[] }>('listTasks', {}, who)).items.find(({ id }) => id === task.id)?.sheetId ??
  '';
const sheet = async (who: Who, id?: string) =>
  stage.run<SheetDetail>('getSheet', { id: id ?? (await sheetId(who)) }, who);
const notices = async (who: Who) =>
  (await stage.run<{ items: { title: string; body: string }[] }>('kernel.listNotices', {}, who)).items;

test('[Q1] a form that cannot be used is refused with its places; a template changed later changes no task', async () => {
  const { run, contact, computing, history } = stage;
  const failure = (await run('saveTemplate', {
    title: 'x',
    form: { sections: [{ ...form.sections[0], questions: [{ ...form.sections[0]?.questions[2], options: [] }] }] },
  }).catch((error) => error)) as Failure;
  expect([failure.code, failure.issues?.map(({ where }) => where)]).toEqual([
    'workdesk.form_wrong',
    ['form.sections.0.questions.0.options'],
  ]);
  expect(await codeOf(run('saveTemplate', { title: 'x', form }, contact))).toBe('access.denied');
  expect(await codeOf(run('getTemplate', { id: template }, contact))).toBe('access.denied');
  const { items } = await run<{ items: { questions: number; points: number }[] }>('listTemplates', {});
  expect(items).toMatchObject([{ questions: 4, points: 100, sent: 0 }]);
  task = await run<TaskRow>('sendTask', {
    templateId: template,
    title: '第四季度自查',
    requirement: '如实填写',
    organisationIds: [computing, history],
    workdays: 5,
  });
  await run('saveTemplate', {
    id: template,
    title: '季度自查',
    form: { sections: [{ ...form.sections[0], questions: [form.sections[0]?.questions[0]] }] },
  });
  expect((await run<TaskDetail>('getTask', { id: task.id })).task.form.sections[0]?.questions).toHaveLength(4);
});
test('[Q2] a task goes to each unit once, due in working days, its contacts told; a unit sees only its own sheet and no points', async () => {
  const { run, contact, leader, other, computing } = stage;
  // Five working days after Tuesday 24 November 2026.
  expect([task.dueOn, task.provisional]).toEqual(['2026-12-01', false]);
  expect((await notices(contact)).map(({ title }) => title)).toEqual(['新任务：第四季度自查']);
  expect(await notices(leader)).toEqual([]);
  expect(await run('addTaskUnits', { id: task.id, organisationIds: [computing] })).toEqual({ added: 0, already: 1 });
  const own = await run<TaskDetail>('getTask', { id: task.id }, contact);
  expect(own.sheets.map(({ organisationId }) => organisationId)).toEqual([computing]);
  expect(JSON.stringify(own)).not.toContain('"score"');
  const mine = await sheet(contact);
  expect(JSON.stringify(mine.task.form)).not.toContain('"score"');
  expect(mine.steps).toEqual(['save', 'submit']);
  expect(await codeOf(sheet(other, mine.sheet.id))).toBe('workdesk.unknown');
  expect(
    await codeOf(run('sendTask', { templateId: template, title: 'x', organisationIds: [computing] }, contact)),
  ).toBe('access.denied');
});
test('[Q3] a sheet is kept half filled, handed in complete; what is hidden is not asked; files are the unit’s own', async () => {
  const { run, upload, contact, other, history } = stage;
  const id = await sheetId(contact);
  expect(await run('saveSheet', { id, answers: { q4: 3 } }, contact)).toEqual({ status: 'filling' });
  expect(await codeOf(run('saveSheet', { id, answers: { q4: 900 } }, contact))).toBe('workdesk.answers_wrong');
  const failure = (await run('submitSheet', { id, answers: { q1: true, q4: 3 } }, contact).catch(
    (error) => error,
  )) as Failure;
  expect(failure.issues?.map(({ where }) => where)).toEqual(['answers.q2', 'answers.q3']);
  const foreign = await upload('别人的.txt', 'x', history, other);
  const answers = { q1: true, q2: [foreign], q3: 'a', q4: 3, nonsense: 'x' };
  expect(await codeOf(run('submitSheet', { id, answers }, contact))).toBe('record.not_found');
  const proof = await upload('演练记录.txt', 'x', stage.computing, contact);
  expect(await run('submitSheet', { id, answers: { ...answers, q2: [proof] } }, contact)).toEqual({
    status: 'submitted',
    late: false,
  });
  const office = await sheet(stage.office, id);
  expect(office.sheet).toMatchObject({ status: 'submitted', percent: 60 });
  expect(Object.keys(office.sheet.answers)).toEqual(['q1', 'q2', 'q3', 'q4']);
  expect(office.files.map(({ name }) => name)).toEqual(['演练记录.txt']);
  expect(office.lines.map(({ score, most }) => [score, most])).toEqual([
    [40, 40],
    [20, 60],
  ]);
  // The unit does not see its score before it is accepted.
  expect((await sheet(contact)).sheet.percent).toBeNull();
  expect(await codeOf(run('saveSheet', { id, answers: {} }, contact))).toBe('workdesk.sheet_step');
  // Another unit has nothing to show for a drill, so it is not asked for.
  const otherId = await sheetId(other);
  expect(await run('submitSheet', { id: otherId, answers: { q1: false, q3: 'b', q4: 2 } }, other)).toMatchObject({
    status: 'submitted',
  });
});
test('[Q4] a sheet is returned with a reason, goes round again, is accepted and then shows its score', async () => {
  const { run, contact, office } = stage;
  const id = await sheetId(contact);
  expect((await sheet(office, id)).steps).toEqual(['accept', 'return']);
  expect(await codeOf(run('returnSheet', { id, reason: ' ' }))).toBe('input.invalid');
  await run('returnSheet', { id, reason: '请补充演练照片' });
  expect((await notices(contact))[0]).toMatchObject({
    title: '填报被退回：第四季度自查',
    body: '原因：请补充演练照片',
  });
  const back = await sheet(contact);
  expect([back.sheet.status, back.steps]).toEqual(['returned', ['save', 'submit']]);
  await run('submitSheet', { id, answers: { ...back.sheet.answers, q3: 'b' } }, contact);
  await run('acceptSheet', { id });
  const done = await sheet(contact);
  expect(done.sheet).toMatchObject({ status: 'accepted', percent: 100, returns: 1 });
  expect(done.sheet.history.map(({ step }) => step)).toEqual(['submitted', 'returned', 'submitted', 'accepted']);
  expect(await codeOf(run('acceptSheet', { id }))).toBe('workdesk.sheet_step');
  expect(await codeOf(run('acceptSheet', { id }, contact))).toBe('access.denied');
});
test('[Q5] all sheets are one table, counted by question, written as XLSX and as CSV that runs no formula', async () => {
  const { run, contact } = stage;
  const merged = await run<MergedTask>('mergeTask', { id: task.id });
  expect(merged.header).toEqual([
    '单位',
    '状态',
    '提交时间',
    '得分',
    '是否完成应急演练',
    '演练记录',
    '备份方式',
    '系统数量',
  ]);
  expect(merged.rows.map(({ cells }) => cells)).toEqual([
    ['历史文化学院', '待审核', '2026-11-24 16:00', '60', '否', '', '=异地', '2'],
    ['计算机学院', '已通过', '2026-11-24 16:00', '100', '是', '演练记录.txt', '=异地', '3'],
  ]);
  expect(merged.summary.map(({ tallies, numbers }) => numbers?.sum ?? tallies.map(({ count }) => count))).toEqual([
    [1, 1],
    [],
    [0, 2],
    5,
  ]);
  expect(await codeOf(run('mergeTask', { id: task.id }, contact))).toBe('access.denied');
  const csv = await run<{ id: string; name: string }>('exportTask', { id: task.id, format: 'csv' });
  expect(csv.name).toBe('第四季度自查 汇总表.csv');
  const { evidence } = await run<{ evidence: { sha256: string } }>('kernel.getEvidence', { id: csv.id });
  const parts: Uint8Array[] = [];
  for await (const part of stage.kernel.core.blobs.stream(evidence.sha256)) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  expect(text.split('\r\n')[1]).toBe("历史文化学院,待审核,2026-11-24 16:00,60,否,,'=异地,2");
  const xlsx = await run<{ name: string; size: number }>('exportTask', { id: task.id });
  expect(xlsx.name).toBe('第四季度自查 汇总表.xlsx');
  expect(xlsx.size).toBeGreaterThan(3000);
});
test('[Q6] reminders before and after the deadline, the office after three days; extended, then closed', async () => {
  const { run, kernel, other, contact, office } = stage;
  const second = await run<TaskRow>('sendTask', { templateId: template, title: '补充自查', workdays: 5 });
  const round = async (days: number) => {
    kernel.clock.advance(days * 86_400_000);
    await run('remindDuties', {});
    await run('remindDuties', {});
    await kernel.core.jobs.drain();
  };
  const told = async (who: Who) =>
    (await notices(who))
      .map(({ title }) => title)
      .filter((title) => title.includes('补充自查') && !title.startsWith('新任务'));
  const own =
    (await run<{ items: TaskSummary[] }>('listTasks', {}, contact)).items.find(({ id }) => id === second.id)?.sheetId ??
    '';
  await run('submitSheet', { id: own, answers: { q1: true } }, contact);
  await round(3); // Friday: two working days left.
  expect([await told(other), await told(contact)]).toEqual([['任务即将到期：补充自查'], []]);
  expect(await run('remindTask', { id: second.id })).toEqual({ units: 1 });
  await round(7); // Friday after the deadline of Tuesday: three days late.
  expect(await told(other)).toEqual(['任务已逾期：补充自查', '请填报：补充自查', '任务即将到期：补充自查']);
  expect((await told(office)).at(0)).toBe('1 个单位逾期未提交：补充自查');
  const row = (await run<{ items: TaskSummary[] }>('listTasks', { filter: 'title:补充' })).items[0];
  expect(row).toMatchObject({ units: 2, submitted: 1, late: 1 });
  expect((await run<TaskRow>('extendTask', { id: second.id, workdays: 5 })).dueOn).toBe('2026-12-08');
  await run('closeTask', { id: second.id });
  expect(await codeOf(run('remindTask', { id: second.id }))).toBe('workdesk.task_closed');
  const last =
    (await run<{ items: TaskSummary[] }>('listTasks', { filter: 'title:补充' }, other)).items[0]?.sheetId ?? '';
  expect(await codeOf(run('submitSheet', { id: last, answers: { q1: false } }, other))).toBe('workdesk.sheet_step');
});
