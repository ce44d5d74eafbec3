/**
 * Test points made from a predicate itself: for every comparison with a number the values just below, at and just above it (以上 includes
 * the number, 超过 does not), and the smallest set of other facts under which that comparison alone decides. Also finds predicates that
 * can never hold or never fail.
 * @module
 */
import {
  evaluate,
  type Facts,
  type Parameters,
  type Predicate,
  type Truth,
  type Value,
  visitPredicates,
} from './predicate.ts';
import type { FactShape, Instrument, Node } from './schema.ts';

export interface BoundaryCase {
  readonly fact: string;
  readonly op: string;
  readonly bound: number;
  readonly offset: -1 | 0 | 1;
  readonly facts: Facts;
  readonly result: Truth;
}
export interface Sensitivity {
  /** Whether some assignment makes it hold, and some makes it fail. `null` when there were too many combinations to try. */
  readonly canHold: boolean | null;
  readonly canFail: boolean | null;
  readonly holding?: Facts;
  readonly failing?: Facts;
}

const maxCombinations = 40_000;

function candidates(
  predicate: Predicate,
  shapes: ReadonlyMap<string, FactShape>,
  parameters: Parameters,
): Map<string, (Value | null)[]> {
  const values = new Map<string, Map<string, Value | null>>();
  const add = (fact: string, ...offered: (Value | null | undefined)[]) => {
    const own = values.get(fact) ?? new Map<string, Value | null>();
    values.set(fact, own);
    for (const value of offered) if (value !== undefined) own.set(JSON.stringify(value), value);
  };
  visitPredicates(predicate, (each) => {
    if ('count' in each || 'trailing' in each) {
      // Lists are tried empty and with up to three items that match nothing or everything; cases for them are written by hand.
      add('count' in each ? each.count.of : each.trailing.of, []);
      return;
    }
    if (!('fact' in each) || each.fact.startsWith('item.')) return;
    const shape = shapes.get(each.fact);
    if (each.op === 'known') {
      add(
        each.fact,
        null,
        shape?.type === 'number' ? 1 : shape?.type === 'boolean' ? true : shape?.type === 'list' ? ['x'] : 'x',
      );
      return;
    }
    const bound = each.param !== undefined ? parameters[each.param] : each.v;
    if (each.to !== undefined) {
      if (each.op === 'has') add(each.fact, [], ['x']);
      else add(each.fact, ...(shape?.type === 'number' ? [0, 1, 2] : ['x', 'y']));
      add(each.to, ...(shape?.type === 'number' ? [0, 1, 2] : ['x', 'y']));
      return;
    }
    if (typeof bound === 'number')
      add(
        each.fact,
        ...[bound - 1, bound, bound + 1].filter((value) => shape?.min === undefined || value >= shape.min),
      );
    else if (typeof bound === 'boolean') add(each.fact, true, false);
    else if (each.op === 'has') add(each.fact, [], [bound as Value]);
    else if (each.op === 'in' && Array.isArray(bound))
      add(
        each.fact,
        ...bound,
        shape?.options?.map((option) => option.id).find((option) => !bound.includes(option)) ?? 'something else',
      );
    else
      add(
        each.fact,
        bound,
        shape?.options?.map((option) => option.id).find((option) => option !== bound) ?? 'something else',
      );
    for (const option of shape?.type === 'choice' ? (shape.options ?? []) : []) add(each.fact, option.id);
  });
  return new Map([...values].map(([fact, own]) => [fact, [...own.values()]]));
}

function* assignments(
  offered: ReadonlyMap<string, readonly (Value | null)[]>,
): Generator<Record<string, Value | null>> {
  const names = [...offered.keys()];
  const lists = names.map((name) => offered.get(name) ?? []);
  const position = names.map(() => 0);
  for (;;) {
    yield Object.fromEntries(names.map((name, index) => [name, lists[index]?.[position[index] ?? 0] ?? null]));
    let index = 0;
    for (; index < names.length; index += 1) {
      position[index] = (position[index] ?? 0) + 1;
      if ((position[index] ?? 0) < (lists[index]?.length ?? 0)) break;
      position[index] = 0;
    }
    if (index === names.length) return;
  }
}

/** Tries the combinations of interesting values. Lists keep it from saying “never”: their items are not enumerated. */
export function sensitivity(
  predicate: Predicate,
  shapes: ReadonlyMap<string, FactShape>,
  parameters: Parameters,
): Sensitivity {
  const offered = candidates(predicate, shapes, parameters);
  const combinations = [...offered.values()].reduce((product, each) => product * Math.max(1, each.length), 1);
  if (combinations > maxCombinations) return { canHold: null, canFail: null };
  let opaque = false;
  visitPredicates(predicate, (each) => {
    opaque ||= 'count' in each || 'trailing' in each || 'param' in each;
  });
  let holding: Facts | undefined;
  let failing: Facts | undefined;
  for (const facts of assignments(offered)) {
    const truth = evaluate(predicate, { facts, parameters });
    if (truth === true) holding ??= facts;
    if (truth === false) failing ??= facts;
    if (holding && failing) break;
  }
  return {
    canHold: holding ? true : opaque ? null : false,
    canFail: failing ? true : opaque ? null : false,
    ...(holding ? { holding } : {}),
    ...(failing ? { failing } : {}),
  };
}

/**
 * For each comparison of a fact with a number: three cases (below, at, above) under the same other facts, chosen so that the outcome
 * changes within the three. A comparison that never decides alone yields none.
 */
export function boundaryCases(
  predicate: Predicate,
  shapes: ReadonlyMap<string, FactShape>,
  parameters: Parameters,
): readonly BoundaryCase[] {
  const offered = candidates(predicate, shapes, parameters);
  const combinations = [...offered.values()].reduce((product, each) => product * Math.max(1, each.length), 1);
  if (combinations > maxCombinations) return [];
  const found: BoundaryCase[] = [];
  const seen = new Set<string>();
  visitPredicates(predicate, (each) => {
    if (!('fact' in each) || each.op === 'known' || each.fact.startsWith('item.')) return;
    const bound = each.param !== undefined ? parameters[each.param] : each.v;
    if (typeof bound !== 'number') return;
    const key = `${each.fact}|${each.op}|${bound}`;
    if (seen.has(key)) return;
    const others = new Map(offered);
    others.set(each.fact, [bound]);
    for (const facts of assignments(others)) {
      const three = ([-1, 0, 1] as const).map((offset) => {
        const changed = { ...facts, [each.fact]: bound + offset };
        return {
          fact: each.fact,
          op: each.op,
          bound,
          offset,
          facts: changed,
          result: evaluate(predicate, { facts: changed, parameters }),
        };
      });
      if (new Set(three.map((one) => one.result)).size > 1) {
        seen.add(key);
        found.push(...three);
        break;
      }
    }
  });
  return found;
}

/** Every predicate that decides something about a node: its own, the guards of its transitions, the conditions of its penalties. */
export function predicatesOf(instrument: Instrument, node: Node): readonly Predicate[] {
  const own = [node.applies, node.rule, node.when].flatMap((predicate) => predicate ?? []);
  const guards = instrument.machines.flatMap((machine) =>
    machine.transitions
      .filter((each) => each.ref === node.id)
      .flatMap((each) => each.guards.map((guard) => guard.must)),
  );
  const conditions = instrument.penalties.filter((each) => each.ref === node.id).map((each) => each.when);
  return [...own, ...guards, ...conditions];
}
