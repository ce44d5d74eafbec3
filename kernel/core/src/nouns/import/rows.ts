/**
 * Rows of a table to assets, each checked against kinds, organisations and people; what is wrong is named by row and column.
 * @module
 */
import { Failure, type FailureIssue } from '@hedun/sdk';
import { assetStatusWords, assetKinds as kernelKinds } from '@hedun/sdk/kernel';
import type { Registry, Session } from '../../contract.ts';
import { checkAttributes } from '../assets.ts';
import { normaliseIdentifiers } from '../identifiers.ts';
import { plain } from './mapping.ts';
import type { Table, TableRow } from './table.ts';

/** A checked row. Fields the file does not have stay undefined and leave an existing asset's value alone. */
export interface AssetRow {
  readonly line: number;
  readonly organisationId: string;
  readonly kind: string;
  readonly name: string;
  readonly status?: string | undefined;
  readonly protectionLevel?: number | null | undefined;
  readonly identifiers?: readonly string[] | undefined;
  readonly responsibleUserIds?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}
export interface Checked {
  readonly good: readonly AssetRow[];
  readonly issues: readonly FailureIssue[];
  /** Lines with at least one issue. */
  readonly badLines: number;
}

export interface Lookups {
  readonly organisations: ReadonlyMap<string, readonly string[]>;
  readonly people: ReadonlyMap<string, readonly string[]>;
}

/** Organisations by id, name, short name, code and path of names; people by user name, display name and e-mail. */
export async function lookupsOf(session: Session): Promise<Lookups> {
  const allowed = session.scope.kind === 'all' ? null : new Set(session.scope.ids);
  const rows = await session.db
    .selectFrom('organisations')
    .select(['id', 'name', 'shortName', 'creditCode', 'path'])
    .execute();
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const organisations = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string | null, id: string) => {
    if (!key) return;
    const list = map.get(plain(key)) ?? [];
    if (!list.includes(id)) map.set(plain(key), [...list, id]);
  };
  for (const { id, name, shortName, creditCode, path } of rows) {
    if (allowed && !allowed.has(id)) continue;
    for (const key of [id, name, shortName, creditCode]) add(organisations, key, id);
    const steps = path.split('/').flatMap((each) => names.get(each) ?? []);
    for (let start = 0; start < steps.length - 1; start += 1) add(organisations, steps.slice(start).join('/'), id);
  }
  const people = new Map<string, string[]>();
  const users = await session.db.selectFrom('users').select(['id', 'name', 'displayName', 'email']).execute();
  for (const { id, name, displayName, email } of users)
    for (const key of [name, displayName, email]) add(people, key, id);
  return { organisations, people };
}

const kindWords: Readonly<Record<string, string>> = {
  服务器: 'host', 物理机: 'host', 虚拟机: 'host', server: 'host', 系统: 'information-system', 业务系统: 'information-system',
  网站: 'information-system', website: 'information-system', system: 'information-system', 网络设备: 'device', 安全设备: 'device',
  交换机: 'device', 路由器: 'device', 摄像头: 'device', 终端: 'device', 数据库: 'service', 中间件: 'service', 数据: 'data-set',
  app: 'application', 应用程序: 'application', 小程序: 'application', 云主机: 'cloud-resource',
}; // biome-ignore format: a dictionary reads better in lines
const statusWords: Readonly<Record<string, string>> = {
  运行: 'active',
  运行中: 'active',
  正常: 'active',
  在线: 'active',
  启用: 'active',
  使用中: 'active',
  下线: 'retired',
  已下线: 'retired',
  报废: 'retired',
  离线: 'retired',
  停止: 'retired',
  建设中: 'planned',
  规划: 'planned',
  待上线: 'planned',
};
const chineseDigits = '一二三四五';

export interface RowOptions {
  readonly registry: Registry;
  readonly table: Table;
  readonly columns: Readonly<Record<string, string>>;
  readonly lookups: Lookups;
  readonly defaultOrganisationId: string | undefined;
}

