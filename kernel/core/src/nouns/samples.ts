/**
 * Sample data one click away and one click gone: a synthetic subtree with assets, findings and cases in every state, and each
 * capability's own examples in it. Only who sees everything may load or remove it.
 * @module
 */
import { type Case, Failure, handlers, type NewFinding } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import { sql } from 'kysely';
import { createOrganisation } from '../access/organisations.ts';
import { createContext } from '../context.ts';
import type { Core, Session } from '../contract.ts';
import { callOf, sessionOf } from '../session.ts';
import { tableName } from '../store/scope.ts';
import type { CaseStatus } from './case-steps.ts';
import {
  sampleCity,
  sampleHosts,
  sampleOrganisations,
  sampleSources,
  sampleSystems,
  sampleWeaknesses,
} from './sample-data.ts';
import { anyOf, chunks } from './shared.ts';

const assetCount = 300;
const findingCount = 900;
const caseCount = 40;
const day = 86_400_000;
/** Days the story goes back. */
const story = 90;
const tag = '示例';

export function sampleHandlers(core: Core) {
  return handlers<Kernel>()({
    getSamples: async (_, context) => {
      const found = await sampleRoot(sessionOf(context));
      return { loaded: found !== null, organisationId: found };
    },
    loadSamples: async (_, context) => {
      const session = sessionOf(context);
      requireAll(session);
      const present = await sampleRoot(session);
      if (present) return { organisationId: present };
      const root = await session.db
        .selectFrom('organisations')
        .select('id')
        .where('parentId', 'is', null)
        .executeTakeFirst();
      if (!root) throw new Failure('record.not_found', { values: { what: 'root organisation' } });
      const told = await tell(core, session, root.id);
      const { principal, setCookie } = callOf(context);
      for (const server of core.registry.servers) {
        if (!server.samples) continue;
        const inner = createContext(core, {
          capability: server.capability,
          db: session.db,
          access: { scope: session.scope, userId: session.actor.kind === 'system' ? null : session.actor.id },
          principal,
          request: null,
          locale: session.locale,
          signal: context.signal,
          setCookie,
          auditDetails: {},
        });
        await server.samples(inner as never, told);
      }
      context.audit({ organisationId: told });
      return { organisationId: told };
    },
    removeSamples: async (_, context) => {
      const session = sessionOf(context);
      requireAll(session);
      return { removed: await core.store.elevated(session.db, (owner) => remove(core, { ...session, db: owner })) };
    },
  });
}

function requireAll(session: Session): void {
  if (session.scope.kind !== 'all')
    throw new Failure('access.out_of_scope', { where: 'samples', expected: 'the whole tree', got: 'a part of it' });
}

