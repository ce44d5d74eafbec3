/**
 * Working days of a statutory calendar, from versioned data with a named end of coverage. Pure: no clock, no time zone of the machine.
 * @module
 */

export type { CalendarYear, CountedDay, OpenCalendar, WorkCalendar } from './calendar.ts';
export { addWorkdays, openCalendar, workday, workdaysBetween } from './calendar.ts';
export { calendarCN } from './calendar-cn.ts';
export type { Day } from './days.ts';
export {
  addDays,
  addMonths,
  beijingOffsetMinutes,
  dayNumber,
  dayOfInstant,
  dayOfNumber,
  daysInMonth,
  instantOf,
  isLeapYear,
  weekday,
} from './days.ts';
