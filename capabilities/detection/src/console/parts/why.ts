/**
 * Why an alert is where it is, in words.
 * @module
 */
import type { AlertRow } from '../../declared/incident-shapes.ts';

export function whyOf(
  words: Readonly<Record<string, unknown>>,
  { mode, verdict }: Pick<AlertRow, 'mode' | 'verdict'>,
): string {
  const kind = mode === 'shadow' || mode === 'excepted' ? mode : String(verdict.kind ?? 'learning');
  const text = words[`why_${kind}`];
  const detail = [
    typeof verdict.slots === 'number' ? `${verdict.slots}/${verdict.of}` : '',
    typeof verdict.sum === 'number' ? `${Math.round(verdict.sum)}/${Math.round(Number(verdict.needed))} bit` : '',
  ].filter((each) => each !== '');
  return `${typeof text === 'string' ? text : kind}${detail.length > 0 ? `（${detail.join('，')}）` : ''}`;
}
