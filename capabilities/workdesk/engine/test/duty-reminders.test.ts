import { calendarCN, openCalendar } from '@hedun/workdays';
import { type OpenReceipt, receiptDuty, sheetDuty } from '@hedun/workdesk';
import { expect, test } from 'vitest';

const calendar = openCalendar(calendarCN);

test('[H5] who has not read is reminded after one working day, who has not confirmed near the named day', () => {
  // Sent on Tuesday 24 November 2026.
  const receipt: OpenReceipt = {
    sentOn: '2026-11-24',
    opened: false,
    confirmed: false,
    confirm: true,
    confirmBy: '2026-12-01',
  };
  const on = (day: string, changes: Partial<OpenReceipt> = {}) =>
    receiptDuty(calendar, { ...receipt, ...changes }, day);
  expect(on('2026-11-24')).toBeNull();
  expect(on('2026-11-25')).toBe('unread');
  // Saturday.
  expect(on('2026-11-28')).toBeNull();
  expect(on('2026-11-27', { opened: true })).toBeNull();
  expect(on('2026-11-30', { opened: true })).toBe('unconfirmed');
  expect(on('2026-12-03', { opened: true })).toBe('unconfirmed');
  expect(on('2026-12-03', { opened: true, confirmed: true })).toBeNull();
  expect(on('2026-11-25', { opened: true, confirmBy: null })).toBeNull();
  expect(on('2026-11-26', { opened: true, confirmBy: null })).toBe('unconfirmed');
  expect(on('2026-11-30', { opened: true, confirm: false, confirmBy: null })).toBeNull();
});
test('[H6] a task not handed in is reminded two working days before, then the leader, after three the office', () => {
  // Due on Friday 4 December 2026.
  const on = (day: string, status: 'assigned' | 'returned' | 'submitted' = 'assigned') =>
    sheetDuty(calendar, { status, dueOn: '2026-12-04' }, day);
  expect(on('2026-12-01')).toBeNull();
  expect(on('2026-12-02')).toEqual({ kind: 'due-soon', to: 'contact', left: 2 });
  expect(on('2026-12-04', 'returned')).toEqual({ kind: 'due-soon', to: 'contact', left: 0 });
  expect(on('2026-12-05')).toBeNull();
  expect(on('2026-12-07')).toEqual({ kind: 'overdue', to: 'leader', left: -1 });
  expect(on('2026-12-09')).toEqual({ kind: 'overdue', to: 'office', left: -3 });
  expect(on('2026-12-09', 'submitted')).toBeNull();
});
