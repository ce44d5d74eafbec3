/**
 * Periods and reports as stored, and how the reports of a unit are laid beside what was asked for.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import { disciplineOf, type Slot, slotsUntil, stateOf } from '@hedun/workdesk';
import { sql } from 'kysely';
import type { SafePeriodRow, SafeReportRow, SlotCell, UnitBoard } from '../../safe-report-shapes.ts';
import { calendar, type Here, instant } from '../here.ts';

export async function periodOf(context: Here, id: string): Promise<SafePeriodRow> {
  const row = await context.db.selectFrom('workdeskSafePeriods').selectAll().where('id', '=', id).executeTakeFirst();
  // A unit knows only the periods in which it reports.
  if (!row || (!context.can('workdesk.read') && unitsInScope(context, row).length === 0))
    throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}
export function unitsInScope({ scope }: Pick<Here, 'scope'>, period: SafePeriodRow): readonly string[] {
  if (scope.kind === 'all') return period.organisationIds;
  const own = new Set(scope.ids);
  return period.organisationIds.filter((id) => own.has(id));
}

export async function reportsOf(
  { db }: Here,
  periodId: string,
): Promise<ReadonlyMap<string, readonly SafeReportRow[]>> {
  const rows = await db.selectFrom('workdeskSafeReports').selectAll().where('periodId', '=', periodId).execute();
  return Map.groupBy(rows, ({ organisationId }) => organisationId);
}

export function cellOf(slot: Slot, report: SafeReportRow | undefined, now: number): SlotCell {
  return {
    day: slot.day,
    time: slot.time,
    opensAt: new Date(slot.opensAt).toISOString(),
    dueAt: new Date(slot.dueAt).toISOString(),
    state: stateOf(slot, report, now),
    report: report ?? null,
  };
}
export const keyOf = ({ day, time }: { readonly day: string; readonly time: string }) => `${day} ${time}`;

/** Each unit with the reports of one day and its discipline over the whole period so far. */
export function boardOf(
  period: SafePeriodRow,
  slots: readonly Slot[],
  reports: ReadonlyMap<string, readonly SafeReportRow[]>,
  units: readonly { readonly id: string; readonly name: string }[],
  now: string,
): readonly UnitBoard[] {
  const present = Date.parse(now);
  const asked = slotsUntil(calendar, period, endedAt(period, now));
  return units.map((unit) => {
    const own = reports.get(unit.id) ?? [];
    const made = new Map(own.map((report) => [keyOf(report), report]));
    return {
      organisationId: unit.id,
      unitName: unit.name,
      cells: slots.map((slot) => cellOf(slot, made.get(keyOf(slot)), present)),
      discipline: disciplineOf(asked, own, present),
    };
  });
}

/** A period that was ended early asks for nothing after that. */
export function endedAt(period: SafePeriodRow, now: string): string {
  return period.status === 'ended' && period.updatedAt < now ? period.updatedAt : now;
}

/** Names of units, in the order of the tree. */
export async function unitNames(
  context: Here,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const wanted = new Set(ids);
  return (await context.organisations.list()).filter(({ id }) => wanted.has(id)).map(({ id, name }) => ({ id, name }));
}

/** Periods that run, those of the unit first that began first. */
export async function runningPeriods({ db }: Pick<Here, 'db'>): Promise<readonly SafePeriodRow[]> {
  return await db
    .selectFrom('workdeskSafePeriods')
    .selectAll()
    .where('status', '=', 'running')
    .orderBy('fromDay')
    .orderBy('id')
    .execute();
}
export const dayIn = (context: Pick<Here, 'now'>) => dayOfInstant(instant(context));
export const containsUnit = (ids: readonly string[]) => sql`organisation_ids && ${[...ids]}::uuid[]`;
