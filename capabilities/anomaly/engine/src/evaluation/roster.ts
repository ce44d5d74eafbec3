/**
 * The detectors that are compared, by name: one default configuration each, the same for every data set. `random` stands in every table
 * so that each figure has its floor beside it.
 * @module
 */
import { openRandom, type Random } from '../random.ts';
import type { SeriesDetector } from '../series/detector.ts';
import { graphDeviation } from '../series/graph-deviation.ts';
import { linearForecaster, principalComponents } from '../series/linear.ts';
import { matrixProfile } from '../series/nearest.ts';
import { recurrentVariational } from '../series/recurrent.ts';
import { usad } from '../series/usad.ts';
import { vgNet } from '../series/vg-net.ts';
import type { TableDetector } from '../table/detector.ts';
import { balancedForest } from '../table/detectors/balanced-forest.ts';
import { deepSad } from '../table/detectors/deep-sad.ts';
import { deviation } from '../table/detectors/deviation.ts';
import { ecod, hbos } from '../table/detectors/distribution.ts';
import { dplan } from '../table/detectors/dplan.ts';
import { fused, swift } from '../table/detectors/fused.ts';
import { isolationForest } from '../table/detectors/isolation-forest.ts';
import { neighbours } from '../table/detectors/neighbours.ts';
import { mahalanobis, plane } from '../table/detectors/normal.ts';
import { pairwise } from '../table/detectors/pairwise.ts';
import { panda } from '../table/detectors/panda.ts';
import { type Matrix, matrix } from '../table/matrix.ts';

export const tableRoster: readonly TableDetector[] = [
  fused(),
  swift(),
  panda(),
  deviation(),
  pairwise(),
  deepSad(),
  dplan(),
  balancedForest(),
  isolationForest(),
  ecod(),
  hbos(),
  mahalanobis(),
  plane(),
  neighbours(),
  randomTable(),
];

/** What each part of PANDA is worth: run with `--detectors panda,panda-…`. They do not count as rivals. */
export const pandaAblations: readonly TableDetector[] = [
  panda({ name: 'panda-no-discount', discount: 0 }),
  panda({ name: 'panda-no-priority', prioritised: false }),
  panda({ name: 'panda-no-novelty', novelty: false }),
];

export const seriesRoster: readonly SeriesDetector[] = [
  vgNet(),
  principalComponents(),
  principalComponents({ smooth: 10 }),
  linearForecaster(),
  matrixProfile(),
  recurrentVariational(),
  graphDeviation(),
  usad(),
  randomSeries(),
];

/** Scores without any knowledge. */
export function randomTable(): TableDetector {
  return {
    name: 'random',
    needsLabels: 0,
    fit: (_training, random) => ({ state: {}, score: ({ rows }) => drawn(rows, random.fork('scores')) }),
    open: () => ({ state: {}, score: ({ rows }) => drawn(rows, openRandom(0)) }),
  };
}
export function randomSeries(): SeriesDetector {
  return {
    name: 'random',
    fit: (_training, random) => ({
      state: {},
      memory: 0,
      score: (series) => randomScores(series, random),
    }),
    open: () => ({ state: {}, memory: 0, score: (series) => randomScores(series, openRandom(0)) }),
  };
}
const randomScores = ({ rows, columns }: Matrix, random: Random) => ({
  scores: drawn(rows, random.fork('scores')),
  sensors: matrix(rows, columns, drawn(rows * columns, random.fork('sensors'))),
});
function drawn(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => random.next());
}

/** Detectors by name, in the order of the roster; `all` is the roster itself. Names nobody bears are refused. */
export function chooseDetectors<T extends { readonly name: string }>(
  wanted: string,
  roster: readonly T[],
  besides: readonly T[] = [],
): readonly T[] {
  if (wanted === 'all') return roster;
  const names = wanted
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const known = [...roster, ...besides];
  for (const name of names)
    if (!known.some((each) => each.name === name))
      throw new RangeError(
        `detectors: expected some of ${known.map((each) => each.name).join(', ')} or all, got ${name}`,
      );
  return known.filter(({ name }) => names.includes(name));
}
