/**
 * The sheet of a unit: filled in over days, handed in, returned with a reason, accepted; and all of a task as one table.
 * @module
 */
import { Failure, handlers, type ReportDocument } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import { type Answers, checkAnswers, csvOf, replyRows, scoreAnswers, summaryOf } from '@hedun/workdesk';
import type { Workdesk } from '../../capability.ts';
import { sheetStatusWords, type TaskRow, type TaskSheetRow } from '../../task-shapes.ts';
import { minuteOf } from '../announcements/statistics.ts';
import { longDay } from '../documents.ts';
import { type Here, instant, json, today } from '../here.ts';
import { peopleOf } from '../people.ts';
import { requireAnswers, withoutKey } from '../training.ts';
import {
  fileIdsOf,
  filesOf,
  isOverdue,
  known,
  requireFiles,
  requireStep,
  sheetOf,
  stepsOn,
  taskOf,
  withFileNames,
} from './rows.ts';

async function setSheet(context: Here, id: string, changes: Partial<TaskSheetRow>): Promise<void> {
  await context.db
    .updateTable('workdeskTaskSheets')
    .set({
      ...changes,
      ...(changes.answers ? { answers: json(changes.answers) } : {}),
      ...(changes.history ? { history: json(changes.history) } : {}),
      updatedAt: instant(context),
    } as never)
    .where('id', '=', id)
    .execute();
}
async function load(context: Here, id: string) {
  const sheet = await sheetOf(context, id, true);
  return { sheet, task: await taskOf(context, sheet.taskId) };
}
const stepped = (context: Here, sheet: TaskSheetRow, step: 'submitted' | 'returned' | 'accepted', reason = '') => [
  ...sheet.history,
  { step, by: context.actor.name, at: instant(context), reason },
];

export const sheetHandlers = handlers<Workdesk>()({
  getSheet: async ({ id }, context) => {
    const sheet = await sheetOf(context, id);
    const task = await taskOf(context, sheet.taskId);
    // A unit sees what its answers are worth when they are accepted, not while it chooses them.
    const open = context.can('workdesk.read') || sheet.status === 'accepted';
    return {
      task: open ? task : { ...task, form: withoutKey(task.form) as TaskRow['form'] },
      sheet: open ? sheet : { ...sheet, percent: null },
      overdue: isOverdue(sheet, task, today(context)),
      files: await filesOf(context, task.form, sheet.answers),
      steps: stepsOn(sheet, task, context),
      lines: open ? [...scoreAnswers(task.form, sheet.answers).lines] : [],
    };
  },
  saveSheet: async ({ id, answers }, context) => {
    const { sheet, task } = await load(context, id);
    requireStep(sheet, task, 'save', context);
    const problems = checkAnswers(task.form, answers, false);
    if (problems.length > 0)
      throw new Failure('workdesk.answers_wrong', {
        where: 'answers',
        issues: problems.map(({ question, expected, got }) => ({ where: `answers.${question}`, expected, got })),
      });
    await requireFiles(context, task.form, answers);
    const status = sheet.status === 'returned' ? 'returned' : 'filling';
    await setSheet(context, id, { answers: known(task.form, answers), status });
    return { status } as const;
  },
  submitSheet: async ({ id, answers }, context) => {
    const { sheet, task } = await load(context, id);
    requireStep(sheet, task, 'submit', context);
    requireAnswers(task.form, answers);
    await requireFiles(context, task.form, answers);
    const at = instant(context);
    await setSheet(context, id, {
      answers: known(task.form, answers),
      status: 'submitted',
      percent: scoreAnswers(task.form, answers).percent,
      firstSubmittedAt: sheet.firstSubmittedAt ?? at,
      submittedAt: at,
      history: stepped(context, sheet, 'submitted'),
    });
    const late = dayOfInstant(at) > task.dueOn;
    await context.notify({
      to: { organisationId: sheet.organisationId, permission: 'workdesk.issue' },
      title: { 'zh-CN': '{unit}已提交：{task}', en: '{unit} handed in: {task}' },
      body: late
        ? { 'zh-CN': '逾期提交，请审核。', en: 'Late; please check.' }
        : { 'zh-CN': '请审核。', en: 'Please check.' },
      values: { unit: sheet.unitName, task: task.title },
      link: `/workdesk/tasks?sheet=${id}`,
    });
    return { status: 'submitted', late } as const;
  },
  returnSheet: async ({ id, reason }, context) => {
    const { sheet, task } = await load(context, id);
    requireStep(sheet, task, 'return', context);
    await setSheet(context, id, {
      status: 'returned',
      returns: sheet.returns + 1,
      acceptedAt: null,
      history: stepped(context, sheet, 'returned', reason),
    });
    await tellUnit(context, sheet, {
      title: { 'zh-CN': '填报被退回：{task}', en: 'Returned: {task}' },
      body: { 'zh-CN': '原因：{reason}', en: 'Reason: {reason}' },
      values: { task: task.title, reason },
    });
    context.audit({ task: task.title, unit: sheet.unitName, reason });
    return { status: 'returned' } as const;
  },
  acceptSheet: async ({ id }, context) => {
    const { sheet, task } = await load(context, id);
    requireStep(sheet, task, 'accept', context);
    await setSheet(context, id, {
      status: 'accepted',
      acceptedAt: instant(context),
      history: stepped(context, sheet, 'accepted'),
    });
    await tellUnit(context, sheet, {
      title: { 'zh-CN': '填报已通过：{task}', en: 'Accepted: {task}' },
      body: { 'zh-CN': '安全管理部门已审核通过。', en: 'The security office accepted it.' },
      values: { task: task.title },
    });
    context.audit({ task: task.title, unit: sheet.unitName });
    return { status: 'accepted' } as const;
  },
  mergeTask: async ({ id }, context) => await merged(context, await taskOf(context, id)),
  exportTask: async ({ id, format }, context) => {
    const task = await taskOf(context, id);
    const { header, rows, summary, waiting } = await merged(context, task);
    const say = (zh: string, en: string) => (context.locale === 'en' ? en : zh);
    const home = context.actor.organisationId;
    const name = `${task.title} ${say('汇总表', 'merged')}`;
    if (format === 'csv') {
      const kept = await context.files.keep(
        new TextEncoder().encode(csvOf([header, ...rows.map(({ cells }) => cells)])),
        {
          organisationId: home,
          name: `${name}.csv`,
          mediaType: 'text/csv',
        },
      );
      return await context.files.reference(kept.id);
    }
    const issuer = await context.organisations.get(home);
    const numeric = (cell: string) => (/^-?\d{1,15}(\.\d+)?$/.test(cell) && !/^0\d/.test(cell) ? Number(cell) : cell);
    const tenth = (value: number) => Math.round(value * 10) / 10;
    const document: ReportDocument = {
      title: task.title,
      subtitle: say('汇总表', 'Merged table'),
      issuer: issuer.name,
      date: longDay(today(context), context.locale),
      locale: context.locale,
      blocks: [
        {
          kind: 'paragraph',
          text: say(
            `已提交 ${rows.length} 个单位，未提交 ${waiting.length} 个${waiting.length > 0 ? `：${waiting.join('、')}` : ''}。`,
            `${rows.length} units handed in, ${waiting.length} not${waiting.length > 0 ? `: ${waiting.join(', ')}` : ''}.`,
          ),
        },
        {
          kind: 'table',
          title: say('各单位填报', 'Sheets'),
          columns: header.map((each) => ({ title: each, width: 2 })),
          rows: rows.map(({ cells }) => cells.map(numeric)),
        },
        {
          kind: 'table',
          title: say('逐题统计', 'Questions'),
          columns: [
            { title: say('题目', 'Question'), width: 3 },
            { title: say('选项', 'Choice'), width: 2 },
            { title: say('数量', 'Count'), width: 1 },
          ],
          rows: summary.flatMap(({ title, answered, tallies, numbers }) =>
            numbers
              ? [
                  [title, say('合计', 'Sum'), tenth(numbers.sum)],
                  [title, say('平均', 'Mean'), tenth(numbers.mean)],
                ]
              : tallies.length > 0
                ? tallies.map(({ label, count }) => [title, label, count])
                : [[title, say('已答', 'Answered'), answered]],
          ),
        },
      ],
    };
    return await context.reports.make(document, 'xlsx', home, name);
  },
});

