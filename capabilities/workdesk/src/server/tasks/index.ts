/**
 * Templates and tasks: designed once, sent to units with a deadline in working days, extended, closed, reminded.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { addWorkdays } from '@hedun/workdays';
import { checkForm, deadlineOf, scoreAnswers } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { TaskRow, TaskSummary, TemplateRow, TemplateSummary } from '../../task-shapes.ts';
import { calendar, type Here, instant, json, today } from '../here.ts';
import { answeringUnits, peopleOf } from '../people.ts';
import { withoutKey } from '../training.ts';
import { summaryOfSheet, taskOf, templateOf } from './rows.ts';

const open = ['assigned', 'filling', 'returned'] as const;

export const taskHandlers = handlers<Workdesk>()({
  listTemplates: async (input, context) => {
    const page = await listing<TemplateSummary & Pick<TemplateRow, 'form'>>(
      context,
      {
        from: sql`SELECT t.id, t.title, t.note, t.form, t.updated_at,
            (SELECT coalesce(sum(jsonb_array_length(s->'questions')), 0)::int FROM jsonb_array_elements(t.form->'sections') s) AS questions,
            (SELECT count(*)::int FROM workdesk_tasks k WHERE k.template_id = t.id) AS sent
          FROM workdesk_templates t`,
        fields: workdesk.operations.listTemplates.list,
        words: [sql`r.title`, sql`r.note`],
        sort: '-updatedAt',
      },
      input,
    );
    return {
      ...page,
      items: page.items.map(({ form, ...row }) => ({ ...row, points: mostPoints(form) })),
    };
  },
  getTemplate: ({ id }, context) => templateOf(context, id),
  saveTemplate: async ({ id, ...given }, context) => {
    if (id) await templateOf(context, id);
    const problems = checkForm(given.form);
    if (problems.length > 0)
      throw new Failure('workdesk.form_wrong', {
        where: 'form',
        issues: problems.map((each) => ({ ...each, where: `form.${each.where}` })),
      });
    const row: TemplateRow = { id: id ?? context.newId(), ...given, updatedAt: instant(context) };
    const { id: own, ...changes } = { ...row, form: json(row.form) };
    await context.db
      .insertInto('workdeskTemplates')
      .values({ id: own, ...changes })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    return row;
  },
  deleteTemplate: async ({ id }, context) => {
    await templateOf(context, id);
    // Tasks keep the form as it was sent; they do not need the template any more.
    await context.db.deleteFrom('workdeskTemplates').where('id', '=', id).execute();
    return { done: true };
  },
  sendTask: async ({ templateId, title, requirement, organisationIds, workdays }, context) => {
    const template = await templateOf(context, templateId);
    const { dueOn, provisional } = deadlineOf(calendar, instant(context), workdays);
    const row: TaskRow = {
      id: context.newId(),
      title,
      requirement,
      templateId,
      form: template.form,
      dueOn,
      provisional,
      status: 'running',
      sentBy: context.actor.name,
      sentAt: instant(context),
    };
    await context.db
      .insertInto('workdeskTasks')
      .values({ ...row, form: json(row.form) })
      .execute();
    const { added } = await send(context, row, organisationIds);
    if (added === 0)
      throw new Failure('workdesk.no_receivers', { where: 'organisationIds', expected: 'workdesk.unit', got: '0' });
    context.audit({ task: title, units: added, dueOn });
    return row;
  },
  addTaskUnits: async ({ id, organisationIds }, context) => {
    const task = await taskOf(context, id);
    requireRunning(task);
    const sent = await send(context, task, organisationIds);
    context.audit({ task: task.title, ...sent });
    return sent;
  },
  extendTask: async ({ id, workdays }, context) => {
    const task = await taskOf(context, id);
    requireRunning(task);
    const { day, provisional } = addWorkdays(calendar, task.dueOn, workdays);
    const changes = { dueOn: day, provisional: task.provisional || provisional };
    await context.db.updateTable('workdeskTasks').set(changes).where('id', '=', id).execute();
    await tell(context, id, {
      title: { 'zh-CN': '任务延期至 {due}：{task}', en: 'Extended to {due}: {task}' },
      body: { 'zh-CN': '完成期限由 {before} 改为 {due}。', en: 'The deadline moved from {before} to {due}.' },
      values: { task: task.title, due: day, before: task.dueOn },
    });
    context.audit({ task: task.title, dueOn: day });
    return { ...task, ...changes };
  },
  closeTask: async ({ id }, context) => {
    const task = await taskOf(context, id);
    requireRunning(task);
    await context.db.updateTable('workdeskTasks').set({ status: 'closed' }).where('id', '=', id).execute();
    context.audit({ task: task.title });
    return { ...task, status: 'closed' as const };
  },
  listTasks: (input, context) => {
    const day = today(context);
    const office = context.can('workdesk.read');
    const home = context.actor.organisationId;
    return listing<TaskSummary>(
      context,
      {
        from: sql`SELECT k.id, k.title, k.due_on, k.provisional, k.status, k.sent_by, k.sent_at, c.units, c.submitted, c.accepted,
            CASE WHEN ${day} > k.due_on THEN c.open ELSE 0 END AS late, m.id AS sheet_id, m.status AS mine
          FROM workdesk_tasks k
          JOIN LATERAL (SELECT count(*)::int AS units, count(*) FILTER (WHERE s.status = 'submitted')::int AS submitted,
              count(*) FILTER (WHERE s.status = 'accepted')::int AS accepted, count(*) FILTER (WHERE s.status = ANY (${[...open]}::text[]))::int AS open
            FROM workdesk_task_sheets s WHERE s.task_id = k.id) c ON true
          LEFT JOIN workdesk_task_sheets m ON m.task_id = k.id AND m.organisation_id = ${home}
          WHERE ${office ? sql`true` : sql`c.units > 0`}`,
        fields: workdesk.operations.listTasks.list,
        words: [sql`r.title`],
        sort: '-sentAt',
      },
      input,
    );
  },
  getTask: async ({ id }, context) => {
    const task = await taskOf(context, id);
    const sheets = await context.db
      .selectFrom('workdeskTaskSheets')
      .selectAll()
      .where('taskId', '=', id)
      .orderBy('unitName')
      .execute();
    const day = today(context);
    return {
      task: context.can('workdesk.read') ? task : { ...task, form: withoutKey(task.form) as TaskRow['form'] },
      sheets: sheets.map((sheet) => summaryOfSheet(sheet, task, day)),
    };
  },
  remindTask: async ({ id }, context) => {
    const task = await taskOf(context, id);
    requireRunning(task);
    const units = await tell(context, id, {
      title: { 'zh-CN': '请填报：{task}', en: 'Please fill in: {task}' },
      body: { 'zh-CN': '完成期限 {due}，您单位尚未提交。', en: 'Due {due}; your unit has not handed it in.' },
      values: { task: task.title, due: task.dueOn },
    });
    context.audit({ task: task.title, units });
    return { units };
  },
});

function mostPoints(form: TemplateRow['form']): number {
  // Conditions taken away, every question counts: that is the most anyone can reach.
  const flat = {
    sections: form.sections.map(({ showIf: _, ...section }) => ({
      ...section,
      questions: section.questions.map(({ showIf: __, ...question }) => question),
    })),
  };
  return scoreAnswers(flat, {}).most;
}
function requireRunning(task: TaskRow): void {
  if (task.status !== 'running') throw new Failure('workdesk.task_closed', { where: 'id', got: task.title });
}

async function send(
  context: Here,
  task: TaskRow,
  organisationIds: readonly string[],
): Promise<{ readonly added: number; readonly already: number }> {
  const units = await answeringUnits(context, organisationIds);
  const before = await context.db
    .selectFrom('workdeskTaskSheets')
    .select('organisationId')
    .where('taskId', '=', task.id)
    .execute();
  const has = new Set(before.map(({ organisationId }) => organisationId));
  const fresh = units.filter(({ id }) => !has.has(id));
  if (fresh.length > 0)
    await context.db
      .insertInto('workdeskTaskSheets')
      .values(
        fresh.map((unit) => ({
          id: context.newId(),
          organisationId: unit.id,
          unitName: unit.name,
          taskId: task.id,
          status: 'assigned' as const,
          answers: json({}),
          percent: null,
          returns: 0,
          history: json([]),
          firstSubmittedAt: null,
          submittedAt: null,
          acceptedAt: null,
          updatedAt: instant(context),
        })),
      )
      .execute();
  const people = await peopleOf(
    context,
    fresh.map(({ id }) => id),
    'contacts',
  );
  if (people.length > 0)
    await context.notify({
      to: { userIds: people.map(({ id }) => id) },
      title: { 'zh-CN': '新任务：{task}', en: 'New task: {task}' },
      body: { 'zh-CN': '完成期限 {due}。{requirement}', en: 'Due {due}. {requirement}' },
      values: { task: task.title, due: task.dueOn, requirement: task.requirement.slice(0, 200) },
      link: `/workdesk/tasks?id=${task.id}`,
    });
  return { added: fresh.length, already: units.length - fresh.length };
}

/** Tells the people of the units that have not handed in. */
async function tell(
  context: Here,
  taskId: string,
  notice: Omit<Parameters<Here['notify']>[0], 'to' | 'link'>,
): Promise<number> {
  const sheets = await context.db
    .selectFrom('workdeskTaskSheets')
    .select('organisationId')
    .where('taskId', '=', taskId)
    .where('status', 'in', [...open])
    .execute();
  const people = await peopleOf(
    context,
    sheets.map(({ organisationId }) => organisationId),
    'both',
  );
  if (people.length > 0)
    await context.notify({
      ...notice,
      to: { userIds: people.map(({ id }) => id) },
      link: `/workdesk/tasks?id=${taskId}`,
    });
  return sheets.length;
}
