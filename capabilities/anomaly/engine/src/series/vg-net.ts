/**
 * VG-Net: a variational autoencoder with a graph network over learned relations of the sensors, predicting and reconstructing together, after the
 * article 《智慧交通物联网数据协同异常检测方法》; the authors' network is not public, so what stands here is this project's reading (unverified) on
 * published parts: variational autoencoder (Kingma and Welling, 2014), graph attention over learned sensor embeddings (GDN: Deng and Hooi,
 * AAAI 2021), joint prediction and reconstruction (MTAD-GAT: Zhao et al., ICDM 2020).
 *
 * It is trained on what a linear forecast leaves over, so that the linear model is its floor, and it remembers normal readings, so that what is
 * near none of them is strange even where each sensor by itself could be forecast. All constants are the same for every recording.
 * @module
 */
import type { ModelState } from '../model-file.ts';
import { openRandom } from '../random.ts';
import { type Calibration, calibrate, heightOf } from '../table/calibration.ts';
import { networkState, restoreNetwork } from '../table/detectors/network.ts';
import { type Matrix, matrix } from '../table/matrix.ts';
import {
  applyScaling,
  learnScaling,
  type Scaling,
  type SeriesDetector,
  type SeriesModel,
  trailingMean,
} from './detector.ts';
import { expected, type Forecast, forecastErrors, learnForecast, usualOf } from './linear.ts';
import { chooseRows, openNearest } from './nearest.ts';
import { buildVgNetwork, type VgNetSizes, type VgNetwork } from './vg-network.ts';

export interface VgNetOptions {
  readonly name?: string;
  readonly sizes?: VgNetSizes;
  readonly steps?: number;
  readonly batch?: number;
  readonly smooth?: number;
  /** Parts that can be switched off, so that their worth can be measured. */
  readonly without?: readonly Part[];
}
export type Part = 'forecast' | 'memory' | 'prediction' | 'reconstruction';
const parts: readonly Part[] = ['forecast', 'memory', 'prediction', 'reconstruction'];

/** What is saved: everything that was learned. */
type Learned = {
  readonly scaling: Scaling;
  readonly forecast: Forecast;
  readonly memory: Matrix;
  /** Usual error of each sensor, and usual energy, of each part on the kept tail of training. */
  readonly usual: Readonly<Record<Part, Float32Array>>;
  readonly energies: Readonly<Record<Part, number>>;
};

const defaultSizes: VgNetSizes = { window: 16, hidden: 32, latent: 6, embedding: 12, neighbours: 12 };

export function vgNet(options: VgNetOptions = {}): SeriesDetector {
  const { name = 'vg-net', smooth = 10, without = [], sizes = defaultSizes, steps = 400, batch = 16 } = options;
  const used = parts.filter((part) => !without.includes(part));

  const errorsWith = (forecast: Forecast, memory: Matrix, network: VgNetwork) => {
    const nearest = openNearest(memory);
    const judged = network.judge();
    return (series: Matrix): Record<Part, Matrix> => {
      const { prediction, reconstruction } = judged({ rest: leftOver(forecast, series), readings: series });
      const { partners } = nearest(series);
      for (let at = 0; at < partners.values.length; at += 1)
        partners.values[at] = (series.values[at]! - partners.values[at]!) ** 2;
      return { forecast: forecastErrors(forecast, series), memory: partners, prediction, reconstruction };
    };
  };
  const judge = (errors: Record<Part, Matrix>, { usual, energies }: Pick<Learned, 'usual' | 'energies'>) => {
    const { rows, columns } = errors.memory;
    const scores = new Float32Array(rows);
    const sensors = matrix(rows, columns);
    for (const part of used) {
      const energy = trailingMean(rowMeans(errors[part], usual[part]), smooth);
      // The logarithm keeps one part's burst from drowning the others; its scale is what the part says of the kept tail.
      for (let row = 0; row < rows; row += 1)
        scores[row]! += Math.log1p(Math.max(0, energy[row]!) / energies[part]) / used.length;
      // The memory points at no sensor: its partner may differ in all of them.
      if (part === 'memory' && used.length > 1) continue;
      for (let at = 0; at < sensors.values.length; at += 1)
        sensors.values[at]! += errors[part].values[at]! / usual[part][at % columns]!;
    }
    return { scores, sensors };
  };
  const openWith = (state: ModelState, errorsOf: (series: Matrix) => Record<Part, Matrix>): SeriesModel => {
    const learned = state as unknown as Learned & { readonly calibration: Calibration };
    return {
      state,
      memory: sizes.window + 1 + learned.forecast.lags + smooth,
      score: (series) => judge(errorsOf(applyScaling(learned.scaling, series)), learned),
      threshold: (risk) => heightOf(learned.calibration, -Math.log(risk)),
    };
  };
  return {
    name,
    fit: (training, random, control) => {
      const scaling = learnScaling(training);
      const scaled = applyScaling(scaling, training);
      // The tail of the recording is kept from everything that is fitted: on it the parts are put on one scale.
      const cut = Math.max(2, Math.floor(scaled.rows * 0.8));
      const head = matrix(cut, scaled.columns, scaled.values.subarray(0, cut * scaled.columns));
      const forecast = learnForecast(head);
      const memory = chooseRows(head, 2000, random.fork('memory'));
      const stream = random.fork('net');
      const network = buildVgNetwork(scaled.columns, sizes, stream);
      network.train({ rest: leftOver(forecast, head), readings: head }, steps, batch, stream, control);
      const errorsOf = errorsWith(forecast, memory, network);
      const tail = matrix(scaled.rows - cut, scaled.columns, scaled.values.subarray(cut * scaled.columns));
      const errors = errorsOf(tail.rows > 50 ? tail : scaled);
      const ofParts = <T>(what: (part: Part) => T) =>
        Object.fromEntries(used.map((part) => [part, what(part)])) as Record<Part, T>;
      const usual = ofParts((part) => usualOf(errors[part]));
      const energies = ofParts((part) => Math.max(1e-3, meanOf(rowMeans(errors[part], usual[part]))));
      const calibration = { ...calibrate(judge(errors, { usual, energies }).scores) };
      const state = { scaling, forecast, memory, usual, energies, calibration };
      return openWith({ ...state, network: networkState(scaled.columns, network.network) }, errorsOf);
    },
    open: (state) => {
      const { forecast, memory } = state as unknown as Learned;
      const network = buildVgNetwork(memory.columns, sizes, openRandom(0));
      restoreNetwork(state.network as ModelState, network.network);
      return openWith(state, errorsWith(forecast, memory, network));
    },
  };
}

/** What the forecast left over, in units of what is usual. */
function leftOver(forecast: Forecast, series: Matrix): Matrix {
  const rest = expected(forecast, series);
  for (let at = 0; at < rest.values.length; at += 1) {
    const value = (series.values[at]! - rest.values[at]!) / Math.sqrt(forecast.usual[at % rest.columns]!);
    rest.values[at] = Math.max(-8, Math.min(8, value));
  }
  return rest;
}

const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function rowMeans(errors: Matrix, usual: Float32Array): Float32Array {
  const means = new Float32Array(errors.rows);
  for (let at = 0; at < errors.values.length; at += 1)
    means[Math.floor(at / errors.columns)]! += errors.values[at]! / usual[at % errors.columns]! / errors.columns;
  return means;
}
