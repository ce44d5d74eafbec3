/**
 * What a scan found and nobody answers for yet: kept whole, grouped by target, raised as soon as a person says whose it is.
 * @module
 */
import { createHash } from 'node:crypto';
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { addressNumber, identityOf, parseRange, type ScanFinding, targetsOf } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../capability.ts';
import type { InboxTarget } from '../shapes.ts';
import { type Here, instant, severityRank } from './here.ts';
import { newFinding } from './resolve.ts';

const batch = 1000;

function keyOf(finding: ScanFinding, target: string): string {
  const hash = createHash('sha256');
  for (const part of [target, finding.kind, ...identityOf(finding)]) hash.update(`${Buffer.byteLength(part)}:${part};`);
  return hash.digest('hex');
}

/** Keeps findings without an owner; a repeated report of one still waiting only counts up. */
export async function keepInInbox(
  context: Here,
  findings: readonly ScanFinding[],
  about: { readonly organisationId: string; readonly importId: string; readonly source: string; readonly now: Date },
): Promise<void> {
  const rows = new Map<string, Record<string, unknown> & { n: number }>();
  for (const finding of findings) {
    const target = targetsOf(finding)[0] ?? '';
    const key = keyOf(finding, target);
    const same = rows.get(key);
    if (same) same.n += 1;
    else
      rows.set(key, {
        id: context.newId(),
        key,
        target,
        title: finding.title,
        severity: finding.severity,
        rank: severityRank[finding.severity],
        finding,
        n: 1,
        seen: finding.seenAt ?? about.now.toISOString(),
      });
  }
  if (rows.size === 0) return;
  await sql`INSERT INTO workdesk_inbox AS i (id, organisation_id, key, target, title, severity, severity_rank, source, finding, import_id, status, occurrences, first_seen_at, last_seen_at)
    SELECT id, ${about.organisationId}::uuid, key, target, title, severity, rank, ${about.source}, finding, ${about.importId}::uuid, 'waiting', n, seen, seen
    FROM jsonb_to_recordset(${JSON.stringify([...rows.values()])}::jsonb) AS each (id uuid, key text, target text, title text, severity text, rank smallint, finding jsonb, n int, seen timestamptz)
    ON CONFLICT (organisation_id, key) DO UPDATE SET occurrences = i.occurrences + excluded.occurrences,
      last_seen_at = greatest(i.last_seen_at, excluded.last_seen_at),
      -- What was assigned and comes back unowned waits again; what was dropped stays dropped.
      status = CASE WHEN i.status = 'dropped' THEN 'dropped' ELSE 'waiting' END`.execute(context.db);
}

const grouped = sql`SELECT (array_agg(i.id ORDER BY i.id))[1] AS id, i.target, count(*)::int AS findings, max(i.severity_rank)::int AS rank,
    string_agg(DISTINCT i.source, '、') AS sources, min(i.first_seen_at) AS first_seen_at, max(i.last_seen_at) AS last_seen_at
  FROM workdesk_inbox i WHERE i.status = 'waiting' GROUP BY i.target`;
const severityOfRank = new Map<number, string>(Object.entries(severityRank).map(([name, rank]) => [rank, name]));

