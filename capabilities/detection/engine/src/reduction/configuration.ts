/**
 * The one configuration of the reduction, for every network: each number with its reason. Nothing here is fitted to a network.
 * @module
 */
export interface ReductionConfiguration {
  /** Width of the time slots the baseline counts in, milliseconds. */
  readonly slot: number;
  /** A rule silent on a machine for this long begins a new episode there. Ten minutes is what consoles commonly group by. */
  readonly episodeGap: number;
  /** First span of a network in which everything is new and newness says nothing: one day, so that each hour of the day was seen. */
  readonly learning: number;
  /** Weight, in slots, of what other machines show when a machine's own history is short: one hour's worth. */
  readonly priorSlots: number;
  /** Unlikeliness is capped here (bits), so that no single alert makes an incident alone. */
  readonly bitsLimit: number;
  /** An episode at least this unlikely (bits) starts or joins a group: seen in fewer than one slot of 32. */
  readonly unusualBits: number;
  /** Added to an unusual episode whose tactic comes after the break-in: what it would mean, were it true, leaves less time. */
  readonly lateBits: number;
  /** On a machine that already has an open incident this is enough. */
  readonly attentionBits: number;
  /** Between machines both must be at least this unlikely, less where the open incident is strong. */
  readonly crossBits: number;
  /** Links on one machine reach this far in time, milliseconds: an hour, the usual length of one attacker's pause at work. */
  readonly sameGap: number;
  /** Links between machines by time alone: one slot. */
  readonly crossGap: number;
  /** The same, to an open incident: somebody is at work in the network. */
  readonly attentionGap: number;
  /** A group becomes an incident at this sum of bits over its different rules: two unusual rules of late tactics at once (5 + 2 bits each). */
  readonly incidentBits: number;
  /** Incidents per day and network: the first take `incidentBits`, the next tier twice that, the last four times. */
  readonly dailyTiers: readonly number[];
  /** A group sharing this many of its rules with an earlier incident is that incident again. */
  readonly recurrenceShare: number;
  /** Groups end after this span, milliseconds, and a new one begins. */
  readonly groupSpan: number;
  /** A regular sender: alerts needed, largest relative spread of its gaps, longest mean gap, shortest span, share of machines. */
  readonly beacon: {
    readonly alerts: number;
    readonly spread: number;
    readonly meanGap: number;
    readonly span: number;
    readonly machineShare: number;
  };
}

const minute = 60_000;

export const standardConfiguration: ReductionConfiguration = {
  slot: 10 * minute,
  episodeGap: 10 * minute,
  learning: 24 * 60 * minute,
  priorSlots: 6,
  bitsLimit: 12,
  unusualBits: 5,
  lateBits: 2,
  attentionBits: 3,
  crossBits: 8,
  sameGap: 60 * minute,
  crossGap: 10 * minute,
  attentionGap: 30 * minute,
  incidentBits: 14,
  dailyTiers: [11, 2, 2],
  recurrenceShare: 0.6,
  groupSpan: 24 * 60 * minute,
  beacon: { alerts: 256, spread: 0.35, meanGap: 15 * minute, span: 6 * 60 * minute, machineShare: 0.25 },
};
