/**
 * Numbers as the reader writes them.
 * @module
 */
import { formatNumber, usePreferences } from '@hedun/ui';

export function useCount(): (value: number) => string {
  const { locale } = usePreferences();
  return (value) => formatNumber(value, locale);
}
