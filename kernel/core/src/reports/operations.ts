/**
 * Handlers of reports.
 * @module
 */
import { type Finding, handlers, type Report } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import { getOrganisation } from '../access/organisations.ts';
import type { Core, Database } from '../contract.ts';
import { list } from '../lists/list.ts';
import { findingList, reportList } from '../nouns/definitions.ts';
import { asFinding } from '../nouns/findings.ts';
import { scopeFor } from '../nouns/narrow.ts';
import { anyOf, requireOrganisations } from '../nouns/shared.ts';
import { sessionOf } from '../session.ts';
import { findingsReport } from './findings-report.ts';
import { makeReport } from './make.ts';

/** Rows of the table; 500 are about 25 pages. */
const most = 500;

export function reportHandlers(core: Core) {
  return handlers<Kernel>()({
    listReports: (input, context) => list<Report>(sessionOf(context), reportList, input),
    makeFindingsReport: async ({ organisationId, filter, format }, context) => {
      context.require('finding.read');
      const session = sessionOf(context);
      await requireOrganisations(session, [organisationId]);
      const organisation = await getOrganisation(session, organisationId);
      // The subtree of the organisation, and of it only what the actor may read as findings.
      const scope = scopeFor(context, 'finding.read') ?? session.scope;
      const page = await list<object>({ db: session.db, scope }, findingList, {
        filter: `organisation:${organisationId} ${filter}`,
        sort: '-severity',
        limit: most,
      });
      const rows = page.items.map(asFinding);
      const names = await namesOf(session.db, rows);
      const issuer = await session.db
        .selectFrom('organisations')
        .select('name')
        .where('id', '=', session.actor.organisationId)
        .executeTakeFirst();
      const document = findingsReport({
        organisation: organisation.name,
        issuer: issuer?.name ?? organisation.name,
        filter,
        locale: session.locale,
        now: session.now(),
        total: page.total,
        findings: rows.map((row) => ({
          ...row,
          assetName: row.assetId ? (names.get(row.assetId) ?? null) : null,
          organisationName: names.get(row.organisationId) ?? organisation.name,
        })),
        kindTitle: (kind) =>
          core.registry.findingKinds().find((each) => each.kind === kind)?.title[session.locale] ?? kind,
      });
      return await makeReport(core, session, document, format, organisationId, document.title);
    },
  });
}

async function namesOf(db: Database, rows: readonly Finding[]) {
  const assets = await db
    .selectFrom('assets')
    .select(['id', 'name'])
    .where('id', '=', anyOf([...new Set(rows.flatMap(({ assetId }) => (assetId ? [assetId] : [])))]))
    .execute();
  const organisations = await db
    .selectFrom('organisations')
    .select(['id', 'name'])
    .where('id', '=', anyOf([...new Set(rows.map(({ organisationId }) => organisationId))]))
    .execute();
  return new Map([...assets, ...organisations].map(({ id, name }) => [id, name]));
}
