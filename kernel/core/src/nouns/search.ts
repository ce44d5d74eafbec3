/**
 * One box for everything: organisations, people, assets, findings and cases whose name holds the text, of those the actor may read.
 * @module
 */
import { handlers } from '@hedun/sdk';
import { type Kernel, severityWords } from '@hedun/sdk/kernel';
import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import { contains } from '../lists/words.ts';
import { sessionOf } from '../session.ts';
import type { KernelTables } from '../store/tables.ts';
import { normaliseIdentifier } from './identifiers.ts';
import { scopeFor } from './narrow.ts';

type Kind = 'organisation' | 'user' | 'asset' | 'finding' | 'case';
interface Hit {
  readonly kind: Kind;
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly link: string;
}

export function searchHandlers() {
  return handlers<Kernel>()({
    search: async ({ text, limit }, context) => {
      const session = sessionOf(context);
      const { db, locale } = session;
      const word = text.trim();
      const within =
        (permission: string, column: string) =>
        (row: ExpressionBuilder<KernelTables, never>): ReturnType<typeof row.lit> => {
          const scope = scopeFor(context, permission);
          return (
            scope?.kind === 'all'
              ? sql<SqlBool>`true`
              : sql<SqlBool>`${sql.ref(column)} = ANY (${[...(scope?.ids ?? [])]}::uuid[])`
          ) as never;
        };
      const hits: Hit[] = [];
      if (context.can('case.read')) {
        const rows = await db
          .selectFrom('cases')
          .select(['id', 'title', 'number'])
          .where((row) => row.or([contains('cases', 'title', word), contains('cases', 'number', word)]))
          .where(within('case.read', 'organisationId') as never)
          .orderBy('openedAt', 'desc')
          .limit(limit)
          .execute();
        hits.push(
          ...rows.map(({ id, title, number }) => ({
            kind: 'case' as const,
            id,
            title,
            subtitle: number,
            link: `/cases/${id}`,
          })),
        );
      }
      if (context.can('asset.read')) {
        const rows = await db
          .selectFrom('assets')
          .select(['id', 'name', 'kind', 'identifiers'])
          .where((row) =>
            row.or([
              contains('assets', 'name', word),
              sql<SqlBool>`identifiers @> ARRAY[${normaliseIdentifier(text)}]::text[]`,
            ]),
          )
          .where(within('asset.read', 'organisationId') as never)
          .orderBy('lastSeenAt', 'desc')
          .limit(limit)
          .execute();
        hits.push(
          ...rows.map(({ id, name, kind, identifiers }) => ({
            kind: 'asset' as const,
            id,
            title: name,
            subtitle: [kind, ...identifiers.slice(0, 2)].join(' · '),
            link: `/assets/${id}`,
          })),
        );
      }
      if (context.can('finding.read')) {
        const rows = await db
          .selectFrom('findings')
          .select(['id', 'title', 'severity'])
          .where(contains('findings', 'title', word))
          .where(within('finding.read', 'organisationId') as never)
          .orderBy('lastSeenAt', 'desc')
          .limit(limit)
          .execute();
        hits.push(
          ...rows.map(({ id, title, severity }) => ({
            kind: 'finding' as const,
            id,
            title,
            subtitle: severityWords[severity as keyof typeof severityWords][locale],
            link: `/findings/${id}`,
          })),
        );
      }
      if (context.can('organisation.read')) {
        const rows = await db
          .selectFrom('organisations')
          .select(['id', 'name', 'shortName'])
          .where((row) =>
            row.or([contains('organisations', 'name', word), contains('organisations', 'shortName', word)]),
          )
          .where(within('organisation.read', 'id') as never)
          .orderBy('name')
          .limit(limit)
          .execute();
        hits.push(
          ...rows.map(({ id, name, shortName }) => ({
            kind: 'organisation' as const,
            id,
            title: name,
            subtitle: shortName ?? '',
            link: `/organisations/${id}`,
          })),
        );
      }
      if (context.can('user.read')) {
        const rows = await db
          .selectFrom('users')
          .select(['id', 'name', 'displayName'])
          .where((row) => row.or([contains('users', 'name', word), contains('users', 'displayName', word)]))
          .where(within('user.read', 'organisationId') as never)
          .orderBy('displayName')
          .limit(limit)
          .execute();
        hits.push(
          ...rows.map(({ id, name, displayName }) => ({
            kind: 'user' as const,
            id,
            title: displayName,
            subtitle: name,
            link: `/users/${id}`,
          })),
        );
      }
      return { items: fairly(hits, limit) };
    },
  });
}

/** One of each kind in turn, so that a thousand findings do not hide the one asset. */
function fairly(hits: readonly Hit[], limit: number): Hit[] {
  const kinds = [...Map.groupBy(hits, ({ kind }) => kind).values()];
  const taken = new Set<Hit>();
  for (let turn = 0; taken.size < limit && turn < limit; turn += 1)
    for (const own of kinds) {
      const next = own[turn];
      if (next && taken.size < limit) taken.add(next);
    }
  return hits.filter((hit) => taken.has(hit));
}
