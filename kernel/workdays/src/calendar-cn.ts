/**
 * Holidays and make-up working days of mainland China, one entry per yearly notice of the General Office of the State Council. Data
 * only. A new notice is a new entry and a new version; an old entry never changes silently.
 * @module
 */
import type { WorkCalendar } from './calendar.ts';

/** Coverage 2025-01-01 to 2026-12-31; each year has 248 working days. */
export const calendarCN: WorkCalendar = {
  id: 'CN',
  version: '2026.1',
  years: [
    {
      year: 2025,
      source:
        'Notice of the General Office of the State Council on the holidays of 2025, after two independent open data sets',
      status: 'unverified',
      rest: [
        '2025-01-01',
        ...[
          '2025-01-28',
          '2025-01-29',
          '2025-01-30',
          '2025-01-31',
          '2025-02-01',
          '2025-02-02',
          '2025-02-03',
          '2025-02-04',
        ],
        ...['2025-04-04', '2025-04-05', '2025-04-06'],
        ...['2025-05-01', '2025-05-02', '2025-05-03', '2025-05-04', '2025-05-05'],
        ...['2025-05-31', '2025-06-01', '2025-06-02'],
        ...[
          '2025-10-01',
          '2025-10-02',
          '2025-10-03',
          '2025-10-04',
          '2025-10-05',
          '2025-10-06',
          '2025-10-07',
          '2025-10-08',
        ],
      ],
      work: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
    },
    {
      year: 2026,
      source:
        'Notice of the General Office of the State Council on the holidays of 2026, after two independent open data sets',
      status: 'unverified',
      rest: [
        ...['2026-01-01', '2026-01-02', '2026-01-03'],
        ...[
          '2026-02-15',
          '2026-02-16',
          '2026-02-17',
          '2026-02-18',
          '2026-02-19',
          '2026-02-20',
          '2026-02-21',
          '2026-02-22',
          '2026-02-23',
        ],
        ...['2026-04-04', '2026-04-05', '2026-04-06'],
        ...['2026-05-01', '2026-05-02', '2026-05-03', '2026-05-04', '2026-05-05'],
        ...['2026-06-19', '2026-06-20', '2026-06-21'],
        ...['2026-09-25', '2026-09-26', '2026-09-27'],
        ...['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04', '2026-10-05', '2026-10-06', '2026-10-07'],
      ],
      work: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
    },
  ],
};
