/** @module Prints the deadlines of notices of every day of 2025 and 2026, for comparison between time zones. */
import { addDays, calendarCN, openCalendar } from '@hedun/workdays';
import { deadlineOf } from '../src/index.ts';

const calendar = openCalendar(calendarCN);
for (let day = '2025-01-01'; day <= '2026-12-31'; day = addDays(day, 1))
  console.log(
    day,
    ...[1, 3, 5, 10, 15, 20].map((count) => {
      const { dueOn, dueAt, provisional } = deadlineOf(calendar, `${day}T23:30:00+08:00`, count);
      return `${dueOn}${provisional ? '?' : ''} ${new Date(dueAt).toISOString()}`;
    }),
  );
