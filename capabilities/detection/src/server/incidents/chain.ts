/**
 * The chain around an alert or through an incident, from the alerts in the table: repeats on one machine fold into episodes, the engine finds
 * the path.
 * @module
 */
import {
  type Chain,
  ChainIndex,
  type ChainStep,
  type Episode,
  type Incident,
  type Tactic,
  tactics,
} from '@hedun/detection';
import type { AlertRow, ChainShape } from '../../declared/incident-shapes.ts';

const gap = 600_000;
const known: ReadonlySet<string> = new Set(tactics);
/** How much an alert of a level weighs where the reduction measured no bits. */
const weight = { critical: 12, high: 9, medium: 6, low: 3, info: 1 } as const;

/** @param alerts in order of time @param around the alert asked about; left out: the heaviest */
export function chainOf(alerts: readonly AlertRow[], around?: string): ChainShape {
  const episodes: Episode[] = [];
  const open = new Map<string, Episode>();
  const members = new Map<string, number>();
  for (const alert of alerts) {
    const time = Date.parse(alert.time);
    const machine = (alert.host || alert.address || alert.sourceId).toLowerCase();
    const key = `${alert.title}\u001f${machine}\u001f${alert.userName}`;
    let episode = open.get(key);
    if (episode && time - episode.end <= gap) {
      episode.count += 1;
      episode.end = time;
    } else {
      episode = {
        index: episodes.length,
        network: '',
        rule: alert.title,
        machine,
        user: alert.userName || undefined,
        address: alert.address || undefined,
        process: alert.process || undefined,
        tactic: alert.tactics.find((each) => known.has(each)) as Tactic | undefined,
        start: time,
        end: time,
        count: 1,
        verdict: { kind: 'unusual', incident: 0, bits: bitsOf(alert) },
      };
      episodes.push(episode);
      open.set(key, episode);
    }
    members.set(alert.id, episode.index);
  }
  if (episodes.length === 0) return { steps: [], timeline: [], at: -1, initialAccess: null, machines: [], users: [] };
  const incident: Incident = {
    id: 0,
    network: '',
    kind: 'group',
    opened: episodes[0]?.start ?? 0,
    start: episodes[0]?.start ?? 0,
    end: Math.max(...episodes.map(({ end }) => end)),
    alerts: alerts.length,
    bits: 0,
    occurrences: 1,
    machines: [...new Set(episodes.map(({ machine }) => machine))],
    rules: [...new Set(episodes.map(({ rule }) => rule))],
    tactics: [...new Set(episodes.flatMap(({ tactic }) => (tactic ? [tactic] : [])))],
    episodes: episodes.map(({ index }) => index),
  };
  const heaviest = episodes.reduce((best, each) => (bits(each) > bits(best) ? each : best));
  const seed = (around === undefined ? undefined : members.get(around)) ?? heaviest.index;
  return shapeOf(new ChainIndex(episodes, [incident]).around(seed));
}

const bits = ({ verdict }: Episode) => ('bits' in verdict ? verdict.bits : 0);
function bitsOf({ verdict, severity }: AlertRow): number {
  return typeof verdict.bits === 'number' ? verdict.bits : weight[severity];
}

function shapeOf({ steps, timeline, at, initialAccess, machines, users }: Chain): ChainShape {
  return {
    steps: steps.map(stepOf),
    timeline: timeline.map(stepOf),
    at,
    initialAccess: initialAccess ?? null,
    machines: [...machines],
    users: [...users],
  };
}

function stepOf({
  start,
  end,
  tactic,
  machines,
  users,
  rules,
  alerts,
  reason,
}: ChainStep): ChainShape['steps'][number] {
  return {
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    tactic: tactic ?? null,
    machines: [...machines],
    users: [...users],
    rules: [...rules],
    alerts,
    reason: reason ? { by: reason.by, value: reason.value, seconds: reason.seconds, forward: reason.forward } : null,
  };
}
