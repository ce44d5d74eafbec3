/**
 * The five fields of a schedule as a person says them. What has no short saying stays as it is written.
 * @module
 */
import type { Catalogue } from './index.ts';

type Words = Pick<Catalogue, 'everyMinutes' | 'hourlyAt' | 'dailyAt' | 'weeklyAt' | 'monthlyAt' | 'weekdays'>;

export function scheduleWords(schedule: string, t: Words): string {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = schedule.trim().split(/\s+/);
  const whole = (text: string) => /^\d+$/.test(text);
  if (more.length > 0 || month !== '*') return schedule;
  const step = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (step && hour === '*' && day === '*' && weekday === '*') return t.everyMinutes(Number(step));
  if (!whole(minute)) return schedule;
  if (hour === '*' && day === '*' && weekday === '*') return t.hourlyAt(Number(minute));
  if (!whole(hour)) return schedule;
  const clock = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (day === '*' && weekday === '*') return t.dailyAt(clock);
  const name = whole(weekday) ? t.weekdays[Number(weekday) % 7] : undefined;
  if (day === '*' && name) return t.weeklyAt(name, clock);
  return whole(day) && weekday === '*' ? t.monthlyAt(Number(day), clock) : schedule;
}
