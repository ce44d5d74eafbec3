/**
 * The period in the address bar and its figures: a month, or a year.
 * @module
 */
import { useNow, useOperation, useUrlState } from '@hedun/ui';
import { type Workdesk, workdesk } from '../../capability.ts';

const beijing = 8 * 3_600_000;

export function usePeriod() {
  const present = new Date(useNow() + beijing).toISOString().slice(0, 7);
  const [{ month: chosen }, change] = useUrlState('month');
  const period = /^\d{4}(-\d{2})?$/.test(chosen) ? chosen : present;
  return { period, present, yearly: period.length === 4, choose: (month: string) => change({ month }) };
}

export function useFigures(period: string) {
  const yearly = period.length === 4;
  // One of the two is asked: hooks cannot be left out, so the other is not enabled.
  const month = useOperation<Workdesk, 'monthFigures'>(
    workdesk,
    'monthFigures',
    { month: period },
    { keep: true, refreshMs: 60_000, enabled: !yearly },
  );
  const year = useOperation<Workdesk, 'yearFigures'>(
    workdesk,
    'yearFigures',
    { year: Number(period) },
    { keep: true, refreshMs: 60_000, enabled: yearly },
  );
  return yearly ? year : month;
}
