/**
 * Episodes of a story become phases: what began on one machine within a few seconds is one act, and the same act on several machines at
 * once is one sweep. A phase lasts until the next one on its machine begins.
 * @module
 */
import { isLate, type Tactic, tactics } from '../reduction/alert.ts';
import type { Episode } from '../reduction/incident.ts';

export interface Phase {
  readonly start: number;
  end: number;
  readonly episodes: number[];
  readonly machines: string[];
  readonly rules: string[];
  tactic: Tactic | undefined;
  alerts: number;
  bits: number;
  /** Incidents its episodes stand in. */
  readonly incidents: Set<number>;
}

/** Onsets on one machine no further apart than this are one act, and acts on several machines one sweep. */
const onsetGap = 15_000;
const sweepGap = 30_000;

export function phasesOf(episodes: readonly Episode[]): readonly Phase[] {
  const perMachine = new Map<string, Phase[]>();
  const onset = new Map<Phase, number>();
  for (const episode of [...episodes].sort((left, right) => left.start - right.start || left.index - right.index)) {
    const list = perMachine.get(episode.machine) ?? [];
    perMachine.set(episode.machine, list);
    let phase = list.at(-1);
    if (!phase || episode.start - (onset.get(phase) ?? 0) > onsetGap) {
      phase = {
        start: episode.start,
        end: episode.end,
        episodes: [],
        machines: [episode.machine],
        rules: [],
        tactic: undefined,
        alerts: 0,
        bits: 0,
        incidents: new Set(),
      };
      list.push(phase);
    }
    onset.set(phase, episode.start);
    take(phase, episode);
  }
  const phases = [...perMachine.values()].flat();
  for (const phase of phases) phase.tactic = leading(phase, episodes);
  return sweeps(phases.sort((left, right) => left.start - right.start));
}

function take(phase: Phase, episode: Episode): void {
  phase.episodes.push(episode.index);
  if (!phase.rules.includes(episode.rule)) phase.rules.push(episode.rule);
  phase.end = Math.max(phase.end, episode.end);
  phase.alerts += episode.count;
  phase.bits += bitsOf(episode);
  if ('incident' in episode.verdict) phase.incidents.add(episode.verdict.incident);
}

export function bitsOf(episode: Episode): number {
  return 'bits' in episode.verdict ? episode.verdict.bits : episode.verdict.kind === 'regular' ? 12 : 0;
}

/** The tactic that weighs most; of equal ones the later. */
function leading(phase: Phase, episodes: readonly Episode[]): Tactic | undefined {
  const weights = new Map<Tactic, number>();
  const own = new Set(phase.episodes);
  for (const episode of episodes)
    if (episode.tactic && own.has(episode.index))
      weights.set(
        episode.tactic,
        (weights.get(episode.tactic) ?? 0) + bitsOf(episode) * (isLate(episode.tactic) ? 1.5 : 1),
      );
  let best: Tactic | undefined;
  for (const tactic of tactics)
    if (weights.has(tactic) && (best === undefined || (weights.get(tactic) ?? 0) >= (weights.get(best) ?? 0)))
      best = tactic;
  return best;
}

function sweeps(phases: readonly Phase[]): readonly Phase[] {
  const merged: Phase[] = [];
  for (const phase of phases) {
    const sweep = merged.findLast(
      (each) =>
        phase.start - each.start <= sweepGap &&
        each.tactic === phase.tactic &&
        !phase.machines.some((machine) => each.machines.includes(machine)),
    );
    if (!sweep) {
      merged.push(phase);
      continue;
    }
    sweep.episodes.push(...phase.episodes);
    sweep.machines.push(...phase.machines);
    for (const rule of phase.rules) if (!sweep.rules.includes(rule)) sweep.rules.push(rule);
    sweep.end = Math.max(sweep.end, phase.end);
    sweep.alerts += phase.alerts;
    sweep.bits += phase.bits;
    for (const incident of phase.incidents) sweep.incidents.add(incident);
  }
  return merged;
}
