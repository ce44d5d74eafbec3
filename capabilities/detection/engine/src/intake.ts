/**
 * Intake, the pure part: lines and packets to events, events to OCSF, clocks. Exported by the package.
 * @module
 */
export { ClockSkew, effectiveTime, type SkewState, type TimeVerdict, Watermark } from './collect/clock.ts';
export { FlowDecoder, type FlowOutcome, type FlowState } from './flow/decode.ts';
export { classes as ocsfClasses } from './ocsf/names.ts';
export {
  type Columns,
  detectionRecord,
  logsourceOf,
  type NormalEvent,
  normalise,
  ocsfDocument,
} from './ocsf/normalise.ts';
export { StreamFramer } from './parsers/framing.ts';
export {
  compilePattern,
  type LinePattern,
  type PatternFault,
  PatternRefused,
  placeKinds,
  suggestPattern,
} from './parsers/pattern.ts';
export {
  type Format,
  formats,
  type LineContext,
  type ParsedEvent,
  type Unparsed,
  UnparsedLine,
} from './parsers/shape.ts';
export { type LineOutcome, SourceParser, type SourceSettings, type SourceState } from './parsers/source.ts';
export { type Damage, lineLimit, safeText } from './parsers/text.ts';
export { parseTime } from './time.ts';
