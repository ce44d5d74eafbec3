/**
 * Helpers of the intake tests: a parser as a source has it, and one line through it.
 * @module
 */
import {
  type LineOutcome,
  type NormalEvent,
  normalise,
  type ParsedEvent,
  SourceParser,
  type SourceSettings,
} from '@hedun/detection';

export const received = Date.parse('2026-11-25T02:00:00Z');
export const china: SourceSettings = { format: 'auto', zone: 480, encoding: 'utf-8' };
export const bytes = (text: string) => new TextEncoder().encode(text);

export function through(lines: readonly string[], settings: Partial<SourceSettings> = {}): readonly LineOutcome[] {
  const parser = new SourceParser({ ...china, ...settings });
  return lines.map((line) => parser.push(bytes(line), received));
}
export function one(line: string, settings: Partial<SourceSettings> = {}): ParsedEvent {
  const [outcome] = through([line], settings);
  if (outcome?.events.length !== 1)
    throw new Error(`expected one event, got ${outcome?.failure?.reason ?? outcome?.events.length}: ${line}`);
  return outcome.events[0] as ParsedEvent;
}
export const normal = (line: string, settings: Partial<SourceSettings> = {}): NormalEvent =>
  normalise(one(line, settings));
export const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString());
