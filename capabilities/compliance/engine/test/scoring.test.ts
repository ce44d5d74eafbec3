/** @module Rules [S1] to [S7], [F1] and [F2]. */
import { describe, expect, test } from 'vitest';
import {
  contentHash,
  gains,
  type Instrument,
  isSelectable,
  type ObjectInput,
  penalties,
  type Scoring,
  type ScoringInput,
  score,
  startAssessment,
  type UnitInput,
  versionInForce,
} from '../src/index.ts';
import { generator, named, shipped } from './shipped.ts';

const open = named('cn.crypto-assessment.2023');
const instrument = open.instrument;
const versions = ['rules-2023', 'rules-2021'] as const;
const scoringOf = (id: string) => instrument.scorings.find((each) => each.id === id) as Scoring;
const layerOf = (unit: string) => open.nodes.get(unit)?.parent as string;

function fill(
  version: string,
  level: number,
  object: ObjectInput['facts'],
  whole: 'met' | 'partly' | 'unmet',
  change: Record<string, UnitInput> = {},
): ScoringInput {
  const units: Record<string, UnitInput> = {};
  const scoring = scoringOf(version);
  for (const { node, weights } of scoring.units) {
    if (weights[level - 1] === null) continue;
    const judged = scoring.layers.find((layer) => layer.node === layerOf(node))?.judged;
    units[node] =
      judged === 'whole'
        ? { kind: 'whole', choice: whole }
        : { kind: 'objects', objects: [{ id: 'o', name: 'o', facts: object }] };
  }
  return { level, units: { ...units, ...change } };
}

/** Exact fractions, written from the published formulas without the engine. */
type Fraction = readonly [bigint, bigint];
const add = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d];
const over = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d, b * c];
const of = (value: number): Fraction => [BigInt(Math.round(value * 10_000)), 10_000n];
function half(value: Fraction, decimals: number): Fraction {
  const scale = 10n ** BigInt(decimals);
  return [(2n * value[0] * scale + value[1]) / (2n * value[1]), scale];
}
function objectByHand(version: string, level: number, facts: ObjectInput['facts']): Fraction {
  if (facts.D === false) return of(0);
  const bits = facts.strengthBits as number;
  const ra = version === 'rules-2021' || facts.A === true ? 1 : bits >= 112 ? 1 : bits >= 80 ? 0.5 : 0.2;
  const strong =
    facts.keyRequirementsMet === true &&
    ((level === 3 && (facts.moduleLevel as number) >= 1) || (level === 4 && (facts.moduleLevel as number) >= 2));
  const rk = version === 'rules-2021' || facts.K === true || !strong ? 1 : level === 3 ? 1.2 : 1.5;
  const base = facts.A && facts.K ? 1 : facts.A || facts.K ? 0.5 : 0.25;
  return half(times(times(of(base), of(ra)), of(rk)), 4);
}
function byHand(version: string, input: ScoringInput): number {
  const scoring = scoringOf(version);
  const layers = new Map<string, readonly [Fraction, Fraction]>();
  for (const { node, weights } of scoring.units) {
    const weight = weights[input.level - 1];
    const unit = input.units[node];
    if (weight === null || weight === undefined || !unit || unit.kind === 'not-applicable') continue;
    let points: Fraction;
    if (unit.kind === 'whole') points = of({ met: 1, partly: 0.5, unmet: 0 }[unit.choice]);
    else
      points = half(
        over(unit.objects.map((object) => objectByHand(version, input.level, object.facts)).reduce(add), [
          BigInt(unit.objects.length),
          1n,
        ]),
        4,
      );
    const [sum, all] = layers.get(layerOf(node)) ?? [of(0), of(0)];
    layers.set(layerOf(node), [add(sum, times(of(weight), points)), add(all, of(weight))]);
  }
  const weights: Record<string, number> = {
    physical: 10,
    network: 20,
    device: 10,
    application: 30,
    policy: 8,
    people: 8,
    operation: 8,
    emergency: 6,
  };
  const part = (names: readonly string[], points: number): Fraction => {
    const present = names.filter((name) => layers.has(name));
    const top = present
      .map((name) =>
        times(of(weights[name] as number), half(over(...(layers.get(name) as readonly [Fraction, Fraction])), 4)),
      )
      .reduce(add);
    return over(times(of(points), top), present.map((name) => of(weights[name] as number)).reduce(add));
  };
  const technical = ['physical', 'network', 'device', 'application'];
  const management = ['policy', 'people', 'operation', 'emergency'];
  const total =
    version === 'rules-2021'
      ? part([...technical, ...management], 100)
      : add(part(technical, 70), part(management, 30));
  const [top, bottom] = half(total, 2);
  return Number(top) / Number(bottom);
}

