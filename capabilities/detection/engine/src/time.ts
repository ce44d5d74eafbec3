/**
 * Civil time in UTC, from text or numbers to milliseconds and back to parts. It never reads a clock and never converts time zones.
 * Day arithmetic: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 * @module
 */
export interface TimeParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** ISO 8601 week number, 1 to 53. */
  readonly week: number;
}

const dayMilliseconds = 86_400_000;

/** Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

export function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthShifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthShifted + 2) / 5) + 1,
  };
}

/** Milliseconds since the epoch of a UTC date and time. */
export function utc(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  millisecond = 0,
): number {
  return (
    daysFromCivil(year, month, day) * dayMilliseconds + hour * 3_600_000 + minute * 60_000 + second * 1000 + millisecond
  );
}

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Milliseconds since the epoch of ISO 8601 text, or of a number of seconds (below 10^11), milliseconds, microseconds (from 10^14) or
 * nanoseconds (from 10^17) since the epoch. Text without an offset is read as UTC.
 * @returns undefined where the value is not a time
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? epoch(value) : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^-?\d{1,19}(\.\d{1,9})?$/.test(value)) return epoch(Number(value));
  const found = isoPattern.exec(value);
  if (!found) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = found;
  const numbers = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (numbers[1] < 1 || numbers[1] > 12 || numbers[2] < 1 || numbers[2] > 31) return undefined;
  if (numbers[3] > 24 || numbers[4] > 59 || numbers[5] > 60) return undefined;
  const offset = /^[zu]/i.test(zone)
    ? 0
    : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
  return utc(...numbers) + Math.floor(Number(fraction.padEnd(3, '0').slice(0, 3))) - offset;
}

function epoch(value: number): number {
  const size = Math.abs(value);
  if (size < 1e11) return Math.round(value * 1000);
  if (size < 1e14) return Math.round(value);
  return Math.round(size < 1e17 ? value / 1e3 : value / 1e6);
}

/** The parts of a time, in UTC. @param milliseconds since the epoch */
export function timeParts(milliseconds: number): TimeParts {
  const days = Math.floor(milliseconds / dayMilliseconds);
  const rest = milliseconds - days * dayMilliseconds;
  const { year, month, day } = civilFromDays(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    week: isoWeek(days, year),
  };
}

function isoWeek(days: number, year: number): number {
  const thursday = days + 3 - ((((days + 3) % 7) + 7) % 7);
  const yearOfThursday = civilFromDays(thursday).year;
  return 1 + Math.floor((thursday - daysFromCivil(yearOfThursday === year ? year : yearOfThursday, 1, 1)) / 7);
}

/** ISO 8601 in UTC with milliseconds. */
export function isoTime(milliseconds: number): string {
  const days = Math.floor(milliseconds / dayMilliseconds);
  const rest = milliseconds - days * dayMilliseconds;
  const { year, month, day } = civilFromDays(days);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(rest / 3_600_000))}:${two(Math.floor(rest / 60_000) % 60)}:${two(Math.floor(rest / 1000) % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock}.${String(Math.floor(rest % 1000)).padStart(3, '0')}Z`;
}
