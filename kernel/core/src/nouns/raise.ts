/**
 * Raising findings in bulk: recognised by fingerprint, one statement per thousand, so that a scanner's file of a million rows is possible.
 * A person's decisions (severity, dismissal) outlast a repeated report; only a report newer than the fix reopens.
 * @module
 */
import { Failure, type NewFinding, type RaiseOutcome, type Severity } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Session } from '../contract.ts';
import { severityRank } from '../lists/severity.ts';
import { fingerprintOf } from './fingerprint.ts';
import {
  addHistory,
  chunks,
  type HistoryEntry,
  jsonRows,
  type NounRooms,
  requireRows,
  requireScope,
} from './shared.ts';

type Raised = { readonly id: string; readonly outcome: RaiseOutcome };
interface Row {
  readonly id: string;
  readonly o: string;
  readonly a: string | null;
  readonly k: string;
  readonly t: string;
  readonly d: string;
  readonly m: string | null;
  readonly s: Severity;
  readonly r: number;
  c: number;
  readonly f: string;
  so: string[];
  re: NewFinding['references'];
  readonly att: NewFinding['attributes'];
  ev: readonly string[];
  n: number;
  fs: string;
  ls: string;
}
/** A finding that was there before its report. */
interface Kept {
  readonly id: string;
  readonly organisationId: string;
  readonly fingerprint: string;
  readonly was: string | null;
  readonly status: string;
  readonly mergedInto: string | null;
}

export async function raise(
  rooms: NounRooms,
  session: Session,
  findings: readonly NewFinding[],
): Promise<readonly Raised[]> {
  if (findings.length === 0) return [];
  await check(rooms, session, findings);
  const now = session.now().toISOString();
  /** The row of each finding; several findings may share one. */
  const rowOf: Row[] = [];
  const rows = new Map<string, Row>();
  for (const finding of findings) {
    const seenAt = finding.seenAt?.toISOString() ?? now;
    const fingerprint = fingerprintOf(finding);
    const key = `${finding.organisationId}/${fingerprint}`;
    let row = rows.get(key);
    if (row) mergeInto(row, finding, seenAt);
    else {
      row = {
        id: session.newId(),
        o: finding.organisationId,
        a: finding.assetId ?? null,
        k: finding.kind,
        t: finding.title,
        d: finding.description ?? '',
        m: finding.remediation ?? null,
        s: finding.severity,
        r: severityRank[finding.severity],
        c: finding.confidence ?? 1,
        f: fingerprint,
        so: [finding.source],
        re: finding.references ?? [],
        att: finding.attributes ?? {},
        ev: finding.evidenceIds ?? [],
        n: 1,
        fs: seenAt,
        ls: seenAt,
      };
      rows.set(key, row);
    }
    rowOf.push(row);
  }
  /** Of what was there before; everything else is new. */
  const known = new Map<Row, Raised>();
  for (const part of chunks([...rows.values()])) {
    const reopened: HistoryEntry[] = [];
    for (const kept of await upsert(session, part)) {
      const row = rows.get(`${kept.organisationId}/${kept.fingerprint}`) as Row;
      const raised = (kept.mergedInto && (await raiseMaster(session, kept.mergedInto, row))) || raisedOf(kept);
      known.set(row, raised);
      if (raised.outcome === 'reopened')
        reopened.push({
          organisationId: row.o,
          subjectKind: 'finding',
          subjectId: raised.id,
          kind: 'status',
          data: { from: kept.was, to: kept.status, why: 'seen again' },
        });
    }
    await addHistory(session, reopened);
    await tell(session, part, known);
  }
  return rowOf.map((row) => known.get(row) ?? { id: row.id, outcome: 'new' });
}

async function check(rooms: NounRooms, session: Session, findings: readonly NewFinding[]): Promise<void> {
  const organisations = findings.map(({ organisationId }) => organisationId);
  requireScope(session, organisations);
  const kinds = new Set(rooms.registry.findingKinds().map(({ kind }) => kind));
  for (const [index, { kind, identity, severity }] of findings.entries()) {
    if (!kinds.has(kind))
      throw new Failure('finding.unknown_kind', {
        where: `findings.${index}.kind`,
        expected: [...kinds].join(', '),
        got: kind.slice(0, 80),
      });
    if (!(severity in severityRank))
      throw new Failure('input.invalid', {
        where: `findings.${index}.severity`,
        expected: Object.keys(severityRank).join(', '),
        got: String(severity),
      });
    if (identity.length === 0)
      throw new Failure('input.invalid', {
        where: `findings.${index}.identity`,
        expected: 'at least one part',
        got: 'none',
      });
  }
  await requireRows(session, {
    organisations,
    assets: findings.flatMap(({ assetId }) => (assetId ? [assetId] : [])),
    evidence: findings.flatMap(({ evidenceIds }) => evidenceIds ?? []),
  });
}

/** Two reports of one weakness in one call: counted twice, kept once. */
function mergeInto(row: Row, finding: NewFinding, seenAt: string): void {
  row.n += 1;
  row.c = Math.max(row.c, finding.confidence ?? 1);
  row.so = [...new Set([...row.so, finding.source])];
  row.ev = [...new Set([...row.ev, ...(finding.evidenceIds ?? [])])];
  const known = new Set((row.re ?? []).map((each) => `${each.kind}:${each.id}`));
  row.re = [...(row.re ?? []), ...(finding.references ?? []).filter((each) => !known.has(`${each.kind}:${each.id}`))];
  if (seenAt < row.fs) row.fs = seenAt;
  if (seenAt > row.ls) row.ls = seenAt;
}

