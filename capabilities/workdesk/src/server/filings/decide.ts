/**
 * Deciding on a filing: an approval gives the number and the term and writes the register; a refusal leaves everything as it was.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { addMonths } from '@hedun/workdays';
import type { ApplicationRow, FilingRow } from '../../filing-shapes.ts';
import { SystemDetails } from '../../register-shapes.ts';
import { type Here, instant, json, today } from '../here.ts';
import { nextSerial } from '../notices.ts';
import { writeSystem } from '../registers/handlers.ts';
import { refreshSystems } from '../registers/refresh.ts';
import { filingOf, waitingOf } from './apply.ts';

/** Months a filing is good for unless somebody says otherwise: systems a year, until the next annual review; domains and ports likewise. */
const usualMonths = 12;

/** 网备〔2026〕12号: one series for each year. */
async function nextNumber(context: Here): Promise<string> {
  const word = (await context.setting('filingWord')) as string;
  const year = today(context).slice(0, 4);
  return `${word}〔${year}〕${await nextSerial(context, `filing:${word}:${year}`)}号`;
}

export async function decide(
  context: Here,
  input: {
    readonly id: string;
    readonly approve: boolean;
    readonly expiresOn?: string | undefined;
    readonly opinion: string;
  },
): Promise<void> {
  const filing = await filingOf(context, input.id, true);
  const application = await waitingOf(context, filing.id);
  if (!application)
    throw new Failure('workdesk.filing_step', { where: 'id', expected: 'a waiting application', got: 'none' });
  if (!input.approve && input.opinion === '')
    throw new Failure('input.invalid', { where: 'opinion', expected: 'why it is refused', got: '' });
  const now = instant(context);
  await context.db
    .updateTable('workdeskApplications')
    .set({
      status: input.approve ? 'approved' : 'refused',
      decidedBy: context.actor.name,
      decidedAt: now,
      opinion: input.opinion,
    })
    .where('id', '=', application.id)
    .execute();
  const changes = input.approve ? await approve(context, filing, application, input.expiresOn) : {};
  await context.db
    .updateTable('workdeskFilings')
    .set({
      ...(input.approve || filing.status === 'filed' ? {} : { status: 'refused' as const }),
      ...changes,
      updatedAt: now,
    })
    .where('id', '=', filing.id)
    .execute();
  const assetId = changes.assetId ?? filing.assetId;
  if (assetId) await refreshSystems(context, [assetId]);
  context.audit({ subject: filing.subject, action: application.action, approved: input.approve });
  await context.notify({
    to: { organisationId: filing.organisationId, permission: 'workdesk.unit' },
    title: input.approve
      ? { 'zh-CN': '备案已通过：{subject}', en: 'Filing approved: {subject}' }
      : { 'zh-CN': '备案未通过：{subject}', en: 'Filing refused: {subject}' },
    body: { 'zh-CN': '{opinion}', en: '{opinion}' },
    values: { subject: filing.subject, opinion: input.opinion || changes.number || filing.number },
    link: `/workdesk/filings?id=${filing.id}`,
  });
}

async function approve(
  context: Here,
  filing: FilingRow,
  application: ApplicationRow,
  given: string | undefined,
): Promise<Partial<FilingRow>> {
  if (application.action === 'retire') {
    await leaveRegister(context, filing);
    return { status: 'retired', expiresOn: null };
  }
  const day = today(context);
  const expiresOn = given ?? application.wantedUntil ?? addMonths(day, usualMonths);
  if (expiresOn <= day)
    throw new Failure('input.invalid', { where: 'expiresOn', expected: `> ${day}`, got: expiresOn });
  const number = filing.number || (await nextNumber(context));
  const common = { status: 'filed' as const, number, expiresOn, toldOn: null, approvedAt: instant(context) };
  if (application.action === 'renew') return common;
  const details = application.details;
  const assetId = await enterRegister(context, filing, details);
  return { ...common, assetId, details: json({ ...details }), subject: subjectOf(filing.kind, details) };
}

export function subjectOf(kind: FilingRow['kind'], details: Readonly<Record<string, unknown>>): string {
  if (kind === 'system') return String(details.name ?? '');
  if (kind === 'domain') return String(details.domain ?? '');
  return `${details.address}:${details.port}/${details.protocol}`;
}

/** What is approved stands in the register: the system itself, or the domain or address among the identifiers of its system. */
async function enterRegister(
  context: Here,
  filing: FilingRow,
  details: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  if (filing.kind === 'system') {
    const asset = await writeSystem(context, {
      id: filing.assetId,
      organisationId: filing.organisationId,
      details: SystemDetails.parse(details),
    });
    return asset.id;
  }
  const name = String(details.domain ?? details.address ?? '').toLowerCase();
  if (filing.assetId && name) {
    const asset = await context.assets.get(filing.assetId);
    if (!asset.identifiers.includes(name))
      await context.assets.update(asset.id, { identifiers: [...asset.identifiers, name] });
  }
  return filing.assetId;
}

async function leaveRegister(context: Here, filing: FilingRow): Promise<void> {
  if (!filing.assetId) return;
  const asset = await context.assets.get(filing.assetId);
  if (filing.kind === 'system')
    await context.assets.update(asset.id, {
      status: 'retired',
      attributes: { ...asset.attributes, retiredOn: today(context) },
    });
  if (filing.kind === 'domain')
    await context.assets.update(asset.id, { identifiers: asset.identifiers.filter((each) => each !== filing.subject) });
}
