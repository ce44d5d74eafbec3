/**
 * Findings after they were raised: triage, fix, verification, dismissal that ends by itself, reopening, merging, severity.
 * @module
 */
import { Failure, type Finding, type Findings, type ListInput, type ListPage, type Severity } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Database, Session } from '../contract.ts';
import { list } from '../lists/list.ts';
import { severityRank } from '../lists/severity.ts';
import { findingList } from './definitions.ts';
import { raise } from './raise.ts';
import { addHistory, anyOf, type NounRooms, notFound } from './shared.ts';

export type FindingStatus = Finding['status'];
export interface Changed {
  readonly changed: number;
  readonly skipped: { id: string; why: string }[];
}

/** From which states each step may be taken. */
export const findingSteps = {
  triage: { from: ['open'], to: 'triaged' },
  fix: { from: ['open', 'triaged', 'in_case'], to: 'fixed' },
  verify: { from: ['fixed'], to: 'verified' },
  reopen: { from: ['triaged', 'fixed', 'verified', 'dismissed'], to: 'open' },
  dismiss: { from: ['open', 'triaged', 'in_case'], to: 'dismissed' },
} as const satisfies Readonly<Record<string, { readonly from: readonly FindingStatus[]; readonly to: FindingStatus }>>;
export type FindingStep = keyof typeof findingSteps;

const liveCase = sql`EXISTS (SELECT 1 FROM cases WHERE cases.id = findings.case_id AND cases.status NOT IN ('verified', 'archived'))`;
const bringBack = sql`SET status = CASE WHEN ${liveCase} THEN 'in_case' ELSE 'open' END, case_id = CASE WHEN ${liveCase} THEN case_id END,
  dismissal = NULL, merged_into = NULL, fixed_at = NULL, verified_at = NULL`;

/** Takes one step with every finding that can take it; the others are named with the reason. */
export async function step(
  session: Session,
  name: FindingStep,
  ids: readonly string[],
  details: { readonly note?: string | undefined; readonly dismissal?: Finding['dismissal'] } = {},
): Promise<Changed> {
  const { from, to } = findingSteps[name];
  const { db } = session;
  const before = await locked(db, ids);
  const known = new Map(before.map((row) => [row.id, row]));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) throw notFound(`finding ${unknown[0]}`);
  const able = before.filter(({ status }) => (from as readonly string[]).includes(status));
  const skipped = before
    .filter((row) => !able.includes(row))
    .map(({ id, status }) => ({ id, why: `expected ${from.join(', ')}, got ${status}` }));
  const now = session.now().toISOString();
  const assignments = {
    triage: sql`SET status = 'triaged'`,
    fix: sql`SET status = 'fixed', fixed_at = ${now}::timestamptz`,
    verify: sql`SET status = 'verified', verified_at = ${now}::timestamptz`,
    reopen: bringBack,
    dismiss: sql`SET status = 'dismissed', case_id = NULL, dismissal = ${JSON.stringify(details.dismissal ?? null)}::jsonb`,
  }[name];
  const { rows } = await sql<{ id: string; status: string }>`UPDATE findings ${assignments}
    WHERE id = ANY (${able.map(({ id }) => id)}::uuid[]) RETURNING id, status`.execute(db);
  const after = new Map(rows.map(({ id, status }) => [id, status]));
  await addHistory(
    session,
    able.map((row) => ({
      organisationId: row.organisationId,
      subjectKind: 'finding' as const,
      subjectId: row.id,
      kind: 'status',
      text: details.note ?? '',
      data: {
        from: row.status,
        to: after.get(row.id) ?? to,
        before: stateOf(row),
        ...(details.dismissal ? { reason: details.dismissal.reason, expiresAt: details.dismissal.expiresAt } : {}),
      },
    })),
  );
  await tellStatus(session, able, to);
  return { changed: able.length, skipped };
}

