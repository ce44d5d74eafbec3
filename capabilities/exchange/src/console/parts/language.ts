/**
 * The language a person reads, for texts that come from the server in both.
 * @module
 */
import type { Locale } from '@hedun/sdk';
import { usePreferences } from '@hedun/ui';

export function useLanguage(): Locale {
  return usePreferences().locale;
}
