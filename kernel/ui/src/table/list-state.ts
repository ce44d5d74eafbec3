/**
 * The state of a list. On a page it is the address bar, so that back, refresh and a copied link restore it; inside a panel it is
 * a state of its own. It holds what a person chose, never data.
 * @module
 */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';

export interface ListState {
  readonly filter: string;
  readonly sort: string;
  readonly columns: string;
  /** Record shown in the side panel. */
  readonly id: string;
  readonly view: string;
}
const empty: ListState = { filter: '', sort: '', columns: '', id: '', view: '' };

export type ListStateHook = readonly [ListState, (changes: Partial<ListState>, replace?: boolean) => void];

export function useUrlListState(): ListStateHook {
  const search = useSearch({ strict: false }) as Partial<ListState>;
  const navigate = useNavigate();
  const change = useCallback(
    (changes: Partial<ListState>, replace = false) =>
      void navigate({
        to: '.',
        replace,
        search: ((before: Record<string, string>) => withoutEmpty({ ...before, ...changes })) as never,
      }),
    [navigate],
  );
  return [{ ...empty, ...search }, change];
}

export function useLocalListState(): ListStateHook {
  const [state, setState] = useState(empty);
  const change = useCallback((changes: Partial<ListState>) => setState((before) => ({ ...before, ...changes })), []);
  return [state, change];
}

export function withoutEmpty(search: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

/** Query strings as people read them: `?filter=severity:high&sort=-lastSeenAt`, every value a plain string. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}
export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  // `:` and `,` are legal in a query and much easier to read unescaped.
  const readable = query.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return readable ? `?${readable}` : '';
}
