/** @module Prints the deadlines of every day of 2025 and 2026, for comparison between time zones. */
import { addDays } from '@hedun/workdays';
import { deadlines } from '../src/index.ts';
import { calendar, named } from './shipped.ts';

const open = named('cn.gov-data-sharing.2025');
for (let day = '2025-01-01'; day <= '2026-12-31'; day = addDays(day, 1)) {
  const occurredAt = `${day}T23:30+08:00`;
  const events = ['request.submitted', 'request.agreed', 'catalogue.updated', 'data.used'].map((type) => ({
    id: type,
    type,
    subject: type,
    occurredAt,
    data: { attribute: 'conditional' },
  }));
  console.log(
    `${day} ${deadlines(open, { events, calendar, asOf: occurredAt })
      .map((each) => `${each.node} ${each.dueOn ?? '-'}${each.provisional ? '?' : ''}`)
      .join(' ')}`,
  );
}
