/**
 * Reduction: alerts to incidents. Import from here only.
 * @module
 */
export { type Alert, type Tactic, tacticOf, tactics } from './alert.ts';
export { type ReductionConfiguration, standardConfiguration } from './configuration.ts';
export { hostName, userName } from './entities.ts';
export type { Episode, Feedback, Incident, Verdict } from './incident.ts';
export { Reducer, type ReducerOptions } from './reduce.ts';
