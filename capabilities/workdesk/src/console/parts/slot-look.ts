/**
 * How the state of a report looks, and times of day in Beijing, wherever the reader is.
 * @module
 */
import type { Tone } from '@hedun/ui';
import type { SlotCell } from '../../safe-report-shapes.ts';

export function slotTone({ state, report }: Pick<SlotCell, 'state' | 'report'>): Tone {
  if (report?.status === 'abnormal') return 'bad';
  switch (state) {
    case 'in-time':
      return 'good';
    case 'late':
      return 'warn';
    case 'overdue':
    case 'absent':
      return 'bad';
    case 'open':
      return 'accent';
    default:
      return 'neutral';
  }
}

/** `09:05` of an instant, in Beijing. */
export const beijingClock = (at: string): string =>
  new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(11, 16);
