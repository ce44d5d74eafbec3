/**
 * What every parser gives: the fields under the names the product gives them, the log source for rules, the event's own time. Plain data.
 * @module
 */
import type { LogSource } from '../sigma/rule.ts';

export const formats = [
  'syslog',
  'cef',
  'leef',
  'windows',
  'zeek',
  'suricata',
  'wazuh',
  'auditd',
  'web',
  'dns',
  'json',
  'pattern',
  'netflow',
] as const;
export type Format = (typeof formats)[number];

export type Fields = Record<string, unknown>;

export interface ParsedEvent {
  readonly format: Format;
  /** Milliseconds since the epoch; undefined where the line has no time that can be read. */
  readonly time: number | undefined;
  readonly fields: Fields;
  /** What rules are routed by; Windows events say it themselves. */
  readonly logsource: LogSource | undefined;
  /** From the syslog header, where the line came in one. */
  readonly header?: SyslogHeader;
  /** The line, contained; of several lines joined by line feeds. */
  readonly raw: string;
}

export interface SyslogHeader {
  readonly facility: number | undefined;
  readonly severity: number | undefined;
  readonly time: number | undefined;
  readonly host: string | undefined;
  readonly app: string | undefined;
  readonly process: string | undefined;
}

export interface LineContext {
  /** When it arrived, milliseconds since the epoch: the year of times without one, the time of lines without any. */
  readonly received: number;
  /** Offset of times without one, minutes east of UTC. */
  readonly zone: number;
}

/** Why a line was not understood; shown with the line on the sources page. */
export type Unparsed =
  | 'empty'
  | 'cef-header'
  | 'leef-header'
  | 'json'
  | 'json-shape'
  | 'zeek-header'
  | 'zeek-columns'
  | 'audit-record'
  | 'web-line'
  | 'dns-line'
  | 'pattern'
  | 'flow-packet'
  | 'flow-template';

/** Thrown by a parser, caught at its edge. */
export class UnparsedLine extends Error {
  readonly reason: Unparsed;
  constructor(reason: Unparsed) {
    super(reason);
    this.reason = reason;
  }
}
