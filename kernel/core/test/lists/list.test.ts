import type { Finding, ListPage } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage } from '../nouns/stage.ts';

let stage: Stage;
const count = 137;
beforeAll(async () => {
  stage = await openStage();
  const { bureau, office, school } = stage.organisations;
  await stage.all((session) =>
    stage.nouns.findings(session).raise(
      Array.from({ length: count }, (_, index) => ({
        organisationId: [bureau, office, school][index % 3] as string,
        kind: index % 2 ? 'vulnerability' : 'weak-password',
        title: ['100% 严重_问题', '弱口令', 'Log4j'][index % 3] as string,
        severity: (['critical', 'high', 'low'] as const)[index % 3] as 'critical',
        source: index % 5 ? 'nessus' : 'nuclei',
        identity: [String(index)],
        // Few distinct times: ties everywhere.
        seenAt: new Date(Date.UTC(2026, 9, 1 + (index % 4))),
      })),
    ),
  );
  await stage.all(async (session) => {
    const assets = stage.nouns.assets(session);
    for (let index = 0; index < 23; index += 1)
      await assets.create({
        organisationId: bureau,
        kind: 'host',
        name: `h${index}`,
        protectionLevel: index % 3 === 0 ? null : (index % 3) + 1,
      });
  });
});
afterAll(() => stage.close());

type Page = ListPage<Finding>;
const page = (input: object, scope?: readonly string[]): Promise<Page> =>
  stage.as(scope ? { kind: 'organisations', ids: scope } : { kind: 'all' }, (session) =>
    stage.nouns.findings(session).list(input),
  );

test.each(['-lastSeenAt', 'lastSeenAt', '-severity', 'severity', 'title', '-kind', '-occurrences', 'status'])(
  '[L3] pages sorted by %s hold every row exactly once and in order',
  async (sort) => {
    const seen: Finding[] = [];
    let cursor: string | null = null;
    do {
      const next: Page = await page({ sort, limit: 10, ...(cursor ? { cursor } : {}) });
      expect(next.total).toBe(count);
      seen.push(...next.items);
      cursor = next.nextCursor;
    } while (cursor);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(count);
    const rank = { critical: 5, high: 4, medium: 3, low: 2, info: 1 };
    const name = sort.replace('-', '') as 'lastSeenAt';
    const keys = seen.map((each) => (sort.endsWith('severity') ? rank[each.severity] : each[name]));
    const ordered = keys.every(
      (key, index) =>
        index === 0 ||
        (sort.startsWith('-') ? (keys[index - 1] ?? '') >= (key ?? '') : (keys[index - 1] ?? '') <= (key ?? '')),
    );
    expect(ordered).toBe(true);
  },
);
test.each(['protectionLevel', '-protectionLevel'])(
  '[L3] pages sorted by %s, a column with empty cells, hold every row exactly once',
  async (sort) => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const next = await stage.all((session) =>
        stage.nouns.assets(session).list({ sort, limit: 4, ...(cursor ? { cursor } : {}) }),
      );
      ids.push(...next.items.map(({ id }) => id));
      cursor = next.nextCursor;
    } while (cursor);
    expect([ids.length, new Set(ids).size]).toEqual([23, 23]);
  },
);
test('[L4] a cursor belongs to its filter and sort, and to nobody else', async () => {
  const { nextCursor } = await page({ limit: 5 });
  for (const input of [
    { cursor: nextCursor, sort: 'title' },
    { cursor: nextCursor, filter: 'severity:high' },
    { cursor: 'AAAA' },
    { cursor: 'eyJ4IjoxfQ' },
  ])
    await expect(page(input as object)).rejects.toMatchObject({ code: 'input.bad_cursor' });
});
test.each([
  ['severity:critical', 46],
  ['-severity:critical', 91],
  ['severity:critical,high', 92],
  ['sources:nuclei', 28],
  ['title:"弱*"', 46],
  ['100%', 46],
  ['严重_问', 46],
  ['log4J', 45],
  ['lastSeenAt:2026-10-01', 35],
  ['lastSeenAt:>2026-10-02', 68],
  ['lastSeenAt:<=2026-10-02', 69],
  ['occurrences:>=2', 0],
  ['caseId:none', 137],
  ["'; DROP TABLE findings; --", 0],
])('[L5] %s finds %i', async (filter, total) => {
  expect((await page({ filter, limit: 1 })).total).toBe(total);
});
test('[L6] an organisation means its subtree', async () => {
  const { bureau, office, school, city } = stage.organisations;
  const total = async (filter: string) => (await page({ filter, limit: 1 })).total;
  expect(
    await Promise.all([
      total(`organisation:${city}`),
      total(`organisation:${bureau}`),
      total(`organisation:${office}`),
      total(`organisation:${school},${office}`),
    ]),
  ).toEqual([137, 92, 46, 91]);
});
test('[L7] a scope limits rows and totals', async () => {
  const { office } = stage.organisations;
  const own = await page({ limit: 500 }, [office]);
  expect(own.total).toBe(46);
  expect(own.items.every(({ organisationId }) => organisationId === office)).toBe(true);
  expect((await page({}, [])).total).toBe(0);
});
test('[L8] a column that is not sortable is refused with those that are', async () => {
  await expect(page({ sort: 'fingerprint' })).rejects.toMatchObject({ code: 'input.unknown_sort', got: 'fingerprint' });
});
