import { type SqlBool, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contains, matches } from '../../src/lists/words.ts';
import { openStage, type Stage } from '../nouns/stage.ts';

let stage: Stage;
const titles = [
  '弱口令',
  '弱弱',
  '口口口',
  'OpenSSH 弱口令检测',
  '口令过期',
  '100%_完成',
  'Log4J 远程代码执行',
  'log4shell',
  '路径 C:\\Windows\\System32',
  'ÄÖÜ 编码',
  '漏洞 42 主机 777',
  '主机',
];
beforeAll(async () => {
  stage = await openStage();
  const { bureau } = stage.organisations;
  await stage.all(async (session) => {
    await stage.nouns.findings(session).raise(
      titles.map((title) => ({
        organisationId: bureau,
        kind: 'vulnerability',
        title,
        severity: 'low' as const,
        source: 'test',
        identity: [title],
      })),
    );
    await stage.nouns.assets(session).create({
      organisationId: bureau,
      kind: 'host',
      name: '门户',
      identifiers: ['10.20.30.40', 'Portal.Example.com'],
    });
  });
});
afterAll(() => stage.close());

/** Whether the word holds a trigram that the index could be asked for. */
const isIndexed = (word: string) => /[\u3400-\u9fff]|[\p{L}\p{N}]{3}/u.test(word);
/** The titles a condition finds; with the index from a table that has no other and may not be read whole. */
const found = (condition: ReturnType<typeof sql<SqlBool>>, withIndex: boolean) =>
  stage.store.system(async (db) => {
    const table = withIndex ? sql.table('only_words') : sql.table('findings');
    if (withIndex) {
      await sql`CREATE TEMPORARY TABLE only_words ON COMMIT DROP AS SELECT title FROM findings`.execute(db);
      await sql`CREATE INDEX only_words_index ON only_words USING gin (hedun_words(title) gin_trgm_ops)`.execute(db);
      await sql`SET LOCAL enable_seqscan = off`.execute(db);
      const plan = await sql`EXPLAIN SELECT title FROM ${table} WHERE ${condition}`.execute(db);
      expect(JSON.stringify(plan.rows)).toContain('only_words_index');
    }
    const { rows } = await sql<{ title: string }>`SELECT title FROM ${table} WHERE ${condition}`.execute(db);
    return rows.map(({ title }) => title).sort();
  });
const words = [
  '弱',
  '弱口',
  '口令',
  '口口',
  '弱弱',
  '主机',
  '777',
  'log4',
  'LOG4J',
  '%',
  '_完',
  '\\win',
  'äöü',
  'e',
  '令检',
];

test.each(words)('[L9] titles that contain %s are the same with and without the index', async (word) => {
  const expected = titles.filter((title) => title.toLowerCase().includes(word.toLowerCase())).sort();
  expect(expected.length).toBeGreaterThan(0);
  expect(await found(contains('findings', 'title', word), isIndexed(word))).toEqual(expected);
  expect(await found(sql<SqlBool>`title ilike ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`, false)).toEqual(expected);
});
test.each([
  ['弱*', ['弱口令', '弱弱']],
  ['*口令', ['弱口令']],
  ['口?口', ['口口口']],
  ['log4shel?', ['log4shell']],
  ['*4?', []],
  ['漏洞 42*', ['漏洞 42 主机 777']],
])('[L9] the form %s means the whole title', async (form, expected) => {
  expect(await found(matches('findings', 'title', form), false)).toEqual(expected);
});
test.each([
  ['漏洞 42%', 'like'],
  ['%漏洞%', 'hedun_words'],
  ['%abc%', 'hedun_words'],
  ['%ab%', 'ilike'],
  ['Abc%', 'hedun_words'],
])('[L9] %s is one condition, so that the planner counts it once', async (pattern, expected) => {
  const form = pattern.replaceAll('%', '*');
  const compiled = await stage.store.system(async (db) => matches('findings', 'title', form).compile(db).sql);
  expect(compiled.match(/hedun_words\("title"\)|ilike|like/g)?.[0]).toContain(
    expected === 'hedun_words' ? 'hedun_words' : expected,
  );
  expect(compiled.match(/ like | ilike /g)?.length).toBe(1);
});
test.each(['10.20.30.40', 'portal.example.com', 'PORTAL.example.com.'])(
  '[L9] %s in full finds the asset it identifies',
  async (text) => {
    const page = await stage.all((session) => stage.nouns.assets(session).list({ filter: text }));
    expect(page.items.map(({ name }) => name)).toEqual(['门户']);
    const none = await stage.all((session) => stage.nouns.assets(session).list({ filter: '10.20.30.4' }));
    expect(none.items).toEqual([]);
  },
);
