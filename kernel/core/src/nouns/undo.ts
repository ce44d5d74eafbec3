/**
 * Takes back the last step of findings and the retirement of assets: for the person who took it, for a short while, and only where nothing
 * has happened since. It changes the state back and leaves a line of its own; what was told to others meanwhile it cannot take back.
 * @module
 */
import { sql } from 'kysely';
import type { Session } from '../contract.ts';
import { severityRank } from '../lists/severity.ts';
import { type Changed, locked, tellStatus } from './findings.ts';
import { addHistory, anyOf, jsonRows, notFound, tellAssets } from './shared.ts';

/** Long enough to notice a slip, short enough that nobody has built on it. */
const takeBackMs = 10 * 60_000;

interface Line {
  readonly subjectId: string;
  readonly at: string;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly kind: string;
  readonly data: { readonly to?: string; readonly before?: Readonly<Record<string, unknown>> };
}

/** The newest line of each subject, whatever its kind. */
async function lastLines(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Line>> {
  const rows = await session.db
    .selectFrom('timeline')
    .distinctOn('subjectId')
    .select(['subjectId', 'at', 'actorId', 'actorName', 'kind', 'data'])
    .where('subjectId', '=', anyOf(ids))
    .orderBy('subjectId')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return new Map((rows as unknown as readonly Line[]).map((line) => [line.subjectId, line]));
}

/** Why the last step cannot be taken back, or what stood before it. */
function beforeOf(session: Session, line: Line | undefined): string | NonNullable<Line['data']['before']> {
  if (!line?.data.before) return 'expected a step that can be taken back, got none';
  if (line.actorId !== session.actor.id) return `expected your own last step, got one of ${line.actorName}`;
  if (session.now().getTime() - Date.parse(line.at) > takeBackMs)
    return `expected a step of the last ten minutes, got ${line.at}`;
  return line.data.before;
}

export async function undoFindings(session: Session, ids: readonly string[]): Promise<Changed> {
  const rows = await locked(session.db, ids);
  const known = new Map(rows.map((row) => [row.id, row]));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown) throw notFound(`finding ${unknown}`);
  const lines = await lastLines(session, [...known.keys()]);
  const skipped: { id: string; why: string }[] = [];
  const able = rows.flatMap((row) => {
    const line = lines.get(row.id);
    const before = beforeOf(session, line);
    const stands = line?.kind === 'severity' ? row.severity : row.status;
    if (typeof before !== 'string' && line?.data.to === stands) return [{ row, before }];
    skipped.push({ id: row.id, why: typeof before === 'string' ? before : `expected ${line?.data.to}, got ${stands}` });
    return [];
  });
  const values = able.map(({ row, before }) => ({
    id: row.id,
    rank: severityRank[before.severity as keyof typeof severityRank],
    ...before,
  }));
  // A case that was closed meanwhile takes no finding back.
  const { rows: after } = await sql<{ id: string; organisationId: string; status: string }>`
    UPDATE findings SET
      status = CASE WHEN each.status = 'in_case' AND live.id IS NULL THEN 'open' ELSE each.status END, case_id = live.id,
      severity = each.severity, severity_rank = each.rank, dismissal = NULLIF(each.dismissal, 'null'::jsonb),
      fixed_at = each."fixedAt", verified_at = each."verifiedAt"
    FROM jsonb_to_recordset(${jsonRows(values)}) AS each (id uuid, rank int, status text, severity text, "caseId" uuid, dismissal jsonb, "fixedAt" timestamptz, "verifiedAt" timestamptz)
    LEFT JOIN cases AS live ON live.id = each."caseId" AND live.status NOT IN ('verified', 'archived')
    WHERE findings.id = each.id RETURNING findings.id, findings.organisation_id, findings.status`.execute(session.db);
  const now = new Map(after.map(({ id, status }) => [id, status]));
  await addHistory(
    session,
    able.map(({ row }) => ({
      organisationId: row.organisationId,
      subjectKind: 'finding' as const,
      subjectId: row.id,
      kind: 'undo',
      data: { from: row.status, to: now.get(row.id) ?? row.status },
    })),
  );
  for (const [status, own] of Map.groupBy(after, (row) => row.status)) await tellStatus(session, own, status);
  return { changed: able.length, skipped };
}

export async function undoAssets(session: Session, ids: readonly string[]): Promise<Changed> {
  const rows = await session.db
    .selectFrom('assets')
    .select(['id', 'organisationId', 'status'])
    .where('id', '=', anyOf(ids))
    .orderBy('id')
    .forUpdate()
    .execute();
  const known = new Map(rows.map((row) => [row.id, row]));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown) throw notFound(`asset ${unknown}`);
  const lines = await lastLines(session, [...known.keys()]);
  const skipped: { id: string; why: string }[] = [];
  const able = rows.flatMap((row) => {
    const line = lines.get(row.id);
    const before = beforeOf(session, line);
    if (typeof before !== 'string' && line?.data.to === row.status) return [{ row, status: String(before.status) }];
    skipped.push({
      id: row.id,
      why: typeof before === 'string' ? before : `expected ${line?.data.to}, got ${row.status}`,
    });
    return [];
  });
  for (const [status, own] of Map.groupBy(able, (each) => each.status))
    await session.db
      .updateTable('assets')
      .set({ status, updatedAt: session.now().toISOString() })
      .where('id', '=', anyOf(own.map(({ row }) => row.id)))
      .execute();
  await addHistory(
    session,
    able.map(({ row, status }) => ({
      organisationId: row.organisationId,
      subjectKind: 'asset' as const,
      subjectId: row.id,
      kind: 'undo',
      data: { from: row.status, to: status },
    })),
  );
  await tellAssets(
    session,
    able.map(({ row }) => row),
  );
  return { changed: able.length, skipped };
}
