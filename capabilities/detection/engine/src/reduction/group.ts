/**
 * Episodes that belong together, and what links a new one to them. A group weighs what its different rules weigh, not how often they
 * spoke; with enough weight the reducer makes it an incident.
 * @module
 */
import { tactics } from './alert.ts';
import type { ReductionConfiguration } from './configuration.ts';
import type { Episode, Incident, Verdict } from './incident.ts';

const groupOf = new WeakMap<Episode, Group>();

export class Group {
  /** Set once it is an incident. */
  id: number | undefined;
  opened = Number.NaN;
  start: number;
  end: number;
  /** End of the last very unusual episode: links by time alone reach from there. */
  strongEnd = Number.NEGATIVE_INFINITY;
  bits = 0;
  /** The earlier incident of which this group is only another occurrence. */
  occurrenceOf: Group | undefined;
  /** Later groups that were the same again. */
  readonly occurrences = new Set<Group>();
  /** The group this one was merged into. */
  into: Group | undefined;
  /** episode → bits */
  readonly members = new Map<number, number>();
  /** Verdicts that hold once the group is an incident. */
  readonly intended = new Map<number, Verdict>();
  readonly kind: Incident['kind'];
  readonly #configuration: ReductionConfiguration;
  /** rule → strongest bits and machines it spoke on */
  readonly #rules = new Map<string, { bits: number; readonly machines: Set<string> }>();
  /** `machine x`, `user y`, … → last episode that named it */
  readonly #named = new Map<string, { episode: number; time: number }>();
  #last = -1;

  constructor(configuration: ReductionConfiguration, kind: Incident['kind'], start: number) {
    this.#configuration = configuration;
    this.kind = kind;
    this.start = start;
    this.end = start;
  }

  static of(episode: Episode): Group | undefined {
    let group = groupOf.get(episode);
    while (group?.into) group = group.into;
    return group;
  }

