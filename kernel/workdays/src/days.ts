/**
 * Civil days as integers: day number 0 is 1970-01-01 of the proleptic Gregorian calendar. Never reads a clock and never knows a
 * time zone of the machine: an instant becomes a day only through an offset that the caller names.
 * @module
 */

/** A civil day, `YYYY-MM-DD`. */
export type Day = string;

/** Mainland China keeps one civil time, UTC+8, without summer time since 1992. */
export const beijingOffsetMinutes = 480;

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const instantPattern = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/;

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Days since 1970-01-01. Source of the arithmetic: H. Hinnant, “chrono-compatible low-level date algorithms”, days_from_civil.
 * @throws {TypeError} when the text is no `YYYY-MM-DD`; {RangeError} when there is no such day.
 */
export function dayNumber(day: Day): number {
  const match = typeof day === 'string' ? dayPattern.exec(day) : null;
  if (!match) throw new TypeError(`day: expected YYYY-MM-DD, got ${JSON.stringify(day)}`);
  const year = Number(match[1]);
  const month = Number(match[2]);
  const date = Number(match[3]);
  if (month < 1 || month > 12 || date < 1 || date > daysInMonth(year, month))
    throw new RangeError(`day: expected a day of the calendar, got ${day}`);
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of {@link dayNumber}. @throws {RangeError} outside the years 0000 to 9999. */
export function dayOfNumber(number: number): Day {
  if (!Number.isInteger(number)) throw new TypeError(`day number: expected an integer, got ${number}`);
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthShifted = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * monthShifted + 2) / 5) + 1;
  const month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  if (year < 0 || year > 9999) throw new RangeError(`day number: expected a year from 0000 to 9999, got ${number}`);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

/** 0 is Sunday, 6 is Saturday. */
export function weekday(number: number): number {
  return (((number + 4) % 7) + 7) % 7;
}

export function addDays(day: Day, days: number): Day {
  return dayOfNumber(dayNumber(day) + days);
}

/** The same date `months` later; where that month is too short, its last day (Civil Code of the PRC, Art. 202). */
export function addMonths(day: Day, months: number): Day {
  if (!Number.isInteger(months)) throw new TypeError(`months: expected an integer, got ${months}`);
  dayNumber(day);
  const index = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  const date = Math.min(Number(day.slice(8, 10)), daysInMonth(year, month));
  return dayOfNumber(
    dayNumber(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`),
  );
}

/**
 * Milliseconds since 1970-01-01T00:00Z of an ISO 8601 instant that names its offset (digits beyond the millisecond are cut).
 * @throws {TypeError} without an offset: a local time has no legal day; {RangeError} for hours, minutes or seconds out of range.
 */
export function instantOf(instant: string): number {
  const match = typeof instant === 'string' ? instantPattern.exec(instant) : null;
  if (!match)
    throw new TypeError(
      `instant: expected ISO 8601 with an offset, as 2026-02-13T10:00+08:00, got ${JSON.stringify(instant)}`,
    );
  const [, day = '', hour = '', minute = '', second = '0', fraction = '', offset = 'Z'] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw new RangeError(`instant: expected a time of day, got ${instant}`);
  const offsetMinutes =
    offset === 'Z'
      ? 0
      : (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));
  if (Math.abs(offsetMinutes) > 14 * 60)
    throw new RangeError(`instant: expected an offset within 14 hours, got ${instant}`);
  const minutes = dayNumber(day) * 1440 + Number(hour) * 60 + Number(minute) - offsetMinutes;
  return minutes * 60_000 + Number(second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** The civil day on which an instant falls, at UTC+8 unless another offset is named. A bare `YYYY-MM-DD` is that day itself. */
export function dayOfInstant(instant: string, offsetMinutes: number = beijingOffsetMinutes): Day {
  if (dayPattern.test(instant)) return dayOfNumber(dayNumber(instant));
  return dayOfNumber(Math.floor((instantOf(instant) + offsetMinutes * 60_000) / 86_400_000));
}
