/**
 * The reports of a unit: safe by one press, abnormal with detail, which becomes a finding the office can follow up.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { addDays } from '@hedun/workdays';
import { type Slot, slotsOn, slotsUntil, slotToReport } from '@hedun/workdesk';
import type { Workdesk } from '../../capability.ts';
import type { MySafePeriod, SafePeriodRow, SafeReportRow } from '../../safe-report-shapes.ts';
import { calendar, type Here, instant, severityRank, today } from '../here.ts';
import {
  boardOf,
  cellOf,
  endedAt,
  keyOf,
  periodOf,
  reportsOf,
  runningPeriods,
  unitNames,
  unitsInScope,
} from './rows.ts';

/** Cells of the past shown to a unit. */
const historyKept = 30;
/** How far the next report is looked for: a long holiday of a period that asks on working days. */
const daysAhead = 14;

export const safeReportHandlers = handlers<Workdesk>()({
  mySafeReports: async (_, context) => {
    const now = instant(context);
    const day = today(context);
    const items: MySafePeriod[] = [];
    for (const period of await runningPeriods(context)) {
      if (day > period.toDay) continue;
      const own = ownUnits(context, period);
      if (own.length === 0) continue;
      const slots = slotsOn(calendar, period, day);
      const reports = await reportsOf(context, period.id, { units: own });
      for (const unit of boardOf(period, slots, reports, reports, await unitNames(context, own), now)) {
        const mine = reports.get(unit.organisationId) ?? [];
        const made = new Map(mine.map((report) => [keyOf(report), report]));
        const current = currentOf(slots, mine, day, now);
        items.push({
          period: { ...period, organisationIds: [unit.organisationId] },
          organisationId: unit.organisationId,
          unitName: unit.unitName,
          cells: unit.cells,
          current: current ? (unit.cells.find(({ time }) => time === current.time) ?? null) : null,
          next: nextOf(period, day, now),
          discipline: unit.discipline,
          history: slotsUntil(calendar, period, endedAt(period, now))
            .slice(-historyKept)
            .reverse()
            .map((slot) => cellOf(slot, made.get(keyOf(slot)), Date.parse(now))),
        });
      }
    }
    return { items };
  },
  reportSafe: async ({ periodId, time, organisationId }, context) => {
    const { period, unit, slot, before } = await slotFor(context, periodId, time, organisationId);
    if (before?.status === 'abnormal')
      throw new Failure('workdesk.already_abnormal', { where: 'time', got: `${slot.day} ${slot.time}` });
    if (before) return before;
    return await keep(context, period, unit, slot, {
      status: 'safe',
      severity: null,
      detail: '',
      evidenceIds: [],
      findingId: null,
    });
  },
  reportAbnormal: async ({ periodId, time, organisationId, title, detail, severity, evidenceIds }, context) => {
    const { period, unit, slot, before } = await slotFor(context, periodId, time, organisationId);
    for (const id of evidenceIds) await context.files.get(id);
    const [raised] = await context.findings.raise([
      {
        organisationId: unit,
        kind: 'incident',
        title,
        description: detail,
        severity,
        source: 'safe-report',
        evidenceIds,
        attributes: { period: period.title, day: slot.day, time: slot.time },
        // Each report is an incident of its own; told again about the same slot it is the same one.
        identity: ['safe-report', period.id, slot.day, slot.time, title],
      },
    ]);
    // A second matter of the same time stands beside the first; each is a finding of its own.
    const first = before?.status === 'abnormal' ? before : null;
    const told = `${title}\n${detail}`;
    const about = {
      status: 'abnormal' as const,
      severity: first?.severity && severityRank[first.severity] > severityRank[severity] ? first.severity : severity,
      detail: first ? `${first.detail}\n\n${told}` : told,
      evidenceIds: [...new Set([...(first?.evidenceIds ?? []), ...evidenceIds])],
      findingId: raised?.id ?? null,
    };
    const row = await keep(context, period, unit, slot, about, before ?? undefined);
    const unitName = (await context.organisations.get(unit)).name;
    const values = { unit: unitName, title, period: period.title, time: slot.time, by: context.actor.name };
    const notice = {
      title: { 'zh-CN': '【异常】{unit}：{title}', en: 'Abnormal — {unit}: {title}' },
      body: {
        'zh-CN': '{period} {time} 报送，报送人 {by}。请立即核实处置。',
        en: '{period}, {time}, by {by}. Please look at it at once.',
      },
      values,
      link: `/workdesk/safe-reports?period=${period.id}&show=reports`,
    };
    await context.notify({ ...notice, to: { organisationId: unit, permission: 'workdesk.issue' } });
    await context.notify({
      ...notice,
      to: { organisationId: unit, permission: 'workdesk.lead' },
      link: '/workdesk/safe-reports',
    });
    context.audit({ period: period.title, unit: unitName, abnormal: title });
    return row;
  },
});

