/**
 * State machines as data: one step of a case, and the exhaustive exploration that proves a machine has no dead end and no way around a
 * guard. A guard that cannot be decided refuses, and says which fact would decide it.
 * @module
 */
import { evaluate, explain, type Facts, type Parameters, type Trace, undecidedFacts } from './predicate.ts';
import type { Machine, Transition, Words } from './schema.ts';

/** A case in a machine: plain data, replaced and never changed. */
export interface CaseState {
  readonly machine: string;
  readonly state: string;
  /** How often each limited transition has fired, by `on`. */
  readonly fired: Readonly<Record<string, number>>;
  readonly history: readonly CaseStep[];
}
export interface CaseStep {
  readonly on: string;
  readonly from: string;
  readonly to: string;
  readonly actor: string;
  readonly at: string;
  readonly ref: string;
  readonly guards: readonly { readonly id: string; readonly trace: Trace }[];
}
export type Refusal =
  | { readonly kind: 'no-transition'; readonly state: string; readonly on: string; readonly allowed: readonly string[] }
  | { readonly kind: 'actor'; readonly expected: readonly string[]; readonly got: string }
  | { readonly kind: 'used-up'; readonly on: string; readonly max: number; readonly ref: string }
  | {
      readonly kind: 'guard';
      readonly guard: string;
      readonly says: Words;
      readonly ref: string;
      readonly trace: Trace;
      readonly missing: readonly string[];
    };
export type StepResult =
  | { readonly kind: 'moved'; readonly next: CaseState; readonly emits?: string; readonly transition: Transition }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] };

export function startCase(machine: Machine): CaseState {
  return { machine: machine.id, state: machine.initial, fired: {}, history: [] };
}

/** The transitions a case could take from its state, whatever the guards say. */
export function transitionsFrom(machine: Machine, state: CaseState): readonly Transition[] {
  return machine.transitions.filter(
    (each) => each.from.includes(state.state) && (each.max === undefined || (state.fired[each.on] ?? 0) < each.max),
  );
}

export interface StepInput {
  readonly on: string;
  readonly actor: string;
  /** Legal time of the step. */
  readonly at: string;
  readonly facts: Facts;
  readonly parameters: Parameters;
}

/** Tries one step. Nothing changes on a refusal; every failing guard is named, not only the first. */
export function step(machine: Machine, state: CaseState, input: StepInput): StepResult {
  const candidates = machine.transitions.filter((each) => each.on === input.on && each.from.includes(state.state));
  if (candidates.length === 0) {
    const allowed = transitionsFrom(machine, state).map((each) => each.on);
    return { kind: 'refused', refusals: [{ kind: 'no-transition', state: state.state, on: input.on, allowed }] };
  }
  const refusals: Refusal[] = [];
  for (const transition of candidates) {
    const found: Refusal[] = [];
    if (!transition.actor.includes(input.actor))
      found.push({ kind: 'actor', expected: transition.actor, got: input.actor });
    if (transition.max !== undefined && (state.fired[transition.on] ?? 0) >= transition.max)
      found.push({ kind: 'used-up', on: transition.on, max: transition.max, ref: transition.ref });
    const scope = { facts: input.facts, parameters: input.parameters };
    const guards = transition.guards.map((guard) => ({ id: guard.id, trace: explain(guard.must, scope) }));
    for (const [index, guard] of transition.guards.entries())
      if (evaluate(guard.must, scope) !== true) {
        const trace = guards[index]?.trace as Trace;
        found.push({
          kind: 'guard',
          guard: guard.id,
          says: guard.says,
          ref: transition.ref,
          trace,
          missing: undecidedFacts(trace),
        });
      }
    if (found.length === 0) {
      const entry: CaseStep = {
        on: transition.on,
        from: state.state,
        to: transition.to,
        actor: input.actor,
        at: input.at,
        ref: transition.ref,
        guards,
      };
      const fired = { ...state.fired, [transition.on]: (state.fired[transition.on] ?? 0) + 1 };
      const next: CaseState = { ...state, state: transition.to, fired, history: [...state.history, entry] };
      return {
        kind: 'moved',
        next,
        transition,
        ...(transition.emits === undefined ? {} : { emits: transition.emits }),
      };
    }
    refusals.push(...found);
  }
  return { kind: 'refused', refusals };
}

