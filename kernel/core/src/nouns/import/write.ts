/**
 * Puts checked rows into the register: new ones are added, known ones (same organisation, kind and name) changed where they differ.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Session } from '../../contract.ts';
import { chunks, jsonRows, tellAssets } from '../shared.ts';
import type { AssetRow } from './rows.ts';

export interface Written {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

interface Existing {
  readonly line: number;
  readonly id: string;
  readonly status: string;
  readonly protectionLevel: number | null;
  readonly identifiers: readonly string[];
  readonly responsibleUserIds: readonly string[];
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

export async function writeAssets(session: Session, rows: readonly AssetRow[], signal: AbortSignal): Promise<Written> {
  const now = session.now().toISOString();
  const written = { created: 0, updated: 0, unchanged: 0 };
  for (const part of chunks(rows)) {
    if (signal.aborted) throw new Failure('job.cancelled');
    const existing = await existingOf(session, part);
    const fresh = part.filter(({ line }) => !existing.has(line));
    const values = (row: AssetRow, before?: Existing) => ({
      status: row.status ?? before?.status ?? 'active',
      pl: row.protectionLevel === undefined ? (before?.protectionLevel ?? null) : row.protectionLevel,
      ids: row.identifiers ?? before?.identifiers ?? [],
      res: row.responsibleUserIds ?? before?.responsibleUserIds ?? [],
      tags: row.tags ?? before?.tags ?? [],
      att: { ...before?.attributes, ...row.attributes },
    });
    const added = fresh.map((row) => ({
      id: session.newId(),
      o: row.organisationId,
      k: row.kind,
      n: row.name,
      ...values(row),
    }));
    if (added.length > 0)
      await sql`INSERT INTO assets (id, organisation_id, kind, name, status, protection_level, identifiers, responsible_user_ids, tags, attributes,
          first_seen_at, last_seen_at, created_at, updated_at)
        SELECT id, o, k, n, status, pl, ids, res, tags, att, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
        FROM jsonb_to_recordset(${jsonRows(added)}) AS each (id uuid, o uuid, k text, n text, status text, pl int, ids text[], res uuid[], tags text[], att jsonb)`.execute(
        session.db,
      );
    const changed = part.flatMap((row) => {
      const before = existing.get(row.line);
      if (!before) return [];
      const after = values(row, before);
      return same(after, values({ line: 0, organisationId: '', kind: '', name: '' }, before))
        ? []
        : [{ id: before.id, o: row.organisationId, ...after }];
    });
    if (changed.length > 0)
      await sql`UPDATE assets SET status = each.status, protection_level = each.pl, identifiers = each.ids, responsible_user_ids = each.res, tags = each.tags,
          attributes = each.att, updated_at = ${now}::timestamptz
        FROM jsonb_to_recordset(${jsonRows(changed)}) AS each (id uuid, status text, pl int, ids text[], res uuid[], tags text[], att jsonb) WHERE assets.id = each.id`.execute(
        session.db,
      );
    written.created += added.length;
    written.updated += changed.length;
    written.unchanged += part.length - added.length - changed.length;
    await tellAssets(
      session,
      [...added, ...changed].map(({ id, o }) => ({ id, organisationId: o })),
    );
  }
  return written;
}

async function existingOf(session: Session, rows: readonly AssetRow[]): Promise<ReadonlyMap<number, Existing>> {
  const keys = rows.map(({ line, organisationId, kind, name }) => ({ line, o: organisationId, k: kind, n: name }));
  const found = await sql<Existing>`
    SELECT DISTINCT ON (each.line) each.line, assets.id, status, protection_level, identifiers, responsible_user_ids, tags, attributes
    FROM jsonb_to_recordset(${jsonRows(keys)}) AS each (line int, o uuid, k text, n text)
    JOIN assets ON assets.organisation_id = each.o AND assets.kind = each.k AND assets.name = each.n ORDER BY each.line, assets.id`.execute(
    session.db,
  );
  return new Map(found.rows.map((row) => [row.line, row]));
}

/** Equal as data: the order of an object's keys means nothing. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