/** True where a report ends a fix or an expired dismissal. `f` is the kept row, `excluded` the report. */
const comesBack = sql`(
  (f.status IN ('fixed', 'verified') AND excluded.last_seen_at > coalesce(f.verified_at, f.fixed_at, f.last_seen_at))
  OR (f.status = 'dismissed' AND f.merged_into IS NULL AND (f.dismissal->>'expiresAt')::timestamptz <= excluded.last_seen_at))`;

/**
 * @returns those of the findings that were there before; the others are new and have the id they came with.
 * What the findings of one rule share is sent once: a scanner's descriptions are half of its report.
 */
async function upsert(session: Session, rows: readonly Row[]): Promise<readonly Kept[]> {
  const shared = new Map<string, number>();
  const own = rows.map(({ id, o, a, t, f, re, att, n, fs, ls, ...same }) => {
    const text = JSON.stringify(same);
    const w = shared.get(text) ?? shared.size + 1;
    shared.set(text, w);
    return { id, o, a, t, f, re, att, n, fs, ls, w };
  });
  // The last SELECT sees the rows as they were when the statement began; that is what tells the outcome.
  const { rows: kept } = await sql<Kept>`
    WITH shared AS MATERIALIZED (
      SELECT * FROM ROWS FROM (jsonb_to_recordset(${`[${[...shared.keys()].join(',')}]`}::jsonb) AS (k text, d text, m text, s text, r smallint, c real, so text[], ev uuid[]))
        WITH ORDINALITY AS each (k, d, m, s, r, c, so, ev, w)),
    report AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${jsonRows(own)}) AS each (id uuid, o uuid, a uuid, t text, f text, re jsonb, att jsonb, n int, fs timestamptz, ls timestamptz, w bigint)),
    kept AS (
      INSERT INTO findings AS f (id, organisation_id, asset_id, kind, title, description, remediation, severity, severity_rank, confidence, fingerprint,
        sources, "references", attributes, evidence_ids, occurrences, first_seen_at, last_seen_at)
      SELECT id, o, a, k, t, d, m, s, r, c, f, so, re, att, ev, n, fs, ls FROM report JOIN shared USING (w)
      ON CONFLICT (organisation_id, fingerprint) DO UPDATE SET
        occurrences = f.occurrences + excluded.occurrences,
        first_seen_at = least(f.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(f.last_seen_at, excluded.last_seen_at),
        confidence = greatest(f.confidence, excluded.confidence),
        sources = CASE WHEN f.sources @> excluded.sources THEN f.sources ELSE ARRAY(SELECT DISTINCT each FROM unnest(f.sources || excluded.sources) AS each ORDER BY each) END,
        evidence_ids = CASE WHEN f.evidence_ids @> excluded.evidence_ids THEN f.evidence_ids ELSE ARRAY(SELECT DISTINCT each FROM unnest(f.evidence_ids || excluded.evidence_ids) AS each ORDER BY each) END,
        "references" = CASE WHEN f."references" @> excluded."references" THEN f."references"
          ELSE (SELECT jsonb_agg(DISTINCT each) FROM jsonb_array_elements(f."references" || excluded."references") AS each) END,
        recurrences = f.recurrences + CASE WHEN f.status IN ('fixed', 'verified') AND ${comesBack} THEN 1 ELSE 0 END,
        status = CASE WHEN ${comesBack} THEN
            CASE WHEN EXISTS (SELECT 1 FROM cases WHERE cases.id = f.case_id AND cases.status NOT IN ('verified', 'archived')) THEN 'in_case' ELSE 'open' END
          ELSE f.status END,
        fixed_at = CASE WHEN ${comesBack} THEN NULL ELSE f.fixed_at END,
        verified_at = CASE WHEN ${comesBack} THEN NULL ELSE f.verified_at END,
        dismissal = CASE WHEN ${comesBack} THEN NULL ELSE f.dismissal END,
        description = CASE WHEN ${comesBack} THEN excluded.description ELSE f.description END,
        attributes = CASE WHEN ${comesBack} THEN excluded.attributes ELSE f.attributes END
      RETURNING f.id, f.organisation_id, f.fingerprint, f.status, f.merged_into, (xmax = 0) AS inserted)
    SELECT kept.*, before.status AS was FROM kept LEFT JOIN findings before ON before.id = kept.id WHERE NOT kept.inserted`.execute(
    session.db,
  );
  return kept;
}

/** A report of a merged finding counts for the one it was merged into. */
async function raiseMaster(session: Session, id: string, report: Row): Promise<Raised | null> {
  const master = await session.db.selectFrom('findings').selectAll().where('id', '=', id).executeTakeFirst();
  if (!master) return null;
  const row = {
    ...report,
    id: session.newId(),
    o: master.organisationId,
    a: master.assetId,
    k: master.kind,
    f: master.fingerprint,
  };
  const [kept] = await upsert(session, [row]);
  return kept ? raisedOf(kept) : { id: row.id, outcome: 'new' };
}

function raisedOf({ id, was, status }: Kept): Raised {
  if (status === 'dismissed') return { id, outcome: 'dismissed' };
  const closed = was === 'fixed' || was === 'verified' || was === 'dismissed';
  return { id, outcome: closed && status !== was ? 'reopened' : 'seen_again' };
}

/** One event for all: a scan of a city touches hundreds of units a second, and whoever listens counts them together anyway. */
async function tell(session: Session, rows: readonly Row[], known: ReadonlyMap<Row, Raised>): Promise<void> {
  const ids: string[] = [];
  const organisationIds = new Set<string>();
  for (const row of rows) {
    const { id, outcome } = known.get(row) ?? { id: row.id, outcome: 'new' };
    if (outcome !== 'new' && outcome !== 'reopened') continue;
    ids.push(id);
    organisationIds.add(row.o);
  }
  const [first] = ids;
  if (first) await session.publish('kernel.finding.raised', first, { ids, organisationIds: [...organisationIds] });
}
