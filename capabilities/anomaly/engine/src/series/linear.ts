/**
 * Linear models of a series, the floor every other detector has to rise above: principal components (the plane normal readings lie in) and a
 * ridge forecast of each sensor from the last few readings of all (vector autoregression).
 * @module
 */

import { cholesky, symmetricEigen } from '../algebra.ts';
import type { ModelState } from '../model-file.ts';
import { type Matrix, matrix } from '../table/matrix.ts';
import {
  applyScaling,
  learnScaling,
  type Scaling,
  type SeriesDetector,
  type SeriesModel,
  scoresOf,
} from './detector.ts';

export type Plane = {
  /** Orthonormal directions, one a row. */
  readonly directions: Matrix;
  /** Squared error of each sensor in training: what is usual. */
  readonly usual: Float32Array;
};

/** The fewest components that hold `share` of the variance, at most all but one. */
export function learnPlane(scaled: Matrix, share = 0.9): Plane {
  const { rows, columns } = scaled;
  const covariance = new Float64Array(columns * columns);
  const step = Math.max(1, Math.floor(rows / 20_000));
  let count = 0;
  for (let row = 0; row < rows; row += step) {
    count += 1;
    for (let i = 0; i < columns; i += 1) {
      const a = scaled.values[row * columns + i]!;
      if (a !== 0)
        for (let j = 0; j <= i; j += 1) covariance[i * columns + j]! += a * scaled.values[row * columns + j]!;
    }
  }
  for (let i = 0; i < columns; i += 1)
    for (let j = 0; j <= i; j += 1) {
      covariance[i * columns + j]! /= count;
      covariance[j * columns + i] = covariance[i * columns + j]!;
    }
  const { values, vectors } = symmetricEigen(covariance, columns);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  let [kept, held] = [0, 0];
  while (kept < columns - 1 && held < share * total) {
    held += Math.max(0, values[kept]!);
    kept += 1;
  }
  const directions = matrix(Math.max(1, kept), columns);
  for (let index = 0; index < directions.rows; index += 1)
    for (let column = 0; column < columns; column += 1)
      directions.values[index * columns + column] = vectors[column * columns + index]!;
  const usual = new Float32Array(columns).fill(1);
  const errors = planeErrors({ directions, usual }, scaled);
  return { directions, usual: usualOf(errors) };
}

/** Squared distance of each reading from the plane, in units of what is usual. */
export function planeErrors({ directions, usual }: Plane, scaled: Matrix): Matrix {
  const errors = matrix(scaled.rows, scaled.columns);
  const { columns } = scaled;
  const back = new Float64Array(columns);
  for (let row = 0; row < scaled.rows; row += 1) {
    back.fill(0);
    for (let index = 0; index < directions.rows; index += 1) {
      let along = 0;
      for (let column = 0; column < columns; column += 1)
        along += scaled.values[row * columns + column]! * directions.values[index * columns + column]!;
      for (let column = 0; column < columns; column += 1)
        back[column]! += along * directions.values[index * columns + column]!;
    }
    for (let column = 0; column < columns; column += 1)
      errors.values[row * columns + column] =
        (scaled.values[row * columns + column]! - back[column]!) ** 2 / usual[column]!;
  }
  return errors;
}

/** Mean of each column, never nothing: a sensor without any error in training would otherwise shout at the smallest one. */
export function usualOf(errors: Matrix): Float32Array {
  const usual = new Float32Array(errors.columns);
  for (let at = 0; at < errors.values.length; at += 1) usual[at % errors.columns]! += errors.values[at]! / errors.rows;
  const mean = usual.reduce((sum, value) => sum + value, 0) / usual.length;
  return usual.map((value) => Math.max(value, 0.1 * mean, 1e-4));
}

export type Forecast = {
  readonly lags: number;
  /** One row of (lags x sensors + 1) coefficients for each sensor. */
  readonly coefficients: Matrix;
  readonly usual: Float32Array;
};