describe('arithmetic', () => {
  test('[S1] 400 generated systems equal exact fractions in both versions', () => {
    const next = generator(5);
    for (let round = 0; round < 400; round += 1) {
      const version = versions[round % 2] as string;
      const level = 1 + next(4);
      const input = fill(version, level, { D: true }, 'met');
      const units: Record<string, UnitInput> = {};
      for (const [unit, answer] of Object.entries(input.units)) {
        if (next(8) === 0 && unit !== 'application-authentication' && unit !== 'policy-exists')
          units[unit] = { kind: 'not-applicable', reason: 'none in the system', by: 'li' };
        else if (answer.kind === 'whole')
          units[unit] = { kind: 'whole', choice: (['met', 'partly', 'unmet'] as const)[next(3)] as 'met' };
        else {
          const objects = Array.from({ length: 1 + next(4) }, (_, index) => ({
            id: `o${index}`,
            name: 'o',
            facts: {
              D: next(5) > 0,
              A: next(2) === 1,
              K: next(2) === 1,
              strengthBits: [64, 79, 80, 111, 112, 256][next(6)] as number,
              moduleLevel: next(4),
              keyRequirementsMet: next(2) === 1,
            },
          }));
          units[unit] = { kind: 'objects', objects };
        }
      }
      expect(score(instrument, version, { level, units }).total).toBe(byHand(version, { level, units }));
    }
  });

  test.each([
    [{ D: true, A: true, K: true }, 1, 1],
    [{ D: true, A: false, K: true, strengthBits: 128 }, 0.5, 0.5],
    [{ D: true, A: false, K: true, strengthBits: 112 }, 0.5, 0.5],
    [{ D: true, A: false, K: true, strengthBits: 111 }, 0.25, 0.5],
    [{ D: true, A: false, K: true, strengthBits: 79 }, 0.1, 0.5],
    [{ D: true, A: true, K: false, moduleLevel: 1, keyRequirementsMet: true }, 0.6, 0.5],
    [{ D: true, A: true, K: false, moduleLevel: 1, keyRequirementsMet: false }, 0.5, 0.5],
    [{ D: true, A: false, K: false, strengthBits: 128, moduleLevel: 0, keyRequirementsMet: false }, 0.25, 0.25],
    [{ D: true, A: false, K: false, strengthBits: 80, moduleLevel: 1, keyRequirementsMet: true }, 0.15, 0.25],
    [{ D: false }, 0, 0],
  ])('[S1] an object at level 3 with %j scores %d in 2023 and %d in 2021', (facts, in2023, in2021) => {
    for (const [version, expected] of [
      ['rules-2023', in2023],
      ['rules-2021', in2021],
    ] as const) {
      const result = score(instrument, version, fill(version, 3, facts, 'met'));
      expect(result.lines.find((line) => line.ref === 'network-authentication/o')?.value).toBe(expected);
    }
  });

  test('[S1] the mean of 1, 0, 0 is 0.3333', () => {
    const objects = [true, false, false].map((D, index) => ({
      id: `o${index}`,
      name: 'o',
      facts: { D, A: true, K: true },
    }));
    const result = score(
      instrument,
      'rules-2023',
      fill('rules-2023', 3, { D: true, A: true, K: true }, 'met', {
        'network-authentication': { kind: 'objects', objects },
      }),
    );
    expect(result.lines.find((line) => line.kind === 'unit' && line.ref === 'network-authentication')).toMatchObject({
      value: 0.3333,
      formula: '(1 + 0 + 0) ÷ 3',
    });
  });

  test('[S2] identical answers, two versions: 65.00 and 53.95', () => {
    const dropped = Object.fromEntries(
      scoringOf('rules-2023')
        .units.filter(({ node }) => ['policy', 'people', 'operation'].includes(layerOf(node)))
        .map(({ node }) => [node, { kind: 'not-applicable', reason: 'outsourced', by: 'li' } as const]),
    );
    const answers = fill('rules-2023', 3, { D: true, A: false, K: true, strengthBits: 128 }, 'met', dropped);
    expect(
      versions.map((version) => [
        score(instrument, version, answers).scoring,
        score(instrument, version, answers).total,
      ]),
    ).toEqual([
      ['rules-2023', 65],
      ['rules-2021', 53.95],
    ]);
  });
});

