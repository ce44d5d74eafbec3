/**
 * The working-day clock of a rectification notice: when it ends, what an extension makes of it, which reminders are due today.
 * Knows no clock and no time zone of the machine; the legal day is Beijing's.
 * @module
 */
import {
  addWorkdays,
  type Day,
  dayNumber,
  dayOfInstant,
  type OpenCalendar,
  workday,
  workdaysBetween,
} from '@hedun/workdays';

export interface LoopDeadline {
  /** Civil day of the notice in Beijing; it is not counted. */
  readonly startedOn: Day;
  readonly workdays: number;
  readonly dueOn: Day;
  /** The last moment of the last day, in Beijing. */
  readonly dueAt: string;
  /** The count touched a year whose holidays are not announced yet. */
  readonly provisional: boolean;
}

/** “Within N working days from the day of the notice”: the day itself is not counted. */
export function deadlineOf(calendar: OpenCalendar, issuedAt: string, workdays: number): LoopDeadline {
  const startedOn = dayOfInstant(issuedAt);
  const { day, provisional } = addWorkdays(calendar, startedOn, workdays);
  return { startedOn, workdays, dueOn: day, dueAt: endOf(day), provisional };
}

/** An extension counts on from the day that was due, whatever day it is granted. */
export function extendDeadline(calendar: OpenCalendar, deadline: LoopDeadline, workdays: number): LoopDeadline {
  const { day, provisional } = addWorkdays(calendar, deadline.dueOn, workdays);
  return {
    ...deadline,
    workdays: deadline.workdays + workdays,
    dueOn: day,
    dueAt: endOf(day),
    provisional: deadline.provisional || provisional,
  };
}

export function endOf(day: Day): string {
  return `${day}T23:59:59.000+08:00`;
}

/** A notice as the reminder job sees it. */
export interface RunningNotice {
  readonly status: 'issued' | 'acknowledged' | 'remediating' | 'submitted' | 'returned';
  readonly startedOn: Day;
  readonly dueOn: Day;
  /** How often it was escalated already. */
  readonly escalation: number;
}
export interface Duty {
  readonly kind: 'unsigned' | 'due-soon' | 'overdue';
  /** Who is told: the unit's contacts, its leader as well, or the office as well. */
  readonly to: 'contact' | 'leader' | 'office';
  /** Working days left until the deadline; negative when it has passed. */
  readonly left: number;
}

/** Working days without a signature after which the contact, then the leader is told. */
const unsignedAfter = 1;
const unsignedLeaderAfter = 3;
/** Reminded on the last working days, the day of the deadline among them. */
const soonWithin = 2;
/** Working days of delay after which the office takes it up itself. */
const officeAfter = 3;

/** What a notice asks for today, and how far it is escalated then. On a day off nobody is reminded. */
export function dutiesOn(
  calendar: OpenCalendar,
  notice: RunningNotice,
  today: Day,
): { readonly duties: readonly Duty[]; readonly escalation: number } {
  const quiet = { duties: [], escalation: notice.escalation };
  if (!workday(calendar, today).worked || notice.status === 'submitted') return quiet;
  const left = workdaysBetween(calendar, today, notice.dueOn).count;
  const late = dayNumber(today) > dayNumber(notice.dueOn);
  const duties: Duty[] = [];
  const sinceIssue = workdaysBetween(calendar, notice.startedOn, today).count;
  if (notice.status === 'issued' && sinceIssue >= unsignedAfter)
    duties.push({ kind: 'unsigned', to: sinceIssue >= unsignedLeaderAfter ? 'leader' : 'contact', left });
  if (late) {
    // Between a deadline on a Friday and the Monday after it no working day ends, yet it is late.
    const delay = Math.max(1, -left);
    duties.push({ kind: 'overdue', to: delay >= officeAfter ? 'office' : 'leader', left: -delay });
    return { duties, escalation: Math.max(notice.escalation, delay >= officeAfter ? 2 : 1) };
  }
  if (left <= soonWithin && notice.status !== 'issued') duties.push({ kind: 'due-soon', to: 'contact', left });
  return { duties, escalation: notice.escalation };
}

/** `网安通报〔2026〕1号`: the form of Chinese official numbers (GB/T 9704-2012, 7.2.5). */
export function noticeNumber(word: string, year: number, serial: number): string {
  return `${word}〔${year}〕${serial}号`;
}