/** The units whoever asks reports for: the home if it is among them, otherwise those in scope. */
function ownUnits(context: Here, period: SafePeriodRow): readonly string[] {
  if (!context.can('workdesk.unit')) return [];
  const { organisationId: home } = context.actor;
  return period.organisationIds.includes(home)
    ? [home]
    : context.scope.kind === 'all'
      ? []
      : unitsInScope(context, period);
}

const madeOn = (reports: readonly SafeReportRow[], day: string) =>
  new Set(reports.filter((report) => report.day === day).map(({ time }) => time));
function currentOf(slots: readonly Slot[], reports: readonly SafeReportRow[], day: string, now: string): Slot | null {
  return slotToReport(slots, madeOn(reports, day), Date.parse(now));
}
function nextOf(period: SafePeriodRow, day: string, now: string): MySafePeriod['next'] {
  for (let ahead = 0; ahead <= daysAhead; ahead += 1) {
    const next = slotsOn(calendar, period, addDays(day, ahead)).find(({ opensAt }) => opensAt > Date.parse(now));
    if (next) return { day: next.day, time: next.time, opensAt: new Date(next.opensAt).toISOString() };
  }
  return null;
}

async function slotFor(
  context: Here,
  periodId: string,
  time: string | undefined,
  organisationId: string | undefined,
): Promise<{
  readonly period: SafePeriodRow;
  readonly unit: string;
  readonly slot: Slot;
  readonly before: SafeReportRow | null;
}> {
  const period = await periodOf(context, periodId);
  const unit = organisationId ?? ownUnits(context, period)[0] ?? context.actor.organisationId;
  context.organisations.requireScope([unit]);
  if (!period.organisationIds.includes(unit))
    throw new Failure('workdesk.not_reporting', { where: 'organisationId', got: unit });
  const day = today(context);
  const now = Date.parse(instant(context));
  const slots = period.status === 'running' ? slotsOn(calendar, period, day) : [];
  const reports = await context.db
    .selectFrom('workdeskSafeReports')
    .selectAll()
    .where('periodId', '=', periodId)
    .where('organisationId', '=', unit)
    .where('day', '=', day)
    .execute();
  const opened = slots.filter(({ opensAt }) => opensAt <= now);
  const slot = time
    ? opened.find((each) => each.time === time)
    : // Something abnormal is told whenever it happens: after the report of the slot it corrects that report.
      (slotToReport(slots, madeOn(reports, day), now) ?? opened.at(-1));
  if (!slot)
    throw new Failure('workdesk.not_open', {
      where: 'time',
      expected: slots.map((each) => each.time).join(', ') || period.fromDay,
      got: time ?? day,
    });
  const before = reports.find((report) => report.time === slot.time) ?? null;
  return { period, unit, slot, before };
}

async function keep(
  context: Here,
  period: SafePeriodRow,
  organisationId: string,
  slot: Slot,
  about: Pick<SafeReportRow, 'status' | 'severity' | 'detail' | 'evidenceIds' | 'findingId'>,
  before?: SafeReportRow,
): Promise<SafeReportRow> {
  const at = instant(context);
  const row: SafeReportRow = {
    id: before?.id ?? context.newId(),
    organisationId,
    periodId: period.id,
    day: slot.day,
    time: slot.time,
    ...about,
    // A correction of a report that came in time does not make it late.
    late: before ? before.late : Date.parse(at) > slot.dueAt,
    byName: context.actor.name,
    reportedAt: at,
    safeBefore: before?.status === 'safe' ? before.reportedAt : (before?.safeBefore ?? null),
  };
  const { id, ...changes } = row;
  if (before) {
    await context.db.updateTable('workdeskSafeReports').set(changes).where('id', '=', id).execute();
    return row;
  }
  const made = await context.db
    .insertInto('workdeskSafeReports')
    .values(row)
    .onConflict((conflict) => conflict.columns(['periodId', 'organisationId', 'day', 'time']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (made) return row;
  // Two people of the unit pressed at the same moment: the first stands.
  return await context.db
    .selectFrom('workdeskSafeReports')
    .selectAll()
    .where('periodId', '=', period.id)
    .where('organisationId', '=', organisationId)
    .where('day', '=', slot.day)
    .where('time', '=', slot.time)
    .executeTakeFirstOrThrow();
}
