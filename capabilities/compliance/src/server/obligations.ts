/**
 * Every statutory deadline in the reader's scope: those of assessments and those of sharing requests, what has passed first.
 * @module
 */
import { evaluateAssessment, readiness } from '@hedun/compliance';
import { handlers } from '@hedun/sdk';
import { addDays, dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import type { DeadlineView, ReadinessRow } from '../shapes.ts';
import { load, openOf, type Row, summary } from './assessment-record.ts';
import { complaintDeadlines } from './complaints.ts';
import { entryDeadlines, visibleEntries } from './entries.ts';
import { calendar, checked, short } from './library.ts';
import { clocksOf, regulation, requestDeadlineView, visibleRequests } from './request-record.ts';
import { withSignatures } from './signatures.ts';
import { deadlineView } from './views.ts';

/** Overdue first, then what runs, then what waits for somebody or has no number, then what is done. */
const urgency: Readonly<Record<DeadlineView['deadline']['status'], number>> = {
  overdue: 0,
  open: 1,
  undecided: 2,
  suspended: 2,
  unclocked: 2,
  late: 3,
  retained: 4,
  met: 5,
  cancelled: 6,
};
const waiting = 2;
/** Without an audit in sight readiness is asked for a quarter ahead. */
const quarter = 90;

function byUrgency(left: DeadlineView, right: DeadlineView): number {
  const order = urgency[left.deadline.status] - urgency[right.deadline.status];
  return order || (left.deadline.dueOn ?? '9').localeCompare(right.deadline.dueOn ?? '9');
}

function readinessOf(
  row: Row,
  asOf: string,
  on: string | undefined,
  locale: 'zh' | 'en',
): Omit<ReadinessRow, 'summary'> | null {
  const open = openOf(row);
  const assessment = withSignatures(open, row.body);
  const now = readiness(open, assessment, { asOf, calendar });
  if (now.applicable === 0) return null;
  const { deadlines } = evaluateAssessment(open, assessment, { asOf, calendar });
  const next = deadlines
    .filter((each) => each.status === 'open' && each.dueOn !== undefined)
    .sort((left, right) => (left.dueOn ?? '').localeCompare(right.dueOn ?? ''))[0];
  const day = on ?? next?.dueOn ?? addDays(dayOfInstant(asOf), quarter);
  const then = checked('on', () => readiness(open, assessment, { asOf: `${day}T12:00:00+08:00`, calendar }));
  return {
    applicable: now.applicable,
    ready: now.ready,
    next: next?.dueOn ? { day: next.dueOn, clause: open.nodes.get(next.node)?.trace ?? next.node } : null,
    on: day,
    readyThen: then.ready,
    lapsing: then.lapsing.map((node) => {
      const evidence = assessment.answers[node]?.evidence ?? [];
      const last = [...evidence].sort((a, b) => (b.effectiveTo ?? '').localeCompare(a.effectiveTo ?? ''))[0];
      return {
        node,
        clause: open.nodes.get(node)?.trace ?? node,
        requirement: open.nodes.get(node)?.[locale] ?? node,
        evidence: last?.title ?? '',
        until: last?.effectiveTo ?? null,
      };
    }),
  };
}

export const obligationHandlers = handlers<Compliance>()({
  listObligations: async ({ show, limit }, context) => {
    const asOf = context.now().toISOString();
    const assessments = await context.db.selectFrom('complianceAssessments').selectAll().execute();
    const own = assessments.flatMap((row) => {
      const open = openOf(row);
      const about = {
        title: row.name,
        link: `/compliance/assessments/${row.id}`,
        organisationId: row.organisationId,
        own: row.id,
      };
      const { deadlines } = evaluateAssessment(open, withSignatures(open, row.body), { asOf, calendar });
      return deadlines.map((each) => deadlineView(open, each, about, context.locale));
    });
    const sharing = await regulation(context);
    const rows = await visibleRequests(context);
    const shared = clocksOf(sharing, rows, context.now()).map(requestDeadlineView(sharing, rows, context));
    const entries = entryDeadlines(sharing, await visibleEntries(context), context);
    const complaints = await complaintDeadlines(context);
    const all = [...own, ...shared, ...entries, ...complaints].sort(byUrgency);
    const counts: Record<string, number> = {};
    for (const { deadline } of all) counts[deadline.status] = (counts[deadline.status] ?? 0) + 1;
    const wanted = all.filter(({ deadline: { status } }) =>
      show === 'overdue' ? status === 'overdue' : show === 'all' || urgency[status] <= waiting,
    );
    return { asOf: dayOfInstant(asOf), counts, total: wanted.length, items: wanted.slice(0, limit) };
  },
  readiness: async ({ id, on }, context) => {
    const row = await load(context, id);
    const found = checked('on', () =>
      readiness(openOf(row), withSignatures(openOf(row), row.body), { asOf: `${on}T12:00:00+08:00`, calendar }),
    );
    return { day: on, ready: found.ready, applicable: found.applicable, lapsing: [...found.lapsing] };
  },
  listReadiness: async ({ on }, context) => {
    const asOf = context.now().toISOString();
    const rows = await context.db.selectFrom('complianceAssessments').selectAll().orderBy('id', 'desc').execute();
    const items = rows.flatMap((row) => {
      const found = readinessOf(row, asOf, on, short(context.locale));
      return found ? [{ summary: summary(row, context), ...found }] : [];
    });
    return { asOf: dayOfInstant(asOf), items };
  },
});
