/**
 * What is due, what was late, who answers in time: figures that follow from the events each time they are asked for.
 * @module
 */
import {
  type Deadline,
  explainPenalty,
  type Facts,
  isSelectable,
  penalties,
  statistics,
  supervisionReport,
  unfitness,
  type Value,
} from '@hedun/compliance';
import { type Context, Failure, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import type { DeadlineView } from '../shapes.ts';
import { reportOf } from './documents.ts';
import { checked, instrumentOf, library, short, summaryOf } from './library.ts';
import { clocksOf, regulation, requestDeadlineView, visibleRequests } from './request-record.ts';

type Here = Context<Compliance>;
const isBad = ({ status }: Deadline) => status === 'overdue' || status === 'late';
const byDue = (left: DeadlineView, right: DeadlineView) =>
  (left.deadline.dueOn ?? '9').localeCompare(right.deadline.dueOn ?? '9');

async function supervised(
  context: Here,
  period: { readonly from?: string | undefined; readonly to?: string | undefined },
) {
  const open = regulation(context);
  const rows = await visibleRequests(context);
  const found = clocksOf(open, rows, context.now()).filter(
    ({ startedOn }) => (period.from ?? '') <= startedOn && startedOn <= (period.to ?? '9999'),
  );
  const names = new Map(
    rows.flatMap((row) => [
      [row.providerOrganisationId, String(row.body.provider)],
      [row.requesterOrganisationId, String(row.body.requester)],
    ]),
  );
  return { open, rows, found, names };
}
export const supervisionHandlers = handlers<Compliance>()({
  listInstruments: async () => ({ items: [...library().values()].map(({ instrument }) => summaryOf(instrument)) }),
  showInstrument: async ({ instrument }, context) => ({
    instrument: instrumentOf(instrument, dayOfInstant(context.now().toISOString())).instrument,
  }),
  explainPenalties: async ({ instrument, on, facts }, context) => {
    const day = on ?? dayOfInstant(context.now().toISOString());
    const open = checked('on', () => instrumentOf(instrument, day));
    const { instrument: own } = open;
    if (!isSelectable(own))
      throw new Failure('compliance.refused', { where: 'instrument', expected: 'a text in force', got: own.id });
    if (own.penalties.length === 0)
      throw new Failure('compliance.refused', { where: 'instrument', expected: 'a table of penalties', got: own.id });
    for (const [fact, value] of Object.entries(facts)) {
      const shape = open.facts.get(fact);
      const wrong = shape ? unfitness(shape, value as Value) : [...open.facts.keys()].join(', ');
      if (wrong) throw new Failure('compliance.refused', { where: fact, expected: wrong, got: JSON.stringify(value) });
    }
    return {
      instrument: summaryOf(own),
      on: day,
      facts: own.facts,
      penalties: penalties(own, facts as Facts).map((each) => explainPenalty(open, each, short(context.locale))),
    };
  },
  supervision: async (period, context) => {
    const { open, rows, found, names } = await supervised(context, period);
    return {
      asOf: dayOfInstant(context.now().toISOString()),
      tables: open.instrument.statistics.map((statistic) => ({
        id: statistic.id,
        title: statistic.title,
        rows: statistics(statistic, found),
      })),
      names: Object.fromEntries(names),
      overdue: found.filter(isBad).map(requestDeadlineView(rows, context)).sort(byDue),
    };
  },
  writeSupervisionReport: async ({ organisationId, format, ...period }, context) => {
    context.organisations.requireScope([organisationId]);
    const { open, found, names } = await supervised(context, period);
    const day = dayOfInstant(context.now().toISOString());
    const locale = short(context.locale);
    const words = `${period.from ?? open.instrument.validFrom} — ${period.to ?? day}`;
    const model = supervisionReport(open, found, { period: words, locale, names });
    const { name: issuer } = await context.organisations.get(organisationId);
    return await context.reports.make(
      reportOf(model, { date: day, issuer }),
      format,
      organisationId,
      `${model.title} ${words}`,
    );
  },
});
