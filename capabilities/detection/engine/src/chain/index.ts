/**
 * The attack around one alert: what led to it and what followed, across machines, as a path of at most twelve steps with a reason on each
 * edge and as a timeline. Works on what the reduction found; it decides nothing about what is an incident.
 * @module
 */
import type { Tactic } from '../reduction/alert.ts';
import type { Episode, Incident } from '../reduction/incident.ts';
import { type EdgeReason, pathThrough } from './path.ts';
import { bitsOf, type Phase, phasesOf } from './phases.ts';

export type { EdgeReason } from './path.ts';

export interface ChainStep {
  readonly start: number;
  readonly end: number;
  readonly tactic: Tactic | undefined;
  readonly machines: readonly string[];
  readonly users: readonly string[];
  readonly rules: readonly string[];
  readonly alerts: number;
  readonly episodes: readonly number[];
  /** Why it follows the step before; undefined for the first. */
  readonly reason: EdgeReason | undefined;
}

export interface Chain {
  readonly steps: readonly ChainStep[];
  /** Which step holds the alert asked about. */
  readonly at: number;
  /** Every phase of the story in time order, also those the path leaves out. */
  readonly timeline: readonly ChainStep[];
  /** The earliest step of the path at or after initial access; undefined where none is known. */
  readonly initialAccess: number | undefined;
  readonly machines: readonly string[];
  readonly users: readonly string[];
  readonly incidents: readonly number[];
}

const hour = 3_600_000;
/** How far apart in time an incident may lie that shares a machine or person with the story. */
const relatedReach = 72 * hour;
/** A story beyond this many episodes keeps the weightiest: the path has twelve steps, and the answer must come at once. */
const storyLimit = 400;
const phaseLimit = 150;
const pathLength = 12;

export class ChainIndex {
  readonly #episodes: readonly Episode[];
  readonly #incidents = new Map<number, Incident>();
  /** network and entity → episodes, in order of start */
  readonly #byEntity = new Map<string, number[]>();
  readonly #incidentsByEntity = new Map<string, Set<number>>();

  constructor(episodes: readonly Episode[], incidents: readonly Incident[]) {
    this.#episodes = episodes;
    for (const episode of episodes)
      for (const key of keysOf(episode)) {
        const list = this.#byEntity.get(key);
        if (list) list.push(episode.index);
        else this.#byEntity.set(key, [episode.index]);
      }
    for (const incident of incidents) {
      this.#incidents.set(incident.id, incident);
      for (const index of incident.episodes)
        for (const key of keysOf(episodes[index] as Episode)) {
          const set = this.#incidentsByEntity.get(key);
          if (set) set.add(incident.id);
          else this.#incidentsByEntity.set(key, new Set([incident.id]));
        }
    }
  }

