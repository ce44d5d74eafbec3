/**
 * What is usual in one network, learned from its own stream: in how many time slots each rule spoke on each machine, how many alerts one
 * episode had, and how regular the gaps are. It answers how unlikely an alert is, in bits; it decides nothing.
 * @module
 */
import type { ReductionConfiguration } from './configuration.ts';

/** One rule on one machine. */
export interface Pair {
  readonly rule: string;
  readonly machine: string;
  slots: number;
  lastSlot: number;
  count: number;
  first: number;
  last: number;
  /** Most alerts one episode had before the present one. */
  largest: number;
  /** Welford's running mean and sum of squares of the gaps above zero. */
  gaps: number;
  meanGap: number;
  squares: number;
  readonly episodes: number[];
}

interface RuleState {
  slots: number;
  lastSlot: number;
  readonly machines: Set<string>;
}

const separator = '\u001f';

export class Baseline {
  readonly #configuration: ReductionConfiguration;
  readonly #pairs = new Map<string, Pair>();
  readonly #rules = new Map<string, RuleState>();
  readonly #machines = new Map<string, { slots: number; lastSlot: number }>();
  #first: number | undefined;

  constructor(configuration: ReductionConfiguration) {
    this.#configuration = configuration;
  }

  get machines(): number {
    return this.#machines.size;
  }

  /** Machines on which a rule was seen. */
  spread(rule: string): number {
    return this.#rules.get(rule)?.machines.size ?? 0;
  }

  learning(time: number): boolean {
    return this.#first === undefined || time - this.#first < this.#configuration.learning;
  }

  /** Slots since the network's first alert. */
  elapsed(time: number): number {
    return this.#first === undefined ? 0 : Math.floor((time - this.#first) / this.#configuration.slot);
  }

  pair(rule: string, machine: string, time: number): Pair {
    const key = `${rule}${separator}${machine}`;
    let pair = this.#pairs.get(key);
    if (!pair) {
      pair = {
        rule,
        machine,
        slots: 0,
        lastSlot: -1,
        count: 0,
        first: time,
        last: Number.NEGATIVE_INFINITY,
        largest: 0,
        gaps: 0,
        meanGap: 0,
        squares: 0,
        episodes: [],
      };
      this.#pairs.set(key, pair);
    }
    return pair;
  }

  /** Share of slots in which a machine had any alert: gateways and mail servers always do, and so link everything with everything. */
  busy(machine: string, time: number): number {
    const slots = this.elapsed(time);
    return slots === 0 ? 0 : Math.min(1, (this.#machines.get(machine)?.slots ?? 0) / slots);
  }

  /** How unlikely it is, in bits, that this rule speaks on this machine in a given slot, by all slots before the present one. */
  bits(pair: Pair, time: number): number {
    const slots = this.elapsed(time);
    const { priorSlots, bitsLimit } = this.#configuration;
    const rule = this.#rules.get(pair.rule);
    const here = pair.slots - (pair.lastSlot === slots ? 1 : 0);
    const anywhere = rule ? rule.slots - (rule.lastSlot === slots ? 1 : 0) : 0;
    const share = rule && this.#machines.size > 0 ? rule.machines.size / this.#machines.size : 0;
    const prior = ((anywhere + 0.5) / (slots + 1)) * Math.max(share, 1 / (this.#machines.size + 1));
    const likely = (here + priorSlots * prior) / (slots + priorSlots);
    return Math.min(bitsLimit, Math.max(0, -Math.log2(Math.min(1, likely))));
  }

  /** Takes an alert in. */
  add(pair: Pair, time: number): void {
    this.#first ??= time;
    const slot = this.elapsed(time);
    if (pair.lastSlot !== slot) {
      pair.slots += 1;
      pair.lastSlot = slot;
    }
    let rule = this.#rules.get(pair.rule);
    if (!rule) {
      rule = { slots: 0, lastSlot: -1, machines: new Set() };
      this.#rules.set(pair.rule, rule);
    }
    if (rule.lastSlot !== slot) {
      rule.slots += 1;
      rule.lastSlot = slot;
    }
    rule.machines.add(pair.machine);
    const machine = this.#machines.get(pair.machine);
    if (!machine) this.#machines.set(pair.machine, { slots: 1, lastSlot: slot });
    else if (machine.lastSlot !== slot) {
      machine.slots += 1;
      machine.lastSlot = slot;
    }
    const gap = time - pair.last;
    if (pair.count > 0 && gap > 0) {
      pair.gaps += 1;
      const before = pair.meanGap;
      pair.meanGap += (gap - before) / pair.gaps;
      pair.squares += (gap - before) * (gap - pair.meanGap);
    }
    pair.count += 1;
    pair.last = time;
  }

  /** Whether a pair speaks as regularly as a machine does, for hours, and where few other machines do. */
  isBeacon(pair: Pair): boolean {
    const { beacon } = this.#configuration;
    if (pair.gaps < beacon.alerts || pair.meanGap > beacon.meanGap || pair.last - pair.first < beacon.span)
      return false;
    if (Math.sqrt(pair.squares / pair.gaps) > beacon.spread * pair.meanGap) return false;
    return this.spread(pair.rule) <= Math.max(2, Math.floor(beacon.machineShare * this.#machines.size));
  }
}
