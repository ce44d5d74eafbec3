/**
 * What is due, what was late, who answers in time: figures that follow from the events each time they are asked for.
 * @module
 */
import { type Deadline, figuresOfUse, statistics, supervisionReport } from '@hedun/compliance';
import { type Context, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import type { DeadlineView } from '../shapes.ts';
import { reportOf } from './documents.ts';
import { entryDeadlines, visibleEntries } from './entries.ts';
import { short } from './library.ts';
import { clocksOf, ownerOf, regulation, requestDeadlineView, visibleRequests } from './request-record.ts';

type Here = Context<Compliance>;
const isBad = ({ status }: Deadline) => status === 'overdue' || status === 'late';
const byDue = (left: DeadlineView, right: DeadlineView) =>
  (left.deadline.dueOn ?? '9').localeCompare(right.deadline.dueOn ?? '9');

async function supervised(
  context: Here,
  period: { readonly from?: string | undefined; readonly to?: string | undefined },
) {
  const open = await regulation(context);
  const [rows, entries] = [await visibleRequests(context), await visibleEntries(context)];
  const inPeriod = (day: string) => (period.from ?? '') <= day && day <= (period.to ?? '9999');
  const found = clocksOf(open, [...rows, ...entries], context.now()).filter(({ startedOn }) => inPeriod(startedOn));
  const names = new Map([
    ...rows.flatMap((row) => [
      [row.providerOrganisationId, String(row.body.provider)] as const,
      [row.requesterOrganisationId, String(row.body.requester)] as const,
    ]),
    ...entries.map((row) => [row.organisationId, String(row.body.provider)] as const),
  ]);
  const use = figuresOfUse(
    rows
      .filter((row) =>
        row.events.some(({ type, occurredAt }) => type === 'data.shared' && inPeriod(dayOfInstant(occurredAt))),
      )
      .map((row) => ({
        group: row.requesterOrganisationId,
        events: row.events,
        states: row.state.history.map((each) => each.to),
      })),
  );
  const subjects = new Map([
    ...rows.map((row) => [row.id, row.title] as const),
    ...entries.map((row) => [row.id, row.name] as const),
  ]);
  const requestIds = new Set(rows.map(({ id }) => id));
  const overdue = [
    ...found
      .filter((each) => isBad(each) && requestIds.has(ownerOf(each.subject)))
      .map(requestDeadlineView(open, rows, context)),
    ...entryDeadlines(open, entries, context).filter(({ deadline }) => isBad(deadline) && inPeriod(deadline.startedOn)),
  ].sort(byDue);
  return { open, found, names, use, subjects, overdue };
}
export const supervisionHandlers = handlers<Compliance>()({
  supervision: async (period, context) => {
    const { open, found, names, use, overdue } = await supervised(context, period);
    return {
      asOf: dayOfInstant(context.now().toISOString()),
      tables: open.instrument.statistics.map((statistic) => ({
        id: statistic.id,
        title: statistic.title,
        rows: statistics(statistic, found),
      })),
      use,
      names: Object.fromEntries(names),
      overdue,
    };
  },
  writeSupervisionReport: async ({ organisationId, format, ...period }, context) => {
    context.organisations.requireScope([organisationId]);
    const { open, found, names, use, subjects } = await supervised(context, period);
    const day = dayOfInstant(context.now().toISOString());
    const locale = short(context.locale);
    const words = `${period.from ?? open.instrument.validFrom} — ${period.to ?? day}`;
    const model = supervisionReport(open, found, { period: words, locale, names, use, subjects });
    const { name: issuer } = await context.organisations.get(organisationId);
    return await context.reports.make(
      reportOf(model, { date: day, issuer }),
      format,
      organisationId,
      `${model.title} ${words}`,
    );
  },
});
