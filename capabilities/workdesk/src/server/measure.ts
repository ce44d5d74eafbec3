/**
 * What is measured of a unit in a period: values, and the records they come from. A day is a day in Beijing.
 * @module
 */

import { dayOfInstant, workdaysBetween } from '@hedun/workdays';
import type { Measured } from '@hedun/workdesk';
import { sql } from 'kysely';
import type { Metric } from '../assessment-shapes.ts';
import { calendar, type Here } from './here.ts';
import { type Duty, readDuties } from './measure-duties.ts';

interface Notice {
  readonly id: string;
  readonly organisationId: string;
  readonly number: string;
  readonly issuedAt: string;
  readonly signedAt: string | null;
  readonly submittedAt: string | null;
  readonly dueOn: string;
  readonly returns: number;
}
interface Weakness {
  readonly id: string;
  readonly organisationId: string;
  readonly title: string;
  readonly recurrences: number;
}
interface Learner {
  readonly id: string;
  readonly organisationId: string;
  readonly title: string;
  readonly dueOn: string;
  readonly passedAt: string | null;
}
export interface Records {
  readonly notices: readonly Notice[];
  readonly findings: readonly Weakness[];
  readonly learners: readonly Learner[];
  readonly duties: readonly Duty[];
}

/** All records of the period once; each unit then picks its own. */
export async function readRecords(context: Here, from: string, to: string): Promise<Records> {
  const { db } = context;
  const [start, end] = [`${from}T00:00:00+08:00`, `${to}T24:00:00+08:00`];
  const notices =
    await sql<Notice>`SELECT n.id, n.organisation_id, c.number, n.issued_at, n.signed_at, n.submitted_at, n.due_on, n.returns
    FROM workdesk_notices n JOIN cases c ON c.id = n.id
    WHERE (n.issued_at >= ${start}::timestamptz AND n.issued_at < ${end}::timestamptz) OR (n.due_on >= ${from} AND n.due_on <= ${to})
    ORDER BY n.issued_at, n.id`.execute(db);
  const findings = await sql<Weakness>`SELECT id, organisation_id, title, recurrences FROM findings
    WHERE merged_into IS NULL AND (verified_at >= ${start}::timestamptz AND verified_at < ${end}::timestamptz
      OR (recurrences > 0 AND last_seen_at >= ${start}::timestamptz AND last_seen_at < ${end}::timestamptz))
    ORDER BY id`.execute(db);
  const learners =
    await sql<Learner>`SELECT e.id, e.organisation_id, e.user_name || '：' || c.title AS title, e.due_on, e.passed_at
    FROM workdesk_enrolments e JOIN workdesk_courses c ON c.id = e.course_id WHERE e.due_on >= ${from} AND e.due_on <= ${to} ORDER BY e.id`.execute(
      db,
    );
  return {
    notices: notices.rows,
    findings: findings.rows,
    learners: learners.rows,
    duties: await readDuties(context, from, to),
  };
}

const share = (part: number, whole: number) => (whole === 0 ? null : (part / whole) * 100);
const mean = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length;

/** The records of one unit as values. `to` is the last day of the period. */
export function measure(records: Records, from: string, to: string): Readonly<Record<Metric, Measured>> {
  const issued = records.notices.filter(({ issuedAt }) => {
    const day = dayOfInstant(issuedAt);
    return day >= from && day <= to;
  });
  const due = records.notices.filter(({ dueOn }) => dueOn >= from && dueOn <= to);
  const submitted = issued.filter(({ submittedAt }) => submittedAt !== null);
  const notice = (each: Notice, value: number) => ({ kind: 'notice', id: each.id, title: each.number, value });
  // Who has not signed by the end of the period counts until then.
  const signing = issued.map((each) => {
    const until = each.signedAt ? dayOfInstant(each.signedAt) : to;
    return notice(each, workdaysBetween(calendar, dayOfInstant(each.issuedAt), until < to ? until : to).count);
  });
  const inTime = due.map((each) =>
    notice(each, each.submittedAt !== null && dayOfInstant(each.submittedAt) <= each.dueOn ? 1 : 0),
  );
  const returned = submitted.map((each) => notice(each, each.returns > 0 ? 1 : 0));
  const late = due.filter(({ submittedAt }) => submittedAt === null || dayOfInstant(submittedAt) > to);
  const again = records.findings.map(({ id, title, recurrences }) => ({
    kind: 'finding',
    id,
    title,
    value: recurrences > 0 ? 1 : 0,
  }));
  const trained = records.learners.map(({ id, title, dueOn, passedAt }) => ({
    kind: 'enrolment',
    id,
    title,
    value: passedAt !== null && dayOfInstant(passedAt) <= dueOn ? 1 : 0,
  }));
  const rate = (found: readonly { readonly value: number }[]) =>
    share(
      found.reduce((sum, { value }) => sum + value, 0),
      found.length,
    );
  const duty = (kind: Duty['kind']): Measured => {
    const own = records.duties.filter((each) => each.kind === kind);
    return { value: rate(own), records: own };
  };
  return {
    'sign-days': { value: mean(signing.map(({ value }) => value)), records: signing },
    'fixed-in-time': { value: rate(inTime), records: inTime },
    returned: { value: rate(returned), records: returned },
    recurred: { value: rate(again), records: again.filter(({ value }) => value > 0) },
    'overdue-open': { value: due.length === 0 ? null : late.length, records: late.map((each) => notice(each, 1)) },
    trained: { value: rate(trained), records: trained },
    'safe-in-time': duty('safe-report'),
    'tasks-in-time': duty('sheet'),
    'announcements-confirmed': duty('receipt'),
    'review-in-time': duty('review'),
    'review-completeness': duty('review-entries'),
  };
}