describe('risks, gaps, compensation', () => {
  const perfect = fill('rules-2023', 3, { D: true, A: true, K: true }, 'met');
  const risk = (
    mitigation?: { id: string; confirmedBy: string; evidence: string[] },
    id = 'network-confidentiality',
  ) => ({ risk: id, unit: id, description: 'plain text on the wire', ...(mitigation ? { mitigation } : {}) });
  const verdict = (...risks: ReturnType<typeof risk>[]) => {
    const result = score(instrument, 'rules-2023', { ...perfect, risks });
    return [result.total, result.verdict?.id, result.openHighRisks, result.risks[0]?.why];
  };

  test('[S3] one high risk vetoes a full score; a listed, confirmed and evidenced mitigation lowers it', () => {
    expect(verdict()).toEqual([100, 'conform', 0, undefined]);
    expect(verdict(risk())).toEqual([100, 'nonconform', 1, 'none-claimed']);
    expect(verdict(risk({ id: 'application-layer', confirmedBy: 'li', evidence: ['e1'] }))).toEqual([
      100,
      'conform',
      0,
      'mitigated',
    ]);
    expect(verdict(risk({ id: 'application-layer', confirmedBy: '', evidence: ['e1'] }))[3]).toBe('not-confirmed');
    expect(verdict(risk({ id: 'application-layer', confirmedBy: 'li', evidence: [] }))[3]).toBe('no-evidence');
    expect(verdict(risk({ id: 'prayer', confirmedBy: 'li', evidence: ['e1'] }))[3]).toBe('mitigation-not-listed');
    expect(verdict(risk({ id: 'x', confirmedBy: 'li', evidence: ['e1'] }, 'algorithm'))).toEqual([
      100,
      'nonconform',
      1,
      'no-mitigation-listed',
    ]);
    expect(() => verdict(risk(undefined, 'no-such'))).toThrow(/no-such/);
  });

  test('[S3] every high risk at every level it names vetoes, and at no other level', () => {
    for (const each of instrument.highRisks)
      for (const level of [1, 2, 3, 4]) {
        const input = {
          ...fill('rules-2023', level, { D: true, A: true, K: true }, 'met'),
          risks: [{ risk: each.id, unit: each.units[0] ?? 'network-authentication', description: '' }],
        };
        expect([each.id, level, score(instrument, 'rules-2023', input).verdict?.id]).toEqual([
          each.id,
          level,
          each.levels.includes(level) ? 'nonconform' : 'conform',
        ]);
      }
  });

  test('[S4] no total while anything is missing', () => {
    const { 'network-integrity': _, ...rest } = perfect.units;
    const open4 = (units: ScoringInput['units']) => score(instrument, 'rules-2023', { level: 3, units });
    expect(open4(rest)).toMatchObject({ missing: [{ ref: 'network-integrity', why: 'no-answer' }] });
    expect(open4(rest).total).toBeUndefined();
    expect(open4(rest).verdict).toBeUndefined();
    expect(open4({ ...perfect.units, 'network-integrity': { kind: 'objects', objects: [] } }).missing[0]?.why).toBe(
      'no-objects',
    );
    expect(
      open4({
        ...perfect.units,
        'network-integrity': { kind: 'objects', objects: [{ id: 'o', name: 'o', facts: { D: true } }] },
      }).missing[0],
    ).toMatchObject({ why: 'undecided', facts: ['A', 'K'] });
    expect(() =>
      open4({ ...perfect.units, 'network-integrity': { kind: 'not-applicable', reason: ' ', by: 'li' } }),
    ).toThrow(/reason/);
    expect(() => open4({ ...perfect.units, nothing: { kind: 'whole', choice: 'met' } })).toThrow(/nothing/);
    expect(() => score(instrument, 'rules-2023', { level: 5, units: {} })).toThrow(/level/);
  });

  test('[S5] compensation needs a name and a version that knows it', () => {
    const weak: UnitInput = { kind: 'objects', objects: [{ id: 'o', name: 'o', facts: { D: false } }] };
    const units = { ...perfect.units, 'network-confidentiality': weak };
    const made = (confirmedBy: string) => [
      {
        unit: 'network-confidentiality',
        object: 'o',
        giverUnit: 'application-transit-confidentiality',
        giver: 'o',
        confirmedBy,
        reason: 'covers the whole path',
      },
    ];
    const unitValue = (version: string, confirmedBy: string) =>
      score(instrument, version, { level: 3, units, compensations: made(confirmedBy) }).lines.find(
        (line) => line.kind === 'unit' && line.ref === 'network-confidentiality',
      )?.value;
    expect([unitValue('rules-2023', 'li'), unitValue('rules-2023', ''), unitValue('rules-2021', 'li')]).toEqual([
      0.5, 0, 0,
    ]);
  });

  test('[S6] the lines add up to the total', () => {
    const result = score(
      instrument,
      'rules-2023',
      fill('rules-2023', 3, { D: true, A: false, K: true, strengthBits: 100 }, 'partly'),
    );
    const count = (kind: string) => result.lines.filter((line) => line.kind === kind).length;
    expect([count('object'), count('unit'), count('layer'), count('group'), count('total')]).toEqual([22, 41, 8, 2, 1]);
    const groups = result.lines
      .filter((line) => line.kind === 'group')
      .reduce((sum, line) => sum + (line.value ?? 0), 0);
    expect(result.total).toBeCloseTo(groups, 2);
    for (const line of result.lines.filter((each) => each.kind === 'layer')) {
      const top = line.parts.reduce((sum, part) => sum + part.value * (part.weight ?? 0), 0);
      expect(line.value).toBeCloseTo(top / line.parts.reduce((sum, part) => sum + (part.weight ?? 0), 0), 4);
    }
  });

  test('[S6] an improvement plan lists gains, largest first', () => {
    const input = fill('rules-2023', 3, { D: true, A: true, K: true }, 'met', {
      'network-confidentiality': { kind: 'objects', objects: [{ id: 'o', name: 'o', facts: { D: false } }] },
      'policy-keys': { kind: 'whole', choice: 'unmet' },
    });
    const plan = gains(instrument, 'rules-2023', input);
    expect(plan.map((each) => each.unit)).toEqual(['network-confidentiality', 'policy-keys']);
    expect(plan[0]?.gain).toBeGreaterThan(plan[1]?.gain ?? 0);
  });

  test('[S7] the weights are those that were entered', () => {
    const sums = versions.map((version) =>
      [1, 2, 3, 4].map(
        (level) =>
          Math.round(scoringOf(version).units.reduce((sum, unit) => sum + (unit.weights[level - 1] ?? 0), 0) * 10) / 10,
      ),
    );
    // Column sums of the published table, computed from the table itself and not from this file.
    expect(sums).toEqual([
      [13.8, 18.9, 31.1, 34.4],
      [13.8, 18.9, 33.5, 36.8],
    ]);
    expect(versions.map((version) => contentHash(scoringOf(version).units).slice(0, 12))).toMatchInlineSnapshot(`
      [
        "09471c6c98a0",
        "45d1baf2b6cd",
      ]
    `);
  });
});