export const inboxHandlers = handlers<Workdesk>()({
  listInbox: async (input, context) => {
    const page = await listing<{ id: string; rank: number }>(
      context,
      {
        from: grouped,
        fields: workdesk.operations.listInbox.list,
        words: [sql`r.target`],
        sort: '-lastSeenAt',
      },
      input,
    );
    return {
      ...page,
      items: page.items.map(({ rank, ...row }) => ({ ...row, worst: severityOfRank.get(rank) }) as InboxTarget),
    };
  },
  getInboxTarget: async ({ target }, { db }) => ({
    items: await db
      .selectFrom('workdeskInbox')
      .select(['id', 'title', 'severity', 'source', 'occurrences', 'lastSeenAt'])
      .where('target', '=', target)
      .where('status', '=', 'waiting')
      .orderBy('severityRank', 'desc')
      .orderBy('id')
      .limit(200)
      .execute(),
  }),
  assignTarget: async ({ target, organisationId, assetId }, context) => {
    context.organisations.requireScope([organisationId]);
    const asset = assetId
      ? await addIdentifier(context, assetId, target)
      : await context.assets.create({
          organisationId,
          kind: target === '' ? 'application' : addressNumber(target) ? 'host' : 'domain',
          name: target || '未命名应用',
          identifiers: target === '' ? [] : [target],
          tags: ['扫描发现'],
        });
    const raised = await raiseWaiting(context, target, asset);
    if (raised === 0) throw new Failure('workdesk.unknown', { where: 'target', got: target });
    context.audit({ target, organisationId: asset.organisationId, raised });
    return { assetId: asset.id, raised };
  },
  dropTarget: async ({ target, reason }, context) => {
    const rows = await context.db
      .updateTable('workdeskInbox')
      .set({ status: 'dropped' })
      .where('target', '=', target)
      .where('status', '=', 'waiting')
      .returning('id')
      .execute();
    if (rows.length === 0) throw new Failure('workdesk.unknown', { where: 'target', got: target });
    context.audit({ target, reason, dropped: rows.length });
    return { dropped: rows.length };
  },
  listRanges: async (input, context) =>
    await listing(
      context,
      { from: sql`SELECT * FROM workdesk_ranges`, fields: {}, words: [sql`r.value`, sql`r.note`], sort: 'value' },
      input,
    ),
  saveRange: async ({ organisationId, value, note }, context) => {
    context.organisations.requireScope([organisationId]);
    try {
      const parsed = parseRange(value);
      const row = {
        id: context.newId(),
        organisationId,
        value: parsed.kind === 'domain' ? parsed.domain : value.trim().toLowerCase(),
        note,
        createdAt: instant(context),
      };
      return await context.db
        .insertInto('workdeskRanges')
        .values(row)
        .onConflict((conflict) => conflict.column('value').doUpdateSet({ organisationId, note }))
        .returningAll()
        .executeTakeFirstOrThrow();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new Failure('workdesk.range_invalid', {
        where: 'value',
        expected: '10.12.0.0/16',
        got: value.slice(0, 80),
      });
    }
  },
  removeRange: async ({ id }, context) => {
    const row = await context.db.deleteFrom('workdeskRanges').where('id', '=', id).returning('id').executeTakeFirst();
    if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
    return { done: true };
  },
});

/** Raises all that waits under a target as findings of its asset. */
export async function raiseWaiting(
  context: Here,
  target: string,
  asset: { readonly id: string; readonly organisationId: string },
): Promise<number> {
  const owner = { organisationId: asset.organisationId, assetId: asset.id };
  let raised = 0;
  for (;;) {
    const rows = await context.db
      .selectFrom('workdeskInbox')
      .selectAll()
      .where('target', '=', target)
      .where('status', '=', 'waiting')
      .orderBy('id')
      .limit(batch)
      .execute();
    if (rows.length === 0) break;
    const evidence = new Map(
      (
        await context.db
          .selectFrom('workdeskImports')
          .select(['id', 'evidenceId'])
          .where('id', 'in', [...new Set(rows.map(({ importId }) => importId))])
          .execute()
      ).map((row) => [row.id, row.evidenceId]),
    );
    await context.findings.raise(
      rows.map((row) => {
        const { evidenceIds, ...raisedFinding } = newFinding(row.finding as unknown as ScanFinding, owner, {
          source: row.source,
          importId: row.importId,
          evidenceId: evidence.get(row.importId) ?? '',
          now: context.now(),
        });
        return { ...raisedFinding, evidenceIds: evidenceIds.filter((each) => each !== '') };
      }),
    );
    await context.db
      .updateTable('workdeskInbox')
      .set({ status: 'assigned' })
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute();
    raised += rows.length;
  }
  return raised;
}

export async function addIdentifier(context: Here, assetId: string, target: string) {
  const asset = await context.assets.get(assetId);
  if (target === '' || asset.identifiers.includes(target)) return asset;
  return await context.assets.update(assetId, { identifiers: [...asset.identifiers, target] });
}