export function createRowReader(options: RowOptions): (row: TableRow) => AssetRow | readonly FailureIssue[] {
  const { registry, table, columns, lookups, defaultOrganisationId } = options;
  const kinds = kindDictionary(registry);
  const places = Object.entries(columns).map(([target, header]) => ({
    target,
    header,
    index: table.headers.indexOf(header),
  }));
  const seen = new Map<string, number>();
  return (row) => {
    const issues: FailureIssue[] = [];
    const cells = new Map(places.map(({ target, index }) => [target, (row.cells[index] ?? '').trim()]));
    const at = (target: string) => `${table.name}:${row.line}:${columns[target] ?? target}`;
    const wrong = (target: string, expected: string, got: string) => {
      issues.push({ where: at(target), expected, got: got === '' ? 'nothing' : got.slice(0, 120) });
    };
    const name = cells.get('name') ?? '';
    if (name === '' || [...name].length > 200) wrong('name', '1 to 200 characters', name);
    const kindText = cells.get('kind') ?? '';
    const kind = kinds.get(plain(kindText)) ?? '';
    if (kind === '') wrong('kind', registry.assetKinds().join(', '), kindText);
    const organisationId = one(
      cells.get('organisation') ?? '',
      lookups.organisations,
      defaultOrganisationId,
      (why, got) => wrong('organisation', why, got),
    );
    const status = optional(cells, 'status', (text) => {
      const found = statusOf(text);
      if (!found)
        wrong(
          'status',
          Object.values(assetStatusWords)
            .flatMap((each) => Object.values(each))
            .join(', '),
          text,
        );
      return found;
    });
    const protectionLevel = optional(cells, 'protectionLevel', (text) => {
      const found = levelOf(text);
      if (found === undefined) wrong('protectionLevel', '1 to 5', text);
      return found;
    });
    const identifiers = optional(cells, 'identifiers', (text) => {
      const found = normaliseIdentifiers(text.split(/[,;，；、|\s]+/));
      const long = found.find((each) => each.length > 253);
      if (long) wrong('identifiers', 'at most 253 characters each', long);
      return found;
    });
    const tags = optional(cells, 'tags', (text) => {
      const found = split(text);
      if (found.length > 50 || found.some((each) => each.length > 64))
        wrong('tags', 'at most 50 of 64 characters', text);
      return found;
    });
    const responsibleUserIds = optional(cells, 'responsible', (text) =>
      split(text).flatMap((person) => {
        const found = one(person, lookups.people, undefined, (why, got) => wrong('responsible', why, got));
        return found ? [found] : [];
      }),
    );
    const raw = Object.fromEntries(
      [...cells].flatMap(([target, text]) =>
        target.startsWith('attributes.') && text !== '' ? [[target.slice('attributes.'.length), text]] : [],
      ),
    );
    let attributes: Record<string, unknown> | undefined;
    if (kind !== '' && Object.keys(raw).length > 0)
      try {
        // Only what this kind declares: a file of several kinds has columns that mean nothing to some rows.
        const own = Object.keys(registry.assetKind(kind)?.attributes.shape ?? {});
        attributes = checkAttributes(
          registry,
          kind,
          Object.fromEntries(Object.entries(raw).filter(([key]) => own.includes(key))),
        );
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        for (const issue of error.issues) wrong(issue.where, issue.expected, issue.got);
      }
    if (issues.length === 0) {
      const key = JSON.stringify([organisationId, kind, name]);
      const first = seen.get(key);
      if (first !== undefined) wrong('name', 'each asset once', `the same as in row ${first}`);
      else seen.set(key, row.line);
    }
    if (issues.length > 0) return issues;
    return {
      line: row.line,
      organisationId: organisationId as string,
      kind,
      name,
      status,
      protectionLevel,
      identifiers,
      responsibleUserIds,
      tags,
      attributes,
    };
  };
}

function kindDictionary(registry: Registry): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const [word, kind] of Object.entries(kindWords)) if (kind in kernelKinds) words.set(plain(word), kind);
  for (const kind of registry.assetKinds()) {
    const title = registry.assetKind(kind)?.title;
    for (const word of [kind, title?.['zh-CN'], title?.en]) if (word) words.set(plain(word), kind);
  }
  return words;
}

function split(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[,;，；、|]/)
        .map((each) => each.trim())
        .filter(Boolean),
    ),
  ];
}
function optional<T>(cells: ReadonlyMap<string, string>, target: string, read: (text: string) => T): T | undefined {
  const text = cells.get(target);
  return text === undefined || text === '' ? undefined : read(text);
}
function one(
  text: string,
  known: ReadonlyMap<string, readonly string[]>,
  otherwise: string | undefined,
  wrong: (expected: string, got: string) => void,
): string | undefined {
  if (text === '') {
    if (otherwise === undefined) wrong('a name, or a default', '');
    return otherwise;
  }
  const found = known.get(plain(text.replace(/\s*[>＞\\]\s*/g, '/'))) ?? [];
  if (found.length === 1) return found[0];
  wrong(found.length === 0 ? 'a known name' : 'a name that means one (use the path, parent/child)', text);
  return undefined;
}
function statusOf(text: string): string | undefined {
  const word = plain(text);
  const known = Object.entries(assetStatusWords).find(
    ([key, title]) => word === key || word === plain(title['zh-CN']) || word === plain(title.en),
  );
  return known?.[0] ?? statusWords[word];
}
/** `3`, `三级`, `第三级`, `等保三级`, `S3A3G3`; `未定级` is none. */
function levelOf(text: string): number | null | undefined {
  const word = plain(text);
  if (/^(未定级|未备案|无|none|n\/a)$/.test(word)) return null;
  const found =
    /^s[1-5]a[1-5](?:g([1-5]))$/.exec(word)?.[1] ?? /^(?:等保|第|等保第)?([1-5一二三四五])级?$/.exec(word)?.[1];
  if (!found) return undefined;
  return chineseDigits.includes(found) ? chineseDigits.indexOf(found) + 1 : Number(found);
}
