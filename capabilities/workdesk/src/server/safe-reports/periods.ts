/**
 * Protection periods: planned and ended by the office, shown as a board of who has reported.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { slotsOn } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { SafeBoard, SafePeriodRow, SafePeriodSummary, SafeReportSummary } from '../../safe-report-shapes.ts';
import { calendar, instant, today } from '../here.ts';
import { answeringUnits } from '../people.ts';
import { safeReportDocument } from './document.ts';
import { boardOf, marksOf, periodOf, reportsOf, unitNames, unitsInScope } from './rows.ts';
import { tellMissing, tellOpening } from './watch.ts';

export const safePeriodHandlers = handlers<Workdesk>()({
  listSafePeriods: (input, context) => {
    const own = context.scope.kind === 'all' ? null : [...context.scope.ids];
    const shown = context.can('workdesk.read') || own === null ? sql`true` : sql`p.organisation_ids && ${own}::uuid[]`;
    const units =
      own === null || context.can('workdesk.read')
        ? sql`cardinality(p.organisation_ids)`
        : sql`(SELECT count(*)::int FROM unnest(p.organisation_ids) u WHERE u = ANY (${own}::uuid[]))`;
    return listing<SafePeriodSummary>(
      context,
      {
        from: sql`SELECT p.id, p.title, p.note, p.from_day, p.to_day, p.days, p.weekdays, p.times, p.open_minutes, p.remind_minutes, '{}'::uuid[] AS organisation_ids, p.status, p.updated_at,
            ${units} AS units,
            (SELECT count(*)::int FROM workdesk_safe_reports s WHERE s.period_id = p.id AND s.status = 'abnormal') AS abnormal
          FROM workdesk_safe_periods p WHERE ${shown}`,
        fields: workdesk.operations.listSafePeriods.list,
        words: [sql`r.title`],
        sort: '-fromDay',
      },
      input,
    );
  },
  saveSafePeriod: async ({ id, weekdays, organisationIds, ...given }, context) => {
    const before = id ? await periodOf(context, id) : null;
    if (before?.status === 'ended') throw new Failure('workdesk.period_ended', { where: 'id', got: before.title });
    if (given.toDay < given.fromDay)
      throw new Failure('input.invalid', { where: 'toDay', expected: `>= ${given.fromDay}`, got: given.toDay });
    if (given.days === 'chosen' && weekdays.length === 0)
      throw new Failure('input.invalid', { where: 'weekdays', expected: '1 – 7', got: 'none' });
    const units = await answeringUnits(context, organisationIds);
    if (units.length === 0)
      throw new Failure('workdesk.no_receivers', { where: 'organisationIds', expected: 'workdesk.unit', got: '0' });
    const row: SafePeriodRow = {
      id: before?.id ?? context.newId(),
      ...given,
      weekdays: weekdays.map(Number).sort(),
      times: [...new Set(given.times)].sort(),
      organisationIds: units.map((unit) => unit.id),
      status: 'running',
      updatedAt: instant(context),
    };
    const { id: own, ...changes } = row;
    await context.db
      .insertInto('workdeskSafePeriods')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    if (!before) await tellOpening(context, row);
    context.audit({ period: row.title, units: units.length });
    return { ...row, id: own };
  },
  endSafePeriod: async ({ id }, context) => {
    const period = await periodOf(context, id);
    if (period.status === 'ended') throw new Failure('workdesk.period_ended', { where: 'id', got: period.title });
    await context.db
      .updateTable('workdeskSafePeriods')
      .set({ status: 'ended', updatedAt: instant(context) })
      .where('id', '=', id)
      .execute();
    return { done: true };
  },
  safeBoard: async ({ id, day }, context): Promise<SafeBoard> => {
    const period = await periodOf(context, id);
    const now = instant(context);
    const shownDay = day ?? clamp(today(context), period);
    const slots = slotsOn(calendar, period, shownDay);
    const own = unitsInScope(context, period);
    const units = await unitNames(context, own);
    const reports = await reportsOf(context, id, { day: shownDay });
    const board = boardOf(period, slots, reports, await marksOf(context, id), units, now);
    const opened = slots.findLast(({ opensAt }) => opensAt <= Date.parse(now));
    const at = opened ? slots.indexOf(opened) : -1;
    const cells = board.map((unit) => ({ unit, cell: unit.cells[at] }));
    return {
      period: { ...period, organisationIds: [...own] },
      day: shownDay,
      times: slots.map(({ time }) => time),
      units: [...board],
      latest: opened
        ? {
            time: opened.time,
            safe: cells.filter(({ cell }) => cell?.report?.status === 'safe').length,
            abnormal: cells.filter(({ cell }) => cell?.report?.status === 'abnormal').length,
            late: cells.filter(({ cell }) => cell?.report?.late).length,
            missing: cells
              .filter(({ cell }) => !cell?.report)
              .map(({ unit: { organisationId, unitName } }) => ({ organisationId, unitName })),
          }
        : null,
    };
  },
  listSafeReports: (input, context) =>
    listing<SafeReportSummary>(
      context,
      {
        from: sql`SELECT s.*, o.name AS unit_name, p.title AS period_title FROM workdesk_safe_reports s
          JOIN organisations o ON o.id = s.organisation_id JOIN workdesk_safe_periods p ON p.id = s.period_id`,
        fields: workdesk.operations.listSafeReports.list,
        columns: { organisation: sql`r.organisation_id` },
        words: [sql`r.unit_name`, sql`r.detail`],
        sort: '-reportedAt',
      },
      input,
    ),
  remindSafe: async ({ id }, context) => {
    const period = await periodOf(context, id);
    if (period.status === 'ended') throw new Failure('workdesk.period_ended', { where: 'id', got: period.title });
    const units = await tellMissing(context, period, `by-hand/${instant(context)}`);
    context.audit({ period: period.title, units });
    return { units };
  },
  writeSafeReport: async ({ id, format }, context) => {
    const period = await periodOf(context, id);
    const reports = await reportsOf(context, id);
    const units = await unitNames(context, unitsInScope(context, period));
    const board = boardOf(period, [], reports, reports, units, instant(context));
    const home = context.actor.organisationId;
    const issuer = await context.organisations.get(home);
    const document = safeReportDocument(
      period,
      board,
      [...reports.values()].flat(),
      issuer.name,
      today(context),
      context.locale,
    );
    return await context.reports.make(document, format, home, `${period.title} ${document.subtitle ?? ''}`.trim());
  },
});

/** Before the period its first day is shown, afterwards its last. */
function clamp(day: string, { fromDay, toDay }: SafePeriodRow): string {
  return day < fromDay ? fromDay : day > toDay ? toDay : day;
}
