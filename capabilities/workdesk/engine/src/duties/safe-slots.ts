/**
 * The clock of safe reports (报平安): which reports a protection period asks for, what state each is in, and how disciplined a unit was.
 * Knows no clock and no time zone of the machine: the legal day is Beijing's, the present comes in.
 * @module
 */
import {
  addDays,
  type Day,
  dayNumber,
  dayOfInstant,
  instantOf,
  type OpenCalendar,
  weekday,
  workday,
} from '@hedun/workdays';

export interface SafePeriod {
  readonly fromDay: Day;
  readonly toDay: Day;
  readonly days: 'every' | 'workdays' | 'chosen';
  /** 1 is Monday, 7 is Sunday (ISO 8601); counts where `days` is `chosen`. */
  readonly weekdays: readonly number[];
  /** `HH:MM` in Beijing until which a report is in time. */
  readonly times: readonly string[];
  readonly openMinutes: number;
  readonly remindMinutes: number;
}
/** One report that is asked for. All moments are milliseconds since 1970. */
export interface Slot {
  readonly day: Day;
  readonly time: string;
  readonly opensAt: number;
  readonly remindAt: number;
  /** The end of the minute that is named: 09:00 is in time until 09:00:59. */
  readonly dueAt: number;
  /** Until the end of the day one may still report, late. */
  readonly closesAt: number;
}
export interface SlotReport {
  readonly day: Day;
  readonly time: string;
  readonly status: 'safe' | 'abnormal';
  readonly late: boolean;
}

const minute = 60_000;
const midnight = (day: Day) => instantOf(`${day}T00:00:00+08:00`);

/** Whether the period asks for reports on this day at all. */
export function asksOn(calendar: OpenCalendar, period: SafePeriod, day: Day): boolean {
  if (day < period.fromDay || day > period.toDay) return false;
  if (period.days === 'workdays') return workday(calendar, day).worked;
  if (period.days === 'chosen') return period.weekdays.includes(weekday(dayNumber(day)) || 7);
  return true;
}

/** The reports of one day, earliest first. None opens before its day begins. */
export function slotsOn(calendar: OpenCalendar, period: SafePeriod, day: Day): readonly Slot[] {
  if (!asksOn(calendar, period, day)) return [];
  const begins = midnight(day);
  return [...new Set(period.times)].sort().map((time) => {
    const at = instantOf(`${day}T${time}:00+08:00`);
    return {
      day,
      time,
      opensAt: Math.max(begins, at - period.openMinutes * minute),
      remindAt: Math.max(begins, at - period.remindMinutes * minute),
      dueAt: at + minute - 1,
      closesAt: midnight(addDays(day, 1)) - 1,
    };
  });
}

/** Every report of the period that was open at some time until `now`, earliest first. */
export function slotsUntil(calendar: OpenCalendar, period: SafePeriod, now: string): readonly Slot[] {
  const present = instantOf(now);
  const today = dayOfInstant(now);
  const last = period.toDay < today ? period.toDay : today;
  const found: Slot[] = [];
  for (let day = period.fromDay; day <= last; day = addDays(day, 1)) found.push(...slotsOn(calendar, period, day));
  return found.filter(({ opensAt }) => opensAt <= present);
}

/** `overdue` may still be reported late today; `absent` no more. */
export const slotStates = ['upcoming', 'open', 'in-time', 'late', 'overdue', 'absent'] as const;
export type SlotState = (typeof slotStates)[number];

export function stateOf(slot: Slot, report: Pick<SlotReport, 'late'> | undefined, now: number): SlotState {
  if (report) return report.late ? 'late' : 'in-time';
  if (now < slot.opensAt) return 'upcoming';
  if (now <= slot.dueAt) return 'open';
  return now <= slot.closesAt ? 'overdue' : 'absent';
}

export interface Discipline {
  /** Reports that were due or were made. */
  readonly asked: number;
  readonly inTime: number;
  readonly late: number;
  /** Neither in time nor late: what can still be reported today is among them until it is. */
  readonly missing: number;
  readonly abnormal: number;
  /** Reports in time in a row up to now, and the longest such row. */
  readonly streak: number;
  readonly longest: number;
}

export function disciplineOf(slots: readonly Slot[], reports: readonly SlotReport[], now: number): Discipline {
  const made = new Map(reports.map((report) => [`${report.day} ${report.time}`, report]));
  let [asked, inTime, late, missing, abnormal, streak, longest] = [0, 0, 0, 0, 0, 0, 0];
  for (const slot of slots) {
    const report = made.get(`${slot.day} ${slot.time}`);
    const state = stateOf(slot, report, now);
    // What may still be in time counts neither for nor against the unit.
    if (state === 'upcoming' || state === 'open') continue;
    asked += 1;
    if (report?.status === 'abnormal') abnormal += 1;
    if (state === 'late') late += 1;
    if (state === 'overdue' || state === 'absent') missing += 1;
    if (state === 'in-time') inTime += 1;
    streak = state === 'in-time' ? streak + 1 : 0;
    longest = Math.max(longest, streak);
  }
  return { asked, inTime, late, missing, abnormal, streak, longest };
}

/** The report a press of the button means: the latest that is open and not made, otherwise the latest that is overdue today. */
export function slotToReport(slots: readonly Slot[], made: ReadonlySet<string>, now: number): Slot | null {
  const left = slots.filter((slot) => now >= slot.opensAt && now <= slot.closesAt && !made.has(slot.time));
  return left.findLast(({ dueAt }) => now <= dueAt) ?? left.at(-1) ?? null;
}
