import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cholesky } from '../src/algebra.ts';
import { readModel, writeModel } from '../src/model-file.ts';
import { openRandom } from '../src/random.ts';
import { calibrate, heightOf, surprise } from '../src/table/calibration.ts';
import type { TableDetector } from '../src/table/detector.ts';
import { balancedForest } from '../src/table/detectors/balanced-forest.ts';
import { deepSad } from '../src/table/detectors/deep-sad.ts';
import { deviation } from '../src/table/detectors/deviation.ts';
import { ecod, hbos } from '../src/table/detectors/distribution.ts';
import { dplan } from '../src/table/detectors/dplan.ts';
import { fused, swift } from '../src/table/detectors/fused.ts';
import { isolationForest } from '../src/table/detectors/isolation-forest.ts';
import { neighbours } from '../src/table/detectors/neighbours.ts';
import { mahalanobis, plane } from '../src/table/detectors/normal.ts';
import { pairwise } from '../src/table/detectors/pairwise.ts';
import { panda } from '../src/table/detectors/panda.ts';
import { openReplay } from '../src/table/detectors/replay.ts';
import { type Matrix, matrix, stackRows, takeRows } from '../src/table/matrix.ts';
import { aucRoc, averagePrecision } from '../src/table/metrics.ts';
import { applyPreparation, prepare } from '../src/table/prepare.ts';
import { splitTable } from '../src/table/protocol.ts';

/** Normal rows along a curved sheet; one known kind of anomaly beside it, one unknown kind elsewhere. */
function made(seed: number, rows = 1500) {
  const random = openRandom(seed);
  const [columns, values, classes] = [6, new Float32Array(rows * 6), new Uint8Array(rows)];
  for (let row = 0; row < rows; row += 1) {
    const kind = row % 25 === 0 ? 1 : row % 25 === 1 ? 2 : 0;
    classes[row] = kind;
    const [a, b] = [random.normal(), random.normal()];
    const base = [a, b, a * b, a + 0.5 * b, a * a, b];
    for (let column = 0; column < columns; column += 1)
      values[row * columns + column] =
        base[column]! +
        0.2 * random.normal() +
        (kind === 1 && column < 2 ? 3.5 : 0) -
        (kind === 2 && column > 3 ? 5 : 0);
  }
  return { table: matrix(rows, columns, values), classes, labels: classes.map((kind) => (kind > 0 ? 1 : 0)) };
}

function ready(seed: number, family?: number) {
  const data = made(seed);
  const split = splitTable(data, { labels: 20, contamination: 0.02, ...(family ? { family } : {}) }, openRandom(seed));
  const preparation = prepare(stackRows(split.unlabelled, split.labelled));
  return {
    ...split,
    training: {
      unlabelled: applyPreparation(preparation, split.unlabelled),
      labelled: applyPreparation(preparation, split.labelled),
    },
    prepared: applyPreparation(preparation, split.test),
  };
}

const quick = { steps: 300 };
const unsupervised: readonly TableDetector[] = [
  isolationForest(),
  ecod(),
  hbos(),
  mahalanobis(),
  plane(),
  neighbours(),
];
const informed: readonly TableDetector[] = [
  balancedForest({ trees: 60 }),
  deepSad(quick),
  deviation(quick),
  pairwise(quick),
  panda({ steps: 1500 }),
  dplan({ episodes: 2, steps: 1000, warmUp: 500, sample: 100 }),
];

describe('measures of a ranking', () => {
  test('[M1] average precision and AUC equal the definition on small cases, ties shared', () => {
    expect(averagePrecision([0.9, 0.8, 0.7, 0.6], [1, 0, 1, 0])).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(averagePrecision([1, 1, 1, 1], [1, 0, 0, 0])).toBeCloseTo(0.25, 12);
    expect(aucRoc([0.9, 0.8, 0.7, 0.6], [1, 0, 1, 0])).toBeCloseTo(0.75, 12);
    expect(aucRoc([1, 1, 1], [1, 0, 1])).toBe(0.5);
    expect(() => aucRoc([Number.NaN], [1])).toThrow('got NaN');
  });
  test('[M1] AUC is the share of rightly ordered pairs, whatever the scores', () => {
    void fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 2, maxLength: 40 }),
        (pairs) => {
          const [scores, labels] = [pairs.map(([score]) => score), pairs.map(([, label]) => (label ? 1 : 0))];
          let [right, all] = [0, 0];
          for (const [i, a] of labels.entries())
            for (const [j, b] of labels.entries())
              if (a === 1 && b === 0) {
                all += 1;
                right += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
              }
          const value = aucRoc(scores, labels);
          if (all === 0) expect(value).toBeNaN();
          else expect(value).toBeCloseTo(right / all, 10);
        },
      ),
    );
  });
});

