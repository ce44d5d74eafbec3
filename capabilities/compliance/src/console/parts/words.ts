/**
 * The words of an instrument in the reader's language, and the tone of a judgement or a clock.
 * @module
 */
import { type Tone, usePreferences } from '@hedun/ui';

export function useWords(): (words: { readonly zh: string; readonly en: string }) => string {
  const { locale } = usePreferences();
  return (words) => (locale === 'en' ? words.en : words.zh);
}

const tones: Readonly<Record<string, Tone>> = {
  conform: 'good',
  met: 'good',
  holds: 'accent',
  major: 'bad',
  minor: 'warn',
  overdue: 'bad',
  late: 'bad',
  open: 'accent',
  undecided: 'warn',
  'needs-evidence': 'warn',
  'needs-verification': 'warn',
  'needs-review': 'warn',
};
export const toneOf = (id: string): Tone => tones[id] ?? 'neutral';
