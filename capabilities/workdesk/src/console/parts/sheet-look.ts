/**
 * How the state of a sheet looks.
 * @module
 */
import type { Tone } from '@hedun/ui';
import type { SheetSummary } from '../../task-shapes.ts';

const tones: Readonly<Record<SheetSummary['status'], Tone>> = {
  assigned: 'neutral',
  filling: 'accent',
  submitted: 'warn',
  returned: 'bad',
  accepted: 'good',
};
export const sheetTone = (status: SheetSummary['status']): Tone => tones[status];
