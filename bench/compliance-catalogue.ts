/**
 * Search in a published catalogue of a million entries on the embedded store, through the whole kernel: common and rare words, words
 * nobody has, two words, an attribute, an exclusion, deep pages. Made-up names; everything is made in a temporary folder and removed,
 * unless `--data FOLDER` keeps it for another run.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { complianceServer } from '@hedun/capability-compliance/server';
import type { RunningKernel } from '@hedun/core';
import type { CapabilityServer } from '@hedun/sdk';
import { sql } from 'kysely';
import { gramsOf, searchText } from '../capabilities/compliance/src/server/search.ts';
import type { Figure } from '../tools/report.ts';
import { openPlatform } from './platform.ts';

const regions = ['江城', '临江', '东湖', '南岭', '西津', '北辰', '青山', '白沙', '金口', '云梦'];
const bureaus = ['民政', '公安', '税务', '医保', '教育', '住建', '水务', '交通', '市场监管', '人社', '卫健', '规划'];
const themes = ['低保家庭', '婚姻登记', '不动产', '企业登记', '社会保险', '出生医学', '学籍', '车辆', '驾驶证', '用水'];
const subjects = ['人员', '设施', '许可', '处罚', '缴费', '变更', '注销', '年检', '资格', '信用', '补贴', '合同'];
const kinds = ['名单', '台账', '明细', '统计', '档案', '目录', '证照', '影像', '轨迹', '指标'];
const fields = ['姓名', '证件号', '地址', '电话', '金额', '日期', '状态', '编号', '机构', '类别', '面积', '期限'];
/** Words of different frequency; each is asked ten times with different limits of luck in the cache. */
const questions = [
  '低保',
  '水务局',
  '驾驶证 处罚',
  '证件号',
  'attribute:conditional 用水',
  '不动产 -method:file',
  '目录0012345',
  '极罕见的测绘成果',
  '没有这样的数据',
  '云梦民政低保家庭人员名单',
  '学籍 method:batch',
  // Common words that never stand together: the window finds nothing, the index must intersect long lists.
  '江城 云梦',
  '白沙 金口 轨迹',
  '',
];
const batch = 5000;
const pick = <T>(list: readonly T[], seed: number): T => list[seed % list.length] as T;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly attribute: string;
  readonly method: string;
  readonly body: string;
  readonly search: string;
  readonly grams: string;
}
/** One entry in 100,000 carries a word of its own. */
const rare = 100_000;

function rowOf(number: number): Row {
  const mixed = (number * 2_654_435_761) % 4_294_967_296;
  const provider = `${pick(regions, mixed)}市${pick(bureaus, mixed >>> 3)}局`;
  const name = `${pick(regions, mixed)}${pick(bureaus, mixed >>> 3)}${pick(themes, mixed >>> 7)}${pick(subjects, mixed >>> 11)}${pick(kinds, mixed >>> 15)}${number % rare === 77 ? '极罕见的测绘成果' : ''}`;
  const body = {
    name,
    code: `目录${String(number).padStart(7, '0')}`,
    abstract: `${pick(themes, mixed >>> 5)}相关的${pick(subjects, mixed >>> 9)}数据，用于${pick(subjects, mixed >>> 13)}核对`,
    items: Array.from({ length: 4 }, (_, at) => pick(fields, (mixed >>> (at * 3)) + at)),
    attribute: pick(['unconditional', 'conditional', 'none'], mixed >>> 4),
    method: pick(['interface', 'batch', 'file'], mixed >>> 6),
  };
  const search = searchText(body, provider);
  return {
    id: `0${(1_000_000_000_000 + number).toString(16).padStart(11, '0')}`.replace(
      /^(.{8})(.{4})$/,
      '$1-$2-7000-8000-000000000000',
    ),
    name,
    provider,
    attribute: body.attribute,
    method: body.method,
    body: JSON.stringify(body),
    search,
    grams: `{${gramsOf(search)
      .map((gram) => JSON.stringify(gram))
      .join(',')}}`,
  };
}

export async function catalogueFigures(
  entries: number,
  kept: string | undefined,
  say: (line: string) => void,
): Promise<Figure[]> {
  const data = kept ?? mkdtempSync(path.join(tmpdir(), 'hedun-bench-'));
  const { kernel, admin, isNew, run } = await openPlatform(data, [complianceServer as unknown as CapabilityServer]);
  try {
    if (isNew) {
      const started = performance.now();
      await fill(kernel, admin.actor.organisationId, entries);
      say(`${entries} entries written and indexed in ${Math.round((performance.now() - started) / 1000)} s`);
    }
    const search = (filter: string, cursor?: string) =>
      run<{ items: unknown[]; nextCursor: string | null }>('compliance.searchCatalogue', {
        filter,
        limit: 50,
        ...(cursor ? { cursor } : {}),
      });
    const times: number[] = [];
    for (const question of questions) {
      const own: number[] = [];
      let cursor: string | null = null;
      let found = 0;
      for (let round = 0; round < 10; round += 1) {
        const start = performance.now();
        const answer = await search(question, cursor ?? undefined);
        own.push(performance.now() - start);
        found += answer.items.length;
        // Every second round goes one page deeper.
        if (round % 2 === 1) cursor = answer.nextCursor;
      }
      own.sort((left, right) => left - right);
      say(`${String(Math.round(own.at(-1) ?? 0)).padStart(6)} ms at most  ${found} rows  ${question || '（全部）'}`);
      times.push(...own);
    }
    times.sort((left, right) => left - right);
    const p95 = times[Math.floor(times.length * 0.95)] ?? Number.NaN;
    return [
      {
        id: `compliance.catalogue${entries >= 1_000_000 ? '1M' : entries}`,
        value: Math.round(p95),
        unit: `ms p95 (${times.length} searches)`,
        target: 200,
        direction: 'max',
      },
    ];
  } finally {
    await kernel.stop();
    if (kept === undefined) rmSync(data, { recursive: true, force: true });
  }
}

async function fill({ core }: RunningKernel, organisationId: string, entries: number): Promise<void> {
  await core.store.system((db) => sql`DROP INDEX compliance_catalogue_grams`.execute(db));
  for (let from = 0; from < entries; from += batch) {
    const rows = Array.from({ length: Math.min(batch, entries - from) }, (_, at) => rowOf(from + at));
    const column = (name: keyof Row) => rows.map((row) => row[name]);
    await core.store.system((db) =>
      sql`INSERT INTO compliance_catalogue (id, organisation_id, name, provider, attribute, method, level, body, search, grams, published_at)
        SELECT id, ${organisationId}::uuid, name, provider, attribute, method, '2', body::jsonb, search, grams::text[], now()
        FROM unnest(${column('id')}::uuid[], ${column('name')}::text[], ${column('provider')}::text[], ${column('attribute')}::text[],
          ${column('method')}::text[], ${column('body')}::text[], ${column('search')}::text[], ${column('grams')}::text[])
          AS made (id, name, provider, attribute, method, body, search, grams)`.execute(db),
    );
  }
  await core.store.system(async (db) => {
    await sql`CREATE INDEX compliance_catalogue_grams ON compliance_catalogue USING gin (grams)`.execute(db);
    await sql`ANALYZE compliance_catalogue`.execute(db);
  });
}
