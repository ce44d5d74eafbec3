/**
 * Courses and who takes them: assigned by role or after a notice, learnt, examined, certified, reminded.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { addMonths } from '@hedun/workdays';
import { type Answers, checkAnswers, checkForm, deadlineOf, type Form, scoreAnswers } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../capability.ts';
import type { CourseRow, CourseSummary, EnrolmentRow, EnrolmentSummary } from '../training-shapes.ts';
import { calendar, type Here, instant, json, today } from './here.ts';
import { nextSerial, noticeOf } from './notices.ts';
import { peopleOf } from './people.ts';

export async function courseOf({ db }: Here, id: string): Promise<CourseRow> {
  const row = await db.selectFrom('workdeskCourses').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}

/** The form as a learner may see it: what is right and what it is worth stays here. */
export function withoutKey(quiz: Form): Form {
  return {
    sections: quiz.sections.map((section) => ({
      ...section,
      questions: section.questions.map(({ score: _, options, ...question }) => ({
        ...question,
        ...(options ? { options: options.map(({ value, label }) => ({ value, label })) } : {}),
      })),
    })),
  };
}

export async function enrolmentOf(context: Here, id: string, own: boolean): Promise<EnrolmentRow> {
  const row = await context.db.selectFrom('workdeskEnrolments').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || (own && row.userId !== context.actor.id)) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}

const enrolments = (day: string) => sql`
  SELECT e.id, e.organisation_id, e.course_id, e.user_id, e.user_name, e.reason, e.status, e.due_on, e.attempts, e.percent, e.certificate, e.assigned_at, e.passed_at,
    e.valid_to, c.title AS course_title, (e.status <> 'passed' AND e.due_on < ${day}) AS overdue
  FROM workdesk_enrolments e JOIN workdesk_courses c ON c.id = e.course_id`;

function summaryOf(row: EnrolmentRow, course: CourseRow, day: string): EnrolmentSummary {
  const { answers: _, ...found } = row;
  return { ...found, courseTitle: course.title, overdue: row.status !== 'passed' && row.dueOn < day };
}