describe('the split of the papers', () => {
  test('[P1] training and test share no row; labels, contamination and family are kept', () => {
    const data = made(3, 2000);
    const split = splitTable(data, { labels: 30, contamination: 0.02, family: 1 }, openRandom(5));
    expect(split.labelled.rows).toBe(30);
    const known = new Set(
      [...data.classes.keys()]
        .filter((row) => data.classes[row] === 1)
        .map((row) => String(takeRows(data.table, [row]).values)),
    );
    for (let row = 0; row < 30; row += 1) expect(known.has(String(takeRows(split.labelled, [row]).values))).toBe(true);
    const seen = new Set<string>();
    for (const table of [split.unlabelled, split.labelled])
      for (let row = 0; row < table.rows; row += 1) seen.add(String(takeRows(table, [row]).values));
    for (let row = 0; row < split.test.rows; row += 1)
      expect(seen.has(String(takeRows(split.test, [row]).values))).toBe(false);
    expect(split.contamination).toBeGreaterThan(0.015);
    expect(split.contamination).toBeLessThanOrEqual(0.02);
    expect(split.test.rows).toBe(400);
  });
  test('[P2] scaling is learned from training rows; what lies outside is clipped; missing, infinite and silent columns are defined', () => {
    const training = matrix(3, 4, Float32Array.of(0, 1, 7, Number.NaN, 5, 2, 7, Number.NaN, 10, 3, 7, Number.NaN));
    const preparation = prepare(training);
    expect(preparation.silent).toEqual([2, 3]);
    const odd = matrix(
      3,
      4,
      Float32Array.of(Number.NaN, 2, 8, 1, 100, -100, 7, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0),
    );
    expect([...applyPreparation(preparation, odd).values]).toEqual([0.5, 0.5, 0, 0, 1.5, -0.5, 0, 0, 1.5, -0.5, 0, 0]);
    expect(() => applyPreparation(preparation, matrix(1, 3))).toThrow('expected 4 columns as in training, got 3');
  });
});