export interface Seen {
  readonly id: string;
  readonly organisationId: string;
  readonly status: string;
  readonly severity: string;
  readonly caseId: string | null;
  readonly dismissal: unknown;
  readonly fixedAt: string | null;
  readonly verifiedAt: string | null;
}
/** What a step may change, kept in its line of the timeline so that it can be taken back. */
function stateOf({ status, severity, caseId, dismissal, fixedAt, verifiedAt }: Seen) {
  return { status, severity, caseId, dismissal, fixedAt, verifiedAt };
}
export async function locked(db: Database, ids: readonly string[]): Promise<readonly Seen[]> {
  return await db
    .selectFrom('findings')
    .select(['id', 'organisationId', 'status', 'severity', 'caseId', 'dismissal', 'fixedAt', 'verifiedAt'])
    .where('id', '=', anyOf(ids))
    // In one order, so that two bulk changes of the same rows wait for each other instead of deadlocking.
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function tellStatus(
  session: Session,
  rows: readonly Pick<Seen, 'id' | 'organisationId'>[],
  status: string,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  await session.publish('kernel.finding.status_changed', first.id, {
    ids: rows.map(({ id }) => id),
    organisationIds: [...new Set(rows.map(({ organisationId }) => organisationId))],
    status,
  });
}

export async function setSeverity(
  session: Session,
  ids: readonly string[],
  severity: Severity,
  note: string,
): Promise<Changed> {
  const before = await locked(session.db, ids);
  if (before.length < new Set(ids).size) {
    const known = new Set(before.map(({ id }) => id));
    throw notFound(`finding ${ids.find((id) => !known.has(id))}`);
  }
  const able = before.filter(({ status }) => status !== 'verified' && status !== 'dismissed');
  await session.db
    .updateTable('findings')
    .set({ severity, severityRank: severityRank[severity] })
    .where('id', '=', anyOf(able.map(({ id }) => id)))
    .execute();
  await addHistory(
    session,
    able.map((row) => ({
      organisationId: row.organisationId,
      subjectKind: 'finding' as const,
      subjectId: row.id,
      kind: 'severity',
      text: note,
      data: { from: row.severity, to: severity, before: stateOf(row) },
    })),
  );
  return {
    changed: able.length,
    skipped: before
      .filter((row) => !able.includes(row))
      .map(({ id, status }) => ({ id, why: `expected a finding that is not closed, got ${status}` })),
  };
}

/** The others become duplicates of the one kept, which takes over their counts, sources and evidence. */
export async function merge(session: Session, intoId: string, ids: readonly string[]): Promise<Changed> {
  const { db } = session;
  if (ids.includes(intoId))
    throw new Failure('input.invalid', { where: 'ids', expected: 'other findings than the one to keep', got: intoId });
  const [into] = await db
    .selectFrom('findings')
    .select(['id', 'mergedInto', 'organisationId'])
    .where('id', '=', intoId)
    .execute();
  if (!into) throw notFound(`finding ${intoId}`);
  if (into.mergedInto)
    throw new Failure('finding.step_not_allowed', {
      where: 'id',
      expected: 'a finding that is not merged itself',
      got: `merged into ${into.mergedInto}`,
    });
  const before = await locked(db, [intoId, ...ids]);
  const others = before.filter(({ id }) => id !== intoId);
  if (others.length < new Set(ids).size) {
    const known = new Set(others.map(({ id }) => id));
    throw notFound(`finding ${ids.find((id) => !known.has(id))}`);
  }
  const list = others.map(({ id }) => id);
  await sql`UPDATE findings SET
      occurrences = findings.occurrences + added.occurrences, first_seen_at = least(findings.first_seen_at, added.first_seen_at),
      last_seen_at = greatest(findings.last_seen_at, added.last_seen_at), confidence = greatest(findings.confidence, added.confidence),
      sources = ARRAY(SELECT DISTINCT each FROM unnest(findings.sources || added.sources) AS each ORDER BY each),
      evidence_ids = ARRAY(SELECT DISTINCT each FROM unnest(findings.evidence_ids || added.evidence_ids) AS each ORDER BY each)
    FROM (SELECT sum(occurrences)::int AS occurrences, min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at, max(confidence) AS confidence,
        ARRAY(SELECT unnest(sources) FROM findings WHERE id = ANY (${list}::uuid[]) AND merged_into IS NULL) AS sources,
        ARRAY(SELECT unnest(evidence_ids) FROM findings WHERE id = ANY (${list}::uuid[]) AND merged_into IS NULL) AS evidence_ids
      FROM findings WHERE id = ANY (${list}::uuid[]) AND merged_into IS NULL) AS added
    WHERE findings.id = ${intoId}::uuid AND added.occurrences IS NOT NULL`.execute(db);
  const now = session.now().toISOString();
  const dismissal = { reason: 'duplicate', note: intoId, by: session.actor.id, at: now, expiresAt: null };
  await sql`UPDATE findings SET merged_into = ${intoId}::uuid, status = 'dismissed', case_id = NULL, dismissal = ${JSON.stringify(dismissal)}::jsonb
    WHERE id = ANY (${list}::uuid[]) OR merged_into = ANY (${list}::uuid[])`.execute(db);
  await addHistory(session, [
    ...others.map((row) => ({
      organisationId: row.organisationId,
      subjectKind: 'finding' as const,
      subjectId: row.id,
      kind: 'merge',
      data: { into: intoId },
    })),
    {
      organisationId: into.organisationId,
      subjectKind: 'finding',
      subjectId: intoId,
      kind: 'merge',
      data: { from: list },
    },
  ]);
  await tellStatus(session, others, 'dismissed');
  return { changed: others.length, skipped: [] };
}

/** Dismissals whose time has come: the findings are open again. At most `limit` at once, so that a caller can report progress. */
export async function endExpiredDismissals(session: Session, limit = 1000): Promise<number> {
  const now = session.now().toISOString();
  const { rows } = await sql<{ id: string; organisationId: string; status: string }>`
    WITH due AS (SELECT id FROM findings WHERE status = 'dismissed' AND merged_into IS NULL AND dismissal->>'expiresAt' <= ${now} ORDER BY id LIMIT ${limit} FOR UPDATE)
    UPDATE findings ${bringBack} FROM due WHERE findings.id = due.id RETURNING findings.id, organisation_id, status`.execute(
    session.db,
  );
  await addHistory(
    session,
    rows.map(({ id, organisationId, status }) => ({
      organisationId,
      subjectKind: 'finding' as const,
      subjectId: id,
      kind: 'status',
      data: { from: 'dismissed', to: status, why: 'dismissal expired' },
    })),
  );
  await tellStatus(session, rows, 'open');
  return rows.length;
}

/** A row as the API answers it, without the columns that only serve order. */
export function asFinding(row: object): Finding {
  const { severityRank: _, ...finding } = row as Finding & { severityRank: number };
  return finding;
}

export async function listFindings(session: Session, input: Partial<ListInput>): Promise<ListPage<Finding>> {
  const page = await list<object>(session, findingList, input);
  return { ...page, items: page.items.map(asFinding) };
}

export function findingsOf(rooms: NounRooms, session: Session): Findings {
  /** Handlers of capabilities want all or an error; those already there are no error. */
  const all = async (name: FindingStep, ids: readonly string[], details?: Parameters<typeof step>[3]) => {
    if (ids.length === 0) return;
    const { skipped } = await step(session, name, ids, details);
    const refused = skipped.filter(({ why }) => !why.endsWith(`got ${findingSteps[name].to}`));
    if (refused.length > 0)
      throw new Failure('finding.step_not_allowed', {
        where: refused[0]?.id ?? '',
        expected: findingSteps[name].from.join(', '),
        got: refused[0]?.why.split(', got ').at(-1) ?? '',
        issues: refused
          .slice(0, 100)
          .map(({ id, why }) => ({ where: id, expected: findingSteps[name].from.join(', '), got: why })),
      });
  };
  return {
    raise: (findings) => raise(rooms, session, findings),
    get: async (id) => {
      const row = await session.db.selectFrom('findings').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) throw notFound(`finding ${id}`);
      return asFinding(row);
    },
    list: (input) => listFindings(session, input),
    triage: (ids) => all('triage', ids),
    fix: (ids) => all('fix', ids),
    verify: (ids) => all('verify', ids),
    reopen: (ids, reason) => all('reopen', ids, { note: reason }),
    dismiss: (ids, { reason, note, expiresAt }) =>
      all('dismiss', ids, { note, dismissal: dismissalOf(session, reason, note, expiresAt ?? null) }),
    merge: async (intoId, ids) => void (await merge(session, intoId, ids)),
  };
}

export function dismissalOf(
  session: Session,
  reason: NonNullable<Finding['dismissal']>['reason'],
  note: string,
  expiresAt: Date | null,
): NonNullable<Finding['dismissal']> {
  if (expiresAt && expiresAt <= session.now())
    throw new Failure('input.invalid', {
      where: 'expiresAt',
      expected: `a time after ${session.now().toISOString()}`,
      got: expiresAt.toISOString(),
    });
  return {
    reason,
    note,
    by: session.actor.id,
    at: session.now().toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
