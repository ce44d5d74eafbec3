/**
 * Accepting a sheet: what the unit corrected, added and retired is written into the register. Only the fields that differ are written, so that what
 * the office changed in between stays.
 * @module
 */
import { differencesOf } from '@hedun/workdesk';
import type { FilingRow } from '../../filing-shapes.ts';
import type { SystemDetails } from '../../register-shapes.ts';
import type { ReviewEntryRow } from '../../review-shapes.ts';
import { type Here, instant, json, today } from '../here.ts';
import { systemOf, writeSystem } from '../registers/handlers.ts';
import { detailsOf } from '../registers/record.ts';

/** @returns the asset of each entry that has one now. */
export async function writeEntry(context: Here, entry: ReviewEntryRow): Promise<string | null> {
  const { organisationId, after, before, assetId } = entry;
  if (entry.answer === 'added' && after) return (await writeSystem(context, { organisationId, details: after })).id;
  if (!assetId) return null;
  const current = detailsOf(await systemOf(context, assetId));
  if (entry.answer === 'retired') {
    await writeSystem(context, {
      id: assetId,
      organisationId,
      details: { ...current, status: 'retired', retiredOn: current.retiredOn || today(context) },
    });
    await followFiling(context, assetId, { status: 'retired', expiresOn: null }, null);
  }
  if (entry.answer === 'corrected' && after && before) {
    const changed = differencesOf(before, after).map(({ field }) => field as keyof SystemDetails);
    const values = Object.fromEntries(changed.map((field) => [field, after[field]]));
    await writeSystem(context, { id: assetId, organisationId, details: { ...current, ...values } });
    await followFiling(context, assetId, {}, values);
  }
  return assetId;
}

/** What the office accepts here it has approved: the filing of the system says the same from now on. */
async function followFiling(
  context: Here,
  assetId: string,
  changes: Partial<FilingRow>,
  values: Readonly<Record<string, unknown>> | null,
): Promise<void> {
  const filing = await context.db
    .selectFrom('workdeskFilings')
    .selectAll()
    .where('assetId', '=', assetId)
    .where('kind', '=', 'system')
    .where('status', '=', 'filed')
    .executeTakeFirst();
  if (!filing) return;
  await context.db
    .updateTable('workdeskFilings')
    .set({
      ...changes,
      ...(values ? { details: json({ ...filing.details, ...values }) } : {}),
      updatedAt: instant(context),
    })
    .where('id', '=', filing.id)
    .execute();
}
