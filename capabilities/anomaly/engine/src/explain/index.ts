/**
 * Why a row is strange, and whether rows still come from where they came from.
 * @module
 */
export { type Drift, driftOf, learnPopulation, type Population, stabilityIndex } from './drift.ts';
export { type Explanation, explainRow, learnNormal, type NormalCases, type Reason } from './explain.ts';
