/**
 * The order in which the lines of a score are read: from the total down. Pure.
 * @module
 */
import type { Instrument, ScoreLine } from '@hedun/compliance';

/** From the total down: each group with its layers, each layer with its units, each unit with its objects. */
export function outline(
  lines: readonly ScoreLine[],
  scoring: Instrument['scorings'][number],
  parentOf: (node: string) => string | undefined,
): ScoreLine[] {
  const of = (kind: ScoreLine['kind'], fits: (ref: string) => boolean) =>
    lines.filter((line) => line.kind === kind && fits(line.ref));
  const unitLines = (unit: ScoreLine) => [
    unit,
    ...lines.filter(
      ({ kind, ref }) => (kind === 'object' || kind === 'compensation') && ref.startsWith(`${unit.ref}/`),
    ),
  ];
  const layerLines = (layer: ScoreLine) => [
    layer,
    ...of('unit', (ref) => parentOf(ref) === layer.ref).flatMap(unitLines),
  ];
  const groupLines = (group: ScoreLine) => [
    group,
    ...of('layer', (ref) => scoring.layers.some((each) => each.node === ref && each.group === group.ref)).flatMap(
      layerLines,
    ),
  ];
  const ordered = [...of('total', () => true), ...of('group', () => true).flatMap(groupLines)];
  // While something is missing a group may have no line yet; what it would hold is shown all the same.
  const shown = new Set(ordered);
  return [...ordered, ...lines.filter((line) => !shown.has(line))];
}

export const depth: Readonly<Record<ScoreLine['kind'], number>> = {
  total: 0,
  group: 1,
  layer: 2,
  unit: 3,
  compensation: 4,
  object: 4,
};
