/** @module Rules [A1] to [A7]. */
import { describe, expect, test } from 'vitest';
import {
  type Answer,
  type Assessment,
  answer,
  evaluateAssessment,
  type FactStatement,
  judgementOfAnswer,
  markNotApplicable,
  moveAssessment,
  type OpenInstrument,
  readiness,
  startAssessment,
  state,
} from '../src/index.ts';
import { calendar, named, openSample } from './shipped.ts';

const open = named('cn.pi-audit.2025');
const at = { asOf: '2026-03-02T10:00+08:00', calendar };
const start = (of: OpenInstrument = open): Assessment =>
  startAssessment(of, { id: 'a', subject: { id: 's', name: '某公司' } });
let statements = 0;
const says = (fact: string, value: FactStatement['value'], more: Partial<FactStatement> = {}): FactStatement => {
  statements += 1;
  return { id: `f${statements}`, fact, value, by: 'li', standing: 'verified', validFrom: '2026-01-01', ...more };
};
const scoped = [says('org.inPRC', true), says('org.stateOrgan', false)].reduce(state, start());
const conforms: Omit<Answer, 'textHash'> = {
  judgement: 'conform',
  by: 'li',
  at: '2026-02-01T10:00+08:00',
  standing: 'verified',
  evidence: [{ id: 'e1', title: '隐私政策', effectiveFrom: '2026-01-01', effectiveTo: '2026-06-30' }],
};
const of = (assessment: Assessment, node: string, when = at, inside = open) =>
  evaluateAssessment(inside, assessment, when).results.find((each) => each.node === node);

describe('applicability', () => {
  test('[A1] out of scope by predicate, undecided while unknown, in scope otherwise', () => {
    expect(of(start(), 'guide-3.1')).toMatchObject({
      judgement: 'undecided',
      missing: ['org.inPRC', 'org.stateOrgan'],
    });
    expect(of(state(start(), says('org.stateOrgan', true)), 'guide-3.1')?.judgement).toBe('not-applicable');
    expect(of(scoped, 'guide-3.1')?.judgement).toBe('not-assessed');
    expect(of(scoped, 'guide-5.1')).toMatchObject({ judgement: 'undecided', missing: ['joint'] });
    expect(of(state(scoped, says('joint', false)), 'guide-5.1')).toMatchObject({
      judgement: 'not-applicable',
      basis: 'scope',
    });
  });

  test('[A1] a child applies only where its parent does', () => {
    const abroad = [says('xborder', false), says('ciio', true), says('xborder.assessed', false)].reduce(state, scoped);
    expect(of(abroad, 'guide-15.1')).toMatchObject({ judgement: 'not-applicable', applies: false });
  });

  test('[A1] an override needs a reason and a name', () => {
    const override = { reason: '系统未上线', by: '王某', at: '2026-02-01T10:00+08:00' };
    expect(of(markNotApplicable(open, scoped, 'guide-3.1', override), 'guide-3.1')).toMatchObject({
      judgement: 'not-applicable',
      basis: 'override',
    });
    expect(() => markNotApplicable(open, scoped, 'guide-3.1', { ...override, reason: ' ' })).toThrow(/reason/);
    expect(() => markNotApplicable(open, scoped, 'guide-99', override)).toThrow(/guide-99/);
  });
});

describe('answers', () => {
  test('[A2] no evidence, expired evidence, evidence of the future', () => {
    const given = answer(open, scoped, 'guide-3.1', conforms);
    expect(of(given, 'guide-3.1')?.judgement).toBe('conform');
    expect(of(answer(open, scoped, 'guide-3.1', { ...conforms, evidence: [] }), 'guide-3.1')).toMatchObject({
      judgement: 'needs-evidence',
      evidence: 'none',
    });
    expect(of(given, 'guide-3.1', { ...at, asOf: '2026-07-01' })).toMatchObject({
      judgement: 'needs-evidence',
      evidence: 'expired',
    });
    expect(
      of(
        answer(open, scoped, 'guide-3.1', {
          ...conforms,
          evidence: [{ id: 'e', title: 't', effectiveFrom: '2026-04-01' }],
        }),
        'guide-3.1',
      )?.evidence,
    ).toBe('not-yet');
    expect(
      of(answer(open, scoped, 'guide-3.1', { ...conforms, judgement: 'major', evidence: [] }), 'guide-3.1')?.judgement,
    ).toBe('major');
  });

  test('[A2] a claim does not close a high-severity check', () => {
    expect(of(answer(open, scoped, 'guide-4.1', { ...conforms, standing: 'claimed' }), 'guide-4.1')?.judgement).toBe(
      'needs-verification',
    );
    expect(of(answer(open, scoped, 'guide-4.1', conforms), 'guide-4.1')?.judgement).toBe('conform');
    expect(of(answer(open, scoped, 'guide-3.1', { ...conforms, standing: 'claimed' }), 'guide-3.1')?.judgement).toBe(
      'conform',
    );
  });

  test('[A2] only checklist nodes take answers; polarity turns yes into a breach', () => {
    expect(() => answer(open, scoped, 'art-12', conforms)).toThrow(/checklist/);
    const node = open.nodes.get('guide-12.1');
    expect(node && [judgementOfAnswer(node, true), judgementOfAnswer(node, false)]).toEqual(['major', 'conform']);
  });
});

