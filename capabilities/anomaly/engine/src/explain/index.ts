/**
 * Why a row is strange, and whether rows still come from where they came from.
 * @module
 */
export { type Drift, driftOf, learnPopulation, type Population, stabilityIndex } from './drift.ts';
export {
  type Explanation,
  explainReading,
  explainRow,
  learnNormal,
  type NormalCases,
  normalCases,
  type Reason,
} from './explain.ts';