describe('detectors of tables', () => {
  test.each([...unsupervised, ...informed].map((detector) => [detector.name, detector] as const))(
    '[T1] %s finds the anomalies of a made set far better than chance, the same for the same seed',
    (_name, detector) => {
      const { training, prepared, testLabels } = ready(11);
      const share = testLabels.reduce((sum, label) => sum + label, 0) / testLabels.length;
      const scores = detector.fit(training, openRandom(1)).score(prepared);
      expect(averagePrecision(scores, testLabels)).toBeGreaterThan(3 * share);
      expect([...detector.fit(training, openRandom(1)).score(prepared)]).toEqual([...scores]);
    },
    60_000,
  );

  test.each(
    [
      ...unsupervised,
      ...informed,
      fused({ unsupervised, informed: [balancedForest({ trees: 20 }), deviation(quick)] }),
    ].map((detector) => [detector.name, detector] as const),
  )(
    '[F1] a model of %s is one file that scores the same bits again',
    (_name, detector) => {
      const { training, prepared } = ready(21);
      const model = detector.fit(training, openRandom(1));
      const again = detector.open(readModel(writeModel(model.state)));
      expect([...again.score(prepared)]).toEqual([...model.score(prepared)]);
    },
    60_000,
  );
  test('[F2] a model file that was cut, changed or is none is refused by name', () => {
    const { training } = ready(22);
    const file = writeModel(ecod().fit(training, openRandom(1)).state);
    expect(() => readModel(file.subarray(0, file.length - 1))).toThrow('bytes, got');
    const bent = file.slice();
    bent[200]! ^= 1;
    expect(() => readModel(bent)).toThrow('another checksum');
    expect(() => readModel(new Uint8Array(100))).toThrow('begins with HEDUNMDL');
  });

  test('[T2] the fused detector hears a known and an unknown kind, and explains itself', () => {
    const { training, prepared, testClasses, testLabels } = ready(11, 1);
    const detector = fused({ unsupervised, informed: [balancedForest({ trees: 60 }), deepSad(quick)] });
    const model = detector.fit(training, openRandom(1));
    const scores = model.score(prepared);
    const precisionOf = (family: number) => {
      const rows = [...testClasses.keys()].filter((row) => testClasses[row] === 0 || testClasses[row] === family);
      return averagePrecision(
        rows.map((row) => scores[row]!),
        rows.map((row) => testLabels[row]!),
      );
    };
    expect(precisionOf(1)).toBeGreaterThan(0.85);
    // Five times what chance gives: one row in 25 is of that kind.
    expect(precisionOf(2)).toBeGreaterThan(5 / 25);
    expect(model.listen(prepared).length).toBe(prepared.rows * model.voices.length);
    for (const choir of ['known', 'unseen'] as const)
      expect(model.voices.reduce((sum, voice) => sum + voice[choir], 0)).toBeCloseTo(1, 6);
    expect(model.voices.slice(0, unsupervised.length).every(({ known }) => known === 0)).toBe(true);
    expect(() => detector.open({ share: 1 })).toThrow('earlier version');
  });

  test('[T10] swift hears a known and an unknown kind with three members, and is one file', () => {
    const { training, prepared, testClasses, testLabels } = ready(11, 1);
    const model = swift().fit(training, openRandom(1));
    const scores = model.score(prepared);
    expect(model.voices.map(({ name }) => name)).toEqual(['hbos', 'plane', 'devnet']);
    const share = testLabels.reduce((sum, label) => sum + label, 0) / testLabels.length;
    for (const family of [1, 2]) {
      const rows = [...testClasses.keys()].filter((row) => testClasses[row] === 0 || testClasses[row] === family);
      const precision = averagePrecision(
        rows.map((row) => scores[row]!),
        rows.map((row) => testLabels[row]!),
      );
      expect(precision).toBeGreaterThan(3 * share);
    }
    expect([
      ...swift()
        .open(readModel(writeModel(model.state)))
        .score(prepared),
    ]).toEqual([...scores]);
  }, 60_000);

  test('[T12] the plane is the full distance where it holds all directions, and a broken relation is far from it', () => {
    const { training, prepared } = ready(16);
    const [near, full] = [plane().fit(training, openRandom(1)), mahalanobis().fit(training, openRandom(1))];
    const [said, distances] = [near.score(prepared), full.score(prepared)];
    for (const [row, distance] of distances.entries()) expect(said[row]! / distance).toBeCloseTo(1, 2);
    const broken = takeRows(prepared, [0]);
    broken.values[2] = 1.5;
    expect(plane({ directions: 2 }).fit(training, openRandom(1)).score(broken)[0]!).toBeGreaterThan(3 * said[0]!);
  });

  test('[T3] without labels the fused detector is its unsupervised choir', () => {
    const { training, prepared, testLabels } = ready(12);
    const model = fused().fit({ ...training, labelled: matrix(0, 6) }, openRandom(1));
    expect(model.voices.every(({ name, known }) => known === 0 && name !== 'balanced-forest')).toBe(true);
    expect(aucRoc(model.score(prepared), testLabels)).toBeGreaterThan(0.85);
  });

  test('[T11] the parts of a training may be done in any order, on copies: the model is the same bits', () => {
    const { training } = ready(15);
    const detector = fused({ unsupervised, informed: [balancedForest({ trees: 20 }), deviation(quick)] });
    const plan = structuredClone(detector.plan(training, openRandom(1)));
    expect(plan.parts.length).toBe(unsupervised.length + 2 * (1 + 2 * 3));
    const fitted = plan.parts
      .map((_, part) => plan.parts.length - 1 - part)
      .map((part) => ({ part, fitted: structuredClone(detector.fitPart(plan, part)) }))
      .sort((a, b) => a.part - b.part)
      .map((each) => each.fitted);
    expect(writeModel(detector.join(plan, fitted).state)).toEqual(
      writeModel(detector.fit(training, openRandom(1)).state),
    );
  }, 60_000);

  test('[T4] one wrong label in twenty costs little', () => {
    const { training, prepared, testLabels } = ready(13);
    const detector = fused({ informed: [balancedForest({ trees: 60 }), deepSad(quick)] });
    const clean = averagePrecision(detector.fit(training, openRandom(1)).score(prepared), testLabels);
    const poisoned = {
      ...training,
      labelled: stackRows(
        takeRows(
          training.labelled,
          Array.from({ length: 19 }, (_, row) => row),
        ),
        takeRows(training.unlabelled, [0]),
      ),
    };
    const after = averagePrecision(detector.fit(poisoned, openRandom(1)).score(prepared), testLabels);
    expect(after).toBeGreaterThan(0.85 * clean);
  });

  test('[T5] training can be watched and stopped; what is missing is refused by name', () => {
    const { training } = ready(14);
    let asked = 0;
    expect(() => deviation().fit(training, openRandom(1), { proceed: () => ++asked < 3 })).toThrow(
      'training was stopped',
    );
    expect(asked).toBe(3);
    expect(() => deepSad().fit({ ...training, labelled: matrix(0, 6) }, openRandom(1))).toThrow(
      'deepsad: expected at least 1 labelled anomalies, got 0',
    );
    expect(() => ecod().fit({ unlabelled: matrix(1, 6), labelled: matrix(0, 6) }, openRandom(1))).toThrow(
      'at least 2 unlabelled rows',
    );
  });
});