export interface Exploration {
  /** How many (state, counters) pairs were visited. */
  readonly visited: number;
  readonly reachable: readonly string[];
  readonly unreachable: readonly string[];
  /** States that are no end and have no way out. */
  readonly deadEnds: readonly string[];
  /** States from which no end can be reached. */
  readonly trapped: readonly string[];
  /** Ends that can be left. */
  readonly leavableEnds: readonly string[];
  /** Gates with a path around their guard, with such a path. */
  readonly bypassed: readonly { readonly state: string; readonly guard: string; readonly path: readonly string[] }[];
}

interface Visit {
  readonly state: CaseState;
  readonly path: readonly string[];
}

function keyOf(machine: Machine, state: CaseState): string {
  const limited = machine.transitions.filter((each) => each.max !== undefined).map((each) => each.on);
  return `${state.state}|${[...new Set(limited)].map((on) => state.fired[on] ?? 0).join(',')}`;
}

/** Breadth first over every state with every counter; `usable` leaves transitions out. */
function walk(machine: Machine, usable: (transition: Transition) => boolean): readonly Visit[] {
  const queue: Visit[] = [{ state: startCase(machine), path: [] }];
  const seen = new Set([keyOf(machine, startCase(machine))]);
  for (let index = 0; index < queue.length; index += 1) {
    const { state, path } = queue[index] as Visit;
    for (const transition of transitionsFrom(machine, state)) {
      if (!usable(transition)) continue;
      const fired =
        transition.max === undefined
          ? state.fired
          : { ...state.fired, [transition.on]: (state.fired[transition.on] ?? 0) + 1 };
      const next: CaseState = { ...state, state: transition.to, fired };
      const key = keyOf(machine, next);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ state: next, path: [...path, transition.on] });
    }
  }
  return queue;
}

export function exploreMachine(machine: Machine): Exploration {
  const visits = walk(machine, () => true);
  const reachable = new Set(visits.map(({ state }) => state.state));
  const ends = new Set(machine.states.filter((each) => each.terminal).map((each) => each.id));
  const deadEnds = visits
    .filter(({ state }) => !ends.has(state.state) && transitionsFrom(machine, state).length === 0)
    .map(({ state }) => state.state);
  const leavableEnds = visits
    .filter(({ state }) => ends.has(state.state) && transitionsFrom(machine, state).length > 0)
    .map(({ state }) => state.state);
  // A visited pair is free when it is an end or one of its successors is free; repeat until nothing changes.
  const free = new Set(visits.filter(({ state }) => ends.has(state.state)).map(({ state }) => keyOf(machine, state)));
  for (let grew = true; grew; ) {
    grew = false;
    for (const { state } of visits) {
      const key = keyOf(machine, state);
      if (free.has(key)) continue;
      const leads = transitionsFrom(machine, state).some((transition) => {
        const fired =
          transition.max === undefined
            ? state.fired
            : { ...state.fired, [transition.on]: (state.fired[transition.on] ?? 0) + 1 };
        return free.has(keyOf(machine, { ...state, state: transition.to, fired }));
      });
      if (leads) {
        free.add(key);
        grew = true;
      }
    }
  }
  const trapped = visits.filter(({ state }) => !free.has(keyOf(machine, state))).map(({ state }) => state.state);
  const bypassed = machine.gates.flatMap(({ state, guard }) => {
    const around = walk(machine, (transition) => !transition.guards.some((each) => each.id === guard)).find(
      (visit) => visit.state.state === state,
    );
    return around ? [{ state, guard, path: around.path }] : [];
  });
  return {
    visited: visits.length,
    reachable: [...reachable],
    unreachable: machine.states.map((each) => each.id).filter((each) => !reachable.has(each)),
    deadEnds: [...new Set(deadEnds)],
    trapped: [...new Set(trapped)],
    leavableEnds: [...new Set(leavableEnds)],
    bypassed,
  };
}
