/**
 * Times as logs write them: with or without year, zone and fraction. It reads no clock: the time of arrival is an argument.
 * @module
 */
import { civilFromDays, parseTime, timeParts, utc } from '../time.ts';
import type { LineContext } from './shape.ts';

const months: Readonly<Record<string, number>> = {
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
};
export const monthOf = (name: string): number | undefined => months[name.toLowerCase()];

const minute = 60_000;

const shortMonths = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** By the letters of the name as one number. */
const monthByLetters = new Map(
  shortMonths.map((name, index) => [
    ((name.charCodeAt(0) - 32) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    index + 1,
  ]),
);

function twoDigits(line: string, at: number): number {
  const tens = line.charCodeAt(at) - 48;
  const ones = line.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/**
 * The stamp nearly every device writes, `Nov 25 10:00:00 ` or `Nov  5 10:00:00 `, read without a regular expression (a third of the cost of a
 * whole line). NaN for anything else, also where a zone may follow.
 */
export function plainStamp(line: string, at: number, { received, zone }: LineContext): number {
  const month = monthByLetters.get(
    (line.charCodeAt(at) << 16) | (line.charCodeAt(at + 1) << 8) | line.charCodeAt(at + 2),
  );
  if (month === undefined || line.charCodeAt(at + 3) !== 32) return Number.NaN;
  const spaced = line.charCodeAt(at + 4) === 32;
  const day = spaced ? line.charCodeAt(at + 5) - 48 : twoDigits(line, at + 4);
  if (!(day >= 1 && day <= (spaced ? 9 : 31))) return Number.NaN;
  if (line.charCodeAt(at + 6) !== 32 || line.charCodeAt(at + 9) !== 58 || line.charCodeAt(at + 12) !== 58)
    return Number.NaN;
  const hour = twoDigits(line, at + 7);
  const minutes = twoDigits(line, at + 10);
  const second = twoDigits(line, at + 13);
  const after = line.charCodeAt(at + 16);
  if (line.charCodeAt(at + 15) !== 32 || (after >= 65 && after <= 90) || after === 43 || after === 45 || after === 32)
    return Number.NaN;
  if (!(hour <= 23 && minutes <= 59 && second <= 60)) return Number.NaN;
  const { year } = civilFromDays(Math.floor(received / 86_400_000));
  const time = utc(year, month, day, hour, minutes, second) - zone * minute;
  if (Math.abs(time - received) < halfYear) return time;
  return nearestYear((each) => utc(each, month, day, hour, minutes, second) - zone * minute, received) as number;
}
/** Length of what {@link plainStamp} reads. */
export const plainStampLength = 16;

/** A local time in a zone, to milliseconds since the epoch. */
export function zoned(
  parts: readonly [year: number, month: number, day: number, hour: number, minute: number, second: number],
  fraction: string | undefined,
  zone: number,
): number | undefined {
  const [, month, day, hour, minutes, second] = parts;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minutes <= 59 && second <= 60))
    return undefined;
  const milliseconds = fraction ? Number(fraction.padEnd(3, '0').slice(0, 3)) : 0;
  return utc(...parts) + milliseconds - zone * minute;
}

/** `+0800`, `+08:00`, `Z` to minutes east of UTC. */
export function zoneOf(text: string | undefined, otherwise: number): number {
  if (!text) return otherwise;
  if (/^(z|utc|gmt)$/i.test(text)) return 0;
  const found = /^([+-])(\d\d):?(\d\d)$/.exec(text);
  return found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : otherwise;
}

/** A time without a year is in the year that puts it nearest to its arrival (RFC 3164 has none; a line of 31 December may come on 1 January). */
export function nearestYear(make: (year: number) => number | undefined, received: number): number | undefined {
  const { year } = timeParts(received);
  let best = make(year);
  // Within half a year of its arrival no other year comes nearer.
  if (best !== undefined && Math.abs(best - received) < halfYear) return best;
  for (const candidate of [year - 1, year + 1]) {
    const time = make(candidate);
    if (time !== undefined && (best === undefined || Math.abs(time - received) < Math.abs(best - received)))
      best = time;
  }
  return best;
}
const halfYear = 182 * 86_400_000;

const named =
  /^(?:[A-Za-z]{3},? )?([A-Za-z]{3}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: (\d{4}))?(?: ?([A-Z]{1,5}|[+-]\d\d:?\d\d))?$/;
const dayFirst = /^(\d{1,2})[/-]([A-Za-z]{3})[/-](\d{4})[: ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ([+-]\d{4}))?$/;
const slashed = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?$/;
const digits = /^\d+$/;
const isoLocal = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d{1,9})?$/;

/** Any of the forms devices write: ISO 8601, epoch numbers, `Nov 25 10:00:00`, `25/Nov/2026:10:00:00 +0800`, `2026/11/25 10:00:00`. */
export function logTime(value: unknown, { received, zone }: LineContext): number | undefined {
  if (typeof value === 'number') return parseTime(value);
  if (typeof value !== 'string') return undefined;
  if (value.length === 13 && digits.test(value)) return Number(value);
  if (isoLocal.test(value)) {
    const time = parseTime(value);
    return time === undefined ? undefined : time - zone * minute;
  }
  const direct = parseTime(value);
  if (direct !== undefined) return direct;
  const name = named.exec(value);
  if (name) {
    const month = monthOf(name[1] as string);
    if (month === undefined) return undefined;
    const make = (year: number) =>
      zoned(
        [year, month, Number(name[2]), Number(name[4]), Number(name[5]), Number(name[6])],
        name[7],
        zoneOf(name[9], zone),
      );
    const year = name[3] ?? name[8];
    return year ? make(Number(year)) : nearestYear(make, received);
  }
  const day = dayFirst.exec(value);
  if (day) {
    const month = monthOf(day[2] as string);
    if (month === undefined) return undefined;
    return zoned(
      [Number(day[3]), month, Number(day[1]), Number(day[4]), Number(day[5]), Number(day[6])],
      day[7],
      zoneOf(day[8], zone),
    );
  }
  const slash = slashed.exec(value);
  if (!slash) return undefined;
  const [, year, month, date, hour, minutes, second, fraction] = slash;
  return zoned(
    [Number(year), Number(month), Number(date), Number(hour), Number(minutes), Number(second)],
    fraction,
    zone,
  );
}
