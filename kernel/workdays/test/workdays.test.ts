/** @module The rules of SPEC.md, each test named after its rule. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import chineseDays from 'chinese-days';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addMonths,
  addWorkdays,
  calendarCN,
  dayNumber,
  dayOfInstant,
  dayOfNumber,
  instantOf,
  openCalendar,
  workday,
  workdaysBetween,
} from '../src/index.ts';

const calendar = openCalendar(calendarCN);
const everyDay: string[] = [];
for (let day = '2025-01-01'; day <= '2026-12-31'; day = addDays(day, 1)) everyDay.push(day);

describe('days', () => {
  test('[W1] days and numbers convert back and forth', () => {
    expect(dayNumber('1970-01-01')).toBe(0);
    expect(dayNumber('2000-02-29')).toBe(11_016);
    for (let number = dayNumber('0000-01-01'); number <= dayNumber('9999-12-31'); number += 97)
      if (dayNumber(dayOfNumber(number)) !== number) throw new Error(`${number} does not come back`);
    for (const day of everyDay) expect(new Date(dayNumber(day) * 86_400_000).toISOString().slice(0, 10)).toBe(day);
  });

  test.each(['2025-02-29', '2025-13-01', '2025-00-10', '2025-04-31'])('[W1] %s is no day', (day) => {
    expect(() => dayNumber(day)).toThrow(RangeError);
  });

  test.each(['2025-2-1', '20250201', '', 'tomorrow'])('[W1] %j is malformed', (day) => {
    expect(() => dayNumber(day)).toThrow(TypeError);
  });

  test('[W2] the legal day is the day in Beijing', () => {
    expect(dayOfInstant('2026-02-12T23:59:59+08:00')).toBe('2026-02-12');
    expect(dayOfInstant('2026-02-12T15:59:59Z')).toBe('2026-02-12');
    expect(dayOfInstant('2026-02-12T16:00:00Z')).toBe('2026-02-13');
    expect(dayOfInstant('2026-02-12T11:00:00-05:00')).toBe('2026-02-13');
    expect(dayOfInstant('2026-02-12')).toBe('2026-02-12');
    expect(instantOf('2026-02-12T16:00:00.5Z')).toBe(Date.parse('2026-02-12T16:00:00.500Z'));
  });

  test('[W2] a time without an offset is refused', () => {
    expect(() => instantOf('2026-02-12T10:00')).toThrow(/offset/);
    expect(() => instantOf('2026-02-12T25:00+08:00')).toThrow(RangeError);
  });

  test('[W2] the same 730 lines in four time zones', () => {
    const script = path.resolve(import.meta.dirname, 'print-deadlines.ts');
    const print = (zone: string) =>
      execFileSync(process.execPath, [script], { env: { ...process.env, TZ: zone }, encoding: 'utf8' });
    const zones = ['Asia/Shanghai', 'UTC', 'America/New_York', 'Pacific/Kiritimati'].map(print);
    expect(zones[0]?.trim().split('\n')).toHaveLength(730);
    for (const zone of zones) expect(zone).toBe(zones[0]);
  });

  test('[W9] months end on the last day of a shorter month', () => {
    expect(addMonths('2025-01-31', 1)).toBe('2025-02-28');
    expect(addMonths('2025-05-01', 24)).toBe('2027-05-01');
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
    expect(addMonths('2025-03-15', -3)).toBe('2024-12-15');
  });
});

describe('working days', () => {
  test('[W3] equal to an independent package on all 730 days of 2025 and 2026', () => {
    const differing = everyDay.filter((day) => workday(calendar, day).worked !== chineseDays.isWorkday(day));
    expect(differing).toEqual([]);
    for (const year of ['2025', '2026'])
      expect(everyDay.filter((day) => day.startsWith(year) && workday(calendar, day).worked)).toHaveLength(248);
  });

  // Golden table: trigger day, then the limits of 1, 2, 5, 10, 15 and 20 working days; agreed by two independent packages.
  const golden = `
2025-08-01 2025-08-04 2025-08-05 2025-08-08 2025-08-15 2025-08-22 2025-08-29
2025-09-26 2025-09-28 2025-09-29 2025-10-10 2025-10-16 2025-10-23 2025-10-30
2025-09-30 2025-10-09 2025-10-10 2025-10-14 2025-10-21 2025-10-28 2025-11-04
2025-12-30 2025-12-31 2026-01-04 2026-01-07 2026-01-14 2026-01-21 2026-01-28
2026-02-12 2026-02-13 2026-02-14 2026-02-26 2026-03-04 2026-03-11 2026-03-18
2026-02-13 2026-02-14 2026-02-24 2026-02-27 2026-03-05 2026-03-12 2026-03-19
2026-04-29 2026-04-30 2026-05-06 2026-05-09 2026-05-15 2026-05-22 2026-05-29
2026-09-18 2026-09-20 2026-09-21 2026-09-24 2026-10-09 2026-10-15 2026-10-22
2026-09-30 2026-10-08 2026-10-09 2026-10-13 2026-10-20 2026-10-27 2026-11-03
2026-12-20 2026-12-21 2026-12-22 2026-12-25 ? ? ?`;
  test.each(
    golden
      .trim()
      .split('\n')
      .map((line) => line.split(' ')),
  )('[W4] golden limits after %s', (day, ...limits) => {
    const found = [1, 2, 5, 10, 15, 20]
      .map((count) => addWorkdays(calendar, day, count))
      .map((each) => (each.provisional ? '?' : each.day));
    expect(found).toEqual(limits);
  });

  test('[W5] periods add up, from every day of two years', () => {
    for (const day of everyDay)
      for (const [left, right] of [
        [1, 4],
        [3, 7],
        [10, 10],
        [0, 5],
      ] as const)
        if (
          addWorkdays(calendar, day, left + right).day !==
          addWorkdays(calendar, addWorkdays(calendar, day, left).day, right).day
        )
          throw new Error(`${day} + ${left} + ${right}`);
    expect(addWorkdays(calendar, '2025-10-01', 0)).toEqual({ day: '2025-10-01', provisional: false });
  });

  test('[W6] beyond the announced years the answer is provisional', () => {
    expect(workday(calendar, '2027-10-01')).toEqual({ worked: true, provisional: true });
    expect(workday(calendar, '2024-10-01').provisional).toBe(true);
    expect(addWorkdays(calendar, '2026-12-31', 1)).toEqual({ day: '2027-01-01', provisional: true });
    expect(addWorkdays(calendar, '2026-12-30', 1)).toEqual({ day: '2026-12-31', provisional: false });
    expect(workdaysBetween(calendar, '2026-12-30', '2027-01-04').provisional).toBe(true);
  });

  test('[W7] calendars that contradict themselves are refused', () => {
    const year = (rest: string[], work: string[], number = 2025) => ({
      year: number,
      source: 'a test',
      status: 'unverified' as const,
      rest,
      work,
    });
    const open =
      (...years: ReturnType<typeof year>[]) =>
      () =>
        openCalendar({ id: 'T', version: '1', years });
    expect(open(year(['2025-01-04'], ['2025-01-04']))).toThrow(/both/);
    expect(open(year([], ['2025-01-06']))).toThrow(/weekend/);
    expect(open(year(['2026-01-01'], []))).toThrow(/of 2025/);
    expect(open(year([], []), year([], [], 2027))).toThrow(/expected year 2026/);
    expect(open()).toThrow(/at least one/);
    expect(() => addWorkdays(calendar, '2025-01-01', -1)).toThrow(RangeError);
  });

  test('[W8] counting between two days is the inverse of adding', () => {
    for (const day of everyDay.filter((each) => each < '2026-11-01')) {
      const limit = addWorkdays(calendar, day, 15).day;
      if (workdaysBetween(calendar, day, limit).count !== 15) throw new Error(day);
    }
    expect(workdaysBetween(calendar, '2026-02-24', '2026-02-13')).toEqual({ count: -2, provisional: false });
  });
});
