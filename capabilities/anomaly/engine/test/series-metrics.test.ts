import { describe, expect, test } from 'vitest';
import { openRandom } from '../src/random.ts';
import { bestPointF1, bestRangeF1, hitRate, pointAdjustedF1 } from '../src/series/metrics.ts';
import { segmentsOf, volumeUnderSurface } from '../src/series/vus.ts';

const length = 1200;
const labels = new Uint8Array(length);
for (const [first, last] of [
  [100, 140],
  [150, 151],
  [400, 480],
  [900, 900],
  [1190, 1199],
] as const)
  labels.fill(1, first, last + 1);
const scores = {
  good: Array.from({ length }, (_, t) => Math.sin(t * 0.7) + 0.5 * Math.cos(t * 1.3) + labels[t]! * 1.5),
  tied: Array.from({ length }, (_, t) => Math.round(Math.abs(Math.sin(t * 0.37)) * 4)),
  blind: Array.from({ length }, (_, t) => ((t * 7919) % 1201) / 1201),
};

describe('measures of a series of scores', () => {
  // Printed by RangeAUC_volume_opt of the authors' evaluation program (250 thresholds) on these very series.
  test.each([
    ['good', 24, 0.713754347, 0.917900214],
    ['tied', 24, 0.148686798, 0.574281569],
    ['blind', 24, 0.155941023, 0.587304894],
    ['good', 100, 0.779178301, 0.947201452],
    ['tied', 100, 0.251232784, 0.722277269],
    ['blind', 100, 0.26553074, 0.733163273],
  ] as const)(
    '[M2] the volumes of the %s score with window %i are those of the published program',
    (name, window, pr, roc) => {
      const volume = volumeUnderSurface(scores[name], labels, { window });
      expect(volume.precisionRecall).toBeCloseTo(pr, 8);
      expect(volume.roc).toBeCloseTo(roc, 8);
    },
  );
  test('[M2] a perfect score fills the surface; nothing anomalous gives no number', () => {
    expect(volumeUnderSurface(labels, labels, { window: 0 }).precisionRecall).toBeCloseTo(1, 6);
    expect(volumeUnderSurface(scores.good, new Uint8Array(length)).precisionRecall).toBeNaN();
  });
  test('[M3] point adjustment flatters a score that knows nothing; the honest measures do not', () => {
    const random = openRandom(3);
    const long = new Uint8Array(20_000);
    for (let start = 1000; start < 20_000; start += 4000) long.fill(1, start, start + 600);
    const blind = Array.from({ length: long.length }, () => random.next());
    expect(pointAdjustedF1(blind, long)).toBeGreaterThan(0.8);
    expect(bestPointF1(blind, long)).toBeLessThan(0.3);
    expect(bestRangeF1(blind, long)).toBeLessThan(0.3);
  });
  test('[M3] best F1 by points and by ranges on a small case', () => {
    expect(bestPointF1([0.9, 0.8, 0.1, 0.7], [1, 0, 0, 1])).toBeCloseTo(0.8, 12);
    expect(bestRangeF1([0.9, 0.8, 0.1, 0.7], [1, 1, 0, 0])).toBeCloseTo(1, 12);
    expect(segmentsOf([0, 1, 1, 0, 1])).toEqual([
      { first: 1, last: 2 },
      { first: 4, last: 4 },
    ]);
  });
  test('[M4] the hit rate counts true causes among the first ranks', () => {
    expect(hitRate([4, 2, 9, 1], [2, 4], 1)).toBe(1);
    expect(hitRate([4, 3, 2, 1], [2, 4], 1)).toBe(0.5);
    expect(hitRate([4, 3, 2, 1], [2, 4], 1.5)).toBe(1);
    expect(hitRate([1], [])).toBeNaN();
  });
});
