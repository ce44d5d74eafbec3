/**
 * Handlers of the register of information systems.
 * @module
 */
import { type Asset, Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { completenessOf, differencesOf } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { SystemDetail, SystemDetails, SystemSummary } from '../../register-shapes.ts';
import { remindFilings } from '../filings/reminders.ts';
import { type Here, instant, today } from '../here.ts';
import { remindReviews } from '../reviews/reminders.ts';
import { registerDocument } from './document.ts';
import { listDuties } from './duties.ts';
import { assetOf, detailsOf, recordOf, systemKind } from './record.ts';
import { refreshAll, refreshSystems } from './refresh.ts';
import { claim, listUnregistered } from './unregistered.ts';

export async function systemOf(context: Here, id: string): Promise<Asset> {
  const asset = await context.assets.get(id);
  if (asset.kind !== systemKind)
    throw new Failure('workdesk.unknown', { where: 'id', expected: systemKind, got: asset.kind });
  return asset;
}

async function detailOf(context: Here, id: string): Promise<SystemDetail> {
  const asset = await systemOf(context, id);
  const row = await context.db.selectFrom('workdeskSystems').selectAll().where('id', '=', id).executeTakeFirst();
  const filings = await context.db
    .selectFrom('workdeskFilings')
    .selectAll()
    .where('assetId', '=', id)
    .orderBy('createdAt', 'desc')
    .execute();
  const filed = filings.find(({ kind, status }) => kind === 'system' && status === 'filed');
  const reviews = await sql<{ title: string; answer: string; at: string }>`SELECT v.title, e.answer, s.accepted_at AS at
    FROM workdesk_review_entries e JOIN workdesk_review_sheets s ON s.id = e.sheet_id JOIN workdesk_reviews v ON v.id = s.review_id
    WHERE e.asset_id = ${id}::uuid AND s.status = 'accepted' ORDER BY s.accepted_at DESC`.execute(context.db);
  const open = await sql<{ severity: string; count: number }>`SELECT severity, count(*)::int AS count FROM findings
    WHERE asset_id = ${id}::uuid AND status IN ('open', 'triaged', 'in_case') GROUP BY severity`.execute(context.db);
  const { percent, lines } = completenessOf(recordOf(asset), today(context));
  return {
    id,
    organisationId: asset.organisationId,
    details: detailsOf(asset),
    completeness: { percent, lines: [...lines] },
    filing: (row?.filing ?? 'none') as SystemDetail['filing'],
    filings: filings.map(({ id: filing, kind, number, subject, expiresOn, status }) => ({
      id: filing,
      kind,
      number,
      subject,
      expiresOn,
      status,
    })),
    differences: filed ? differencesOf(filed.details as Partial<SystemDetails>, detailsOf(asset)) : [],
    reviews: reviews.rows,
    openFindings: Object.fromEntries(open.rows.map(({ severity, count }) => [severity, count])),
    updatedAt: asset.updatedAt,
    mayChange: context.can('workdesk.write') || context.can('workdesk.unit'),
  };
}

/** Makes or changes the asset behind an entry; also how filings and reviews write. */
export async function writeSystem(
  context: Here,
  given: { readonly id?: string | null | undefined; readonly organisationId: string; readonly details: SystemDetails },
): Promise<Asset> {
  const { details } = given;
  if (details.retiredOn && details.goLive && details.retiredOn < details.goLive)
    throw new Failure('input.invalid', {
      where: 'retiredOn',
      expected: `>= ${details.goLive}`,
      got: details.retiredOn,
    });
  const before = given.id ? await systemOf(context, given.id) : null;
  const wanted = assetOf(details, before?.attributes);
  const asset = before
    ? await context.assets.update(before.id, { ...wanted, organisationId: given.organisationId })
    : await context.assets.create({
        kind: systemKind,
        name: details.name,
        ...wanted,
        organisationId: given.organisationId,
      });
  await refreshSystems(context, [asset.id]);
  return asset;
}

async function save(
  {
    id,
    organisationId,
    ...details
  }: { readonly id?: string | undefined; readonly organisationId: string } & SystemDetails,
  context: Here,
): Promise<SystemDetail> {
  context.organisations.requireScope([organisationId]);
  const asset = await writeSystem(context, { id, organisationId, details });
  return await detailOf(context, asset.id);
}

export const registerHandlers = handlers<Workdesk>()({
  listSystems: (input, context) =>
    listing<SystemSummary>(
      context,
      {
        from: sql`SELECT a.id, a.name, a.organisation_id, a.protection_level, a.status, a.identifiers, coalesce(a.attributes->>'technician', '') AS technician,
            coalesce(s.completeness, 0)::int AS completeness, coalesce(s.missing, '{}') AS missing, coalesce(s.filing, 'none') AS filing, s.filing_expires_on, s.confirmed_on,
            (SELECT count(*)::int FROM findings f WHERE f.asset_id = a.id AND f.status IN ('open', 'triaged', 'in_case')) AS open_findings
          FROM assets a LEFT JOIN workdesk_systems s ON s.id = a.id WHERE a.kind = ${systemKind}`,
        fields: workdesk.operations.listSystems.list,
        columns: {
          organisation: sql`r.organisation_id`,
          // Unknown sorts before everything known, so that pages follow by key.
          protectionLevel: sql`coalesce(r.protection_level, 0)`,
          filingExpiresOn: sql`coalesce(r.filing_expires_on, '9999-12-31')`,
          confirmedOn: sql`coalesce(r.confirmed_on, '0001-01-01')`,
        },
        words: [sql`r.name`, sql`array_to_string(r.identifiers, ' ')`, sql`r.technician`],
        sort: 'name',
      },
      input,
    ),
  getSystem: ({ id }, context) => detailOf(context, id),
  saveSystem: save,
  saveOwnSystem: save,
  listDuties,
  listUnregistered,
  registerTarget: (input, context) => claim(context, input),
  claimTarget: (input, context) => claim(context, input),
  writeRegister: async ({ organisationId, format }, context) => {
    context.organisations.requireScope([organisationId]);
    const unit = await context.organisations.get(organisationId);
    const { rows } = await sql<
      Asset & { completeness: number; unitName: string }
    >`SELECT a.*, coalesce(s.completeness, 0)::int AS completeness, o.name AS unit_name
      FROM assets a JOIN organisations o ON o.id = a.organisation_id LEFT JOIN workdesk_systems s ON s.id = a.id
      WHERE a.kind = ${systemKind} AND o.path ~ ${organisationId} ORDER BY o.name, a.name LIMIT 5000`.execute(
      context.db,
    );
    const document = registerDocument(
      { unit: unit.name, day: today(context), locale: context.locale },
      rows.map((row) => ({ unitName: row.unitName, completeness: row.completeness, details: detailsOf(row) })),
    );
    return await context.reports.make(document, format, organisationId, document.title);
  },
  refreshRegister: async (_, context) => {
    const systems = await refreshAll(context);
    const filings = await context.transaction((inner) => remindFilings(inner));
    const sheets = await context.transaction((inner) => remindReviews(inner));
    return { systems, filings, sheets, at: instant(context) };
  },
});
