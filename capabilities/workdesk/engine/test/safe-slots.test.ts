import { calendarCN, openCalendar } from '@hedun/workdays';
import {
  asksOn,
  csvOf,
  disciplineOf,
  type Form,
  replyRows,
  type SafePeriod,
  slotsOn,
  slotsUntil,
  slotToReport,
  stateOf,
  summaryOf,
} from '@hedun/workdesk';
import { expect, test } from 'vitest';

const calendar = openCalendar(calendarCN);
const period: SafePeriod = {
  fromDay: '2026-09-28',
  toDay: '2026-10-11',
  days: 'every',
  weekdays: [],
  times: ['17:00', '09:00'],
  openMinutes: 60,
  remindMinutes: 20,
};
const at = (text: string) => Date.parse(`${text}+08:00`);

test('[H1] a period asks for its times on every day, on working days, or on chosen weekdays', () => {
  const days = ['2026-09-27', '2026-09-30', '2026-10-01', '2026-10-10', '2026-10-11', '2026-10-12'];
  expect(days.map((day) => asksOn(calendar, period, day))).toEqual([false, true, true, true, true, false]);
  // 1 October 2026 is a holiday, Saturday 10 October a make-up working day (State Council notice for 2026).
  expect(days.map((day) => asksOn(calendar, { ...period, days: 'workdays' }, day))).toEqual([
    false,
    true,
    false,
    true,
    false,
    false,
  ]);
  // 11 October 2026 is a Sunday: day 7 of ISO 8601.
  expect(days.map((day) => asksOn(calendar, { ...period, days: 'chosen', weekdays: [7] }, day))).toEqual([
    false,
    false,
    false,
    false,
    true,
    false,
  ]);
});
test('[H2] a report opens before its time, is in time to the end of that minute, and late until the day ends', () => {
  const [morning, evening] = slotsOn(calendar, period, '2026-09-30');
  expect([morning?.time, evening?.time]).toEqual(['09:00', '17:00']);
  const states = ['07:59:59', '08:00:00', '09:00:59', '09:01:00', '23:59:59'].map((time) =>
    stateOf(morning as never, undefined, at(`2026-09-30T${time}`)),
  );
  expect(states).toEqual(['upcoming', 'open', 'open', 'overdue', 'overdue']);
  expect(stateOf(morning as never, undefined, at('2026-10-01T00:00:00'))).toBe('absent');
  expect(stateOf(morning as never, { late: true }, at('2026-10-01T00:00:00'))).toBe('late');
  // A time shortly after midnight opens with its own day.
  const [early] = slotsOn(calendar, { ...period, times: ['00:30'] }, '2026-09-30');
  expect(early?.opensAt).toBe(at('2026-09-30T00:00:00'));
});
test('[H3] in time in a row counts up, a late or missing report begins anew, what is still open counts for nothing', () => {
  const slots = slotsUntil(calendar, period, '2026-09-30T16:30:00+08:00');
  expect(slots.map(({ day, time }) => `${day} ${time}`)).toEqual([
    '2026-09-28 09:00',
    '2026-09-28 17:00',
    '2026-09-29 09:00',
    '2026-09-29 17:00',
    '2026-09-30 09:00',
    '2026-09-30 17:00',
  ]);
  const made = (day: string, time: string, late = false, status: 'safe' | 'abnormal' = 'safe') => ({
    day,
    time,
    late,
    status,
  });
  const reports = [
    made('2026-09-28', '09:00'),
    made('2026-09-28', '17:00'),
    made('2026-09-29', '09:00', true, 'abnormal'),
    made('2026-09-30', '09:00'),
  ];
  expect(disciplineOf(slots, reports, at('2026-09-30T16:30:00'))).toEqual({
    asked: 5,
    inTime: 3,
    late: 1,
    missing: 1,
    abnormal: 1,
    streak: 1,
    longest: 2,
  });
});
test('[H4] one press means the report that is open now, then what is overdue today, then nothing', () => {
  const slots = slotsOn(calendar, period, '2026-09-30');
  const pressed = (time: string, ...made: string[]) =>
    slotToReport(slots, new Set(made), at(`2026-09-30T${time}:00`))?.time ?? null;
  expect(pressed('07:00')).toBeNull();
  expect(pressed('08:30')).toBe('09:00');
  expect(pressed('12:00')).toBe('09:00');
  expect(pressed('16:30')).toBe('17:00');
  expect(pressed('16:30', '17:00')).toBe('09:00');
  expect(pressed('18:00')).toBe('17:00');
  expect(pressed('18:00', '09:00', '17:00')).toBeNull();
});

const form: Form = {
  sections: [
    {
      id: 's',
      title: 's',
      questions: [
        { id: 'level', kind: 'yes-no', title: '是否有三级系统', required: true, score: 10 },
        {
          id: 'count',
          kind: 'number',
          title: '数量',
          required: true,
          showIf: { question: 'level', is: 'one-of', values: ['yes'] },
        },
        {
          id: 'ways',
          kind: 'multiple',
          title: '备份',
          required: false,
          options: [
            { value: 'a', label: '本地' },
            { value: 'b', label: '异地' },
          ],
        },
      ],
    },
  ],
};
const replies = [
  { who: '甲', answers: { level: true, count: 4, ways: ['a', 'b'] } },
  { who: '乙', answers: { level: true, count: 2, ways: ['a'] } },
  { who: '丙', answers: { level: false, count: 9 } },
];
test('[F7] many replies together: choices counted, numbers summed, hidden answers left out', () => {
  const [level, count, ways] = summaryOf(form, replies, { yes: '是', no: '否' });
  expect(level?.tallies).toEqual([
    { label: '是', count: 2 },
    { label: '否', count: 1 },
  ]);
  expect(count).toMatchObject({ shown: 2, answered: 2, numbers: { sum: 6, mean: 3, least: 2, most: 4 } });
  expect(ways).toMatchObject({ shown: 3, answered: 2, numbers: null });
  expect(ways?.tallies.map(({ count }) => count)).toEqual([2, 1]);
});
test('[F8] the table of replies is CSV that spreadsheet programs read and never run', () => {
  const { header, rows } = replyRows(form, replies, { yes: '是', no: '否', who: '单位', score: '得分' });
  expect(csvOf([header, ...rows])).toBe(
    '\ufeff单位,得分,是否有三级系统,数量,备份\r\n甲,100,是,4,本地、异地\r\n乙,100,是,2,本地\r\n丙,0,否,,\r\n',
  );
  expect(csvOf([['=1+1', '-3.5', 'a"b', 'x,y', '＝cmd']])).toBe('\ufeff\'=1+1,-3.5,"a""b","x,y",\'＝cmd\r\n');
});
