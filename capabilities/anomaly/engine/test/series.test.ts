import { describe, expect, test } from 'vitest';
import { symmetricEigen } from '../src/algebra.ts';
import { readModel, writeModel } from '../src/model-file.ts';
import { openRandom } from '../src/random.ts';
import { applyScaling, learnScaling, type SeriesDetector } from '../src/series/detector.ts';
import { graphDeviation } from '../src/series/graph-deviation.ts';
import { linearForecaster, principalComponents } from '../src/series/linear.ts';
import { matrixProfile } from '../src/series/nearest.ts';
import { recurrentVariational } from '../src/series/recurrent.ts';
import { openSeriesStream } from '../src/series/stream.ts';
import { usad } from '../src/series/usad.ts';
import { vgNet } from '../src/series/vg-net.ts';
import { volumeUnderSurface } from '../src/series/vus.ts';
import { matrix } from '../src/table/matrix.ts';

const sensors = 6;
const faulty = { first: 400, last: 449, sensor: 4 };

/** Six sensors that follow two waves; in the fault one sensor leaves the wave it shares with its neighbours but stays within its range. */
function recording(seed: number, length: number, fault: boolean) {
  const random = openRandom(seed);
  const values = new Float32Array(length * sensors);
  for (let t = 0; t < length; t += 1) {
    const [a, b] = [Math.sin(t / 9), Math.cos(t / 23)];
    for (let sensor = 0; sensor < sensors; sensor += 1)
      values[t * sensors + sensor] = (sensor < 3 ? a : b) * (1 + sensor / 4) + 0.05 * random.normal() + 10 * sensor;
    if (fault && t >= faulty.first && t <= faulty.last)
      values[t * sensors + faulty.sensor] = 40 + 1.5 * Math.sin(t / 2);
  }
  return matrix(length, sensors, values);
}
const labels = new Uint8Array(600).fill(1, faulty.first, faulty.last + 1);
const [training, test1] = [recording(1, 1500, false), recording(2, 600, true)];
const few = { steps: 120 };
const detectors: readonly SeriesDetector[] = [
  principalComponents(),
  principalComponents({ smooth: 10 }),
  linearForecaster(),
  matrixProfile(),
  usad(),
  graphDeviation(few),
  recurrentVariational(few),
  vgNet(few),
];

describe('detectors of series', () => {
  test.each(detectors.map((detector) => [detector.name, detector] as const))(
    '[S1] %s finds a sensor that leaves its relation, from the past alone, the same for the same seed',
    (_name, detector) => {
      const model = detector.fit(training, openRandom(5));
      const { scores } = model.score(test1);
      // The share of anomalous time stamps is 1 in 12: what a score that knows nothing reaches.
      expect(volumeUnderSurface(scores, labels, { window: 20 }).precisionRecall).toBeGreaterThan(3 / 12);
      const early = matrix(450, sensors, test1.values.slice(0, 450 * sensors));
      expect([...model.score(early).scores]).toEqual([...scores.subarray(0, 450)]);
      expect([...detector.fit(training, openRandom(5)).score(test1).scores]).toEqual([...scores]);
    },
    60_000,
  );

  test.each(detectors.map((detector) => [detector.name, detector] as const))(
    '[S5] %s is one file that scores the same bits again, and judges reading by reading what it judges at once',
    (_name, detector) => {
      const model = detector.fit(matrix(400, sensors, training.values.slice(0, 400 * sensors)), openRandom(5));
      const part = matrix(120, sensors, test1.values.slice(360 * sensors, 480 * sensors));
      const opened = detector.open(readModel(writeModel(model.state)));
      const whole = model.score(part);
      expect([...opened.score(part).scores]).toEqual([...whole.scores]);
      expect([...opened.score(part).sensors.values]).toEqual([...whole.sensors.values]);
      expect(opened.threshold?.(1e-3)).toBe(model.threshold?.(1e-3));
      const stream = openSeriesStream(opened, sensors);
      for (let row = 0; row < part.rows; row += 1) {
        const { score } = stream.push(part.values.subarray(row * sensors, (row + 1) * sensors));
        expect(Math.abs(score - whole.scores[row]!)).toBeLessThan(1e-3 * (1 + Math.abs(whole.scores[row]!)));
      }
      expect(() => stream.push([1])).toThrow(`expected ${sensors}, got 1`);
    },
    60_000,
  );

  test('[S2] VG-Net names the faulty sensor first, and its threshold is seldom passed by normal readings', () => {
    const model = vgNet(few).fit(training, openRandom(5));
    const { scores, sensors: errors } = model.score(test1);
    const sums = new Float64Array(sensors);
    for (let t = faulty.first; t <= faulty.last; t += 1)
      for (let sensor = 0; sensor < sensors; sensor += 1) sums[sensor]! += errors.values[t * sensors + sensor]!;
    expect(sums.indexOf(Math.max(...sums))).toBe(faulty.sensor);
    const bar = model.threshold!(1e-3);
    const normal = model.score(recording(7, 2000, false)).scores;
    expect(normal.filter((score) => score > bar).length / normal.length).toBeLessThan(0.02);
    expect(scores.subarray(faulty.first + 10, faulty.last).some((score) => score > bar)).toBe(true);
  });

  test('[S3] missing and infinite readings are held; a sensor that never moved is scaled by its size; a missing sensor is refused', () => {
    const scaling = learnScaling(matrix(3, 2, Float32Array.of(1, 100, 2, 100, 3, 100)));
    const scaled = applyScaling(
      scaling,
      matrix(3, 2, Float32Array.of(2, 100, Number.NaN, 150, Number.POSITIVE_INFINITY, 1e9)),
    );
    expect(scaled.values[2]).toBe(scaled.values[0]);
    expect(scaled.values[4]).toBe(scaled.values[0]);
    expect([scaled.values[1], scaled.values[3], scaled.values[5]]).toEqual([0, 1, 8]);
    expect(() => applyScaling(scaling, matrix(1, 3))).toThrow('expected 2 sensors as in training, got 3');
    expect(() => learnScaling(matrix(1, 2))).toThrow('at least 2 time stamps, got 1');
  });

  test('[S4] eigenvalues and vectors rebuild the matrix', () => {
    const a = Float64Array.of(4, 1, 0.5, 1, 3, -1, 0.5, -1, 2);
    const { values, vectors } = symmetricEigen(a, 3);
    expect([...values]).toEqual([...values].sort((x, y) => y - x));
    for (let i = 0; i < 3; i += 1)
      for (let j = 0; j < 3; j += 1) {
        let sum = 0;
        for (let k = 0; k < 3; k += 1) sum += vectors[i * 3 + k]! * values[k]! * vectors[j * 3 + k]!;
        expect(sum).toBeCloseTo(a[i * 3 + j]!, 10);
      }
  });
});
