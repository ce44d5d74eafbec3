/**
 * Handlers of findings.
 * @module
 */
import { type Evidence, handlers } from '@hedun/sdk';
import { findingStatusWords, type Kernel, severityWords } from '@hedun/sdk/kernel';
import { sql } from 'kysely';
import type { Core, Session } from '../contract.ts';
import { filteredQuery } from '../lists/list.ts';
import { sessionOf } from '../session.ts';
import { findingList } from './definitions.ts';
import { referenceTo } from './files.ts';
import { dismissalOf, endExpiredDismissals, listFindings, merge, setSeverity, step } from './findings.ts';
import { anyOf, historyOf } from './shared.ts';
import { undoFindings } from './undo.ts';

/** Files by id, in the order of their names; those outside the actor's scope are left out. */
export async function filesBy({ db }: Session, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('evidence').selectAll().where('id', '=', anyOf(ids)).orderBy('name').execute();
  return rows.map((row) => referenceTo(row as Evidence));
}

export function findingHandlers(core: Core) {
  return handlers<Kernel>()({
    listFindingKinds: async () => ({ items: [...core.registry.findingKinds()] }),
    listFindings: (input, context) => listFindings(sessionOf(context), input),
    getFinding: async ({ id }, context) => {
      const session = sessionOf(context);
      const finding = await context.findings.get(id);
      const asset = finding.assetId
        ? await session.db
            .selectFrom('assets')
            .select(['id', 'name', 'kind'])
            .where('id', '=', finding.assetId)
            .executeTakeFirst()
        : undefined;
      const merged = await session.db.selectFrom('findings').select('id').where('mergedInto', '=', id).execute();
      return {
        finding,
        asset: asset ?? null,
        timeline: await historyOf(session, id),
        evidence: await filesBy(session, finding.evidenceIds),
        mergedFrom: merged.map((each) => each.id),
      };
    },
    raiseFinding: async (input, context) => {
      const references = input.references.map(({ kind, id }) => `${kind}:${id}`).sort();
      const [raised] = await context.findings.raise([
        {
          ...input,
          assetId: input.assetId ?? null,
          remediation: input.remediation ?? null,
          source: `person:${context.actor.id}`,
          // What a person reports is the same weakness when it names the same references, or else bears the same title.
          identity: references.length > 0 ? references : [input.title.normalize('NFKC').toLowerCase()],
        },
      ]);
      if (!raised) throw new RangeError('raise: expected one answer for one finding, got none');
      return raised;
    },
    triageFindings: ({ ids }, context) => step(sessionOf(context), 'triage', ids),
    markFindingsFixed: ({ ids, note }, context) => step(sessionOf(context), 'fix', ids, { note }),
    verifyFindings: ({ ids, note }, context) => step(sessionOf(context), 'verify', ids, { note }),
    reopenFindings: ({ ids, reason }, context) => step(sessionOf(context), 'reopen', ids, { note: reason }),
    dismissFindings: ({ ids, reason, note, expiresAt }, context) => {
      const session = sessionOf(context);
      const dismissal = dismissalOf(session, reason, note, expiresAt ? new Date(expiresAt) : null);
      return step(session, 'dismiss', ids, { note, dismissal });
    },
    setFindingSeverity: ({ ids, severity, note }, context) => setSeverity(sessionOf(context), ids, severity, note),
    undoFindingStep: ({ ids }, context) => undoFindings(sessionOf(context), ids),
    mergeFindings: ({ id, ids }, context) => merge(sessionOf(context), id, ids),
    endDismissals: async (_, context) => {
      let ended = 0;
      for (;;) {
        const some = await context.transaction((inner) => endExpiredDismissals(sessionOf(inner)));
        ended += some;
        if (some === 0) return { ended };
        await context.progress(ended, ended);
      }
    },
    countFindings: async ({ filter, by }, context) => {
      const session = sessionOf(context);
      const column = by === 'organisation' ? 'organisationId' : by;
      const rows = (await (
        await filteredQuery(session, findingList, filter)
      )
        .select([`${column} as key`, sql<number>`count(*)::int`.as('count')])
        .groupBy(column)
        .orderBy('count', 'desc')
        .orderBy('key')
        .execute()) as { key: string; count: number }[];
      const titles = await titlesOf(core, session, by);
      return { groups: rows.map(({ key, count }) => ({ key, count, title: titles.get(key) ?? key })) };
    },
  });
}

async function titlesOf(core: Core, session: Session, by: string): Promise<ReadonlyMap<string, string>> {
  const { locale } = session;
  if (by === 'organisation') {
    const rows = await session.db.selectFrom('organisations').select(['id', 'name']).execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
  if (by === 'kind') return new Map(core.registry.findingKinds().map(({ kind, title }) => [kind, title[locale]]));
  const words = by === 'severity' ? severityWords : findingStatusWords;
  return new Map(Object.entries(words).map(([key, title]) => [key, title[locale]]));
}
