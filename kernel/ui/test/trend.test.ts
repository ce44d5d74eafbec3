import { expect, test } from 'vitest';
import { namedPlaces, pointsOf, ticksTo } from '../src/parts/trend-scale.ts';

test('[G2] ticks are round and whole, names have room, points go from left to right', () => {
  expect(ticksTo(0)).toEqual([0, 1]);
  expect(ticksTo(3)).toEqual([0, 1, 2, 3]);
  expect(ticksTo(37)).toEqual([0, 10, 20, 30, 40]);
  expect(ticksTo(1_234_567)).toEqual([0, 500_000, 1_000_000, 1_500_000]);
  for (let most = 0; most < 3000; most += 7) {
    const ticks = ticksTo(most);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.every(Number.isInteger)).toBe(true);
  }
  expect(namedPlaces(30, 600, 56)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
  expect(namedPlaces(1, 0, 56)).toEqual([0]);
  expect(pointsOf([0, 5, 10], { width: 100, height: 50, most: 10 })).toEqual([
    [0, 50],
    [50, 25],
    [100, 0],
  ]);
  expect(pointsOf([4], { width: 100, height: 50, most: 8 })).toEqual([[0, 25]]);
});
