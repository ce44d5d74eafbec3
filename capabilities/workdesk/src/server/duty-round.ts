/**
 * The morning round of announcements and tasks: who has not read, not confirmed, not handed in. On a day off nobody is reminded.
 * @module
 */
import { handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import { receiptDuty, sheetDuty } from '@hedun/workdesk';
import type { Workdesk } from '../capability.ts';
import type { TaskRow, TaskSheetRow } from '../task-shapes.ts';
import { remind } from './announcements/index.ts';
import { openReceipts } from './announcements/rows.ts';
import { calendar, firstTime, type Here, today } from './here.ts';
import { peopleOf } from './people.ts';

export const dutyHandlers = handlers<Workdesk>()({
  remindDuties: async (_, context) => {
    const day = today(context);
    const { announcements, tasks } = await context.transaction(async ({ db }) => ({
      announcements: await db
        .selectFrom('workdeskAnnouncements')
        .selectAll()
        .where('status', '=', 'published')
        .execute(),
      tasks: await db.selectFrom('workdeskTasks').selectAll().where('status', '=', 'running').execute(),
    }));
    const all = announcements.length + tasks.length;
    let [readers, units] = [0, 0];
    for (const [index, row] of announcements.entries()) {
      readers += await context.transaction(async (inner) => {
        if (!(await firstTime(inner, `announcement/${row.id}/${day}`))) return 0;
        const { rows } = await openReceipts(row.id).execute(inner.db);
        const due = rows.filter(
          (receipt) =>
            receiptDuty(
              calendar,
              {
                sentOn: dayOfInstant(receipt.sentAt),
                opened: receipt.openedAt !== null,
                confirmed: receipt.confirmedAt !== null,
                confirm: row.confirm,
                confirmBy: row.confirmBy,
              },
              day,
            ) !== null,
        );
        await remind(
          inner,
          row,
          due.map(({ userId }) => userId),
          day,
        );
        return due.length;
      });
      await context.progress(index + 1, all);
    }
    for (const [index, task] of tasks.entries()) {
      units += await context.transaction((inner) => remindTask(inner, task, day));
      await context.progress(announcements.length + index + 1, all);
    }
    return { readers, units };
  },
});

async function remindTask(context: Here, task: TaskRow, day: string): Promise<number> {
  const sheets = await context.db.selectFrom('workdeskTaskSheets').selectAll().where('taskId', '=', task.id).execute();
  const duties = sheets.flatMap((sheet) => {
    const duty = sheetDuty(calendar, { status: sheet.status, dueOn: task.dueOn }, day);
    return duty ? [{ sheet, duty }] : [];
  });
  // All sheets of a task have one deadline, so all duties of a day are of one kind.
  const [first] = duties;
  if (!first) return 0;
  const { kind, to, left } = first.duty;
  const late = kind === 'overdue';
  const people = await peopleOf(
    context,
    duties.map(({ sheet }) => sheet.organisationId),
    late ? 'both' : 'contacts',
  );
  const key = `workdesk/task/${task.id}/${day}`;
  const values = { task: task.title, due: task.dueOn, left: Math.abs(left) };
  if (people.length > 0)
    await context.notify({
      to: { userIds: people.map(({ id }) => id) },
      title: late
        ? { 'zh-CN': '任务已逾期：{task}', en: 'Overdue: {task}' }
        : { 'zh-CN': '任务即将到期：{task}', en: 'Nearly due: {task}' },
      body: late
        ? {
            'zh-CN': '完成期限 {due}，已逾期 {left} 个工作日，您单位尚未提交。',
            en: 'Due {due}, {left} working days late; your unit has not handed it in.',
          }
        : {
            'zh-CN': '完成期限 {due}，还剩 {left} 个工作日，您单位尚未提交。',
            en: 'Due {due}, {left} working days left; your unit has not handed it in.',
          },
      values,
      link: `/workdesk/tasks?id=${task.id}`,
      key,
    });
  if (to === 'office')
    await tellOffice(
      context,
      task,
      duties.map(({ sheet }) => sheet),
      `${key}/office`,
      values,
    );
  return duties.length;
}

async function tellOffice(
  context: Here,
  task: TaskRow,
  sheets: readonly TaskSheetRow[],
  key: string,
  values: { readonly task: string; readonly due: string; readonly left: number },
): Promise<void> {
  await context.notify({
    to: { organisationId: sheets[0]?.organisationId ?? '', permission: 'workdesk.issue' },
    title: { 'zh-CN': '{count} 个单位逾期未提交：{task}', en: '{count} units overdue: {task}' },
    body: {
      'zh-CN': '期限 {due}，已逾期 {left} 个工作日：{names}',
      en: 'Due {due}, {left} working days late: {names}',
    },
    values: {
      ...values,
      count: sheets.length,
      names: sheets
        .slice(0, 60)
        .map(({ unitName }) => unitName)
        .join('、'),
    },
    link: `/workdesk/tasks?id=${task.id}`,
    key,
  });
}
