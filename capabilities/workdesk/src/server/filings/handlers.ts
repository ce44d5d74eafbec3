/**
 * Handlers of filing.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { differencesOf, type SystemRecord } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { ApplicationRow, FilingDetail, FilingSummary } from '../../filing-shapes.ts';
import { type Here, instant, today } from '../here.ts';
import { systemOf } from '../registers/handlers.ts';
import { refreshSystems } from '../registers/refresh.ts';
import { apply, type Details, filingOf, waitingOf } from './apply.ts';
import { decide, subjectOf } from './decide.ts';
import { filingDocument } from './document.ts';

const rows = (
  day: string,
) => sql`SELECT g.id, g.organisation_id, g.kind, g.number, g.subject, g.asset_id, g.status, g.expires_on, g.approved_at, g.created_at, g.updated_at, a.action AS waiting,
    (g.status = 'filed' AND g.expires_on IS NOT NULL AND g.expires_on < ${day}) AS expired
  FROM workdesk_filings g LEFT JOIN workdesk_applications a ON a.filing_id = g.id AND a.status = 'waiting'`;

async function summaryOf(context: Here, id: string): Promise<FilingSummary> {
  const found = await sql<FilingSummary>`SELECT * FROM (${rows(today(context))}) r WHERE r.id = ${id}::uuid`.execute(
    context.db,
  );
  const [row] = found.rows;
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}

/** Field by field: systems by the register's own rule, domains and ports by their names. */
function changesOf({ before, details, action }: ApplicationRow) {
  if (action === 'renew' || action === 'retire') return [];
  if ('name' in details)
    return differencesOf(before as Partial<SystemRecord>, details as Partial<SystemRecord>).map((each) => ({
      ...each,
    }));
  return [...new Set([...Object.keys(before), ...Object.keys(details)])].flatMap((field) => {
    const [was, is] = [String(before[field] ?? ''), String(details[field] ?? '')];
    return was === is || field === 'assetId' ? [] : [{ field, before: was, after: is }];
  });
}

/** Papers of the unit that had the system before are not the new one's to read. */
async function readable(context: Here, ids: readonly string[]) {
  const found = await Promise.allSettled(ids.map((file) => context.files.reference(file)));
  return found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

async function detailOf(context: Here, id: string): Promise<FilingDetail> {
  const filing = await summaryOf(context, id);
  const { details } = await filingOf(context, id);
  const applications = await context.db
    .selectFrom('workdeskApplications')
    .selectAll()
    .where('filingId', '=', id)
    .orderBy('id', 'desc')
    .execute();
  const [unit, office] = [context.can('workdesk.unit'), context.can('workdesk.issue')];
  const open = filing.status === 'filed' && !filing.waiting;
  return {
    filing,
    details,
    applications: await Promise.all(
      applications.map(async (each) => ({
        ...each,
        differences: changesOf(each),
        attachments: await readable(context, each.attachmentIds),
      })),
    ),
    steps: [
      ...(filing.waiting && office ? (['decide'] as const) : []),
      ...(filing.waiting && unit ? (['withdraw'] as const) : []),
      ...(open && unit ? (['change', 'renew', 'retire'] as const) : []),
      ...(filing.number ? (['document'] as const) : []),
    ],
  };
}

type About = {
  readonly id?: string | undefined;
  readonly organisationId: string;
  readonly reason: string;
  readonly attachmentIds: readonly string[];
  readonly wantedUntil?: string | undefined;
};
async function file(
  context: Here,
  kind: 'system' | 'domain' | 'port',
  { id, organisationId, reason, attachmentIds, wantedUntil }: About,
  assetId: string | null,
  details: Details,
): Promise<FilingDetail> {
  if (assetId) {
    const asset = await systemOf(context, assetId);
    if (asset.organisationId !== organisationId)
      throw new Failure('workdesk.unknown', { where: 'assetId', got: assetId });
  }
  const filing = await apply(context, {
    id: id ?? null,
    kind,
    action: id ? 'change' : 'apply',
    organisationId,
    assetId,
    subject: subjectOf(kind, details),
    details,
    reason,
    attachmentIds,
    wantedUntil: wantedUntil ?? null,
  });
  if (assetId && kind === 'system') await refreshSystems(context, [assetId]);
  return await detailOf(context, filing);
}

async function step(
  context: Here,
  action: 'renew' | 'retire',
  input: {
    readonly id: string;
    readonly reason: string;
    readonly attachmentIds: readonly string[];
    readonly wantedUntil?: string | undefined;
  },
): Promise<FilingDetail> {
  const filing = await filingOf(context, input.id);
  await apply(context, {
    ...input,
    action,
    kind: filing.kind,
    organisationId: filing.organisationId,
    assetId: filing.assetId,
    subject: filing.subject,
    details: filing.details,
    wantedUntil: input.wantedUntil ?? null,
  });
  return await detailOf(context, filing.id);
}

export const filingHandlers = handlers<Workdesk>()({
  listFilings: (input, context) =>
    listing<FilingSummary>(
      context,
      {
        from: rows(today(context)),
        fields: workdesk.operations.listFilings.list,
        columns: { organisation: sql`r.organisation_id`, expiresOn: sql`coalesce(r.expires_on, '9999-12-31')` },
        words: [sql`r.subject`, sql`r.number`],
        sort: '-updatedAt',
      },
      input,
    ),
  getFiling: ({ id }, context) => detailOf(context, id),
  fileSystem: ({ id, organisationId, assetId, reason, attachmentIds, wantedUntil, ...details }, context) =>
    file(context, 'system', { id, organisationId, reason, attachmentIds, wantedUntil }, assetId ?? null, details),
  fileDomain: ({ id, organisationId, reason, attachmentIds, wantedUntil, ...details }, context) =>
    file(context, 'domain', { id, organisationId, reason, attachmentIds, wantedUntil }, details.assetId, details),
  filePort: ({ id, organisationId, reason, attachmentIds, wantedUntil, ...details }, context) =>
    file(context, 'port', { id, organisationId, reason, attachmentIds, wantedUntil }, details.assetId, {
      ...details,
      address: details.address.toLowerCase(),
    }),
  renewFiling: (input, context) => step(context, 'renew', input),
  retireFiling: (input, context) => step(context, 'retire', input),
  withdrawFiling: async ({ id }, context) => {
    const filing = await filingOf(context, id, true);
    const application = await waitingOf(context, id);
    if (!application)
      throw new Failure('workdesk.filing_step', { where: 'id', expected: 'a waiting application', got: 'none' });
    const now = instant(context);
    await context.db
      .updateTable('workdeskApplications')
      .set({ status: 'withdrawn', decidedAt: now })
      .where('id', '=', application.id)
      .execute();
    await context.db
      .updateTable('workdeskFilings')
      .set({ updatedAt: now, ...(filing.status === 'applied' ? { status: 'refused' as const } : {}) })
      .where('id', '=', id)
      .execute();
    if (filing.assetId) await refreshSystems(context, [filing.assetId]);
    return await detailOf(context, id);
  },
  decideFiling: async (input, context) => {
    await decide(context, input);
    return await detailOf(context, input.id);
  },
  writeFiling: async ({ id, format }, context) => {
    const detail = await detailOf(context, id);
    if (!detail.filing.number)
      throw new Failure('workdesk.filing_step', { where: 'id', expected: 'filed', got: detail.filing.status });
    const unit = await context.organisations.get(detail.filing.organisationId);
    const document = filingDocument(detail, { unit: unit.name, day: today(context), locale: context.locale });
    return await context.reports.make(document, format, unit.id, `${detail.filing.number} ${detail.filing.subject}`);
  },
});
