/**
 * What scans and platforms saw and the register does not know: targets without an asset, open ports without a filing; and claiming a target.
 * @module
 */
import { Failure, type Finding, type NewFinding } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { identityOf, type Location, type ScanFinding } from '@hedun/workdesk';
import { sql } from 'kysely';
import { workdesk } from '../../capability.ts';
import type { Unregistered } from '../../register-shapes.ts';
import { type Here, severityRank, today } from '../here.ts';
import { addIdentifier, raiseWaiting } from '../inbox.ts';
import { systemKind } from './record.ts';

const severityOfRank = new Map<number, string>(Object.entries(severityRank).map(([name, rank]) => [rank, name]));

/** Three sources: the inbox (nobody's), findings a network or domain gave to a unit, and open ports. */
const seen = (
  day: string,
) => sql`SELECT md5('t' || t.target || coalesce(t.organisation_id::text, ''))::uuid AS id, 'target' AS what, t.target, '' AS port, t.organisation_id, t.findings, t.rank, t.sources, t.first_seen_at, t.last_seen_at FROM (
    SELECT i.target, NULL::uuid AS organisation_id, count(*)::int AS findings, max(i.severity_rank)::int AS rank, string_agg(DISTINCT i.source, '、') AS sources, min(i.first_seen_at) AS first_seen_at, max(i.last_seen_at) AS last_seen_at
      FROM workdesk_inbox i WHERE i.status = 'waiting' AND i.target <> '' GROUP BY i.target
    UNION ALL SELECT f.attributes->>'target', f.organisation_id, count(*)::int, max(f.severity_rank)::int, string_agg(DISTINCT f.sources[1], '、'), min(f.first_seen_at), max(f.last_seen_at)
      FROM findings f WHERE f.asset_id IS NULL AND f.merged_into IS NULL AND f.status <> 'dismissed' AND f.attributes->>'target' <> '' GROUP BY 1, 2) t
  UNION ALL SELECT md5('p' || p.target || '/' || p.port || p.organisation_id::text)::uuid, 'port', p.target, p.port, p.organisation_id, p.findings, p.rank, p.sources, p.first_seen_at, p.last_seen_at FROM (
    SELECT coalesce(f.attributes->>'address', f.attributes->>'target') AS target, (f.attributes->>'port') || '/' || coalesce(f.attributes->>'protocol', 'tcp') AS port, f.organisation_id, count(*)::int AS findings,
        max(f.severity_rank)::int AS rank, string_agg(DISTINCT f.sources[1], '、') AS sources, min(f.first_seen_at) AS first_seen_at, max(f.last_seen_at) AS last_seen_at
      FROM findings f WHERE f.kind = 'exposed-service' AND f.status IN ('open', 'triaged', 'in_case') AND f.attributes ? 'port'
        AND NOT EXISTS (SELECT FROM workdesk_filings g WHERE g.kind = 'port' AND g.status = 'filed' AND (g.expires_on IS NULL OR g.expires_on >= ${day})
          AND g.details->>'port' = f.attributes->>'port' AND g.details->>'protocol' = coalesce(f.attributes->>'protocol', 'tcp')
          AND lower(g.details->>'address') IN (f.attributes->>'address', f.attributes->>'host', f.attributes->>'target')) GROUP BY 1, 2, 3) p`;

export async function listUnregistered(input: Parameters<typeof listing>[2], context: Here) {
  const page = await listing<{ id: string; rank: number }>(
    context,
    {
      from: seen(today(context)),
      fields: workdesk.operations.listUnregistered.list,
      columns: {
        organisation: sql`r.organisation_id`,
        worst: sql`(ARRAY['info', 'low', 'medium', 'high', 'critical'])[r.rank]`,
      },
      words: [sql`r.target`],
      sort: '-lastSeenAt',
    },
    input,
  );
  return {
    ...page,
    items: page.items.map(({ rank, ...row }) => ({ ...row, worst: severityOfRank.get(rank) }) as Unregistered),
  };
}

/** The system a target is registered with: one that is there, or a new entry. */
export async function claim(
  context: Here,
  input: {
    readonly target: string;
    readonly organisationId: string;
    readonly assetId?: string | undefined;
    readonly name: string;
  },
): Promise<{ assetId: string; moved: number }> {
  const { organisationId } = input;
  const target = input.target.trim().toLowerCase();
  context.organisations.requireScope([organisationId]);
  if (input.assetId) {
    const { organisationId: owner, kind } = await context.assets.get(input.assetId);
    if (owner !== organisationId || kind !== systemKind)
      throw new Failure('workdesk.unknown', { where: 'assetId', got: input.assetId });
  }
  const waiting = await context.db
    .selectFrom('workdeskInbox')
    .select('id')
    .where('target', '=', target)
    .where('status', '=', 'waiting')
    .executeTakeFirst();
  const found = (await context.db
    .selectFrom('findings')
    .selectAll()
    .where('assetId', 'is', null)
    .where('mergedInto', 'is', null)
    .where('status', '<>', 'dismissed')
    .where(sql<boolean>`attributes->>'target' = ${target}`)
    .orderBy('id')
    .execute()) as Finding[];
  if (!waiting && found.length === 0) throw new Failure('workdesk.unknown', { where: 'target', got: target });
  const asset = input.assetId
    ? await addIdentifier(context, input.assetId, target)
    : await context.assets.create({
        organisationId,
        kind: systemKind,
        name: input.name || target,
        identifiers: [target],
        tags: ['扫描发现'],
      });
  const moved =
    (waiting ? await raiseWaiting(context, target, asset) : 0) + (await moveFindings(context, found, asset));
  context.audit({ target, assetId: asset.id, moved });
  return { assetId: asset.id, moved };
}

/**
 * What belonged to a bare address belongs to its system from now on, under the identity the next scan will find. What is in a notice stays in it
 * until the notice ends.
 */
async function moveFindings(
  context: Here,
  found: readonly Finding[],
  asset: { readonly id: string; readonly organisationId: string },
): Promise<number> {
  const movable = found.filter(({ status }) => status === 'open' || status === 'triaged');
  if (movable.length === 0) return 0;
  const raised = await context.findings.raise(movable.map((finding) => again(finding, asset)));
  for (const [index, { id }] of movable.entries()) {
    const into = raised[index]?.id;
    if (into && into !== id) await context.findings.merge(into, [id]);
  }
  return movable.length;
}

function again(finding: Finding, asset: { readonly id: string; readonly organisationId: string }): NewFinding {
  const { attributes, references } = finding;
  const identity = identityOf({
    location: attributes as Location,
    ruleId: typeof attributes.rule === 'string' ? attributes.rule : '',
    title: finding.title,
    references,
  } as unknown as ScanFinding);
  return {
    organisationId: asset.organisationId,
    assetId: asset.id,
    kind: finding.kind,
    title: finding.title,
    description: finding.description,
    remediation: finding.remediation,
    severity: finding.severity,
    confidence: finding.confidence,
    source: finding.sources[0] ?? 'register',
    references,
    attributes,
    // The evidence comes along when the old one is merged: a unit may not read the office's scan files.
    evidenceIds: [],
    identity,
    seenAt: new Date(finding.lastSeenAt),
  };
}