export const trainingHandlers = handlers<Workdesk>()({
  listCourses: (input, context) =>
    listing<CourseSummary>(
      context,
      {
        from: sql`SELECT c.id, c.title, c.summary, c.pass_percent, c.valid_months, c.attempts, c.published, c.updated_at,
            (SELECT coalesce(sum(jsonb_array_length(s->'questions')), 0)::int FROM jsonb_array_elements(c.quiz->'sections') s) AS questions,
            (SELECT count(*)::int FROM workdesk_enrolments e WHERE e.course_id = c.id) AS assigned,
            (SELECT count(*)::int FROM workdesk_enrolments e WHERE e.course_id = c.id AND e.status = 'passed') AS passed
          FROM workdesk_courses c WHERE ${context.can('workdesk.write') ? sql`true` : sql`c.published`}`,
        fields: workdesk.operations.listCourses.list,
        words: [sql`r.title`, sql`r.summary`],
        sort: '-updatedAt',
      },
      input,
    ),
  getCourse: ({ id }, context) => courseOf(context, id),
  saveCourse: async ({ id, ...given }, context) => {
    if (id) await courseOf(context, id);
    const problems = checkForm(given.quiz);
    const points = scoreAnswers(given.quiz, {}).most;
    if (problems.length > 0 || points === 0)
      throw new Failure('workdesk.form_wrong', {
        where: 'quiz',
        issues:
          problems.length > 0
            ? problems.map((each) => ({ ...each, where: `quiz.${each.where}` }))
            : [{ where: 'quiz', expected: 'points on at least one question', got: '0' }],
      });
    const row: CourseRow = { id: id ?? context.newId(), ...given, updatedAt: instant(context) };
    const { id: own, ...changes } = { ...row, quiz: json(row.quiz) };
    await context.db
      .insertInto('workdeskCourses')
      .values({ id: own, ...changes })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    return row;
  },
  assignCourse: async ({ id, organisationIds, noticeId, audience, workdays, reason }, context) => {
    const course = await courseOf(context, id);
    if (!course.published) throw new Failure('workdesk.not_published', { where: 'id', got: course.title });
    const notice = noticeId ? await noticeOf(context, noticeId) : null;
    const units = notice ? [notice.organisationId] : organisationIds;
    if (units.length === 0)
      throw new Failure('input.invalid', { where: 'organisationIds', expected: 'units, or a notice', got: 'neither' });
    context.organisations.requireScope(units);
    const why = reason || (notice ? (await context.cases.get(notice.id)).number : '');
    const { dueOn } = deadlineOf(calendar, instant(context), workdays);
    let assigned = 0;
    let already = 0;
    for (const organisationId of units) {
      const people = await peopleOf(context, [organisationId], audience);
      for (const { id: userId, displayName: userName } of people) {
        const open = await context.db
          .selectFrom('workdeskEnrolments')
          .select('id')
          .where('courseId', '=', id)
          .where('userId', '=', userId)
          .where((row) =>
            row.or([row('status', '!=', 'passed'), row('validTo', 'is', null), row('validTo', '>=', dueOn)]),
          )
          .executeTakeFirst();
        if (open) {
          already += 1;
          continue;
        }
        const enrolmentId = context.newId();
        await context.db
          .insertInto('workdeskEnrolments')
          .values({
            id: enrolmentId,
            organisationId,
            courseId: id,
            userId,
            userName,
            reason: why,
            status: 'assigned',
            dueOn,
            attempts: 0,
            percent: null,
            answers: null,
            certificate: null,
            assignedAt: instant(context),
            passedAt: null,
            validTo: null,
          })
          .execute();
        await context.notify({
          to: { userIds: [userId] },
          title: { 'zh-CN': '请完成培训：{course}', en: 'Please take the course: {course}' },
          body: { 'zh-CN': '完成期限 {due}。{reason}', en: 'Due {due}. {reason}' },
          values: { course: course.title, due: dueOn, reason: why },
          link: `/workdesk/training?lesson=${enrolmentId}`,
        });
        assigned += 1;
      }
    }
    context.audit({ course: course.title, assigned, already });
    return { assigned, already };
  },
  listEnrolments: (input, context) =>
    listing<EnrolmentSummary>(
      context,
      {
        from: enrolments(today(context)),
        fields: workdesk.operations.listEnrolments.list,
        columns: { organisation: sql`r.organisation_id` },
        words: [sql`r.user_name`, sql`r.course_title`],
        sort: '-assignedAt',
      },
      input,
    ),
  myTraining: async (_, context) => {
    const { rows } = await sql<EnrolmentSummary>`SELECT r.* FROM (${enrolments(today(context))}) r
      WHERE r.user_id = ${context.actor.id} ORDER BY (r.status = 'passed'), r.due_on, r.id`.execute(context.db);
    return { items: rows };
  },
  openLesson: async ({ id }, context) => {
    const row = await enrolmentOf(context, id, true);
    const course = await courseOf(context, row.courseId);
    if (row.status === 'assigned')
      await context.db.updateTable('workdeskEnrolments').set({ status: 'started' }).where('id', '=', id).execute();
    const enrolment = { ...row, status: row.status === 'assigned' ? ('started' as const) : row.status };
    return {
      enrolment: summaryOf(enrolment, course, today(context)),
      course: { ...course, quiz: withoutKey(course.quiz) as CourseRow['quiz'] },
      attemptsLeft: Math.max(0, course.attempts - row.attempts),
    };
  },
  submitQuiz: async ({ id, answers }, context) => {
    const row = await enrolmentOf(context, id, true);
    const course = await courseOf(context, row.courseId);
    if (row.status === 'passed') throw new Failure('workdesk.already_passed', { where: 'id', got: course.title });
    if (row.attempts >= course.attempts)
      throw new Failure('workdesk.no_attempts', { where: 'id', values: { attempts: course.attempts } });
    requireAnswers(course.quiz, answers);
    const { percent: reached, lines } = scoreAnswers(course.quiz, answers);
    const percent = reached ?? 0;
    const passed = percent >= course.passPercent;
    const day = today(context);
    const year = Number(day.slice(0, 4));
    const certificate = passed
      ? `培训证〔${year}〕${String(await nextSerial(context, `certificate:${year}`)).padStart(4, '0')}号`
      : null;
    await context.db
      .updateTable('workdeskEnrolments')
      .set({
        status: passed ? 'passed' : 'failed',
        attempts: row.attempts + 1,
        percent,
        answers: json(answers),
        certificate,
        passedAt: passed ? instant(context) : null,
        validTo: passed && course.validMonths ? addMonths(day, course.validMonths) : null,
      })
      .where('id', '=', id)
      .execute();
    return { percent, passed, attemptsLeft: course.attempts - row.attempts - 1, lines: [...lines], certificate };
  },
  remindTraining: async (_, context) => {
    const day = today(context);
    const rows = await context.transaction(({ db }) =>
      db
        .selectFrom('workdeskEnrolments')
        .innerJoin('workdeskCourses', 'workdeskCourses.id', 'workdeskEnrolments.courseId')
        .select([
          'workdeskEnrolments.id',
          'workdeskEnrolments.userId',
          'workdeskEnrolments.dueOn',
          'workdeskCourses.title',
        ])
        .where('workdeskEnrolments.status', '!=', 'passed')
        .where('workdeskEnrolments.dueOn', '<=', day)
        .orderBy('workdeskEnrolments.id')
        .execute(),
    );
    for (const [index, row] of rows.entries()) {
      await context.transaction((inner) =>
        inner.notify({
          to: { userIds: [row.userId] },
          title: { 'zh-CN': '培训待完成：{course}', en: 'Course not finished: {course}' },
          body: { 'zh-CN': '完成期限 {due}。', en: 'Due {due}.' },
          values: { course: row.title, due: row.dueOn },
          link: `/workdesk/training?lesson=${row.id}`,
          key: `workdesk/training/${row.id}/${day}`,
        }),
      );
      await context.progress(index + 1, rows.length);
    }
    return { reminded: rows.length };
  },
});

/** Every question that is shown must be answered, in its kind. */
export function requireAnswers(form: Form, answers: Answers): void {
  const problems = checkAnswers(form, answers, true);
  if (problems.length > 0)
    throw new Failure('workdesk.answers_wrong', {
      where: 'answers',
      issues: problems.map(({ question, expected, got }) => ({ where: `answers.${question}`, expected, got })),
    });
}
