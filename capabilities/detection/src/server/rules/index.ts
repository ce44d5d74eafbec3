/**
 * Rules on the platform, for the rest of the server half.
 * @module
 */
export { activeRules, rulesVersion } from './active.ts';
export { type ActiveException, type ActiveRules, type Detected, RuleDetection } from './detection.ts';
