import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { en } from '../src/texts/en.ts';
import { formatBytes, formatCompact, formatRelative, formatTime, middleTruncate } from '../src/texts/format.ts';
import { scheduleWords } from '../src/texts/schedule.ts';
import { zh } from '../src/texts/zh.ts';

const source = path.resolve(import.meta.dirname, '../src');

test('[T1] both languages have the same keys, and none is empty', () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  expect(Object.keys(zh).length).toBeGreaterThan(400);
  for (const [key, text] of [...Object.entries(zh), ...Object.entries(en)]) expect(text, key).not.toBe('');
});

test('[T1] messages with values take the same number of them', () => {
  const english = en as unknown as Record<string, unknown>;
  for (const [key, text] of Object.entries(zh)) {
    if (typeof text !== 'function') continue;
    expect(typeof english[key], key).toBe('function');
    expect((english[key] as { length: number }).length, key).toBe((text as { length: number }).length);
  }
});

test('[T1] English has no Chinese in it, except the name of the language', () => {
  for (const [key, text] of Object.entries(en)) {
    const written = typeof text === 'function' ? String(text) : String(text);
    if (key !== 'chinese') expect(/\p{Script=Han}/u.test(written), key).toBe(false);
  }
});

test('[T2] no Chinese stands outside the catalogue', () => {
  const files = globSync('**/*.{ts,tsx}', { cwd: source }).filter((file) => !file.endsWith('zh.ts'));
  expect(files.length).toBeGreaterThan(80);
  const found = files.flatMap((file) =>
    readFileSync(path.join(source, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u.test(line) &&
        !(file.endsWith('en.ts') && line.includes('chinese:'))
          ? [`${file}:${index + 1}: ${line.trim()}`]
          : [],
      ),
  );
  expect(found).toEqual([]);
});

test('[T3] times are the same in both languages and sortable', () => {
  expect(formatTime('2026-11-22T14:05:09.000Z')).toMatch(/^2026-11-2[123] \d\d:05:09$/);
  expect(formatTime('2026-11-22T14:05:09.000Z', false)).toMatch(/:05$/);
  expect(formatTime('not a time')).toBe('not a time');
});

test('[T3] relative times, numbers and sizes follow the language', () => {
  const now = Date.parse('2026-11-22T14:00:00Z');
  expect(formatRelative('2026-11-22T13:57:00Z', now, 'zh-CN')).toBe('3分钟前');
  expect(formatRelative('2026-11-22T13:57:00Z', now, 'en')).toBe('3 minutes ago');
  expect(formatRelative('2026-11-21T13:00:00Z', now, 'zh-CN')).toBe('昨天');
  expect(formatCompact(12_480, 'zh-CN')).toBe('1.2万');
  expect(formatCompact(12_480, 'en')).toBe('12.5K');
  expect(formatBytes(0, 'en')).toBe('0 B');
  expect(formatBytes(1536, 'en')).toBe('1.5 KiB');
  expect(formatBytes(5 * 1024 ** 3, 'en')).toBe('5 GiB');
});

test('[T4] a long hash keeps both ends, a short id stays whole', () => {
  expect(middleTruncate('0123456789abcdef0123456789abcdef', 4)).toBe('0123…cdef');
  expect(middleTruncate('0123456789', 8)).toBe('0123456789');
});

test('[T5] a schedule is said as a person says it; what has no short saying stays', () => {
  const say = (schedule: string) => [scheduleWords(schedule, zh), scheduleWords(schedule, en)];
  expect(say('*/10 * * * *')).toEqual([zh.everyMinutes(10), 'Every 10 minutes']);
  expect(say('30 8 * * *')).toEqual([zh.dailyAt('08:30'), 'Every day at 08:30']);
  expect(say('5 * * * *')).toEqual([zh.hourlyAt(5), 'Every hour at minute 5']);
  expect(say('0 9 * * 1')).toEqual([zh.weeklyAt(zh.weekdays[1] ?? '', '09:00'), 'Every Monday at 09:00']);
  expect(say('0 9 * * 7')[1]).toBe('Every Sunday at 09:00');
  expect(say('15 6 1 * *')[1]).toBe('Day 1 of every month at 06:15');
  for (const odd of ['0 0 1 1 *', '0-30 8 * * *', '0 8,12 * * *', '0 9 * * 1-5', 'x'])
    expect(say(odd)).toEqual([odd, odd]);
});
