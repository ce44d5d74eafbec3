/**
 * Words of the pages that are no field or operation, in both languages.
 * @module
 */
import { collectionEn, collectionZh, huntingEn, huntingZh, incidentEn, incidentZh } from './declared/page-words.ts';

export const zh = {
  ...collectionZh,
  ...huntingZh,
  ...incidentZh,
} as const;
export const en = {
  ...collectionEn,
  ...huntingEn,
  ...incidentEn,
} as const;
