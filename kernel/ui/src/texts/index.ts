/**
 * The console's own words in both languages, and how a component gets them. Chinese is written first; English must match it
 * key for key, or it does not compile.
 * @module
 */
import type { Capability, Locale, Message, Text } from '@hedun/sdk';
import { useCallback } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type Catalogue = {
  readonly [K in keyof typeof zh]: (typeof zh)[K] extends string ? string : (typeof zh)[K];
};
export const catalogues: Readonly<Record<Locale, Catalogue>> = { 'zh-CN': zh, en };

/** The words of the current language: `const t = useText(); t.save`. */
export function useText(): Catalogue {
  return catalogues[usePreferences().locale];
}

/** Picks the current language of a declared text: `const say = useSay(); say(operation.title)`. */
export function useSay(): (text: Text | string) => string {
  const { locale } = usePreferences();
  return useCallback((text) => (typeof text === 'string' ? text : text[locale]), [locale]);
}

/** The messages a capability declared, in the current language. */
export function useMessages<const C extends Capability>(capability: C): C['messages']['zh-CN'] {
  const { locale } = usePreferences();
  return capability.messages[locale] as Readonly<Record<string, Message>> as C['messages']['zh-CN'];
}
