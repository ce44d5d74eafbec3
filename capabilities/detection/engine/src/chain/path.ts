/**
 * The weightiest path through phases that leads through a given one: each step later than the one before, each edge with its reason, and no
 * more steps than a person takes in at a glance. Dynamic programming over phases and lengths; it never guesses an edge without a reason.
 * @module
 */
import { type Tactic, tactics } from '../reduction/alert.ts';
import type { Episode } from '../reduction/incident.ts';
import type { Phase } from './phases.ts';

export interface EdgeReason {
  readonly by: 'machine' | 'user' | 'address' | 'process' | 'incident' | 'time';
  /** The entity shared; the incident's number; seconds in between. */
  readonly value: string;
  readonly seconds: number;
  readonly from: Tactic | undefined;
  readonly to: Tactic | undefined;
  /** Whether the attack moves on by the order of tactics. */
  readonly forward: boolean;
}

/** Seconds beyond which two phases are no longer linked by time alone. */
const timeReach = 1800;

type Entities = ReadonlyMap<EdgeReason['by'], ReadonlySet<string>>;

function entitiesOf(phase: Phase, episodes: readonly Episode[]): Entities {
  const found = { user: new Set<string>(), process: new Set<string>(), address: new Set<string>() };
  for (const index of phase.episodes) {
    const episode = episodes[index];
    for (const name of ['user', 'process', 'address'] as const) {
      const value = episode?.[name];
      if (value) found[name].add(value);
    }
  }
  return new Map<EdgeReason['by'], ReadonlySet<string>>([
    ['machine', new Set(phase.machines)],
    ['user', found.user],
    ['process', found.process],
    ['address', found.address],
    ['incident', new Set([...phase.incidents].map(String))],
  ]);
}

function reasonFor(from: Phase, to: Phase, before: Entities, after: Entities): EdgeReason | undefined {
  const seconds = Math.round((to.start - from.start) / 1000);
  const rank = (tactic: Tactic | undefined) => (tactic === undefined ? -1 : tactics.indexOf(tactic));
  const forward = rank(to.tactic) > rank(from.tactic);
  const reason = (by: EdgeReason['by'], value: string): EdgeReason => ({
    by,
    value,
    seconds,
    from: from.tactic,
    to: to.tactic,
    forward,
  });
  for (const by of ['user', 'process', 'machine', 'address', 'incident'] as const) {
    const theirs = after.get(by);
    for (const value of before.get(by) ?? []) if (theirs?.has(value)) return reason(by, value);
  }
  return seconds <= timeReach ? reason('time', String(seconds)) : undefined;
}

const strength: Readonly<Record<EdgeReason['by'], number>> = {
  user: 4,
  process: 4,
  machine: 3,
  address: 3,
  incident: 1,
  time: 0,
};

/**
 * @param phases in time order
 * @param through index of the phase the path must lead through
 */
export function pathThrough(
  phases: readonly Phase[],
  through: number,
  length: number,
  weigh: (phase: Phase) => number,
  episodes: readonly Episode[],
): { readonly steps: readonly number[]; readonly edges: readonly EdgeReason[] } {
  const entities = phases.map((phase) => entitiesOf(phase, episodes));
  const edges = new Map<number, EdgeReason | undefined>();
  const edge = (from: number, to: number): EdgeReason | undefined => {
    const key = from * phases.length + to;
    if (!edges.has(key))
      edges.set(
        key,
        reasonFor(phases[from] as Phase, phases[to] as Phase, entities[from] as Entities, entities[to] as Entities),
      );
    return edges.get(key);
  };
  const gain = (reason: EdgeReason) => strength[reason.by] + (reason.forward ? 2 : 0);
  const weights = phases.map(weigh);
  const backward = best(through, -1, 0);
  const forward = best(through, 1, phases.length - 1);

  /** table[k][i]: weight of the best path of k + 1 phases between i and the given one, and where it goes next. */
  function best(from: number, direction: 1 | -1, last: number) {
    const rows: { weight: Float64Array; next: Int32Array }[] = [];
    const row = () => ({
      weight: new Float64Array(phases.length).fill(Number.NEGATIVE_INFINITY),
      next: new Int32Array(phases.length).fill(-1),
    });
    const start = row();
    start.weight[from] = weights[from] as number;
    rows.push(start);
    for (let count = 1; count < length; count += 1) {
      const previous = rows[count - 1] as (typeof rows)[number];
      const current = row();
      for (let index = from + direction; direction > 0 ? index <= last : index >= last; index += direction)
        for (let nearer = from; nearer !== index; nearer += direction) {
          const known = previous.weight[nearer] as number;
          if (known === Number.NEGATIVE_INFINITY) continue;
          const reason = direction > 0 ? edge(nearer, index) : edge(index, nearer);
          if (!reason) continue;
          const weight = known + (weights[index] as number) + gain(reason);
          if (weight > (current.weight[index] as number)) {
            current.weight[index] = weight;
            current.next[index] = nearer;
          }
        }
      rows.push(current);
    }
    return rows;
  }

  const ends = (rows: ReturnType<typeof best>, count: number) => {
    const { weight } = rows[count] as (typeof rows)[number];
    let index = -1;
    for (let each = 0; each < weight.length; each += 1)
      if ((weight[each] as number) > (index < 0 ? Number.NEGATIVE_INFINITY : (weight[index] as number))) index = each;
    return { index, weight: index < 0 ? Number.NEGATIVE_INFINITY : (weight[index] as number) };
  };
  let chosen = { back: 0, ahead: 0, weight: Number.NEGATIVE_INFINITY };
  for (let back = 0; back < length; back += 1)
    for (let ahead = 0; back + ahead < length; ahead += 1) {
      const weight = ends(backward, back).weight + ends(forward, ahead).weight;
      if (weight > chosen.weight) chosen = { back, ahead, weight };
    }
  const walk = (rows: ReturnType<typeof best>, count: number) => {
    const steps: number[] = [];
    let { index } = ends(rows, count);
    for (let each = count; each >= 1 && index >= 0; each -= 1) {
      steps.push(index);
      index = (rows[each] as (typeof rows)[number]).next[index] as number;
    }
    return steps;
  };
  const steps = [...walk(backward, chosen.back), through, ...walk(forward, chosen.ahead).reverse()];
  return { steps, edges: steps.slice(1).map((step, index) => edge(steps[index] as number, step) as EdgeReason) };
}
