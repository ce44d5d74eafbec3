/** @module Rules [E1] to [E6]: the pure part of the loop. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { addDays, addWorkdays, calendarCN, openCalendar, workday } from '@hedun/workdays';
import { describe, expect, test } from 'vitest';
import {
  addressNumber,
  deadlineOf,
  dutiesOn,
  extendDeadline,
  judgeRecheck,
  noticeNumber,
  openRanges,
  ownerOf,
  priorityOf,
  type RunningNotice,
  sourceOf,
} from '../src/index.ts';

const calendar = openCalendar(calendarCN);
const everyDay: string[] = [];
for (let day = '2025-01-01'; day <= '2026-12-31'; day = addDays(day, 1)) everyDay.push(day);

describe('deadlines', () => {
  // Trigger day, then the limits of 1, 2, 5, 10, 15 and 20 working days; agreed by two independent packages.
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
  )('[E1] golden deadlines of a notice of %s', (day, ...limits) => {
    // Issued in the last minute of the day in Beijing, and in the first: the civil day decides, not the hour.
    for (const time of ['00:00:00', '23:59:59']) {
      const found = [1, 2, 5, 10, 15, 20]
        .map((count) => deadlineOf(calendar, `${day}T${time}+08:00`, count))
        .map((each) => (each.provisional ? '?' : each.dueOn));
      expect(found).toEqual(limits);
    }
  });
  test('[E1] the same deadlines in four time zones', () => {
    const script = path.resolve(import.meta.dirname, 'print-deadlines.ts');
    const print = (zone: string) =>
      execFileSync(process.execPath, [script], { env: { ...process.env, TZ: zone }, encoding: 'utf8' });
    const zones = ['Asia/Shanghai', 'UTC', 'America/New_York', 'Pacific/Kiritimati'].map(print);
    expect(zones[0]?.trim().split('\n')).toHaveLength(730);
    for (const zone of zones) expect(zone).toBe(zones[0]);
  });
  test('[E2] an extension counts on from the day that was due, on every day of two years', () => {
    for (const day of everyDay.filter((each) => each < '2026-11-01')) {
      const deadline = deadlineOf(calendar, `${day}T10:00:00+08:00`, 5);
      const longer = extendDeadline(calendar, deadline, 7);
      if (longer.dueOn !== addWorkdays(calendar, day, 12).day) throw new Error(day);
    }
    expect(extendDeadline(calendar, deadlineOf(calendar, '2026-12-21T10:00:00+08:00', 5), 10).provisional).toBe(true);
  });
  test('[E3] reminders: unsigned, nearly due, late; none on a day off, none while the office checks', () => {
    const notice: RunningNotice = { status: 'issued', startedOn: '2026-11-02', dueOn: '2026-11-09', escalation: 0 };
    const kinds = (status: RunningNotice['status'], day: string) =>
      dutiesOn(calendar, { ...notice, status }, day).duties.map(({ kind, to }) => `${kind} ${to}`);
    expect(kinds('issued', '2026-11-02')).toEqual([]);
    expect(kinds('issued', '2026-11-03')).toEqual(['unsigned contact']);
    expect(kinds('issued', '2026-11-05')).toEqual(['unsigned leader']);
    expect(kinds('remediating', '2026-11-04')).toEqual([]);
    expect(kinds('remediating', '2026-11-05')).toEqual(['due-soon contact']);
    expect(kinds('remediating', '2026-11-07')).toEqual([]);
    expect(kinds('remediating', '2026-11-09')).toEqual(['due-soon contact']);
    expect(kinds('returned', '2026-11-10')).toEqual(['overdue leader']);
    expect(kinds('returned', '2026-11-12')).toEqual(['overdue office']);
    expect(kinds('submitted', '2026-11-12')).toEqual([]);
    const escalations = everyDay
      .filter((day) => day >= '2026-11-02' && day <= '2026-11-20')
      .map((day) => dutiesOn(calendar, { ...notice, status: 'remediating' }, day).escalation);
    expect(Math.max(...escalations)).toBe(2);
    for (const day of everyDay)
      if (
        !workday(calendar, day).worked &&
        dutiesOn(calendar, { ...notice, startedOn: '2025-01-01', dueOn: '2025-01-02' }, day).duties.length > 0
      )
        throw new Error(day);
  });
  test('[E3] numbers in the official form', () => {
    expect(noticeNumber('网安通报', 2026, 1)).toBe('网安通报〔2026〕1号');
  });
});

describe('priority, re-check, ranges', () => {
  test('[E4] exploited first, then severity; protection level and recurrence each one step up; reasons are named', () => {
    const base = { severity: 'medium', cvss: 5, exploited: false, protectionLevel: null, recurrences: 0 } as const;
    expect(priorityOf(base)).toEqual({ level: 3, reasons: ['severity'] });
    expect(priorityOf({ ...base, severity: 'low', exploited: true })).toEqual({ level: 1, reasons: ['exploited'] });
    expect(priorityOf({ ...base, cvss: 9.1 })).toEqual({ level: 1, reasons: ['severity', 'cvss-critical'] });
    expect(priorityOf({ ...base, protectionLevel: 3, recurrences: 2 })).toEqual({
      level: 1,
      reasons: ['severity', 'protection-level', 'recurrence'],
    });
    expect(priorityOf({ ...base, severity: 'info', protectionLevel: 4 }).level).toBe(4);
  });
  test('[E5] absence proves a fix only by the same tool on the same target', () => {
    const claimed = [
      { id: 'a', targets: ['a.test'], sources: ['nuclei'] },
      { id: 'b', targets: ['a.test'], sources: ['nuclei', 'nessus'] },
      { id: 'c', targets: ['a.test'], sources: ['nessus'] },
      { id: 'd', targets: ['d.test'], sources: ['nuclei'] },
      { id: 'e', targets: [''], sources: ['nuclei'] },
    ];
    const scan = { source: 'nuclei', seen: new Set(['b']), targets: new Set(['A.test']), covered: [] };
    expect(judgeRecheck(claimed, scan)).toEqual([
      { id: 'a', verdict: 'gone' },
      { id: 'b', verdict: 'still-there' },
      { id: 'c', verdict: 'not-covered', why: 'other-tool' },
      { id: 'd', verdict: 'not-covered', why: 'other-target' },
      { id: 'e', verdict: 'not-covered', why: 'other-target' },
    ]);
    const wide = judgeRecheck(claimed, { ...scan, covered: ['d.test', ''] });
    expect(wide.filter(({ verdict }) => verdict === 'gone').map(({ id }) => id)).toEqual(['a', 'd', 'e']);
    expect(sourceOf('nessus-csv')).toBe(sourceOf('nessus'));
    expect(sourceOf('testssl')).not.toBe(sourceOf('sslscan'));
  });
  test('[E6] the longest prefix and the longest suffix win; IPv6 too; nonsense is refused', () => {
    const index = openRanges([
      { value: '10.0.0.0/8', owner: 'campus' },
      { value: '10.9.0.0/16', owner: 'computing' },
      { value: '2001:db8::/32', owner: 'six' },
      { value: 'example.edu.cn', owner: 'campus' },
      { value: '*.cs.example.edu.cn', owner: 'computing' },
      { value: '计算机.中国', owner: 'computing' },
    ]);
    const owners = [
      '10.9.1.1',
      '10.8.1.1',
      '11.0.0.1',
      '2001:db8:1::5',
      '2001:db9::1',
      'www.cs.example.edu.cn',
      'cs.example.edu.cn',
      'www.example.edu.cn',
      'notexample.edu.cn',
      'oa.计算机.中国',
    ];
    expect(owners.map((target) => ownerOf(index, target))).toEqual([
      'computing',
      'campus',
      null,
      'six',
      null,
      'computing',
      'computing',
      'campus',
      null,
      'computing',
    ]);
    for (const value of ['10.0.0.0/33', 'x', '', '300.1.1.1', 'a b.cn', '1.2.3'])
      expect(() => openRanges([{ value, owner: 'x' }])).toThrow(RangeError);
    expect(addressNumber('::ffff:1.2.3.4')?.value).toBe(0xffff01020304n);
    expect(addressNumber('1::2::3')).toBeNull();
  });
});