export function learnForecast(scaled: Matrix, lags = 5, ridge = 1): Forecast {
  const { rows, columns } = scaled;
  const width = lags * columns + 1;
  const gram = new Float64Array(width * width);
  const cross = new Float64Array(width * columns);
  const x = new Float64Array(width);
  const step = Math.max(1, Math.floor((rows * width * width) / 4e8));
  for (let row = lags; row < rows; row += step) {
    pastOf(scaled, row, lags, x);
    for (let i = 0; i < width; i += 1) {
      const a = x[i]!;
      if (a === 0) continue;
      for (let j = 0; j <= i; j += 1) gram[i * width + j]! += a * x[j]!;
      for (let column = 0; column < columns; column += 1)
        cross[i * columns + column]! += a * scaled.values[row * columns + column]!;
    }
  }
  for (let i = 0; i < width; i += 1) gram[i * width + i]! += ridge * (1 + (0.001 * rows) / step);
  const factor = cholesky(gram, width);
  const coefficients = matrix(columns, width);
  const solution = new Float64Array(width);
  for (let column = 0; column < columns; column += 1) {
    for (let i = 0; i < width; i += 1) {
      let value = cross[i * columns + column]!;
      for (let j = 0; j < i; j += 1) value -= factor[i * width + j]! * solution[j]!;
      solution[i] = value / factor[i * width + i]!;
    }
    for (let i = width - 1; i >= 0; i -= 1) {
      let value = solution[i]!;
      for (let j = i + 1; j < width; j += 1) value -= factor[j * width + i]! * solution[j]!;
      solution[i] = value / factor[i * width + i]!;
    }
    for (let i = 0; i < width; i += 1) coefficients.values[column * width + i] = solution[i]!;
  }
  const unit = { lags, coefficients, usual: new Float32Array(columns).fill(1) };
  return { ...unit, usual: usualOf(forecastErrors(unit, scaled)) };
}

/** What the forecast expects, one row a time stamp; before there are enough readings it is the reading itself. */
export function expected({ lags, coefficients }: Forecast, scaled: Matrix): Matrix {
  const out = matrix(scaled.rows, scaled.columns);
  const width = coefficients.columns;
  const x = new Float64Array(width);
  for (let row = 0; row < scaled.rows; row += 1) {
    if (row < lags) {
      out.values.set(scaled.values.subarray(row * scaled.columns, (row + 1) * scaled.columns), row * scaled.columns);
      continue;
    }
    pastOf(scaled, row, lags, x);
    for (let column = 0; column < scaled.columns; column += 1) {
      let sum = 0;
      for (let i = 0; i < width; i += 1) sum += x[i]! * coefficients.values[column * width + i]!;
      out.values[row * scaled.columns + column] = sum;
    }
  }
  return out;
}

export function forecastErrors(forecast: Forecast, scaled: Matrix): Matrix {
  const errors = expected(forecast, scaled);
  for (let at = 0; at < errors.values.length; at += 1)
    errors.values[at] = (scaled.values[at]! - errors.values[at]!) ** 2 / forecast.usual[at % scaled.columns]!;
  return errors;
}

function pastOf(scaled: Matrix, row: number, lags: number, x: Float64Array): void {
  const { columns, values } = scaled;
  for (let at = 0; at < lags * columns; at += 1) x[at] = values[(row - lags) * columns + at]!;
  x[lags * columns] = 1;
}

/** `pca`: squared distance from the plane. `pca-smooth`: its trailing mean over ten time stamps. */
export function principalComponents({ smooth = 1 } = {}): SeriesDetector {
  const open = (state: ModelState): SeriesModel => {
    const { scaling, plane } = state as unknown as { readonly scaling: Scaling; readonly plane: Plane };
    return {
      state,
      memory: smooth,
      score: (series) => scoresOf(planeErrors(plane, applyScaling(scaling, series)), smooth),
    };
  };
  return {
    name: smooth > 1 ? 'pca-smooth' : 'pca',
    fit: (training) => {
      const scaling = learnScaling(training);
      return open({ scaling, plane: learnPlane(applyScaling(scaling, training)) });
    },
    open,
  };
}

export function linearForecaster({ smooth = 10 } = {}): SeriesDetector {
  const open = (state: ModelState): SeriesModel => {
    const { scaling, forecast } = state as unknown as { readonly scaling: Scaling; readonly forecast: Forecast };
    return {
      state,
      memory: forecast.lags + smooth,
      score: (series) => scoresOf(forecastErrors(forecast, applyScaling(scaling, series)), smooth),
    };
  };
  return {
    name: 'linear-forecast',
    fit: (training) => {
      const scaling = learnScaling(training);
      return open({ scaling, forecast: learnForecast(applyScaling(scaling, training)) });
    },
    open,
  };
}
