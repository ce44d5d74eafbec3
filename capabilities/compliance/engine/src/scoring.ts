/**
 * Scores from a table: object, unit, layer, group, total, each with its line of explanation, and the verdict that a single unlowered high
 * risk decides against any score. All sums are integers of 1e-4, so half-up rounding is exact. It never guesses a missing judgement.
 * @module
 */
import { evaluate, explain, type Facts, type Parameters, undecidedFacts } from './predicate.ts';
import type { HighRisk, Instrument, Scoring, Words } from './schema.ts';

export interface ObjectInput {
  readonly id: string;
  readonly name: string;
  /** The judgements and measured facts the table asks for. */
  readonly facts: Facts;
}
export type UnitInput =
  | { readonly kind: 'objects'; readonly objects: readonly ObjectInput[] }
  | { readonly kind: 'whole'; readonly choice: 'met' | 'partly' | 'unmet' }
  | { readonly kind: 'not-applicable'; readonly reason: string; readonly by: string };
/** One object of one unit makes up for another's weakness; it counts only when a person confirmed it. */
export interface Compensation {
  readonly unit: string;
  readonly object: string;
  readonly giverUnit: string;
  readonly giver: string;
  readonly confirmedBy: string;
  readonly reason: string;
}
export interface RiskStatement {
  readonly risk: string;
  readonly unit: string;
  readonly object?: string;
  readonly description: string;
  /** The listed mitigation claimed, who confirmed it, and its evidence; without all three the risk stays high. */
  readonly mitigation?: { readonly id: string; readonly confirmedBy: string; readonly evidence: readonly string[] };
}
export interface ScoringInput {
  readonly level: number;
  readonly units: Readonly<Record<string, UnitInput>>;
  readonly compensations?: readonly Compensation[];
  readonly risks?: readonly RiskStatement[];
  readonly parameters?: Parameters;
}

/** One step of the arithmetic; `value` and `parts` are plain numbers with at most four decimals. */
export interface ScoreLine {
  readonly kind: 'object' | 'compensation' | 'unit' | 'layer' | 'group' | 'total';
  readonly ref: string;
  readonly name?: string;
  readonly value?: number;
  readonly formula: string;
  readonly parts: readonly { readonly ref: string; readonly value: number; readonly weight?: number }[];
  readonly notApplicable?: { readonly reason: string; readonly by: string };
}
export interface RiskResult {
  readonly risk: HighRisk;
  readonly statement: RiskStatement;
  readonly lowered: boolean;
  readonly why:
    | 'mitigated'
    | 'no-mitigation-listed'
    | 'mitigation-not-listed'
    | 'not-confirmed'
    | 'no-evidence'
    | 'none-claimed';
}
export interface ScoreResult {
  readonly scoring: string;
  readonly level: number;
  /** Absent while something is missing. */
  readonly total?: number;
  readonly verdict?: { readonly id: string; readonly title: Words };
  readonly lines: readonly ScoreLine[];
  readonly risks: readonly RiskResult[];
  readonly openHighRisks: number;
  /** Units, object facts or groups without which there is no total. */
  readonly missing: readonly {
    readonly ref: string;
    readonly why: 'no-answer' | 'no-objects' | 'undecided' | 'group-not-applicable';
    readonly facts?: readonly string[];
  }[];
}

const one = 10_000;
const toInteger = (value: number): number => Math.round(value * one);
const toNumber = (integer: number): number => integer / one;

/** Half-up division of non-negative integers, to `decimals` of a value counted in 1e-4. */
function divide(numerator: number, denominator: number, decimals: number): number {
  const step = 10 ** (4 - decimals);
  return Math.floor((2 * numerator + denominator * step) / (2 * denominator * step)) * step;
}

interface ScoredObject {
  readonly points: number;
  readonly line: ScoreLine;
}

function scoreObject(
  scoring: Scoring,
  unit: string,
  object: ObjectInput,
  level: number,
  parameters: Parameters,
): ScoredObject | { readonly missing: readonly string[] } {
  const scope = { facts: { ...object.facts, level }, parameters };
  for (const row of scoring.object.rows) {
    const holds = evaluate(row.when, scope);
    if (holds === null) return { missing: undecidedFacts(explain(row.when, scope)) };
    if (!holds) continue;
    let numerator = toInteger(row.base);
    let denominator = 1;
    const words = [String(row.base)];
    for (const id of row.factors) {
      const factor = scoring.factors.find((each) => each.id === id);
      if (!factor)
        throw new RangeError(`factor: expected one of ${scoring.factors.map((each) => each.id).join(', ')}, got ${id}`);
      let value: number | undefined;
      for (const candidate of factor.rows) {
        const fits = evaluate(candidate.when, scope);
        if (fits === null) return { missing: undecidedFacts(explain(candidate.when, scope)) };
        if (!fits) continue;
        value = candidate.value;
        break;
      }
      if (value === undefined) return { missing: [id] };
      numerator *= toInteger(value);
      denominator *= one;
      words.push(`${id} ${value}`);
    }
    const points = Math.min(one, divide(numerator, denominator, scoring.decimals.object));
    return {
      points,
      line: {
        kind: 'object',
        ref: `${unit}/${object.id}`,
        name: object.name,
        value: toNumber(points),
        formula: words.join(' × '),
        parts: [],
      },
    };
  }
  return { missing: ['no row fits'] };
}

