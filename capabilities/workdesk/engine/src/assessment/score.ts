/**
 * Security assessment of units (安全考核): indicators with weights and curves over measured values become points, and every point names
 * the records it comes from. Which values are measured is not its business.
 * @module
 */

export interface CurvePoint {
  readonly value: number;
  /** 0 to 100. */
  readonly points: number;
}
export interface Indicator {
  readonly id: string;
  readonly title: string;
  readonly metric: string;
  /** Share of the total; the shares of one scheme add up to 100. */
  readonly weight: number;
  /** Values rise; between two points the line is straight, outside them the nearest counts. */
  readonly curve: readonly CurvePoint[];
  /** Nothing to measure: leave the indicator out and share its weight among the others, or give full points. */
  readonly withoutData: 'leave-out' | 'full';
}
export interface RecordOfMetric {
  readonly kind: string;
  readonly id: string;
  readonly title: string;
  readonly value: number;
}
export interface Measured {
  /** Null: nothing happened that could be measured. */
  readonly value: number | null;
  readonly records: readonly RecordOfMetric[];
}

export interface AssessmentLine {
  readonly indicator: string;
  readonly title: string;
  readonly weight: number;
  /** What the weight became after indicators without data were left out. */
  readonly share: number;
  readonly value: number | null;
  /** 0 to 100; null where the indicator was left out. */
  readonly points: number | null;
  /** Its part of the total. */
  readonly counted: number;
  readonly records: readonly RecordOfMetric[];
}
export interface AssessmentScore {
  /** 0 to 100 with one decimal; null when no indicator had data. */
  readonly total: number | null;
  readonly lines: readonly AssessmentLine[];
}

export interface SchemeProblem {
  readonly where: string;
  readonly expected: string;
  readonly got: string;
}

/** What keeps a scheme from being used. `metrics` are those that can be measured. */
export function checkScheme(indicators: readonly Indicator[], metrics: readonly string[]): readonly SchemeProblem[] {
  const problems: SchemeProblem[] = [];
  const ids = new Set<string>();
  const sum = indicators.reduce((total, { weight }) => total + weight, 0);
  if (Math.abs(sum - 100) > 1e-9) problems.push({ where: 'indicators.weight', expected: '100', got: String(sum) });
  for (const [index, { id, metric, weight, curve }] of indicators.entries()) {
    const where = `indicators.${index}`;
    if (ids.has(id)) problems.push({ where: `${where}.id`, expected: 'a name of its own', got: id });
    ids.add(id);
    if (!metrics.includes(metric))
      problems.push({ where: `${where}.metric`, expected: metrics.join(', '), got: metric });
    if (!(weight > 0)) problems.push({ where: `${where}.weight`, expected: '> 0', got: String(weight) });
    if (curve.length === 0) problems.push({ where: `${where}.curve`, expected: 'at least one point', got: 'none' });
    for (const [at, point] of curve.entries()) {
      if (!(point.points >= 0 && point.points <= 100))
        problems.push({ where: `${where}.curve.${at}.points`, expected: '0 – 100', got: String(point.points) });
      const before = curve[at - 1];
      if (before && !(point.value > before.value))
        problems.push({ where: `${where}.curve.${at}.value`, expected: `> ${before.value}`, got: String(point.value) });
    }
  }
  return problems;
}

/** Linear between the points of the curve, level outside them. */
export function pointsAt(curve: readonly CurvePoint[], value: number): number {
  const first = curve[0];
  if (!first) throw new RangeError('curve: expected at least one point, got none');
  if (value <= first.value) return first.points;
  for (const [index, right] of curve.entries()) {
    const left = curve[index - 1];
    if (left && value <= right.value)
      return left.points + ((value - left.value) / (right.value - left.value)) * (right.points - left.points);
  }
  return curve.at(-1)?.points ?? first.points;
}

export function scoreUnit(
  indicators: readonly Indicator[],
  measured: Readonly<Record<string, Measured | undefined>>,
): AssessmentScore {
  const rated = indicators.map((indicator) => {
    const { value = null, records = [] } = measured[indicator.metric] ?? {};
    const points = value === null ? (indicator.withoutData === 'full' ? 100 : null) : pointsAt(indicator.curve, value);
    return { indicator, value, records, points };
  });
  const counted = rated.reduce((sum, { indicator, points }) => sum + (points === null ? 0 : indicator.weight), 0);
  const lines = rated.map(({ indicator, value, records, points }): AssessmentLine => {
    const share = points === null || counted === 0 ? 0 : (indicator.weight / counted) * 100;
    return {
      indicator: indicator.id,
      title: indicator.title,
      weight: indicator.weight,
      share,
      value,
      points,
      counted: points === null ? 0 : (share * points) / 100,
      records,
    };
  });
  const total = lines.reduce((sum, line) => sum + line.counted, 0);
  return { total: counted === 0 ? null : Math.round(total * 10) / 10, lines };
}

/** Places with ties sharing the better one (1, 2, 2, 4); units without a total have no place. */
export function rankUnits<Unit extends { readonly total: number | null }>(
  units: readonly Unit[],
): readonly (Unit & { readonly place: number | null })[] {
  const totals = units.flatMap(({ total }) => (total === null ? [] : [total]));
  return units.map((unit) => ({
    ...unit,
    place: unit.total === null ? null : 1 + totals.filter((each) => each > (unit.total as number)).length,
  }));
}