describe('parts of detectors', () => {
  test('[T6] surprise never falls as the score rises, and goes on beyond everything seen', () => {
    const random = openRandom(4);
    const calibration = calibrate(Float32Array.from({ length: 1000 }, () => random.normal()));
    let before = Number.NEGATIVE_INFINITY;
    for (let score = -4; score < 12; score += 0.05) {
      const nats = surprise(calibration, score);
      expect(nats).toBeGreaterThanOrEqual(before - 0.06);
      before = Math.max(before, nats);
    }
    for (const nats of [1, 3, 5, 9, 14])
      expect(Math.abs(surprise(calibration, heightOf(calibration, nats)) - nats)).toBeLessThan(0.05);
    expect(surprise(calibration, 12)).toBeGreaterThan(surprise(calibration, 6) + 1);
    // A normal score three deviations out has a tail of 0.00135: 6.6 nats.
    expect(Math.abs(surprise(calibration, 3) - 6.6)).toBeLessThan(1.2);
  });
  test('[T7] replay draws by priority, and uniformly without it', () => {
    const draws = (exponent: number) => {
      const replay = openReplay(8, openRandom(2), exponent);
      for (let state = 0; state < 8; state += 1) replay.add({ state, action: 0, reward: 0, next: 0 });
      replay.learned(
        Uint32Array.from({ length: 8 }, (_, place) => place),
        [9, 1, 1, 1, 1, 1, 1, 1],
      );
      const counts = new Float64Array(8);
      for (let round = 0; round < 500; round += 1)
        for (const place of replay.draw(8, 1).places) counts[place]! += 1 / 4000;
      return counts[0]!;
    };
    expect(draws(1)).toBeCloseTo(9 / 16, 1);
    expect(draws(0)).toBeCloseTo(1 / 8, 1);
  });
  test('[T8] the factor of a matrix gives it back', () => {
    const a = Float64Array.of(4, 2, 1, 2, 5, 3, 1, 3, 6);
    const l = cholesky(a, 3);
    for (let i = 0; i < 3; i += 1)
      for (let j = 0; j <= i; j += 1) {
        let sum = 0;
        for (let k = 0; k <= j; k += 1) sum += l[i * 3 + k]! * l[j * 3 + k]!;
        expect(sum).toBeCloseTo(a[i * 3 + j]!, 12);
      }
  });
  test('[T9] tables that are no tables are refused', () => {
    expect(() => matrix(2, 3, new Float32Array(5))).toThrow('2 x 3 = 6 numbers, got 5');
    expect(() => prepare(matrix(0, 3) as Matrix)).toThrow('at least one row');
  });
});
