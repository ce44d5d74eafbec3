/**
 * What all nouns share: the rooms they stand on, checks of scope, bulk parameters, the history of a subject.
 * @module
 */
import { type Asset, Failure } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Core, Session } from '../contract.ts';

export type NounRooms = Pick<Core, 'store' | 'registry' | 'blobs'>;

/** Most rows one statement carries; larger inputs are cut into statements of this size. */
export const rowsPerStatement = 1000;

export function chunks<T>(rows: readonly T[], size = rowsPerStatement): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
}

export function notFound(what: string): Failure {
  return new Failure('record.not_found', { values: { what } });
}

/** Refuses organisations outside the data scope or unknown, before a policy or foreign key would do it without a name. */
export async function requireOrganisations(session: Session, ids: readonly string[]): Promise<void> {
  requireScope(session, ids);
  await requireRows(session, { organisations: ids });
}

export function requireScope({ scope }: Session, ids: readonly string[]): void {
  if (scope.kind === 'all') return;
  const allowed = new Set(scope.ids);
  const foreign = ids.find((id) => !allowed.has(id));
  if (foreign) throw new Failure('access.out_of_scope', { where: 'organisationId', got: foreign });
}

const nounOf = { organisations: 'organisation', assets: 'asset', evidence: 'evidence' } as const;

/** Every id must name a row of its table the actor can see; one question for all of them, answered with what is missing. */
export async function requireRows(
  session: Session,
  wanted: Partial<Readonly<Record<keyof typeof nounOf, readonly string[]>>>,
): Promise<void> {
  const parts = Object.entries(wanted).flatMap(([table, ids]) => {
    const distinct = [...new Set(ids)];
    return distinct.length === 0
      ? []
      : [
          sql`(SELECT ${nounOf[table as keyof typeof nounOf]} AS noun, each.id FROM unnest(${distinct}::uuid[]) AS each (id)
            WHERE NOT EXISTS (SELECT FROM ${sql.table(table)} kept WHERE kept.id = each.id) LIMIT 1)`,
        ];
  });
  if (parts.length === 0) return;
  const { rows } = await sql<{ noun: string; id: string }>`${sql.join(parts, sql` UNION ALL `)}`.execute(session.db);
  const [missing] = rows;
  if (missing) throw notFound(`${missing.noun} ${missing.id}`);
}

/** `= ANY (ids)`: one parameter, however many ids. */
export function anyOf(ids: readonly string[]) {
  return sql<string>`ANY (${[...ids]}::uuid[])`;
}

/** Rows as one JSON parameter; a thousand rows need no thousand placeholders. */
export function jsonRows(rows: readonly object[]) {
  return sql`${JSON.stringify(rows)}::jsonb`;
}

export interface HistoryEntry {
  readonly organisationId: string;
  readonly subjectKind: 'finding' | 'case' | 'asset';
  readonly subjectId: string;
  readonly kind: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export async function addHistory(session: Session, entries: readonly HistoryEntry[]): Promise<void> {
  const at = session.now().toISOString();
  const { actor } = session;
  for (const part of chunks(entries)) {
    const rows = part.map((entry) => ({
      id: session.newId(),
      organisation_id: entry.organisationId,
      subject_kind: entry.subjectKind,
      subject_id: entry.subjectId,
      kind: entry.kind,
      text: entry.text ?? '',
      data: entry.data ?? {},
    }));
    await sql`INSERT INTO timeline (id, organisation_id, subject_kind, subject_id, at, actor_id, actor_name, kind, text, data)
      SELECT id, organisation_id, subject_kind, subject_id, ${at}::timestamptz, ${actor.id}::uuid, ${actor.name}, kind, text, data
      FROM jsonb_to_recordset(${jsonRows(rows)}) AS each (id uuid, organisation_id uuid, subject_kind text, subject_id uuid, kind text, text text, data jsonb)`.execute(
      session.db,
    );
  }
}

export async function historyOf(session: Session, subjectId: string) {
  const rows = await session.db
    .selectFrom('timeline')
    .select(['id', 'at', 'actorId', 'actorName', 'kind', 'text', 'data'])
    .where('subjectId', '=', subjectId)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return rows as {
    id: string;
    at: string;
    actorId: string | null;
    actorName: string;
    kind: string;
    text: string;
    data: Record<string, unknown>;
  }[];
}

/** One event for all: an import touches hundreds of units at once, and whoever listens counts them together anyway. */
export async function tellAssets(
  session: Session,
  rows: readonly Pick<Asset, 'id' | 'organisationId'>[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  await session.publish('kernel.asset.changed', first.id, {
    ids: rows.map(({ id }) => id),
    organisationIds: [...new Set(rows.map(({ organisationId }) => organisationId))],
  });
}
