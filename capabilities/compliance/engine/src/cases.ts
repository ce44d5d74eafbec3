/**
 * Test cases of a regulation as data beside it, and their run. A regulation ships with its proof: for every executable id cases that hold
 * and cases that do not, to which the boundary cases made from its predicates are added.
 * @module
 */
import type { OpenCalendar } from '@hedun/workdays';
import { z } from 'zod';
import { deadlines } from './clocks.ts';
import type { ComplianceEvent } from './events.ts';
import type { OpenInstrument } from './instrument.ts';
import { type Loaded, type Problem, parseText } from './load.ts';
import { startCase, step } from './machine.ts';
import { penalties } from './penalty.ts';
import { evaluate, explain, type Facts, type Parameters, undecidedFacts, type Value } from './predicate.ts';
import { recordProblems, recordShape } from './records.ts';
import { type RiskStatement, score, type UnitInput } from './scoring.ts';
import { statistics } from './statistics.ts';

const loose = z.record(z.string(), z.any());
const event = z.strictObject({
  id: z.string().optional(),
  type: z.string(),
  at: z.string(),
  subject: z.string().default('s'),
  data: loose.optional(),
});
const testCase = z.strictObject({
  node: z.string(),
  name: z.string(),
  facts: loose.default({}),
  parameters: loose.default({}),
  events: z.array(event).optional(),
  at: z.string().optional(),
  record: loose.optional(),
  step: z
    .strictObject({
      machine: z.string(),
      from: z.string(),
      on: z.string(),
      actor: z.string(),
      fired: z.record(z.string(), z.number()).default({}),
    })
    .optional(),
  score: z
    .strictObject({
      scoring: z.string(),
      level: z.int(),
      /** Judgement given to every object and every whole unit that is not named. */
      object: loose,
      whole: z.enum(['met', 'partly', 'unmet']),
      units: z
        .record(z.string(), z.union([loose, z.array(loose), z.enum(['met', 'partly', 'unmet', 'not-applicable'])]))
        .default({}),
      notApplicable: z.array(z.string()).default([]),
      risks: z.array(loose).default([]),
    })
    .optional(),
  expect: z.strictObject({
    applies: z.boolean().nullable().optional(),
    /** Truth of the rule or condition; null for undecided. */
    holds: z.boolean().nullable().optional(),
    missing: z.array(z.string()).optional(),
    due: z.string().nullable().optional(),
    status: z.string().optional(),
    provisional: z.boolean().optional(),
    moved: z.string().optional(),
    refused: z.string().optional(),
    fields: z.array(z.string()).optional(),
    penalty: z.string().nullable().optional(),
    fine: z.tuple([z.number(), z.number()]).optional(),
    total: z.number().nullable().optional(),
    verdict: z.string().optional(),
    rows: z.array(loose).optional(),
  }),
});
const casesFile = z.strictObject({
  format: z.literal('hedun-cases/1'),
  instrument: z.string(),
  cases: z.array(testCase).min(1),
});
export type InstrumentCase = z.infer<typeof testCase>;
export type CasesFile = z.infer<typeof casesFile>;

export interface CaseOutcome {
  readonly case: InstrumentCase;
  readonly passed: boolean;
  /** Whether the case shows the rule at work (it applies, holds, moves, is due) or held back. */
  readonly polarity: 'positive' | 'negative';
  readonly got: Readonly<Record<string, unknown>>;
}

export function loadCases(file: string, source: string): Loaded<CasesFile> {
  const parsed = parseText(file, source);
  if (parsed.kind === 'refused') return parsed;
  const checked = casesFile.safeParse(parsed.value);
  if (checked.success) return { kind: 'loaded', value: checked.data, text: parsed.text };
  const problems = checked.error.issues.map((issue): Problem => {
    const path = issue.path as (string | number)[];
    return {
      code: 'shape',
      severity: 'error',
      file,
      path,
      ...parsed.text.locate(path),
      zh: `${path.join('.')}：${issue.message}`,
      en: `${path.join('.')}: ${issue.message}`,
    };
  });
  return { kind: 'refused', problems };
}

function scoreInput(
  open: OpenInstrument,
  given: NonNullable<InstrumentCase['score']>,
): { readonly units: Record<string, UnitInput>; readonly risks: readonly RiskStatement[] } {
  const scoring = open.instrument.scorings.find((each) => each.id === given.scoring);
  const index = scoring?.levels.indexOf(given.level) ?? -1;
  const units: Record<string, UnitInput> = {};
  for (const unit of scoring?.units ?? []) {
    if (unit.weights[index] === undefined || unit.weights[index] === null) continue;
    const layer = open.nodes.get(unit.node)?.parent ?? '';
    const judged = scoring?.layers.find((each) => each.node === layer)?.judged;
    const own = given.units[unit.node];
    if (own === 'not-applicable' || given.notApplicable.includes(layer))
      units[unit.node] = { kind: 'not-applicable', reason: 'no such object in the system', by: 'assessor' };
    else if (typeof own === 'string') units[unit.node] = { kind: 'whole', choice: own };
    else if (judged === 'whole') units[unit.node] = { kind: 'whole', choice: given.whole };
    else {
      const objects = (Array.isArray(own) ? own : [own ?? given.object]) as Facts[];
      units[unit.node] = {
        kind: 'objects',
        objects: objects.map((facts, number) => ({ id: `o${number + 1}`, name: `object ${number + 1}`, facts })),
      };
    }
  }
  const risks = given.risks.map((risk) => ({ description: 'as found', ...risk })) as unknown as RiskStatement[];
  return { units, risks };
}

