import { summarise } from '@hedun/anomaly/evaluation';
import { expect, test } from 'vitest';
import { standings } from '../src/server/evaluation/compare.ts';

const run = (detector: string, values: Readonly<Record<string, number>>) => ({
  dataset: 'd',
  detector,
  seed: 1,
  values,
});

test('[A68] what the default is best in and where it is not stands below the table, by name', () => {
  const runs = [
    run('fused', { ap: 0.7, apUnknown: 0.4, roc: 0.9 }),
    run('swift', { ap: 0.6, apUnknown: 0.5, roc: 0.8 }),
    run('prenet', { ap: 0.5, apUnknown: 0.45, roc: 0.9 }),
    run('random', { ap: 0.99, apUnknown: 0.99, roc: 0.99 }),
  ];
  expect(standings({ protocol: 'u60', rows: summarise(runs, 'ap') })).toEqual([
    'ap: fused 0.700 is the best mean of 3, next swift 0.600',
    'apUnknown: fused 0.400 is not the best mean, better: swift 0.500, prenet 0.450',
    'roc: fused 0.900 is the best mean of 3, next prenet 0.900',
  ]);
  expect(standings({ protocol: 'series', rows: summarise(runs, 'ap') })).toEqual([]);
});
