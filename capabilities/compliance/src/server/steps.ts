/**
 * Steps of a state machine as the console and the command line see them: what is possible, what stands in the way, and one step taken.
 * @module
 */
import {
  type CaseState,
  type FactShape,
  type Facts,
  type Machine,
  type OpenInstrument,
  type Refusal,
  step,
  transitionsFrom,
} from '@hedun/compliance';
import { Failure, type Locale } from '@hedun/sdk';
import { derivedFacts } from '../shapes.ts';
import { short } from './library.ts';

function inWords(open: OpenInstrument, refusal: Refusal, locale: 'zh' | 'en'): string {
  if (refusal.kind === 'guard') {
    const missing = refusal.missing.map((fact) => open.facts.get(fact)?.title[locale] ?? fact);
    const needs =
      missing.length === 0
        ? ''
        : locale === 'zh'
          ? `（待认定：${missing.join('、')}）`
          : ` (to be stated: ${missing.join(', ')})`;
    return `${refusal.says[locale]}${needs}`;
  }
  if (refusal.kind === 'actor')
    return locale === 'zh'
      ? `应由${refusal.expected.map((id) => roleTitle(open, id, 'zh')).join('、')}办理`
      : `for ${refusal.expected.join(', ')}`;
  if (refusal.kind === 'used-up') return locale === 'zh' ? `至多 ${refusal.max} 次` : `at most ${refusal.max} times`;
  return locale === 'zh'
    ? `当前状态可办理：${refusal.allowed.join('、') || '无'}`
    : `possible now: ${refusal.allowed.join(', ') || 'nothing'}`;
}
export function roleTitle(open: OpenInstrument, id: string, locale: 'zh' | 'en'): string {
  return open.instrument.roles.find((each) => each.id === id)?.title[locale] ?? id;
}

/** Facts that follow from the record; nobody states them. */
const derived: readonly string[] = [...derivedFacts, 'catalogue.complete', 'request.complete', 'attribute'];
function factsAsked(open: OpenInstrument, transitions: Machine['transitions']): FactShape[] {
  const named = [...JSON.stringify(transitions.map((each) => each.guards)).matchAll(/"(?:fact|of)":"([\w.]+)"/g)];
  const ids = [...new Set(named.map(([, id = '']) => id))].filter((id) => !derived.includes(id));
  return ids.flatMap((id) => open.facts.get(id) ?? []);
}

/** The steps out of a state, each with what its guards still miss. Two transitions of one name are one step. */
export function stepsOf(open: OpenInstrument, machine: Machine, state: CaseState, facts: Facts, locale: Locale) {
  const transitions = transitionsFrom(machine, state);
  return [...new Set(transitions.map((each) => each.on))].flatMap((on) => {
    const own = transitions.filter((each) => each.on === on);
    const [first] = own;
    if (!first) return [];
    const tried = step(machine, state, { on, actor: first.actor[0] ?? '', at: '', facts, parameters: open.parameters });
    const actors = [...new Set(own.flatMap((each) => each.actor))];
    return [
      {
        on,
        title: first.title,
        actors: actors.map((id) => ({ id, title: { zh: roleTitle(open, id, 'zh'), en: roleTitle(open, id, 'en') } })),
        facts: factsAsked(open, own),
        blocked: tried.kind === 'moved' ? [] : tried.refusals.map((each) => inWords(open, each, short(locale))),
      },
    ];
  });
}

/** Takes a step or throws with every reason against it. */
export function take(
  open: OpenInstrument,
  machine: Machine,
  state: CaseState,
  input: { readonly on: string; readonly actor: string; readonly at: string; readonly facts: Facts },
  locale: Locale,
) {
  const result = step(machine, state, { ...input, parameters: open.parameters });
  if (result.kind === 'moved') return result;
  const reasons = result.refusals.map((each) => inWords(open, each, short(locale)));
  throw new Failure('compliance.step_refused', {
    where: input.on,
    expected: reasons.join(short(locale) === 'zh' ? '；' : '; '),
    got: state.state,
    issues: result.refusals.map((each, index) => ({
      where: each.kind === 'guard' ? each.guard : each.kind,
      expected: reasons[index] ?? '',
      got: state.state,
    })),
  });
}

/** A legal time that has passed; now when none is given. */
export function legalTime(at: string | undefined, now: Date): string {
  if (at === undefined) return now.toISOString();
  if (Date.parse(at) > now.getTime())
    throw new Failure('compliance.future', { where: 'at', expected: `at most ${now.toISOString()}`, got: at });
  return at;
}

/** By name; without one the machine of the assessment itself. A regulation with several has them for its records, not for an assessment. */
export function machineOf(open: OpenInstrument, id?: string): Machine | undefined {
  const { machines } = open.instrument;
  if (id !== undefined) return machines.find((each) => each.id === id);
  return machines.length === 1 ? machines[0] : undefined;
}
export function stateTitle(machine: Machine | undefined, state: string, locale: Locale): string {
  return machine?.states.find((each) => each.id === state)?.title[short(locale)] ?? state;
}