  /**
   * Whether this is an earlier incident over again: at least this share of the rules of both is common. What has grown beyond it is not.
   */
  resembles(earlier: Group): boolean {
    let common = 0;
    for (const rule of this.#rules.keys()) if (earlier.#rules.has(rule)) common += 1;
    const all = this.#rules.size + earlier.#rules.size - common;
    return common / all >= this.#configuration.recurrenceShare;
  }

  get last(): number {
    return this.#last;
  }

  bitsOf(episode: Episode): number | undefined {
    return this.members.get(episode.index);
  }

  extend(time: number): void {
    if (time > this.end) this.end = time;
  }

  named(entity: string): { readonly episode: number; readonly time: number } | undefined {
    return this.#named.get(entity);
  }

  add(episode: Episode, bits: number): void {
    groupOf.set(episode, this);
    this.members.set(episode.index, Math.max(bits, this.members.get(episode.index) ?? 0));
    this.#last = episode.index;
    // What only joined because people were already looking does not keep the group alive.
    if (bits >= this.#configuration.unusualBits || this.#named.size === 0)
      for (const entity of entitiesOf(episode))
        this.#named.set(entity.key, { episode: episode.index, time: episode.end });
    if (bits >= this.#configuration.crossBits && episode.end > this.strongEnd) this.strongEnd = episode.end;
    const rule = this.#rules.get(episode.rule);
    if (!rule) this.#rules.set(episode.rule, { bits, machines: new Set([episode.machine]) });
    else {
      rule.bits = Math.max(rule.bits, bits);
      rule.machines.add(episode.machine);
    }
    // Each further machine on which the same rule speaks adds an eighth of the rule's weight, for at most eight machines.
    this.bits = 0;
    for (const each of this.#rules.values()) this.bits += each.bits * (1 + Math.min(8, each.machines.size - 1) / 8);
  }

  absorb(other: Group, episodes: readonly Episode[]): void {
    for (const [index, bits] of other.members) this.add(episodes[index] as Episode, bits);
    for (const [index, verdict] of other.intended) this.intended.set(index, verdict);
    this.start = Math.min(this.start, other.start);
    this.strongEnd = Math.max(this.strongEnd, other.strongEnd);
    this.extend(other.end);
    other.into = this;
  }

  /** Writes the verdicts of an incident's episodes. */
  settle(episodes: readonly Episode[]): void {
    const id = this.id as number;
    for (const [index, bits] of this.members) {
      const episode = episodes[index] as Episode;
      const verdict = this.intended.get(index) ?? episode.verdict;
      if (verdict.kind === 'linked' || verdict.kind === 'unusual' || verdict.kind === 'regular')
        episode.verdict = { ...verdict, incident: id };
      else episode.verdict = { kind: 'unusual', incident: id, bits };
    }
    this.intended.clear();
  }

  incident(episodes: readonly Episode[]): Incident {
    const own = [...this.members.keys(), ...[...this.occurrences].flatMap((group) => [...group.members.keys()])];
    const members = own.sort(
      (left, right) => (episodes[left] as Episode).start - (episodes[right] as Episode).start || left - right,
    );
    const all = members.map((index) => episodes[index] as Episode);
    const present = new Set(all.map((episode) => episode.tactic));
    return {
      id: this.id as number,
      network: all[0]?.network ?? '',
      kind: this.kind,
      opened: this.opened,
      start: all.reduce((first, episode) => Math.min(first, episode.start), Number.POSITIVE_INFINITY),
      end: all.reduce((last, episode) => Math.max(last, episode.end), Number.NEGATIVE_INFINITY),
      alerts: all.reduce((sum, episode) => sum + episode.count, 0),
      bits: Math.round(this.bits),
      machines: [...new Set(all.map((episode) => episode.machine))],
      rules: [...new Set(all.map((episode) => episode.rule))],
      occurrences: 1 + this.occurrences.size,
      tactics: tactics.filter((tactic) => present.has(tactic)),
      episodes: members,
    };
  }
}

type Entity = 'machine' | 'user' | 'address' | 'process';

export function entitiesOf(episode: Episode): readonly { readonly key: string; readonly by: Entity }[] {
  const found: { key: string; by: Entity }[] = [];
  for (const by of ['machine', 'user', 'process', 'address'] as const) {
    const value = episode[by];
    if (value !== undefined && value !== '') found.push({ key: `${by} ${value}`, by });
  }
  return found;
}

/** What links an episode to a group, if anything: a shared entity, or time alone where both are very unusual. */
export function linkBetween(
  group: Group,
  episode: Episode,
  bits: number,
  time: number,
  configuration: ReductionConfiguration,
  episodes: readonly Episode[],
  busy: (machine: string) => number,
): { readonly to: number; readonly by: Entity | 'time' } | undefined {
  if (group.kind === 'regular') return undefined;
  const attention = group.id !== undefined;
  const enough = attention ? configuration.attentionBits : configuration.unusualBits;
  if (bits >= enough)
    for (const { key, by } of entitiesOf(episode)) {
      const named = group.named(key);
      if (!named) continue;
      // The busier a machine, the less it says that two things happened on it.
      const reach = by === 'machine' ? configuration.sameGap * (1 - busy(episode.machine)) : configuration.sameGap;
      if (time - Math.max(named.time, (episodes[named.episode] as Episode).end) <= reach)
        return { to: named.episode, by };
    }
  if (time - group.strongEnd > (attention ? configuration.attentionGap : configuration.crossGap)) return undefined;
  // The stronger the incident under way, the less unusual a thing elsewhere must be to be looked at with it.
  const relief = attention ? Math.log2(group.bits / configuration.incidentBits) * 2 : 0;
  const needed = Math.max(configuration.attentionBits + 1, configuration.crossBits - Math.max(0, relief));
  if (bits < needed) return undefined;
  return { to: group.last, by: 'time' };
}
