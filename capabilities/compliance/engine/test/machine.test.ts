/** @module Rules [M1] to [M4], on every machine of every shipped regulation. */
import { describe, expect, test } from 'vitest';
import {
  type CaseState,
  exploreMachine,
  type Facts,
  type Machine,
  startCase,
  step,
  transitionsFrom,
} from '../src/index.ts';
import { named, shipped } from './shipped.ts';

const machines = shipped.flatMap(({ open }) =>
  open.instrument.machines.map((machine) => ({ open, machine, name: `${open.instrument.name}/${machine.id}` })),
);
const at = '2026-01-05T10:00+08:00';
const request = named('cn.gov-data-sharing.2025').instrument.machines.find((each) => each.id === 'request') as Machine;

test('[M1] a refusal names every failing guard and changes nothing', () => {
  const before: CaseState = Object.freeze({ ...startCase(request), state: 'under-review' });
  const result = step(request, before, {
    on: 'refuse',
    actor: 'requester',
    at,
    facts: { attribute: 'unconditional' },
    parameters: {},
  });
  expect(result.kind).toBe('refused');
  if (result.kind === 'refused') {
    expect(result.refusals.map((each) => (each.kind === 'guard' ? each.guard : each.kind))).toEqual([
      'actor',
      'reason-given',
      'not-for-material',
      'not-unconditional',
    ]);
    expect(result.refusals.flatMap((each) => (each.kind === 'guard' ? each.missing : []))).toEqual([
      'refusal.onlyMaterial',
    ]);
  }
});

test('[M1] a step records who, when and why, and emits its event', () => {
  const result = step(
    request,
    { ...startCase(request), state: 'agreed' },
    { on: 'share', actor: 'provider', at, facts: { 'delivery.method': 'batch' }, parameters: {} },
  );
  expect(result).toMatchObject({
    kind: 'moved',
    emits: 'data.shared',
    next: {
      state: 'shared',
      history: [{ on: 'share', from: 'agreed', to: 'shared', actor: 'provider', at, ref: 'art-22' }],
    },
  });
});

test('[M1] every guard of every machine holds its transition back when nothing is known', () => {
  let held = 0;
  for (const { open, machine } of machines)
    for (const transition of machine.transitions)
      for (const from of transition.from) {
        const alone = { ...machine, transitions: [transition] };
        const result = step(
          alone,
          { ...startCase(machine), state: from },
          { on: transition.on, actor: transition.actor[0] as string, at, facts: {}, parameters: open.parameters },
        );
        expect(result.kind).toBe(transition.guards.length === 0 ? 'moved' : 'refused');
        if (transition.guards.length > 0) held += 1;
      }
  expect(held).toBeGreaterThanOrEqual(28);
});

describe('exploration', () => {
  test.each(machines)(
    '[M2] $name has no dead end, nothing unreachable, no trap, no end that is left',
    ({ machine }) => {
      const explored = exploreMachine(machine);
      expect({
        unreachable: explored.unreachable,
        deadEnds: explored.deadEnds,
        trapped: explored.trapped,
        leavableEnds: explored.leavableEnds,
      }).toEqual({ unreachable: [], deadEnds: [], trapped: [], leavableEnds: [] });
      expect(explored.visited).toBeGreaterThanOrEqual(machine.states.length);
    },
  );

  test.each(machines.filter(({ machine }) => machine.gates.length > 0))(
    '[M3] $name cannot be walked around its gates',
    ({ machine }) => {
      expect(exploreMachine(machine).bypassed).toEqual([]);
      // The check is no formality: with the guard taken off one transition the way around is found.
      for (const gate of machine.gates) {
        const weakened = {
          ...machine,
          transitions: machine.transitions.map((each) => ({
            ...each,
            guards: each.guards.filter((guard) => guard.id !== gate.guard),
          })),
        };
        expect(exploreMachine(weakened).bypassed).toContainEqual(expect.objectContaining(gate));
      }
    },
  );

  test('[M2] a dead end, a trap and an unreachable state are found', () => {
    const words = { zh: '甲', en: 'a' };
    const state = (id: string, terminal = false) => ({ id, title: words, terminal });
    const move = (on: string, from: string, to: string) => ({
      on,
      from: [from],
      to,
      actor: ['r'],
      title: words,
      guards: [],
      ref: 'x',
    });
    const machine: Machine = {
      id: 'm',
      title: words,
      initial: 'a',
      states: [state('a'), state('b'), state('c'), state('d'), state('end', true)],
      gates: [],
      transitions: [move('1', 'a', 'b'), move('2', 'b', 'c'), move('3', 'a', 'end')],
    };
    const explored = exploreMachine(machine);
    expect(explored.deadEnds).toEqual(['c']);
    expect(explored.trapped).toEqual(['b', 'c']);
    expect(explored.unreachable).toEqual(['d']);
  });
});

test('[M4] the one-time notice cannot fire twice on any path of up to nine steps', () => {
  const generous: Facts = {
    'request.headApproved': true,
    'request.complete': true,
    'material.missing': ['basis'],
    'answer.headApproved': true,
    attribute: 'conditional',
    'delivery.method': 'file',
    'breach.kind': 'scope',
    'breach.rectified': true,
  };
  let paths = 0;
  const walk = (state: CaseState, depth: number): void => {
    paths += 1;
    expect(state.history.filter((each) => each.on === 'ask-material').length).toBeLessThanOrEqual(1);
    if (depth === 0) return;
    for (const on of new Set(transitionsFrom(request, state).map((each) => each.on)))
      for (const actor of ['provider', 'requester']) {
        const result = step(request, state, { on, actor, at, facts: generous, parameters: {} });
        if (result.kind === 'moved') walk(result.next, depth - 1);
      }
  };
  walk(startCase(request), 9);
  expect(paths).toBeGreaterThan(20);
});
