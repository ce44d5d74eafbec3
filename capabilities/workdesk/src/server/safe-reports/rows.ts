/**
 * Periods and reports as stored, and how the reports of a unit are laid beside what was asked for.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { disciplineOf, type Slot, type SlotReport, slotsUntil, stateOf } from '@hedun/workdesk';
import { sql } from 'kysely';
import type { SafePeriodRow, SafeReportRow, SlotCell, UnitBoard } from '../../safe-report-shapes.ts';
import { calendar, type Here } from '../here.ts';

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

/** The reports of a period by unit; of some units or of one day where only these are shown. */
export async function reportsOf(
  { db }: Here,
  periodId: string,
  only: { readonly day?: string; readonly units?: readonly string[] } = {},
): Promise<ReadonlyMap<string, readonly SafeReportRow[]>> {
  let query = db.selectFrom('workdeskSafeReports').selectAll().where('periodId', '=', periodId);
  if (only.day) query = query.where('day', '=', only.day);
  if (only.units) query = query.where('organisationId', 'in', [...only.units]);
  return Map.groupBy(await query.execute(), ({ organisationId }) => organisationId);
}

/** What discipline needs of all reports of a period, one row for each unit: thirty thousand rows would take a second to read. */
export async function marksOf({ db }: Here, periodId: string): Promise<ReadonlyMap<string, readonly SlotReport[]>> {
  const { rows } = await sql<{ readonly organisationId: string; readonly marks: string }>`
    SELECT organisation_id, string_agg(day || time || CASE WHEN late THEN 'L' ELSE '-' END || CASE status WHEN 'abnormal' THEN 'A' ELSE '-' END, ',') AS marks
    FROM workdesk_safe_reports WHERE period_id = ${periodId} GROUP BY organisation_id`.execute(db);
  return new Map(
    rows.map(({ organisationId, marks }) => [
      organisationId,
      marks.split(',').map((mark) => ({
        day: mark.slice(0, 10),
        time: mark.slice(10, 15),
        late: mark[15] === 'L',
        status: mark[16] === 'A' ? ('abnormal' as const) : ('safe' as const),
      })),
    ]),
  );
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
  marks: ReadonlyMap<string, readonly SlotReport[]>,
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
      discipline: disciplineOf(asked, marks.get(unit.id) ?? [], present),
    };
  });
}

/** A period that was ended early asks for nothing after that. */
export function endedAt(period: SafePeriodRow, now: string): string {
  return period.status === 'ended' && period.updatedAt < now ? period.updatedAt : now;
}

/** Names of units, in their own order. */
export async function unitNames(
  { db }: Here,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  return await db
    .selectFrom('organisations')
    .select(['id', 'name'])
    .where('id', '=', sql<string>`ANY (${[...ids]}::uuid[])`)
    .orderBy('name')
    .orderBy('id')
    .execute();
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