describe('penalties', () => {
  const law = (id: string): Instrument => named(`cn.cybersecurity-law.${id}`).instrument;
  test('[F1] a range with may or shall, and the formula while the amount is unknown', () => {
    const facts = { conduct: 'uncertified-products', illegalIncome: 100_000 };
    expect(penalties(law('2026'), facts)[0]).toMatchObject({
      penalty: { id: 'uncertified-high' },
      fine: { range: [100_000, 500_000], modal: 'shall' },
    });
    expect(penalties(law('2025-draft'), facts)[0]?.fine).toMatchObject({ range: [100_000, 300_000], modal: 'may' });
    const unknown = penalties(law('2026'), { conduct: 'unreviewed-products' })[0];
    expect(unknown?.fine).toEqual({ modal: 'shall', basis: { kind: 'times', of: 'purchaseAmount', factors: [1, 10] } });
    expect(
      penalties(law('2026'), { conduct: 'uncertified-products' }).map((row) => [
        row.penalty.id,
        row.holds,
        row.missing,
      ]),
    ).toEqual([
      ['uncertified-low', null, ['illegalIncome']],
      ['uncertified-high', null, ['illegalIncome']],
    ]);
  });

  test('[F1] orders at the highest tier of prohibited information: may in the draft, shall in force', () => {
    const facts = { conduct: 'prohibited-information', severity: 'especially-serious' };
    expect([law('2025-draft'), law('2026')].map((each) => penalties(each, facts)[0]?.orders?.modal)).toEqual([
      'may',
      'shall',
    ]);
    expect(penalties(law('2016'), facts)).toEqual([]);
  });

  test('[F2] the version is chosen by the day and a draft never is', () => {
    const all = shipped.map((each) => each.instrument);
    expect(versionInForce(all, 'cn.cybersecurity-law', '2025-12-31').version).toBe('2016');
    expect(versionInForce(all, 'cn.cybersecurity-law', '2026-01-01').version).toBe('2026');
    expect(versionInForce(all, 'cybersecurity-law', '2025-06-01').version).toBe('2016');
    expect(() => versionInForce(all, 'cn.cybersecurity-law', '2017-05-31')).toThrow(/in force on 2017-05-31/);
    const draft = named('cn.cybersecurity-law.2025-draft');
    expect(isSelectable(draft.instrument)).toBe(false);
    expect(() => startAssessment(draft, { id: 'a', subject: { id: 's', name: 's' } })).toThrow(/draft/);
  });
});
