/**
 * The two protocols of tables. `s30`: thirty labelled anomalies of any kind. `u60`: sixty labelled anomalies of one family, every family in
 * turn; judged on the known family, on families that lie unlabelled in the training rows, and on families that training never saw, each
 * against all normal test rows. Scaling is learned from training rows alone; labels of test rows are looked at once, to judge.
 * @module
 */
import type { Random } from '../random.ts';
import { openRandom } from '../random.ts';
import { clusterRows } from '../table/clusters.ts';
import type { Control, TableDetector } from '../table/detector.ts';
import { stackRows, takeRows } from '../table/matrix.ts';
import { aucRoc, averagePrecision } from '../table/metrics.ts';
import { applyPreparation, prepare } from '../table/prepare.ts';
import { type LabelledTable, protocols, type Split, splitTable } from '../table/protocol.ts';
import type { Measured } from './measured.ts';

export type TableProtocol = keyof typeof protocols;

/** Families of a table that carries none: groups of its anomalies, this many. */
export const groupsOfAnomalies = 3;

export function familiesOf(data: LabelledTable): readonly number[] {
  return [...new Set((data.classes ?? data.labels).filter((family) => family > 0))].sort((a, b) => a - b);
}

/** The table with families: its own, or groups of alike anomalies. Which group an anomaly is in depends on the data alone, not on a seed. */
export function withFamilies(data: LabelledTable): LabelledTable {
  if (data.classes) return data;
  const anomalous = Array.from(data.labels.keys()).filter((row) => data.labels[row]);
  const scaled = applyPreparation(prepare(data.table), takeRows(data.table, anomalous));
  const groups = clusterRows(scaled, groupsOfAnomalies, openRandom(20_240_901).fork('families'));
  const classes = new Uint8Array(data.labels.length);
  for (const [index, row] of anomalous.entries()) classes[row] = groups[index]! + 1;
  return { ...data, classes };
}

/** 80/20 by seed with one family taken out of the training rows altogether, so that it is new to whoever trains. */
export function hideFamily(data: LabelledTable, hidden: number, random: Random): LabelledTable {
  const classes = data.classes ?? data.labels;
  const seen = new Map<number, number>();
  const total = new Map<number, number>();
  for (const family of classes) total.set(family, (total.get(family) ?? 0) + 1);
  const training: number[] = [];
  const test: number[] = [];
  for (const row of random.permutation(classes.length)) {
    const family = classes[row]!;
    const count = seen.get(family) ?? 0;
    seen.set(family, count + 1);
    if (family === hidden) test.push(row);
    else (count < Math.round(total.get(family)! * 0.8) ? training : test).push(row);
  }
  const part = (rows: readonly number[]) => ({
    table: takeRows(data.table, rows),
    labels: Uint8Array.from(rows, (row) => data.labels[row]!),
    classes: Uint8Array.from(rows, (row) => classes[row]!),
  });
  return { ...part(training), test: part(test) };
}

interface Trial {
  readonly split: Split;
  readonly family?: number;
  readonly trainingFamilies: ReadonlySet<number>;
}

function trialsOf(data: LabelledTable, protocol: TableProtocol, seed: number): readonly Trial[] {
  const random = openRandom(seed);
  if (protocol === 's30')
    return [{ split: splitTable(data, protocols.s30, random.fork('split')), trainingFamilies: new Set() }];
  const whole = withFamilies(data);
  const families = familiesOf(whole);
  return families.map((family, place) => {
    const stream = random.fork(`split.${family}`);
    // Families of our own grouping allow one to be hidden; those a set brings are kept as they are, a test file brings its own new ones.
    const hide = !data.classes && !data.test && families.length >= 3;
    const shown = hide ? hideFamily(whole, families[(place + 1) % families.length]!, stream) : whole;
    return {
      family,
      split: splitTable(shown, { ...protocols.u60, family }, stream),
      trainingFamilies: new Set(familiesOf(shown)),
    };
  });
}

/** All trials of one detector under one seed. */
export function runTable(
  dataset: string,
  data: LabelledTable,
  protocol: TableProtocol,
  detector: TableDetector,
  seed: number,
  control?: Control,
): readonly Measured[] {
  return trialsOf(data, protocol, seed).map(({ split, family, trainingFamilies }) => {
    const preparation = prepare(stackRows(split.unlabelled, split.labelled));
    const training = {
      unlabelled: applyPreparation(preparation, split.unlabelled),
      labelled: applyPreparation(preparation, split.labelled),
    };
    const random = openRandom(seed).fork(`${detector.name}.${family ?? 0}`);
    const told = split.labelled.rows >= detector.needsLabels;
    const model = told ? detector.fit(training, random, control) : null;
    const scores = model?.score(applyPreparation(preparation, split.test));
    const judge = (counts: (family: number) => boolean) =>
      scores ? judged(scores, split, counts) : { ap: Number.NaN, roc: Number.NaN };
    const all = judge(() => true);
    const values: Record<string, number> = { ap: all.ap, roc: all.roc };
    if (family !== undefined) {
      values.apKnown = judge((each) => each === family).ap;
      values.apUnknown = judge((each) => each !== family && trainingFamilies.has(each)).ap;
      values.apAbsent = judge((each) => !trainingFamilies.has(each)).ap;
    }
    values.labelled = split.labelled.rows;
    values.contamination = split.contamination;
    return { dataset, detector: detector.name, seed, ...(family === undefined ? {} : { family }), values };
  });
}

/** These anomalies against all normal test rows; NaN where there are none of them. */
function judged(
  scores: Float32Array,
  split: Split,
  counts: (family: number) => boolean,
): { readonly ap: number; readonly roc: number } {
  const rows = Array.from(scores.keys()).filter((row) => !split.testLabels[row] || counts(split.testClasses[row]!));
  const labels = Uint8Array.from(rows, (row) => split.testLabels[row]!);
  if (!labels.some(Boolean)) return { ap: Number.NaN, roc: Number.NaN };
  const some = Float32Array.from(rows, (row) => scores[row]!);
  return { ap: averagePrecision(some, labels), roc: aucRoc(some, labels) };
}
