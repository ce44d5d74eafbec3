/**
 * Working days of a statutory calendar: weekdays are worked and weekends are not, except for the days its yearly notices name. Beyond
 * the notices nothing is known, so every answer there says `provisional`; it never pretends that an unannounced year has no holidays.
 * @module
 */
import { type Day, dayNumber, dayOfNumber, weekday } from './days.ts';

/** What one year's notice of the holidays says. */
export interface CalendarYear {
  readonly year: number;
  /** Where the list was taken from. */
  readonly source: string;
  /** Whether a person compared the list with the official notice. */
  readonly status: 'verified' | 'unverified';
  /** Days off, weekends among them or not. */
  readonly rest: readonly Day[];
  /** Saturdays and Sundays that are worked in exchange (调休上班). */
  readonly work: readonly Day[];
}

export interface WorkCalendar {
  readonly id: string;
  readonly version: string;
  readonly years: readonly CalendarYear[];
}

/** A day found by counting, and whether the count touched a year without a notice. */
export interface CountedDay {
  readonly day: Day;
  readonly provisional: boolean;
}

/** A calendar made fast to ask. Build it with {@link openCalendar}. */
export interface OpenCalendar {
  readonly id: string;
  readonly version: string;
  /** First and last day of the announced years. */
  readonly from: Day;
  readonly to: Day;
  readonly first: number;
  /** One byte per announced day: 1 when it is worked. */
  readonly worked: Uint8Array;
}

/**
 * Checks a calendar and unfolds it.
 * @throws {RangeError} for years that are missing between two others or come twice, for days outside their year, for a day that is both
 * rest and work, for a “worked” day that is no weekend.
 */
export function openCalendar(calendar: WorkCalendar): OpenCalendar {
  const years = [...calendar.years].sort((left, right) => left.year - right.year);
  const earliest = years[0];
  const latest = years.at(-1);
  if (!earliest || !latest) throw new RangeError(`calendar ${calendar.id}: expected at least one year, got none`);
  const first = dayNumber(`${earliest.year}-01-01`);
  const worked = new Uint8Array(dayNumber(`${latest.year}-12-31`) - first + 1);
  for (let index = 0; index < worked.length; index += 1) worked[index] = weekday(first + index) % 6 === 0 ? 0 : 1;
  for (const [position, { year, rest, work }] of years.entries()) {
    if (year !== earliest.year + position)
      throw new RangeError(`calendar ${calendar.id}: expected year ${earliest.year + position}, got ${year}`);
    for (const day of [...rest, ...work])
      if (!day.startsWith(`${year}-`))
        throw new RangeError(`calendar ${calendar.id}: expected a day of ${year}, got ${day}`);
    for (const day of rest) {
      if (work.includes(day))
        throw new RangeError(`calendar ${calendar.id}: ${day} is listed both as rest and as work`);
      worked[dayNumber(day) - first] = 0;
    }
    for (const day of work) {
      if (weekday(dayNumber(day)) % 6 !== 0)
        throw new RangeError(`calendar ${calendar.id}: expected a weekend day to be worked, got ${day}`);
      worked[dayNumber(day) - first] = 1;
    }
  }
  return {
    id: calendar.id,
    version: calendar.version,
    from: dayOfNumber(first),
    to: dayOfNumber(first + worked.length - 1),
    first,
    worked,
  };
}

function lookUp(calendar: OpenCalendar, number: number): { readonly worked: boolean; readonly provisional: boolean } {
  const known = calendar.worked[number - calendar.first];
  if (known === undefined) return { worked: weekday(number) % 6 !== 0, provisional: true };
  return { worked: known === 1, provisional: false };
}

/** Whether a day is worked; `provisional` outside the announced years, where only weekends are known. */
export function workday(calendar: OpenCalendar, day: Day): { readonly worked: boolean; readonly provisional: boolean } {
  return lookUp(calendar, dayNumber(day));
}

/**
 * The `count`-th working day after `day`, which itself is never counted (the day of the trigger is not part of the period; a make-up
 * Saturday or Sunday is a working day). `count` 0 gives `day` itself, whatever it is.
 * @throws {RangeError} unless count is an integer from 0 to 10000.
 */
export function addWorkdays(calendar: OpenCalendar, day: Day, count: number): CountedDay {
  if (!Number.isInteger(count) || count < 0 || count > 10_000)
    throw new RangeError(`count: expected 0 to 10000 working days, got ${count}`);
  let number = dayNumber(day);
  let provisional = false;
  for (let left = count; left > 0; ) {
    number += 1;
    const found = lookUp(calendar, number);
    provisional ||= found.provisional;
    if (found.worked) left -= 1;
  }
  return { day: dayOfNumber(number), provisional };
}

/** Working days after `from` up to and including `to`; negative, counted the other way, when `to` lies before `from`. */
export function workdaysBetween(
  calendar: OpenCalendar,
  from: Day,
  to: Day,
): { readonly count: number; readonly provisional: boolean } {
  const start = dayNumber(from);
  const end = dayNumber(to);
  if (end < start) {
    const turned = workdaysBetween(calendar, to, from);
    return { count: turned.count === 0 ? 0 : -turned.count, provisional: turned.provisional };
  }
  let count = 0;
  let provisional = false;
  for (let number = start + 1; number <= end; number += 1) {
    const found = lookUp(calendar, number);
    provisional ||= found.provisional;
    if (found.worked) count += 1;
  }
  return { count, provisional };
}
