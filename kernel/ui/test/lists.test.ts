import type { Operation } from '@hedun/sdk';
import { kernel } from '@hedun/sdk/kernel';
import { expect, test } from 'vitest';
import { type Column, columnTitle, sortKey, visibleColumns } from '../src/table/column.ts';
import { parseSearch, stringifySearch } from '../src/table/list-state.ts';
import { newsOf } from '../src/table/news.ts';
import { toggled } from '../src/table/selection.ts';

const columns: readonly Column<unknown>[] = [
  { id: 'title', title: 'Title' },
  { id: 'severity', title: 'Severity' },
  { id: 'sources', title: 'Sources', hidden: true },
];
const ids = (chosen: string) => visibleColumns(columns, chosen).map(({ id }) => id);

test('[L1] the address bar chooses columns and their order', () => {
  expect(ids('')).toEqual(['title', 'severity']);
  expect(ids('sources,title')).toEqual(['sources', 'title']);
  expect(ids('sources,nonsense')).toEqual(['sources']);
  expect(ids('nonsense')).toEqual(['title', 'severity']);
});

test('[L2] the state survives a query string, which stays readable', () => {
  const state = { filter: 'severity:high,low name:"数据 库"', sort: '-lastSeenAt', id: 'abc' };
  const text = stringifySearch(state);
  expect(text).toContain('filter=severity:high,low');
  expect(parseSearch(text.slice(1))).toEqual(state);
  expect(stringifySearch({ filter: '', id: undefined })).toBe('');
});

test('[L3] a click toggles one row', () => {
  const one = toggled(new Set(), ['a', 'b', 'c'], 1, -1);
  expect([...one]).toEqual(['b']);
  expect([...toggled(one, ['a', 'b', 'c'], 1, -1)]).toEqual([]);
  expect([...toggled(one, ['a', 'b', 'c'], 9, -1)]).toEqual(['b']);
});

test('[L3] a range takes the state of its anchor, in both directions', () => {
  const rows = ['a', 'b', 'c', 'd', 'e'];
  expect([...toggled(new Set(['b']), rows, 3, 1)].sort()).toEqual(['b', 'c', 'd']);
  expect([...toggled(new Set(['d']), rows, 1, 3)].sort()).toEqual(['b', 'c', 'd']);
  expect([...toggled(new Set(['a', 'c', 'e']), rows, 4, 1)].sort()).toEqual(['a']);
});

test('[L4] titles and sort keys come from the declaration', () => {
  const findings = kernel.operations.listFindings as Operation;
  expect(columnTitle(findings, 'severity')).toEqual({ 'zh-CN': '严重程度', en: 'Severity' });
  expect(columnTitle(findings, 'unheard')).toBe('unheard');
  expect(sortKey(findings, { id: 'lastSeenAt', title: '' })).toBe('lastSeenAt');
  expect(sortKey(findings, { id: 'organisation', title: '' })).toBe(null);
  expect(sortKey(findings, { id: 'x', title: '', sort: 'title' })).toBe('title');
});

test('[L5] news are rows not on the screen, and those that read otherwise', () => {
  const idOf = ({ id }: { readonly id: string }) => id;
  const shown = [
    { id: 'a', status: 'open' },
    { id: 'b', status: 'open' },
  ];
  const news = (fresh: readonly unknown[], totals: Parameters<typeof newsOf>[3] = null) =>
    newsOf(shown, fresh, idOf as (row: never) => string, totals);
  expect(news(shown)).toEqual({ added: 0, changed: 0 });
  expect(news([{ id: 'c', status: 'open' }, ...shown])).toEqual({ added: 1, changed: 0 });
  expect(news([{ id: 'b', status: 'fixed' }])).toEqual({ added: 0, changed: 1 });
  // Sorted by title, new rows may stand on a later page: the total tells.
  expect(news(shown, { shown: 2, fresh: 14 })).toEqual({ added: 12, changed: 0 });
  expect(news([shown[0]], { shown: 2, fresh: 1 })).toEqual({ added: 0, changed: 0 });
});
