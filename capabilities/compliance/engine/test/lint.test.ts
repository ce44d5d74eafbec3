/** @module Rules [L1] to [L6], [X1] and [X2]. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import {
  type Assessment,
  answer,
  evaluateAssessment,
  instrumentJsonSchema,
  lintInstrument,
  lintLibrary,
  loadInstrument,
  oscalCatalog,
  oscalResults,
  type Problem,
  startAssessment,
} from '../src/index.ts';
import { calendar, named, openSample, sample, shipped } from './shipped.ts';

function problems(...changes: readonly (readonly [string, string])[]): readonly Problem[] {
  const loaded = loadInstrument('sample.yaml', sample(...changes));
  return loaded.kind === 'refused' ? loaded.problems : lintInstrument(loaded.value, loaded.text);
}
const codes = (...changes: readonly (readonly [string, string])[]) => problems(...changes).map((each) => each.code);

describe('places and ids', () => {
  test('[L1] the sample itself has no problem', () => {
    expect(problems()).toEqual([]);
  });

  test('[L1] a syntax error has its line and column', () => {
    expect(problems(['title: {zh: 样例', 'title: {zh: 样例]'])[0]).toMatchObject({
      code: 'syntax',
      file: 'sample.yaml',
      line: 6,
    });
  });

  test.each([
    ['a missing trace', ['trace: 第一条（一）, ', ''], 'nodes.1.trace'],
    [
      'an unknown key',
      ['kind: article, type: executable, zh: 丙', 'kind: article, typo: 1, type: executable, zh: 丙'],
      'nodes.2',
    ],
    ['a parameter without status', ['status: verified, basis: choice', 'basis: choice'], 'parameters.0.status'],
    ['an unknown operator', ["op: '>='", "op: '=>'"], 'nodes.0.applies'],
    ['a malformed day', ["validFrom: '2025-01-01'", "validFrom: 'soon'"], 'validFrom'],
  ] as const)('[L1] the shape check names %s', (_, change, where) => {
    const found = problems(change);
    expect(found[0]).toMatchObject({ code: 'shape', severity: 'error' });
    expect(found.map((each) => each.path.join('.')).some((path) => path.startsWith(where))).toBe(true);
    expect(found[0]?.line).toBeGreaterThan(0);
  });

  test.each([
    ['unknown-fact', ['rule: {fact: open', 'rule: {fact: opened']],
    ['unknown-node', ['parent: a-1,', 'parent: a-7,']],
    ['unknown-event', ['trigger: [asked]', 'trigger: [begged]']],
    ['unknown-role', ['who: owner', 'who: nobody']],
    ['duplicate-id', ['id: a-2,', 'id: a-1,']],
    ['wrong-literal', ["op: '=', v: true", "op: '=', v: 7"]],
    ['not-executable', [", rule: {fact: open, op: '=', v: true}", '']],
    [
      'executable',
      [
        'kind: check, type: checklist, zh: 乙',
        "kind: check, type: checklist, rule: {fact: open, op: '=', v: true}, zh: 乙",
      ],
    ],
    ['never-done', [', doneBy: [done]', '']],
    ['no-effect', ['rule: {fact: open', 'when: {fact: open']],
    ['validity', ["validFrom: '2025-01-01'", "validFrom: '2025-01-01'\nvalidTo: '2024-12-31'"]],
  ] as const)('[L1] %s is found with its line', (code, change) => {
    const found = problems(change).find((each) => each.code === code);
    expect(found).toMatchObject({ severity: 'error', file: 'sample.yaml' });
    const lines = sample(change).split('\n');
    const start =
      found?.path[0] === 'nodes'
        ? lines.indexOf('nodes:') + 2 + Number(found.path[1])
        : lines.findIndex((line) => line.startsWith('validTo')) + 1;
    expect(found?.line).toBe(start);
  });

  test('[L1] parents in a circle', () => {
    const found = problems(['- {id: a-1, kind', '- {id: a-1, parent: a-1.1, kind']);
    expect(found.map((each) => each.code)).toContain('cycle');
    expect(found.find((each) => each.code === 'cycle')?.en).toMatch(/a-1 → a-1\.1 → a-1/);
  });
});

describe('sense', () => {
  test.each([
    [
      'and of two that exclude each other',
      "rule: {and: [{fact: persons, op: '>', v: 10}, {fact: persons, op: '<', v: 5}]}",
    ],
    ['two values of one fact', "rule: {and: [{fact: open, op: '=', v: true}, {fact: open, op: '=', v: false}]}"],
    [
      '超过 and 以下 the same number',
      "rule: {and: [{fact: persons, op: '>', v: 10}, {fact: persons, op: '<=', v: 10}]}",
    ],
  ])('[L2] contradiction: %s', (_, rule) => {
    expect(codes(["rule: {fact: open, op: '=', v: true}", rule])).toContain('contradiction');
  });

  test('[L2] 以上 and 以下 the same number is none', () => {
    expect(
      codes([
        "rule: {fact: open, op: '=', v: true}",
        "rule: {and: [{fact: persons, op: '>=', v: 10}, {fact: persons, op: '<=', v: 10}]}",
      ]),
    ).toEqual([]);
  });

  test('[L2] a condition that cannot fail is warned of', () => {
    const found = problems([
      "rule: {fact: open, op: '=', v: true}",
      "rule: {or: [{fact: persons, op: '>', v: 10}, {fact: persons, op: '<=', v: 10}]}",
    ]);
    expect(found).toMatchObject([{ code: 'always-true', severity: 'warning' }]);
  });

  test('[L3] overlapping versions of a family; drafts do not count', () => {
    const of = (...changes: readonly (readonly [string, string])[]) => openSample(...changes).instrument;
    const first = of();
    const second = of(['id: cn.sample.1', 'id: cn.sample.2'], ["validFrom: '2025-01-01'", "validFrom: '2026-01-01'"]);
    const ended = of(["validFrom: '2025-01-01'", "validFrom: '2025-01-01'\nvalidTo: '2025-12-31'"]);
    const draft = of(['id: cn.sample.1', 'id: cn.sample.3'], ['rank: department-rule', 'rank: draft']);
    expect(lintLibrary([first, second]).map((each) => each.code)).toEqual(['overlap']);
    expect(lintLibrary([ended, second])).toEqual([]);
    expect(lintLibrary([first, draft])).toEqual([]);
    expect(lintLibrary([first, first]).map((each) => each.code)).not.toContain('overlap');
    expect(
      lintLibrary([of(["validFrom: '2025-01-01'", "validFrom: '2025-01-01'\nsupersededBy: cn.nothing"])]).map(
        (each) => each.code,
      ),
    ).toEqual(['unknown-instrument']);
  });

  const machine = (transitions: string, gates = '') => `machines:
  - id: m
    title: {zh: 机, en: m}
    initial: a
    states: [{id: a, title: {zh: 甲, en: a}}, {id: b, title: {zh: 乙, en: b}}, {id: c, terminal: true, title: {zh: 丙, en: c}}]
    ${gates}
    transitions: [${transitions}]
nodes:`;
  const move = (on: string, from: string, to: string, guards = '') =>
    `{on: ${on}, from: [${from}], to: ${to}, actor: [owner], ref: a-1, title: {zh: 动, en: move}${guards}}`;
  const guarded = ", guards: [{id: g, must: {fact: open, op: '=', v: true}, says: {zh: 须, en: must}}]";
  test.each([
    ['dead-end', machine(`${move('x', 'a', 'b')}, ${move('y', 'a', 'c')}`)],
    ['unreachable', machine(move('y', 'a', 'c'))],
    [
      'bypass',
      machine(
        `${move('x', 'a', 'b')}, ${move('y', 'b', 'c', guarded)}, ${move('z', 'a', 'c')}`,
        'gates: [{state: c, guard: g}]',
      ),
    ],
    ['unknown-id', machine(move('y', 'a', 'nowhere'))],
  ])('[L4] %s', (code, text) => {
    expect(codes(['nodes:', text])).toContain(code);
  });

  test('[L5] parameters, quoted standards and errata', () => {
    expect(codes(['value: 2, options: [2, 3]', 'value: 4, options: [2, 3]'])).toEqual(['parameter']);
    expect(codes(['rank: department-rule', 'rank: national-standard'])).toEqual(['quoted-standard']);
    expect(
      codes([
        'parameters:',
        'errata: [{id: e, where: 第一条, printed: 乙, read: 丁, why: {zh: 误, en: wrong}, status: verified}]\nparameters:',
      ]),
    ).toEqual(['erratum']);
  });
});

describe('exports', () => {
  const validate = new Ajv2020({ strict: false }).compile(instrumentJsonSchema());
  test.each(shipped.map(({ instrument, text }) => ({ id: instrument.id, text })))(
    '[L6] $id is valid against the JSON Schema',
    ({ text }) => {
      expect(validate(text.value)).toBe(true);
    },
  );
  test('[L6] the JSON Schema refuses a broken file', () => {
    const broken = { ...(shipped[0]?.text.value as object), rank: 'rumour' };
    expect(validate(broken)).toBe(false);
  });

  test.each(shipped.map(({ open }) => ({ id: open.instrument.id, open })))(
    '[X1] $id as an OSCAL catalogue',
    ({ open }) => {
      const { catalog } = oscalCatalog(open, '2026-03-02T10:00:00+08:00') as unknown as {
        catalog: { uuid: string; controls: Control[]; metadata: Record<string, unknown> };
      };
      interface Control {
        id: string;
        title: string;
        parts: { id: string; prose: string }[];
        props: { name: string; value: string }[];
        controls?: Control[];
      }
      const all: Control[] = [];
      const collect = (controls: Control[]): void => {
        for (const control of controls) {
          all.push(control);
          collect(control.controls ?? []);
        }
      };
      collect(catalog.controls);
      expect(all.map((each) => each.id).sort()).toEqual([...open.nodes.keys()].sort());
      // OSCAL's token and uuid patterns (NIST, OSCAL 1.1 catalog JSON schema).
      for (const each of all) {
        expect(each.id).toMatch(/^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$/u);
        for (const prop of each.props) expect(prop.value).toMatch(/^\S(.*\S)?$/);
      }
      expect(catalog.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[45678][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(new Set(all.flatMap((each) => each.parts.map((part) => part.id))).size).toBe(
        all.reduce((sum, each) => sum + each.parts.length, 0),
      );
      expect(oscalCatalog(open, 't')).toEqual(oscalCatalog(named(open.instrument.id), 't'));
    },
  );

  test('[X2] OSCAL assessment results keep what was seen apart from what it means; what nobody judged is no finding', () => {
    const audit = named('cn.pi-audit.2025');
    const started = startAssessment(audit, { id: 'a', subject: { id: 's', name: '某平台' } });
    const evidence = [{ id: 'e', title: '截图', sha256: 'ab', effectiveFrom: '2026-01-01', effectiveTo: '2026-12-31' }];
    const given = { by: '王某', at: '2026-02-01T10:00:00+08:00', standing: 'verified' as const, evidence };
    const [one, two] = ['guide-3.1', 'guide-3.2'] as const;
    const facts = ['org.inPRC', 'org.stateOrgan'].map((fact) => ({
      id: fact,
      fact,
      value: fact === 'org.inPRC',
      by: '李某',
      standing: 'verified' as const,
      validFrom: '2026-01-01',
    }));
    let assessment: Assessment = { ...started, statements: facts };
    assessment = answer(audit, assessment, one, { ...given, judgement: 'conform' });
    assessment = answer(audit, assessment, two, { ...given, judgement: 'major', note: '未做' });
    const evaluation = evaluateAssessment(audit, assessment, { asOf: '2026-03-02T10:00:00+08:00', calendar });
    const out = oscalResults(audit, assessment, evaluation, '2026-03-02T10:00:00+08:00');
    const [result] = (out['assessment-results'] as unknown as { results: OscalResult[] }).results;
    interface OscalResult {
      observations: { uuid: string; props: { name: string; value: string }[]; 'relevant-evidence'?: unknown[] }[];
      findings: {
        target: { 'target-id': string; status: { state: string } };
        'related-observations': { 'observation-uuid': string }[];
      }[];
    }
    const stateOf = (node: string) =>
      result?.findings.find((each) => each.target['target-id'] === node)?.target.status.state;
    expect([stateOf(one), stateOf(two)]).toEqual(['satisfied', 'not-satisfied']);
    const judged = new Map(evaluation.results.map((each) => [each.node, each.judgement]));
    for (const { target } of result?.findings ?? [])
      expect(['conform', 'minor', 'major']).toContain(judged.get(target['target-id']));
    const seen = new Set(result?.observations.map((each) => each.uuid));
    for (const finding of result?.findings ?? [])
      for (const related of finding['related-observations']) expect(seen).toContain(related['observation-uuid']);
    expect(result?.observations.filter((each) => each['relevant-evidence']).length).toBe(2);
    expect(oscalResults(audit, assessment, evaluation, 't')).toEqual(oscalResults(audit, assessment, evaluation, 't'));
  });
});
