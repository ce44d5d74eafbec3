/**
 * Accepting a sheet: what the unit corrected, added and retired is written into the register. Only the fields that differ are written, so that what
 * the office changed in between stays.
 * @module
 */
import { differencesOf } from '@hedun/workdesk';
import type { SystemDetails } from '../../register-shapes.ts';
import type { ReviewEntryRow } from '../../review-shapes.ts';
import { type Here, today } from '../here.ts';
import { systemOf, writeSystem } from '../registers/handlers.ts';
import { detailsOf } from '../registers/record.ts';

/** @returns the asset of each entry that has one now. */
export async function writeEntry(context: Here, entry: ReviewEntryRow): Promise<string | null> {
  const { organisationId, after, before, assetId } = entry;
  if (entry.answer === 'added' && after) return (await writeSystem(context, { organisationId, details: after })).id;
  if (!assetId) return null;
  const current = detailsOf(await systemOf(context, assetId));
  if (entry.answer === 'retired')
    await writeSystem(context, {
      id: assetId,
      organisationId,
      details: { ...current, status: 'retired', retiredOn: current.retiredOn || today(context) },
    });
  if (entry.answer === 'corrected' && after && before) {
    const changed = differencesOf(before, after).map(({ field }) => field as keyof SystemDetails);
    const values = Object.fromEntries(changed.map((field) => [field, after[field]]));
    await writeSystem(context, { id: assetId, organisationId, details: { ...current, ...values } });
  }
  return assetId;
}
