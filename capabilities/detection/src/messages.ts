/**
 * Words of the pages that are no field or operation, in both languages.
 * @module
 */
import { collectionEn, collectionZh, huntingEn, huntingZh, incidentEn, incidentZh } from './declared/page-words.ts';
import { ruleEn, ruleZh } from './declared/rule-words.ts';

export const zh = {
  ...collectionZh,
  ...huntingZh,
  ...incidentZh,
  ...ruleZh,
} as const;
export const en = {
  ...collectionEn,
  ...huntingEn,
  ...incidentEn,
  ...ruleEn,
} as const;