  /**
   * @param episode the one that holds the alert
   * @param time of the alert itself, where known: long episodes span several phases
   */
  around(episode: number, time?: number): Chain {
    const seed = this.#episodes[episode];
    if (!seed) throw new RangeError(`episode: expected 0 to ${this.#episodes.length - 1}, got ${episode}`);
    const own = 'incident' in seed.verdict ? this.#incidents.get(seed.verdict.incident) : undefined;
    const story = own ? this.#storyOf(own) : this.#nearby(seed);
    const chosen = this.#limit(story, seed);
    const all = phasesOf(chosen.map((index) => this.#episodes[index] as Episode));
    const phases = limitPhases(all, seed.index);
    const through = phaseAt(phases, seed, time ?? seed.start);
    const home = own?.id;
    const { steps, edges } = pathThrough(
      phases,
      through,
      pathLength,
      // Steps of the alert's own incident count in full, those of related ones by half.
      (phase) => Math.sqrt(phase.bits) * (home === undefined || phase.incidents.has(home) ? 1 : 0.5),
      this.#episodes,
    );
    const path = steps.map((step, index) => this.#step(phases[step] as Phase, edges[index - 1]));
    const access = path.findIndex((step) => step.tactic !== undefined && step.tactic !== 'reconnaissance');
    return {
      steps: path,
      at: steps.indexOf(through),
      timeline: phases.map((phase) => this.#step(phase, undefined)),
      initialAccess: access < 0 ? undefined : access,
      machines: [...new Set(path.flatMap((step) => step.machines))],
      users: [...new Set(path.flatMap((step) => step.users))],
      incidents: [...new Set(steps.flatMap((step) => [...(phases[step] as Phase).incidents]))],
    };
  }

  #step(phase: Phase, reason: EdgeReason | undefined): ChainStep {
    const users = new Set<string>();
    for (const index of phase.episodes) {
      const { user } = this.#episodes[index] as Episode;
      if (user) users.add(user);
    }
    const { start, end, tactic, machines, rules, alerts, episodes } = phase;
    return { start, end, tactic, machines, users: [...users], rules, alerts, episodes, reason };
  }

  /** The incident's episodes, and those of incidents near in time that share a machine, person, address or process with it. */
  #storyOf(own: Incident): readonly number[] {
    const related = new Set<number>();
    for (const index of own.episodes)
      for (const key of keysOf(this.#episodes[index] as Episode))
        for (const id of this.#incidentsByEntity.get(key) ?? []) related.add(id);
    related.delete(own.id);
    const found = [...own.episodes];
    for (const id of related) {
      const incident = this.#incidents.get(id) as Incident;
      if (incident.start - own.end > relatedReach || own.start - incident.end > relatedReach) continue;
      found.push(...incident.episodes);
    }
    return found;
  }

  /** Without an incident: what was unusual on the same entities within an hour before and after. */
  #nearby(seed: Episode): readonly number[] {
    const found = new Set([seed.index]);
    for (const key of keysOf(seed)) {
      const list = this.#byEntity.get(key) ?? [];
      for (let at = firstFrom(list, this.#episodes, seed.start - hour); at < list.length; at += 1) {
        const episode = this.#episodes[list[at] as number] as Episode;
        if (episode.start > seed.end + hour || found.size >= storyLimit) break;
        if (episode.verdict.kind !== 'usual' && episode.verdict.kind !== 'learning') found.add(episode.index);
      }
    }
    return [...found];
  }

  #limit(story: readonly number[], seed: Episode): readonly number[] {
    const unique = [...new Set([seed.index, ...story])];
    if (unique.length <= storyLimit) return unique;
    const weight = (index: number) => {
      const episode = this.#episodes[index] as Episode;
      return index === seed.index
        ? Number.POSITIVE_INFINITY
        : bitsOf(episode) - Math.abs(episode.start - seed.start) / hour;
    };
    const weighed = unique.map((index) => ({ index, weight: weight(index) }));
    return weighed
      .sort((left, right) => right.weight - left.weight)
      .slice(0, storyLimit)
      .map(({ index }) => index);
  }
}

function keysOf(episode: Episode): readonly string[] {
  const keys = [`${episode.network}\u001fmachine ${episode.machine}`];
  if (episode.user) keys.push(`${episode.network}\u001fuser ${episode.user}`);
  if (episode.process) keys.push(`${episode.network}\u001fprocess ${episode.process}`);
  return keys;
}

function firstFrom(list: readonly number[], episodes: readonly Episode[], time: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((episodes[list[middle] as number] as Episode).start < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function limitPhases(phases: readonly Phase[], seed: number): readonly Phase[] {
  if (phases.length <= phaseLimit) return phases;
  const kept = new Set(
    [...phases]
      .sort(
        (left, right) =>
          Number(right.episodes.includes(seed)) - Number(left.episodes.includes(seed)) || right.bits - left.bits,
      )
      .slice(0, phaseLimit),
  );
  return phases.filter((phase) => kept.has(phase));
}

/** The phase an alert of this episode belongs to: the last one on its machine that had begun by then. */
export function phaseAt(
  phases: readonly {
    readonly start: number;
    readonly machines: readonly string[];
    readonly episodes: readonly number[];
  }[],
  episode: Episode,
  time: number,
): number {
  const later = phases.findLastIndex((phase) => phase.start <= time && phase.machines.includes(episode.machine));
  const first = phases.findIndex((phase) => phase.episodes.includes(episode.index));
  return Math.max(later, first);
}
