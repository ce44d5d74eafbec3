/**
 * Prints one line per day of 2025 and 2026 with its legal day and the limits of six periods, for comparison between time zones.
 * @module
 */
import { addDays, addWorkdays, calendarCN, dayOfInstant, openCalendar } from '../src/index.ts';

const calendar = openCalendar(calendarCN);
for (let day = '2025-01-01'; day <= '2026-12-31'; day = addDays(day, 1)) {
  const legal = dayOfInstant(`${day}T23:59:59+08:00`);
  const limits = [1, 2, 5, 10, 15, 20].map((count) => {
    const limit = addWorkdays(calendar, legal, count);
    return limit.day + (limit.provisional ? '?' : '');
  });
  console.log(`${day} ${legal} ${dayOfInstant(`${day}T16:00:00Z`)} ${limits.join(' ')}`);
}
