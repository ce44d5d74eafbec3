/**
 * Matches of rules, and what devices detected themselves, to alerts. An alert's id follows from what made it, so that the same event seen
 * again after a restart makes the same alert.
 * @module
 */
import { createHash } from 'node:crypto';
import { type NormalEvent, ruleKey, tacticOf } from '@hedun/detection';
import type { Detected } from '../rules/index.ts';
import type { NewAlert } from './shapes.ts';

/** What an alert says of its event; travels with the event through correlations, which may fire with an earlier one. */
export interface About {
  readonly id: string;
  readonly time: number;
  readonly network: string;
  readonly sourceId: string;
  readonly organisationId: string;
  readonly host: string;
  readonly userName: string;
  readonly address: string;
  readonly process: string;
  readonly summary: string;
}
export const aboutField = 'hedun_about';

/** A name-based id (RFC 9562, version 8) of SHA-256. */
export function idOf(...parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join('\u001f')).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

const levels: Readonly<Record<string, NewAlert['severity']>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  informational: 'info',
};
const severityIds: readonly NewAlert['severity'][] = ['info', 'info', 'low', 'medium', 'high', 'critical', 'critical'];
const summaryLimit = 400;
/** The field that says what was done, best first: a person reads this line before anything else. */
const telling = [
  'CommandLine',
  'cmdline',
  'command',
  'ScriptBlockText',
  'TargetObject',
  'TargetFilename',
  'ImageLoaded',
  'PipeName',
  'QueryName',
  'TaskName',
  'ServiceName',
  'ShareName',
  'ObjectName',
  'TargetImage',
];

export function aboutOf(
  event: NormalEvent,
  origin: Pick<About, 'id' | 'time' | 'network' | 'sourceId' | 'organisationId'>,
): About {
  const { fields, format } = event.parsed;
  const said = telling.map((name) => fields[name]).find((value) => typeof value === 'string' && value !== '') as
    | string
    | undefined;
  const summary = said ?? (event.url || event.message || event.parsed.raw);
  // What a network sensor reports is about the machine it saw attacked.
  const sensor = event.classUid === 2004 && (format === 'suricata' || format === 'zeek');
  return {
    ...origin,
    host: sensor ? event.dstIp || event.host : event.host,
    userName: event.user,
    address: event.srcIp,
    process: event.process,
    summary: summary.slice(0, summaryLimit),
  };
}

function common({ id, ...about }: About) {
  return { ...about, eventId: id };
}

/** @param at the event at hand; null where matches come because time passed */
export function alertsOf(found: readonly Detected[], at: About | null): NewAlert[] {
  return found.flatMap(({ rule, time, event, mode, exceptionId, group, value }) => {
    const about = (event[aboutField] as About | undefined) ?? at;
    if (!about) return [];
    const key = ruleKey(rule);
    const tags = rule.tags.map((tag) => tag.toLowerCase());
    return {
      ...common(about),
      time: group ? time : about.time,
      id: idOf('rule', key, about.id, ...(group ?? [])),
      ruleKey: key,
      // Chinese first, as people here read it; rules without a translation keep their own title.
      title: rule.translations?.['zh-CN']?.title ?? rule.title,
      severity: levels[rule.level ?? 'medium'] ?? 'medium',
      tactics: tags
        .filter((tag) => /^attack\.[a-z-]+$/.test(tag) || /^attack\.[a-z_]+$/.test(tag))
        .map((tag) => tag.slice(7).replaceAll('_', '-')),
      techniques: tags.filter((tag) => /^attack\.t\d{4}/.test(tag)).map((tag) => tag.slice(7).toUpperCase()),
      mode: exceptionId === undefined ? mode : 'excepted',
      exceptionId: exceptionId ?? null,
      groupValues: [...(group ?? [])],
      value: value ?? null,
    };
  });
}

export function externalAlert(event: NormalEvent, about: About): NewAlert {
  const title = event.signature || event.message || event.product;
  const tactic = tacticOf({ rule: title });
  return {
    ...common(about),
    id: idOf('device', title, about.id),
    ruleKey: `device/${title}`.slice(0, 300),
    title: title.slice(0, 300),
    severity: severityIds[event.severityId] ?? 'medium',
    tactics: tactic ? [tactic] : [],
    techniques: [],
    mode: 'external',
    exceptionId: null,
    groupValues: [],
    value: null,
  };
}
