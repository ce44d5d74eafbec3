/**
 * What passes between the platform, which has the database, and the threads that collect and detect. Plain data that can be cloned.
 * @module
 */
import type { Format, SourceState } from '@hedun/detection';
import type { SourceSettings } from '../../declared/source-shapes.ts';
import type { ActiveRules } from '../rules/index.ts';

export interface WorkSource {
  readonly id: string;
  readonly organisationId: string;
  readonly kind: string;
  readonly format: Format | 'auto';
  readonly zone: number;
  readonly encoding: 'utf-8' | 'gb18030';
  readonly logsource: { readonly product?: string; readonly category?: string; readonly service?: string } | null;
  readonly pattern: string | null;
  readonly settings: SourceSettings;
  /** Opened; only collectors get it. */
  readonly secret: string | null;
  /** Differs when a listener has to be opened anew. */
  readonly revision: string;
}

export interface NewAlert {
  readonly id: string;
  readonly organisationId: string;
  readonly time: number;
  readonly network: string;
  readonly ruleKey: string;
  readonly title: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low' | 'info';
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly mode: 'on' | 'external' | 'shadow' | 'excepted';
  readonly exceptionId: string | null;
  readonly host: string;
  readonly userName: string;
  readonly address: string;
  readonly process: string;
  readonly summary: string;
  readonly sourceId: string;
  readonly eventId: string;
  readonly groupValues: readonly string[];
  readonly value: number | null;
}

/** Counted since the worker began to count for this source; kept in its snapshot, so that a restart counts on. */
export interface SourceCounts {
  parsed: number;
  failed: number;
  damaged: number;
  late: number;
  skewMs: number;
  unparsed: { at: string; reason: string; text: string }[];
  sample: string[];
}

/** Before the names of logs among the offsets of a worker of a group; partitions of a bus never begin so. */
export const originMark = '@';

/** How an error begins that says that another worker has the partition now: such a commit is never tried again. */
export const fencedMark = 'fenced:';
export const isFenced = (error: unknown): boolean => error instanceof Error && error.message.startsWith(fencedMark);

export interface Commit {
  readonly offsets: Readonly<Record<string, number>>;
  readonly snapshot: string;
  readonly alerts: readonly NewAlert[];
  readonly counts: Readonly<Record<string, SourceCounts>>;
}
export interface WorkerState {
  readonly offsets: Readonly<Record<string, number>>;
  readonly snapshot: string;
  /** Of a group: how often the partition was taken over, this time included. */
  readonly epoch?: number;
}
export interface WorkerSnapshot {
  readonly rules: Readonly<Record<string, unknown>>;
  readonly parsers: Readonly<Record<string, SourceState>>;
  readonly flows: Readonly<Record<string, unknown>>;
  readonly skew: Readonly<Record<string, { readonly differences: readonly number[] }>>;
  readonly watermark: number | null;
  readonly counts: Readonly<Record<string, SourceCounts>>;
}

/** What the pipeline asks of the platform. */
export interface Platform {
  state(): Promise<WorkerState>;
  /** Offsets, snapshot and alerts together; the same again changes nothing. */
  commit(commit: Commit): Promise<void>;
  sources(): Promise<readonly WorkSource[]>;
  /** Null where the version given is still in use. */
  rules(version: string): Promise<ActiveRules | null>;
}

/** The key of a record of the bus: `source id` or `source id|import id`, then a blank and the sender's address. */
export interface LineKey {
  readonly sourceId: string;
  readonly importId: string | null;
  readonly peer: string;
  /** `line`, `flow` or `event`: what the bytes are. */
  readonly kind: 'line' | 'flow' | 'event';
}
export function lineKey({ sourceId, importId, peer, kind }: LineKey): string {
  return `${kind[0]}${sourceId}${importId ? `|${importId}` : ''} ${peer}`;
}
const kinds = { l: 'line', f: 'flow', e: 'event' } as const;
export function readLineKey(key: string): LineKey {
  const space = key.indexOf(' ');
  const head = key.slice(1, space < 0 ? undefined : space);
  const [sourceId = '', importId = ''] = head.split('|');
  return {
    sourceId,
    importId: importId === '' ? null : importId,
    peer: space < 0 ? '' : key.slice(space + 1),
    kind: kinds[key[0] as keyof typeof kinds] ?? 'line',
  };
}
