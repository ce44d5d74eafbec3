/**
 * Tasks, sheets and their files as stored, and which steps are open on a sheet for whoever asks.
 * @module
 */
import { Failure, type FileReference } from '@hedun/sdk';
import type { Answers, Form } from '@hedun/workdesk';
import type { SheetDetail, SheetSummary, TaskRow, TaskSheetRow, TemplateRow } from '../../task-shapes.ts';
import type { Here } from '../here.ts';

const unknown = (id: string) => new Failure('workdesk.unknown', { where: 'id', got: id });

export async function templateOf({ db }: Here, id: string): Promise<TemplateRow> {
  const row = await db.selectFrom('workdeskTemplates').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw unknown(id);
  return row;
}
/** A unit knows a task only by a sheet of its own. */
export async function taskOf(context: Here, id: string): Promise<TaskRow> {
  const row = await context.db.selectFrom('workdeskTasks').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw unknown(id);
  if (context.can('workdesk.read')) return row;
  const own = await context.db
    .selectFrom('workdeskTaskSheets')
    .select('id')
    .where('taskId', '=', id)
    .executeTakeFirst();
  if (!own) throw unknown(id);
  return row;
}
export async function sheetOf({ db }: Here, id: string, lock = false): Promise<TaskSheetRow> {
  const query = db.selectFrom('workdeskTaskSheets').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw unknown(id);
  return row;
}

export function isOverdue(sheet: Pick<TaskSheetRow, 'status'>, task: Pick<TaskRow, 'dueOn'>, day: string): boolean {
  return sheet.status !== 'submitted' && sheet.status !== 'accepted' && day > task.dueOn;
}
export function summaryOfSheet(sheet: TaskSheetRow, task: TaskRow, day: string): SheetSummary {
  const { answers: _, history: __, ...found } = sheet;
  return { ...found, overdue: isOverdue(sheet, task, day) };
}

export function stepsOn(sheet: TaskSheetRow, task: TaskRow, context: Here): SheetDetail['steps'] {
  if (task.status === 'closed') return [];
  const filling = sheet.status === 'assigned' || sheet.status === 'filling' || sheet.status === 'returned';
  if (filling) return context.can('workdesk.unit') ? ['save', 'submit'] : [];
  if (!context.can('workdesk.issue')) return [];
  return sheet.status === 'submitted' ? ['accept', 'return'] : ['return'];
}
export function requireStep(
  sheet: TaskSheetRow,
  task: TaskRow,
  step: SheetDetail['steps'][number],
  context: Here,
): void {
  if (!stepsOn(sheet, task, context).includes(step))
    throw new Failure('workdesk.sheet_step', {
      where: 'id',
      expected: step,
      got: task.status === 'closed' ? task.status : sheet.status,
    });
}

const fileQuestions = (form: Form) =>
  form.sections.flatMap(({ questions }) => questions.filter(({ kind }) => kind === 'file').map(({ id }) => id));
export function fileIdsOf(form: Form, answers: Answers): readonly string[] {
  return fileQuestions(form).flatMap((id) => {
    const answer = answers[id];
    return Array.isArray(answer) ? answer : [];
  });
}
/** Every file an answer names must be there for whoever answers: nobody attaches the evidence of another unit. */
export async function requireFiles(context: Here, form: Form, answers: Answers): Promise<void> {
  for (const id of fileIdsOf(form, answers)) await context.files.get(id);
}
export async function filesOf(context: Here, form: Form, answers: Answers): Promise<FileReference[]> {
  const files: FileReference[] = [];
  for (const id of fileIdsOf(form, answers)) files.push(await context.files.reference(id));
  return files;
}
/** The answers with the names of files in place of their numbers. */
export function withFileNames(form: Form, answers: Answers, names: ReadonlyMap<string, string>): Answers {
  const files = new Set(fileQuestions(form));
  return Object.fromEntries(
    Object.entries(answers).map(([id, answer]) => [
      id,
      files.has(id) && Array.isArray(answer) ? answer.map((each) => names.get(each) ?? each) : answer,
    ]),
  );
}

/** Answers to questions the form does not have are dropped; nothing of them could be shown to anyone. */
export function known(form: Form, answers: Answers): TaskSheetRow['answers'] {
  const ids = new Set(form.sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
  return Object.fromEntries(Object.entries(answers).filter(([id]) => ids.has(id))) as TaskSheetRow['answers'];
}