describe('a text that changes', () => {
  const old = openSample();
  const changed = openSample(
    ['id: cn.sample.1', 'id: cn.sample.2'],
    ["version: '1'", "version: '2'"],
    ['zh: 乙', 'zh: 乙（修改）'],
  );
  const dropped = openSample(['id: cn.sample.1', 'id: cn.sample.3'], ['id: a-1.1', 'id: a-1.9']);
  const answered = answer(old, start(old), 'a-1.1', conforms);
  const many = state(answered, says('persons', 20));

  test('[A3] needs review, never reset', () => {
    expect(of(many, 'a-1.1', at, old)?.judgement).toBe('conform');
    const { assessment, report } = moveAssessment(old, changed, many);
    expect(report).toEqual({ kept: [], review: ['a-1.1'], orphaned: [], added: [] });
    expect(of(assessment, 'a-1.1', at, changed)?.judgement).toBe('needs-review');
    expect(assessment.answers['a-1.1']).toEqual(answered.answers['a-1.1']);
    expect(assessment.statements).toEqual(many.statements);
  });

  test('[A3] an unchanged text keeps its answer; an answered node that vanished is listed and kept', () => {
    const same = openSample(['id: cn.sample.1', 'id: cn.sample.4'], ['en: Second.', 'en: Second point.']);
    expect(moveAssessment(old, same, many).report.kept).toEqual(['a-1.1']);
    const moved = moveAssessment(old, dropped, many);
    expect(moved.report).toMatchObject({ orphaned: ['a-1.1'], added: ['a-1.9'] });
    expect(moved.assessment.answers['a-1.1']).toBeDefined();
    expect(() => moveAssessment(changed, dropped, many)).toThrow(/cn.sample.2/);
  });

  test('[A3] a changed threshold or polarity changes the hash, a translation does not', () => {
    const threshold = openSample(["op: '>=', v: 10", "op: '>', v: 10"]);
    expect(threshold.hashes.get('a-1')).not.toBe(old.hashes.get('a-1'));
    expect(openSample(['en: Second.', 'en: Other words.']).hashes.get('a-1.1')).toBe(old.hashes.get('a-1.1'));
  });
});

describe('facts', () => {
  test('[A4] contradicting statements leave the fact unknown, and a replacement settles it', () => {
    const first = says('pi.persons', 2_000_000);
    const second = says('pi.persons', 900_000);
    const both = [first, second].reduce(state, scoped);
    const evaluation = evaluateAssessment(open, both, at);
    expect(evaluation.problems).toEqual([{ kind: 'contradiction', fact: 'pi.persons', statements: [first, second] }]);
    expect(of(both, 'art-12')).toMatchObject({ judgement: 'undecided', missing: ['pi.persons'] });
    const settled = state(both, says('pi.persons', 900_000, { replaces: [first.id] }));
    expect(evaluateAssessment(open, settled, at).problems).toEqual([]);
    expect(of(settled, 'art-12')?.judgement).toBe('not-applicable');
  });

  test('[A4] constraints, types and undeclared facts are named', () => {
    const kinds = (...given: FactStatement[]) =>
      evaluateAssessment(open, given.reduce(state, scoped), at).problems.map((each) => each.kind);
    expect(kinds(says('pi.persons', 5), says('pi.sensitivePersons', 6))).toEqual(['constraint']);
    expect(kinds(says('pi.persons', 'many'))).toEqual(['type']);
    expect(kinds(says('pi.persons', -1))).toEqual(['type']);
    expect(kinds(says('engagement.mode', 'by mail'))).toEqual(['type']);
    expect(kinds(says('weather', 'fine'))).toEqual(['undeclared']);
    expect(kinds(says('sensitive', false), says('pi.sensitivePersons', 1), says('pi.persons', 2))).toEqual([
      'constraint',
    ]);
  });

  test('[A4] a statement holds only in its time', () => {
    const ended = state(scoped, says('joint', true, { validTo: '2026-02-01' }));
    expect(of(ended, 'guide-5.1')?.judgement).toBe('undecided');
  });
});

test('[A5] a result names all it rests on', () => {
  const chosen = { ...scoped, parameters: { ...scoped.parameters, maxConsecutive: 3 } };
  expect(evaluateAssessment(open, chosen, at)).toMatchObject({
    instrument: 'cn.pi-audit.2025',
    instrumentVersion: '2025',
    calendar: 'CN@2026.1',
    engine: '0.1.0',
    asOf: '2026-03-02',
    parameters: { maxConsecutive: 3, internalAuditBreaksRun: false },
  });
});

test('[A6] readiness on a later day', () => {
  const given = answer(open, answer(open, scoped, 'guide-3.1', conforms), 'guide-3.2', {
    ...conforms,
    evidence: [{ id: 'e2', title: '清单', effectiveFrom: '2026-01-01' }],
  });
  expect(readiness(open, given, at)).toMatchObject({ ready: 2, lapsing: [] });
  expect(readiness(open, given, { ...at, asOf: '2026-07-01' })).toMatchObject({ ready: 1, lapsing: ['guide-3.1'] });
});

test('[A7] parameters take only declared options', () => {
  const begin = (parameters: Record<string, number>) => () =>
    startAssessment(open, { id: 'a', subject: { id: 's', name: 's' }, parameters });
  expect(begin({ maxConsecutive: 3 })).not.toThrow();
  expect(begin({ maxConsecutive: 4 })).toThrow(/expected one of \[2,3\], got 4/);
  expect(begin({ other: 1 })).toThrow(/other/);
});
