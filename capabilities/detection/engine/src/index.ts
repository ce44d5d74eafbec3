/**
 * Detection, the pure part. Import from here only.
 * @module
 */

export { type Chain, ChainIndex, type ChainStep, type EdgeReason, phaseAt } from './chain/index.ts';
export { type EvtxRecord, type EvtxReport, readEvtx } from './evtx/read.ts';
export * from './intake.ts';
export {
  type Alert,
  type Episode,
  type Feedback,
  hostName,
  type Incident,
  Reducer,
  type ReducerOptions,
  type ReductionConfiguration,
  standardConfiguration,
  type Tactic,
  tacticOf,
  tactics,
  userName,
  type Verdict,
} from './reduction/index.ts';
export type { Refusal, RefusalCode } from './refusal.ts';
export { Correlation, type CorrelationOptions, type CorrelationStatistics } from './sigma/correlation.ts';
export type { CorrelationSnapshot, RuleMatch } from './sigma/correlation-group.ts';
export { Detector, type DetectorOptions, routeOf } from './sigma/detector.ts';
export { eventTime, SigmaEngine, type SigmaEngineOptions } from './sigma/engine.ts';
export type { EventRecord } from './sigma/event.ts';
export { concerns, declaredRoute, type Route, windowsRoute } from './sigma/logsource.ts';
export { type Parsed, type ParseOptions, parseSigma } from './sigma/parse.ts';
export { fieldNames, type Pipeline, standardPipelines } from './sigma/pipeline.ts';
export type * from './sigma/rule.ts';
export { ruleKey } from './sigma/rule.ts';
export { parseRuleTests, type RuleTest, runRuleTest, timedEvents } from './sigma/rule-test.ts';
export { flattenWindowsEvent } from './windows-event.ts';
