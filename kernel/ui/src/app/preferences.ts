/**
 * What a person likes: language, light or dark, row density, folded navigation. Kept in this browser so that the first paint is right, and at the
 * server so that the next browser knows it too.
 * @module
 */
import type { Locale } from '@hedun/sdk';
import { useSyncExternalStore } from 'react';

export type ThemeChoice = 'light' | 'dark' | 'system';
export type Density = 'compact' | 'medium' | 'relaxed';
export interface Preferences {
  readonly locale: Locale;
  readonly theme: ThemeChoice;
  readonly density: Density;
  /** Groups of the navigation that are folded away. */
  readonly folded: readonly string[];
}

const storageKey = 'hedun.preferences';
const defaults: Preferences = { locale: 'zh-CN', theme: 'system', density: 'medium', folded: [] };
let current: Preferences = read();
const listeners = new Set<() => void>();
let remember: ((name: string, value: unknown) => void) | null = null;

function read(): Preferences {
  if (typeof localStorage === 'undefined') return defaults;
  try {
    const known = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Preferences>;
    const preferred: Locale = navigator.languages.some((language) => language.toLowerCase().startsWith('zh'))
      ? 'zh-CN'
      : 'en';
    return { ...defaults, locale: preferred, ...known };
  } catch {
    return defaults;
  }
}

export function preferences(): Preferences {
  return current;
}

/** Changes some of them; `fromServer` ones are not sent back. */
export function setPreferences(changes: Partial<Preferences>, fromServer = false): void {
  current = { ...current, ...changes };
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // Storage may be full or forbidden: the choice then lasts as long as the page.
  }
  for (const listener of listeners) listener();
  if (!fromServer) for (const [name, value] of Object.entries(changes)) remember?.(`console.${name}`, value);
}

/** Says how a choice reaches the server; null while nobody is signed in. */
export function rememberPreferencesBy(write: typeof remember): void {
  remember = write;
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => current,
    () => current,
  );
}