async function tellUnit(
  context: Here,
  sheet: TaskSheetRow,
  notice: Omit<Parameters<Here['notify']>[0], 'to' | 'link'>,
): Promise<void> {
  const people = await peopleOf(context, [sheet.organisationId], 'contacts');
  if (people.length > 0)
    await context.notify({
      ...notice,
      to: { userIds: people.map(({ id }) => id) },
      link: `/workdesk/tasks?sheet=${sheet.id}`,
    });
}

async function merged(context: Here, task: TaskRow) {
  const say = (zh: string, en: string) => (context.locale === 'en' ? en : zh);
  const sheets = await context.db
    .selectFrom('workdeskTaskSheets')
    .selectAll()
    .where('taskId', '=', task.id)
    .orderBy('unitName')
    .execute();
  const done = sheets.filter(({ status }) => status === 'submitted' || status === 'accepted');
  const ids = done.flatMap(({ answers }) => fileIdsOf(task.form, answers));
  const names = new Map<string, string>();
  for (const id of ids) names.set(id, (await context.files.get(id)).name);
  const words = { yes: say('是', 'Yes'), no: say('否', 'No') };
  const named = done.map((sheet) => ({
    who: sheet.unitName,
    answers: withFileNames(task.form, sheet.answers, names) as Answers,
    more: [sheetStatusWords[sheet.status][context.locale], minuteOf(sheet.submittedAt)],
  }));
  const { header, rows } = replyRows(task.form, named, {
    ...words,
    who: say('单位', 'Unit'),
    score: say('得分', 'Score'),
    more: [say('状态', 'Status'), say('提交时间', 'Handed in')],
  });
  return {
    header: [...header],
    rows: rows.map((cells, index) => ({ sheetId: done[index]?.id ?? '', cells: [...cells] })),
    replies: done.length,
    waiting: sheets.filter((sheet) => !done.includes(sheet)).map(({ unitName }) => unitName),
    summary: summaryOf(task.form, done, words).map((each) => ({ ...each, tallies: [...each.tallies] })),
  };
}
