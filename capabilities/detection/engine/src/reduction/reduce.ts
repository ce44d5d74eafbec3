/**
 * Alerts to incidents, in event time, one alert at a time. Repeats fold into episodes; each episode is weighed by how unlikely it is in
 * its own network; unlikely ones are linked by machine, person, address, process and time; a group that adds up becomes an incident.
 * Every episode keeps its verdict, so what was held back can be found with its reason. It knows no network in advance and no label.
 * @module
 */
import { type Alert, isLate, tacticOf } from './alert.ts';
import { Baseline, type Pair } from './baseline.ts';
import { type ReductionConfiguration, standardConfiguration } from './configuration.ts';
import { EntityResolver, userName } from './entities.ts';
import { Group, linkBetween } from './group.ts';
import type { Episode, Feedback, Incident, Verdict } from './incident.ts';

export interface ReducerOptions {
  readonly configuration?: ReductionConfiguration;
  readonly feedback?: readonly Feedback[];
}

interface NetworkState {
  readonly baseline: Baseline;
  readonly entities: EntityResolver;
  readonly open: Map<Pair, Episode>;
  groups: Group[];
  /** Regular senders by rule: other machines that report the same rule join. */
  readonly beacons: Map<string, Group>;
  /** Incidents a later group may be another occurrence of, newest last. */
  readonly past: Group[];
  day: number;
  incidentsToday: number;
  last: number;
}

const dayLength = 86_400_000;
const pastKept = 500;

export class Reducer {
  readonly episodes: Episode[] = [];
  readonly #configuration: ReductionConfiguration;
  readonly #feedback: readonly Feedback[];
  readonly #networks = new Map<string, NetworkState>();
  readonly #incidents: Group[] = [];
  /** Alerts that came before the newest one of their network: taken at the newest one's time. */
  late = 0;

  constructor(options: ReducerOptions = {}) {
    this.#configuration = options.configuration ?? standardConfiguration;
    this.#feedback = options.feedback ?? [];
  }

  /**
   * @param network what shares one baseline: a site, a customer
   * @returns the episode's index, under which the alert is found again
   */
  push(alert: Alert, network = ''): number {
    if (!Number.isFinite(alert.time)) throw new TypeError(`time: expected milliseconds, got ${alert.time}`);
    const state = this.#network(network);
    if (alert.time < state.last) this.late += 1;
    const time = Math.max(alert.time, state.last);
    state.last = time;
    const machine = state.entities.machine(alert);
    const pair = state.baseline.pair(alert.rule, machine, time);
    let episode = state.open.get(pair);
    const bits = state.baseline.bits(pair, time);
    state.baseline.add(pair, time);
    if (episode && time - episode.end <= this.#configuration.episodeGap) {
      episode.count += 1;
      episode.end = time;
      // Powers of two: volume is weighed again as it doubles, and the search for regular senders stays cheap.
      if ((episode.count & (episode.count - 1)) === 0 || pair.count % 256 === 0)
        this.#weigh(state, pair, episode, bits, time);
      else this.#touch(episode);
      return episode.index;
    }
    if (episode) pair.largest = Math.max(pair.largest, episode.count);
    episode = {
      index: this.episodes.length,
      network,
      rule: alert.rule,
      machine,
      user: alert.user ? userName(alert.user) : undefined,
      address: alert.address,
      process: alert.process,
      tactic: tacticOf(alert),
      start: time,
      end: time,
      count: 1,
      verdict: { kind: 'learning' },
    };
    this.episodes.push(episode);
    pair.episodes.push(episode.index);
    state.open.set(pair, episode);
    this.#weigh(state, pair, episode, bits, time);
    return episode.index;
  }

  /** The incidents so far, in the order they opened. */
  get incidents(): readonly Incident[] {
    return this.#incidents.filter((group) => group.into === undefined).map((group) => group.incident(this.episodes));
  }