function judgeRisk(instrument: Instrument, statement: RiskStatement, level: number): RiskResult | undefined {
  const risk = instrument.highRisks.find((each) => each.id === statement.risk);
  if (!risk)
    throw new RangeError(
      `high risk: expected one of ${instrument.highRisks.map((each) => each.id).join(', ')}, got ${statement.risk}`,
    );
  if (!risk.levels.includes(level)) return undefined;
  const claimed = statement.mitigation;
  const why = !claimed
    ? 'none-claimed'
    : risk.mitigations.length === 0
      ? 'no-mitigation-listed'
      : !risk.mitigations.some((each) => each.id === claimed.id)
        ? 'mitigation-not-listed'
        : claimed.confirmedBy === ''
          ? 'not-confirmed'
          : claimed.evidence.length === 0
            ? 'no-evidence'
            : 'mitigated';
  return { risk, statement, lowered: why === 'mitigated', why };
}

/**
 * The score of one system at one level under one version of the rules.
 * @throws {RangeError} for a level or a scoring the instrument does not have, an unknown unit or risk, a not-applicable without reason.
 */
export function score(instrument: Instrument, scoringId: string, input: ScoringInput): ScoreResult {
  const scoring = instrument.scorings.find((each) => each.id === scoringId);
  if (!scoring)
    throw new RangeError(
      `scoring: expected one of ${instrument.scorings.map((each) => each.id).join(', ')}, got ${scoringId}`,
    );
  const levelIndex = scoring.levels.indexOf(input.level);
  if (levelIndex < 0) throw new RangeError(`level: expected one of ${scoring.levels.join(', ')}, got ${input.level}`);
  for (const [unit, answer] of Object.entries(input.units)) {
    if (!scoring.units.some((each) => each.node === unit))
      throw new RangeError(`unit: expected one of the scoring ${scoring.id}, got ${unit}`);
    if (answer.kind === 'not-applicable' && (answer.reason.trim() === '' || answer.by.trim() === ''))
      throw new RangeError(`${unit}: expected a reason and a name for “not applicable”, got none`);
  }
  const parameters = {
    ...Object.fromEntries(instrument.parameters.map((each) => [each.id, each.value as never])),
    ...input.parameters,
  };
  const missing: ScoreResult['missing'][number][] = [];
  const lines: ScoreLine[] = [];
  const points = new Map<string, number>();
  const parents = new Map(instrument.nodes.map((node) => [node.id, node.parent]));
  const active = scoring.units.flatMap((unit) => {
    const weight = unit.weights[levelIndex];
    return weight === undefined || weight === null ? [] : [{ node: unit.node, weight: toInteger(weight) }];
  });
  for (const { node } of active) {
    const answer = input.units[node];
    if (answer?.kind !== 'objects') continue;
    for (const object of answer.objects) {
      const found = scoreObject(scoring, node, object, input.level, parameters);
      if ('missing' in found) missing.push({ ref: `${node}/${object.id}`, why: 'undecided', facts: found.missing });
      else {
        points.set(`${node}/${object.id}`, found.points);
        lines.push(found.line);
      }
    }
  }
  const raw = new Map(points);
  if (scoring.compensation !== undefined)
    for (const each of input.compensations ?? []) {
      const own = raw.get(`${each.unit}/${each.object}`);
      const giver = raw.get(`${each.giverUnit}/${each.giver}`);
      if (own === undefined || giver === undefined || each.confirmedBy === '') continue;
      const given = divide(giver * toInteger(scoring.compensation), one, scoring.decimals.object);
      const value = Math.max(given, points.get(`${each.unit}/${each.object}`) ?? 0);
      points.set(`${each.unit}/${each.object}`, value);
      lines.push({
        kind: 'compensation',
        ref: `${each.unit}/${each.object}`,
        value: toNumber(value),
        formula: `max(${scoring.compensation} × ${toNumber(giver)}, ${toNumber(own)})`,
        parts: [{ ref: `${each.giverUnit}/${each.giver}`, value: toNumber(giver) }],
      });
    }
  const layerPoints = new Map<string, number>();
  for (const layer of scoring.layers) {
    let weighted = 0;
    let weights = 0;
    let complete = true;
    const parts: ScoreLine['parts'][number][] = [];
    for (const { node, weight } of active) {
      if (parents.get(node) !== layer.node) continue;
      const answer = input.units[node];
      if (answer?.kind === 'not-applicable') {
        lines.push({
          kind: 'unit',
          ref: node,
          formula: '/',
          parts: [],
          notApplicable: { reason: answer.reason, by: answer.by },
        });
        continue;
      }
      let value: number | undefined;
      if (!answer) missing.push({ ref: node, why: 'no-answer' });
      else if (answer.kind === 'whole') {
        value = toInteger(scoring.choices[answer.choice]);
        lines.push({ kind: 'unit', ref: node, value: toNumber(value), formula: answer.choice, parts: [] });
      } else if (answer.objects.length === 0) missing.push({ ref: node, why: 'no-objects' });
      else {
        const each = answer.objects.map((object) => ({
          ref: `${node}/${object.id}`,
          points: points.get(`${node}/${object.id}`),
        }));
        if (each.every((object) => object.points !== undefined)) {
          const sum = each.reduce((total, object) => total + (object.points ?? 0), 0);
          value = divide(sum, each.length, scoring.decimals.unit);
          const shown = each.map((object) => ({ ref: object.ref, value: toNumber(object.points ?? 0) }));
          lines.push({
            kind: 'unit',
            ref: node,
            value: toNumber(value),
            formula: `(${shown.map((part) => part.value).join(' + ')}) ÷ ${each.length}`,
            parts: shown,
          });
        }
      }
      if (value === undefined) complete = false;
      else {
        weighted += value * weight;
        weights += weight;
        parts.push({ ref: node, value: toNumber(value), weight: toNumber(weight) });
      }
    }
    if (!complete || weights === 0) continue;
    const value = divide(weighted, weights, scoring.decimals.layer);
    layerPoints.set(layer.node, value);
    lines.push({ kind: 'layer', ref: layer.node, value: toNumber(value), formula: 'Σ w·S ÷ Σ w', parts });
  }
  let total: number | undefined;
  if (missing.length === 0) {
    // Each group is a fraction numerator/denominator of its points; they are added over a common denominator, rounded once at the end.
    let numerator = 0n;
    let denominator = 1n;
    for (const group of scoring.groups) {
      const members = scoring.layers.filter((layer) => layer.group === group.id && layerPoints.has(layer.node));
      if (members.length === 0) {
        missing.push({ ref: group.id, why: 'group-not-applicable' });
        continue;
      }
      const parts = members.map((layer) => ({
        ref: layer.node,
        value: toNumber(layerPoints.get(layer.node) ?? 0),
        weight: layer.weight,
      }));
      const top = members.reduce((sum, layer) => sum + (layerPoints.get(layer.node) ?? 0) * toInteger(layer.weight), 0);
      const bottom = members.reduce((sum, layer) => sum + toInteger(layer.weight), 0);
      const value = divide(top * group.points, bottom, 4);
      lines.push({
        kind: 'group',
        ref: group.id,
        value: toNumber(value),
        formula: `${group.points} × Σ w·S ÷ Σ w`,
        parts,
      });
      numerator = numerator * BigInt(bottom) + BigInt(top) * BigInt(toInteger(group.points)) * denominator;
      denominator *= BigInt(bottom);
    }
    if (missing.length === 0) {
      // numerator/denominator is the total in 1e-8; bring it to the table's decimals, half up.
      const unit = 10n ** BigInt(8 - scoring.decimals.total);
      const rounded = (2n * numerator + denominator * unit) / (2n * denominator * unit);
      total = Number(rounded) / 10 ** scoring.decimals.total;
      const parts = lines
        .filter((line) => line.kind === 'group')
        .map((line) => ({ ref: line.ref, value: line.value ?? 0 }));
      lines.push({
        kind: 'total',
        ref: scoring.id,
        value: total,
        formula: parts.map((part) => part.value).join(' + '),
        parts,
      });
    }
  }
  const risks = (input.risks ?? []).flatMap((statement) => judgeRisk(instrument, statement, input.level) ?? []);
  const openHighRisks = risks.filter((each) => !each.lowered).length;
  const result: ScoreResult = { scoring: scoring.id, level: input.level, lines, risks, openHighRisks, missing };
  if (total === undefined) return result;
  const verdict = scoring.verdicts.find(
    (row) => evaluate(row.if, { facts: { score: total, openHighRisks }, parameters }) === true,
  );
  return { ...result, total, ...(verdict ? { verdict: { id: verdict.id, title: verdict.title } } : {}) };
}

export interface GapLine {
  readonly unit: string;
  readonly gain: number;
}

/** What the total would gain if a unit alone were made perfect, largest first: the order of an improvement plan. */
export function gains(instrument: Instrument, scoringId: string, input: ScoringInput): readonly GapLine[] {
  const now = score(instrument, scoringId, input).total;
  if (now === undefined) return [];
  return Object.entries(input.units)
    .flatMap(([unit, answer]): GapLine[] => {
      if (answer.kind === 'not-applicable') return [];
      const perfect: UnitInput =
        answer.kind === 'whole'
          ? { kind: 'whole', choice: 'met' }
          : {
              kind: 'objects',
              objects: answer.objects.map((object) => ({
                ...object,
                facts: { ...object.facts, D: true, A: true, K: true },
              })),
            };
      const better =
        score(instrument, scoringId, { ...input, units: { ...input.units, [unit]: perfect } }).total ?? now;
      const gain = Math.round((better - now) * 100) / 100;
      return gain > 0 ? [{ unit, gain }] : [];
    })
    .sort((left, right) => right.gain - left.gain || (left.unit < right.unit ? -1 : 1));
}