function observe(open: OpenInstrument, given: InstrumentCase, calendar: OpenCalendar): Record<string, unknown> {
  const node = open.nodes.get(given.node);
  if (!node) throw new RangeError(`node: expected one of ${open.instrument.id}, got ${given.node}`);
  const parameters = { ...open.parameters, ...(given.parameters as Parameters) };
  const facts = given.facts as Facts;
  const scope = { facts, parameters };
  const expect = given.expect;
  if (given.score) {
    const { units, risks } = scoreInput(open, given.score);
    const result = score(open.instrument, given.score.scoring, { level: given.score.level, units, risks, parameters });
    return {
      total: result.total ?? null,
      verdict: result.verdict?.id,
      missing: result.missing.map((each) => each.ref),
    };
  }
  if (given.step) {
    const machine = open.instrument.machines.find((each) => each.id === given.step?.machine);
    if (!machine) throw new RangeError(`machine: expected one of ${open.instrument.id}, got ${given.step.machine}`);
    const state = { ...startCase(machine), state: given.step.from, fired: given.step.fired };
    const result = step(machine, state, {
      on: given.step.on,
      actor: given.step.actor,
      at: given.at ?? '2026-01-05T10:00+08:00',
      facts,
      parameters,
    });
    if (result.kind === 'moved') return { moved: result.next.state, ref: result.transition.ref };
    const names = result.refusals.map((refusal) => (refusal.kind === 'guard' ? refusal.guard : refusal.kind));
    return {
      refused: expect.refused !== undefined && names.includes(expect.refused) ? expect.refused : names.join(','),
    };
  }
  if (given.record) {
    const shape = recordShape(
      open.instrument,
      node.record ?? open.instrument.records.find((each) => each.ref === node.id)?.id ?? '',
    );
    return { fields: recordProblems(shape, given.record as Facts).map((problem) => problem.field) };
  }
  if (expect.penalty !== undefined) {
    const rows = penalties(open.instrument, facts, parameters).filter((row) => row.penalty.ref === given.node);
    const found =
      rows.find((row) => row.penalty.id === expect.penalty && row.holds === true) ??
      rows.find((row) => row.holds === true);
    return { penalty: found?.penalty.id ?? null, fine: found?.fine?.range };
  }
  if (given.events) {
    const events = given.events.map(
      (each, index): ComplianceEvent => ({
        id: each.id ?? `e${index + 1}`,
        type: each.type,
        subject: each.subject,
        occurredAt: each.at,
        ...(each.data ? { data: each.data as Record<string, Value> } : {}),
      }),
    );
    const asOf = given.at ?? events.at(-1)?.occurredAt ?? '';
    const all = deadlines(open, { events, facts, parameters, calendar, asOf });
    if (expect.rows) {
      const statistic = open.instrument.statistics.find((each) => each.ref === given.node);
      if (!statistic) throw new RangeError(`${given.node}: expected a statistic, got none`);
      return { rows: statistics(statistic, all).map((row) => ({ ...row })) };
    }
    const own = all.filter((deadline) => deadline.node === given.node).at(-1);
    return {
      due: own?.dueOn ?? null,
      status: own?.status ?? 'none',
      provisional: own?.provisional ?? false,
      missing: own?.missing ?? [],
    };
  }
  const applies = node.applies ? evaluate(node.applies, scope) : true;
  const tested = node.rule ?? node.when;
  const holds = tested ? evaluate(tested, scope) : applies;
  const missing = [node.applies, tested].flatMap((predicate) =>
    predicate ? undecidedFacts(explain(predicate, scope)) : [],
  );
  return { applies, holds, missing };
}

function isPositive(expect: InstrumentCase['expect']): boolean {
  if (expect.holds !== undefined) return expect.holds === true;
  if (expect.moved !== undefined) return true;
  if (expect.refused !== undefined) return false;
  if (expect.fields !== undefined) return expect.fields.length === 0;
  if (expect.penalty !== undefined) return expect.penalty !== null;
  if (expect.verdict !== undefined) return expect.verdict !== 'nonconform';
  if (expect.rows !== undefined) return expect.rows.length > 0;
  if (expect.status !== undefined)
    return expect.status !== 'none' && expect.status !== 'late' && expect.status !== 'overdue';
  if (expect.total !== undefined) return expect.total !== null;
  return expect.applies === true || typeof expect.due === 'string';
}

/** The expected keys must all be observed; rows are compared by the keys they name. */
function agrees(expected: unknown, got: unknown): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(got) && expected.length === got.length && expected.every((each, index) => agrees(each, got[index]))
    );
  if (expected !== null && typeof expected === 'object')
    return (
      got !== null &&
      typeof got === 'object' &&
      Object.entries(expected).every(([key, value]) => agrees(value, (got as Record<string, unknown>)[key]))
    );
  return expected === got;
}

export function runCase(open: OpenInstrument, given: InstrumentCase, calendar: OpenCalendar): CaseOutcome {
  const polarity = isPositive(given.expect) ? 'positive' : 'negative';
  try {
    const got = observe(open, given, calendar);
    return { case: given, polarity, got, passed: Object.keys(given.expect).length > 0 && agrees(given.expect, got) };
  } catch (error) {
    return {
      case: given,
      polarity,
      got: { error: error instanceof Error ? error.message : String(error) },
      passed: false,
    };
  }
}