  #network(name: string): NetworkState {
    let state = this.#networks.get(name);
    if (!state) {
      state = {
        baseline: new Baseline(this.#configuration),
        entities: new EntityResolver(),
        open: new Map(),
        groups: [],
        beacons: new Map(),
        past: [],
        day: Number.NaN,
        incidentsToday: 0,
        last: Number.NEGATIVE_INFINITY,
      };
      this.#networks.set(name, state);
    }
    return state;
  }

  /** Keeps the group's end current, so that links reach from the last alert and not from the last doubling. */
  #touch(episode: Episode): void {
    Group.of(episode)?.extend(episode.end);
  }

  #weigh(state: NetworkState, pair: Pair, episode: Episode, likelihoodBits: number, time: number): void {
    const { baseline } = state;
    const spoken = this.#spoken(episode, time);
    if (spoken?.verdict === 'harmless') {
      episode.verdict = { kind: 'feedback', feedback: this.#feedback.indexOf(spoken) };
      return;
    }
    const running = Group.of(episode);
    const regular = state.beacons.get(episode.rule);
    if (regular) {
      if (running !== regular) this.#join(regular, episode, regularVerdict(regular, pair));
      regular.extend(time);
      return;
    }
    if (baseline.isBeacon(pair)) {
      this.#openRegular(state, pair, time);
      return;
    }
    if (baseline.learning(time)) return;
    // A burst is young; what has gone on for hours is a habit, however much of it there is.
    const young = time - episode.start <= this.#configuration.sameGap;
    const volume = young ? Math.log2(episode.count / (1 + 2 * pair.largest)) : 0;
    const first = running?.bitsOf(episode);
    const rarity = spoken ? this.#configuration.bitsLimit : (first ?? likelihoodBits);
    const { bitsLimit, unusualBits, lateBits } = this.#configuration;
    const measured = Math.max(rarity, Math.min(bitsLimit, volume));
    const late = first === undefined && measured >= unusualBits && isLate(episode.tactic);
    const bits = Math.min(bitsLimit, measured + (late ? lateBits : 0));
    if (running) {
      running.extend(time);
      running.add(episode, bits);
      this.#promote(state, running, time);
      return;
    }
    this.#group(state, pair, episode, bits, time);
  }

  #spoken(episode: Episode, time: number): Feedback | undefined {
    return this.#feedback.find(
      (each) =>
        each.rule === episode.rule &&
        (each.machine === undefined || each.machine === episode.machine) &&
        time < each.until,
    );
  }

  #openRegular(state: NetworkState, pair: Pair, time: number): void {
    const group = new Group(this.#configuration, 'regular', pair.first);
    state.beacons.set(pair.rule, group);
    // What was held back before it could be known to be regular belongs to it.
    for (const index of pair.episodes) {
      const episode = this.episodes[index] as Episode;
      if (Group.of(episode) === undefined) this.#join(group, episode, regularVerdict(group, pair));
    }
    group.extend(time);
    if (this.#slotFree(state, time, this.#configuration.incidentBits * 2)) this.#open(state, group, time);
    else this.#hold(group);
  }

  #join(group: Group, episode: Episode, verdict: Verdict): void {
    group.add(episode, this.#configuration.bitsLimit);
    group.extend(episode.end);
    episode.verdict = verdict;
  }

  #group(state: NetworkState, pair: Pair, episode: Episode, bits: number, time: number): void {
    const configuration = this.#configuration;
    const usual: Verdict = {
      kind: 'usual',
      slots: Math.max(0, pair.slots - 1),
      of: state.baseline.elapsed(time),
      bits: round(bits),
    };
    state.groups = state.groups.filter(
      (group) =>
        group.into === undefined &&
        time - group.end <= configuration.sameGap &&
        time - group.start <= configuration.groupSpan,
    );
    let home: Group | undefined;
    let verdict: Verdict | undefined;
    for (const group of state.groups) {
      const link = linkBetween(group, episode, bits, time, configuration, this.episodes, (machine) =>
        state.baseline.busy(machine, time),
      );
      if (!link) continue;
      if (!home) {
        home = group;
        verdict = { kind: 'linked', incident: -1, bits: round(bits), to: link.to, by: link.by };
      } else if (home.id === undefined || group.id === undefined || home.occurrenceOf || group.occurrenceOf) {
        const [kept, gone] = home.id === undefined || home.occurrenceOf ? [group, home] : [home, group];
        gone.occurrenceOf?.occurrences.delete(gone);
        kept.absorb(gone, this.episodes);
        home = kept;
      }
    }
    if (!home) {
      if (bits < configuration.unusualBits) {
        episode.verdict = usual;
        return;
      }
      home = new Group(configuration, 'group', time);
      state.groups.push(home);
      verdict = { kind: 'unusual', incident: -1, bits: round(bits) };
    }
    home.add(episode, bits);
    home.extend(time);
    home.intended.set(episode.index, verdict as Verdict);
    this.#promote(state, home, time);
  }

  /** Makes a group an incident once it adds up and the day has room for one of its weight. */
  #promote(state: NetworkState, group: Group, time: number): void {
    const earlier = group.occurrenceOf;
    if (earlier) {
      if (group.resembles(earlier)) {
        group.settle(this.episodes);
        return;
      }
      earlier.occurrences.delete(group);
      group.occurrenceOf = undefined;
      group.id = undefined;
    }
    if (group.id !== undefined) {
      group.settle(this.episodes);
      return;
    }
    if (group.bits >= this.#configuration.incidentBits) {
      const same = state.past.findLast((past) => past.into === undefined && past !== group && group.resembles(past));
      if (same) {
        group.occurrenceOf = same;
        group.id = same.id;
        same.occurrences.add(group);
        group.settle(this.episodes);
        return;
      }
    }
    const needed = this.#needed(state, time);
    if (group.bits >= needed) {
      this.#open(state, group, time);
      return;
    }
    const kind = group.bits >= this.#configuration.incidentBits ? 'budget' : 'weak';
    for (const index of group.members.keys()) {
      const episode = this.episodes[index] as Episode;
      episode.verdict = {
        kind,
        bits: round(group.members.get(index) ?? 0),
        sum: round(group.bits),
        needed,
      };
    }
  }

  #hold(group: Group): void {
    for (const [index, bits] of group.members)
      (this.episodes[index] as Episode).verdict = {
        kind: 'budget',
        bits: round(bits),
        sum: round(group.bits),
        needed: this.#configuration.incidentBits * 2,
      };
  }

  /** The sum of bits an incident needs now: more, the more there were today. */
  #needed(state: NetworkState, time: number): number {
    const day = Math.floor(time / dayLength);
    if (day !== state.day) {
      state.day = day;
      state.incidentsToday = 0;
    }
    let left = state.incidentsToday;
    let needed = this.#configuration.incidentBits;
    for (const places of this.#configuration.dailyTiers) {
      if (left < places) return needed;
      left -= places;
      needed *= 2;
    }
    return Number.POSITIVE_INFINITY;
  }

  #slotFree(state: NetworkState, time: number, bits: number): boolean {
    return bits >= this.#needed(state, time);
  }

  #open(state: NetworkState, group: Group, time: number): void {
    state.incidentsToday += 1;
    group.id = this.#incidents.length;
    group.opened = time;
    this.#incidents.push(group);
    if (group.kind === 'group') {
      state.past.push(group);
      if (state.past.length > pastKept) state.past.shift();
    }
    group.settle(this.episodes);
  }
}

function regularVerdict(group: Group, pair: Pair): Verdict {
  return {
    kind: 'regular',
    incident: group.id ?? -1,
    meanGap: Math.round(pair.meanGap),
    spread: round(pair.meanGap > 0 ? Math.sqrt(pair.squares / Math.max(1, pair.gaps)) / pair.meanGap : 0),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