async function sampleRoot({ db }: Session): Promise<string | null> {
  const row = await db
    .selectFrom('organisations')
    .select('id')
    .where('synthetic', '=', true)
    .where('name', '=', sampleCity)
    .orderBy('path')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** The same story every time: choices come from a fixed linear congruential sequence (Numerical Recipes). */
function choices(): (below: number) => number {
  let state = 20_260_101;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

async function tell(core: Core, outer: Session, rootId: string): Promise<string> {
  const pick = choices();
  const end = outer.now().getTime();
  let at = end - story * day;
  // Times of the past, and silence: sample data sends nobody a message.
  const session: Session = { ...outer, now: () => new Date(at), publish: async () => undefined };
  const organisations: string[] = [];
  for (const { name, shortName, kind, parent } of sampleOrganisations) {
    const parentId = parent === null ? rootId : (organisations[parent] as string);
    organisations.push((await createOrganisation(session, { parentId, name, shortName, kind }, true)).id);
  }
  const assets = core.nouns.assets(session);
  const owned: { readonly id: string; readonly organisationId: string; readonly name: string }[] = [];
  for (let index = 0; owned.length < assetCount; index += 1) {
    const where = index % organisations.length;
    const systems = sampleSystems[where] ?? [];
    const round = Math.floor(index / organisations.length);
    const system = systems[round % systems.length] ?? '业务系统';
    const place = Math.floor(round / systems.length);
    const host = place === 0 ? null : sampleHosts[(place - 1) % sampleHosts.length];
    const serial = Math.floor((place - 1) / sampleHosts.length) + 1;
    const asset = await assets.create({
      organisationId: organisations[where] as string,
      kind: host?.[1] ?? 'information-system',
      name: host ? `${system}${host[0]}${serial > 1 ? serial : ''}` : system,
      protectionLevel: host ? null : ([3, 2, 3, 2][pick(4)] ?? 2),
      identifiers: host
        ? [`203.0.113.${index % 254}`, `h${index}.example.cn`]
        : [`s${index}.example.cn`, `198.51.100.${index % 254}`],
      tags: [tag, host ? '自动发现' : '重要系统'],
      attributes: { ...(host?.[2] ?? { url: `https://s${index}.example.cn/` }) },
    });
    owned.push(asset);
  }
  await outer.db
    .updateTable('assets')
    .set({ lastSeenAt: outer.now().toISOString() })
    .where('id', '=', anyOf(owned.map(({ id }) => id)))
    .execute();
  const reports = Array.from({ length: findingCount }, (_, index): NewFinding => {
    const asset = owned[pick(owned.length)] as (typeof owned)[number];
    const weakness = sampleWeaknesses[
      Math.min(pick(sampleWeaknesses.length), pick(sampleWeaknesses.length) + 4)
    ] as (typeof sampleWeaknesses)[number];
    return {
      organisationId: asset.organisationId,
      assetId: asset.id,
      kind: weakness.kind,
      title: `${asset.name}：${weakness.title}`,
      description: weakness.description,
      remediation: weakness.remediation,
      severity: weakness.severity,
      confidence: [0.6, 0.8, 0.9, 1][pick(4)] ?? 1,
      source: sampleSources[pick(sampleSources.length)] ?? 'nessus',
      references: weakness.reference ? [weakness.reference] : [],
      identity: [weakness.identity, `示例 ${index}`],
      seenAt: new Date(end - Math.floor((pick(1000) / 1000) ** 1.5 * story * day) - pick(day)),
    };
  });
  const raised = await core.nouns.findings(session).raise(reports);
  const ids = raised.map(({ id }) => id);
  await casesOfStory(core, session, {
    ids,
    reports,
    end,
    pick,
    move: (time) => {
      at = time;
    },
  });
  return organisations[0] as string;
}

const roads: readonly (readonly CaseStatus[])[] = [
  [],
  ['issued'],
  ['issued', 'acknowledged'],
  ['issued', 'acknowledged', 'remediating'],
  ['issued', 'acknowledged', 'remediating', 'submitted'],
  ['issued', 'acknowledged', 'remediating', 'submitted', 'returned'],
  ['issued', 'acknowledged', 'remediating', 'submitted', 'verified'],
  ['issued', 'acknowledged', 'remediating', 'submitted', 'verified', 'archived'],
];
const notes: Readonly<Partial<Record<CaseStatus, string>>> = {
  issued: '请按期完成整改并反馈。',
  acknowledged: '已签收，责任到人。',
  remediating: '已制定整改方案，正在实施。',
  submitted: '整改完成，附复测截图，请复核。',
  returned: '复测仍可利用，请继续整改。',
  verified: '复测通过。',
  archived: '归档。',
};

async function casesOfStory(
  core: Core,
  session: Session,
  story: {
    readonly ids: readonly string[];
    readonly reports: readonly NewFinding[];
    readonly end: number;
    readonly pick: (below: number) => number;
    readonly move: (time: number) => void;
  },
): Promise<void> {
  const { ids, reports, end, pick } = story;
  const findings = core.nouns.findings(session);
  const cases = core.nouns.cases(session);
  const byOrganisation = [
    ...Map.groupBy(
      ids.map((id, index) => ({ id, report: reports[index] as NewFinding })),
      ({ report }) => report.organisationId,
    ),
  ];
  const used = new Set<string>();
  for (let index = 0; index < caseCount; index += 1) {
    const [organisationId, own] = byOrganisation[index % byOrganisation.length] ?? [];
    if (!organisationId || !own) continue;
    const chosen = own.filter(({ id, report }) => !used.has(id) && report.severity !== 'info').slice(0, 2 + pick(4));
    for (const { id } of chosen) used.add(id);
    const worst = chosen.some(({ report }) => report.severity === 'critical') ? 'critical' : 'high';
    const road = roads[index % roads.length] ?? [];
    let time = end - (5 + pick(50)) * day;
    story.move(time);
    const opened: Case = await cases.open({
      organisationId,
      kind: index % 3 === 0 ? 'notice' : 'rectification',
      title: index % 3 === 0 ? '关于开展高危漏洞排查的通报' : '网络安全隐患限期整改通知书',
      summary: '经检测发现贵单位信息系统存在网络安全隐患，请按要求限期整改，并将整改情况反馈我办。（示例数据）',
      severity: worst,
      findingIds: chosen.map(({ id }) => id),
      dueAt: new Date(time + 15 * day),
      number: `示例-${new Date(end).getUTCFullYear()}-${String(index + 1).padStart(4, '0')}`,
    });
    for (const to of road) {
      time = Math.min(end, time + (1 + pick(2)) * day);
      story.move(time);
      await cases.move(opened.id, to, notes[to] ?? '');
    }
    if (index % 11 === 3 && !road.includes('verified')) await cases.escalate(opened.id, '临近期限未反馈，提请督办。');
  }
  story.move(end);
  const free = ids.filter((id) => !used.has(id));
  await findings.triage(free.filter((_, index) => index % 4 === 0));
  await findings.fix(free.filter((_, index) => index % 10 === 1));
  const expiresAt = new Date(end + 60 * day);
  await findings.dismiss(
    free.filter((_, index) => index % 25 === 2),
    {
      reason: 'risk_accepted',
      note: '系统将于下季度下线，已采取网络隔离措施。',
      expiresAt,
    },
  );
  await findings.dismiss(
    free.filter((_, index) => index % 30 === 7),
    { reason: 'false_positive', note: '经人工验证为误报。' },
  );
}

/** All rows of all synthetic organisations, capabilities' tables included; children before parents, found by trying. */
async function remove(core: Core, session: Session): Promise<number> {
  const { db } = session;
  const rows = await db.selectFrom('organisations').select('id').where('synthetic', '=', true).execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  const own = core.registry.servers.flatMap(({ capability }) =>
    Object.entries(capability.tables)
      .filter(([, table]) => table.scope === 'organisation' || table.scope === 'published')
      .map(([name]) => tableName(capability.id, name)),
  );
  const kernel = [
    'timeline',
    'reports',
    'observations',
    'findings',
    'cases',
    'relations',
    'assets',
    'evidence',
    'deliveries',
    'channels',
    'jobs',
    'tokens',
    'grants',
    'users',
  ];
  let waiting = [...own, ...kernel];
  let removed = 0;
  while (waiting.length > 0) {
    const refused: string[] = [];
    for (const table of waiting) {
      await sql`SAVEPOINT one_table`.execute(db);
      try {
        const { rows: gone } = await sql<{
          count: number;
        }>`WITH gone AS (DELETE FROM ${sql.table(table)} WHERE organisation_id = ${anyOf(ids)} RETURNING 1)
          SELECT count(*)::int AS count FROM gone`.execute(db);
        removed += gone[0]?.count ?? 0;
        await sql`RELEASE SAVEPOINT one_table`.execute(db);
      } catch (error) {
        await sql`ROLLBACK TO SAVEPOINT one_table`.execute(db);
        // 23503: another table still refers to these rows; it comes first, then this one again.
        if ((error as { code?: string }).code !== '23503') throw error;
        refused.push(table);
      }
    }
    if (refused.length === waiting.length)
      throw new Failure('record.in_use', { where: refused.join(', '), values: { what: sampleCity } });
    waiting = refused;
  }
  for (const part of chunks(ids))
    removed += (await db.deleteFrom('organisations').where('id', '=', anyOf(part)).returning('id').execute()).length;
  return removed;
}
