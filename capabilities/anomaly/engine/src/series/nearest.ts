/**
 * Distance to the nearest normal past: each window of readings against a sample of training windows (the left matrix profile against a
 * training recording: Yeh et al., ICDM 2016; for many sensors the mean over all of them, Yeh, Kavantzas and Keogh, ICDM 2017).
 * @module
 */
import type { ModelState } from '../model-file.ts';
import type { Random } from '../random.ts';
import { openDistances } from '../table/detectors/neighbours.ts';
import { type Matrix, matrix, sampleRows, takeRows } from '../table/matrix.ts';
import {
  applyScaling,
  learnScaling,
  type Scaling,
  type SeriesDetector,
  type SeriesModel,
  scoresOf,
  trailingMean,
} from './detector.ts';

export function matrixProfile({ length = 1, sample = 2000, smooth = 10 } = {}): SeriesDetector {
  const open = (state: ModelState): SeriesModel => {
    const { scaling, chosen } = state as unknown as { readonly scaling: Scaling; readonly chosen: Matrix };
    const nearest = openNearest(chosen);
    return {
      state,
      memory: length + smooth,
      score: (series) => {
        const windows = windowsOf(applyScaling(scaling, series), length);
        const { distances, partners } = nearest(windows);
        const sensors = matrix(series.rows, series.columns);
        for (let row = 0; row < series.rows; row += 1)
          for (let at = 0; at < windows.columns; at += 1)
            sensors.values[row * series.columns + (at % series.columns)]! +=
              (windows.values[row * windows.columns + at]! - partners.values[row * windows.columns + at]!) ** 2;
        return { scores: trailingMean(distances, smooth), sensors: scoresOf(sensors, 1).sensors };
      },
    };
  };
  return {
    name: 'matrix-profile',
    fit: (training, random) => {
      const scaling = learnScaling(training);
      return open({ scaling, chosen: chooseRows(windowsOf(applyScaling(scaling, training), length), sample, random) });
    },
    open,
  };
}

/** The reference rows that new ones are compared with. */
export const chooseRows = (reference: Matrix, sample: number, random: Random): Matrix =>
  takeRows(reference, sampleRows(random, reference.rows, sample));

/** The last `length` rows side by side, the newest last; the start is filled with the first row. */
export function windowsOf(scaled: Matrix, length: number): Matrix {
  if (length === 1) return scaled;
  const windows = matrix(scaled.rows, scaled.columns * length);
  for (let row = 0; row < scaled.rows; row += 1)
    for (let back = 0; back < length; back += 1) {
      const from = Math.max(0, row - back) * scaled.columns;
      windows.values.set(
        scaled.values.subarray(from, from + scaled.columns),
        row * windows.columns + (length - 1 - back) * scaled.columns,
      );
    }
  return windows;
}

/** Distance to, and values of, the nearest of the reference rows. */
export function openNearest(
  chosen: Matrix,
): (rows: Matrix) => { readonly distances: Float32Array; readonly partners: Matrix } {
  const visit = openDistances(chosen);
  return (rows) => {
    const distances = new Float32Array(rows.rows);
    const partners = matrix(rows.rows, rows.columns);
    visit(rows, (row, squares) => {
      let best = 0;
      for (let index = 1; index < squares.length; index += 1) if (squares[index]! < squares[best]!) best = index;
      distances[row] = Math.sqrt(Math.max(0, squares[best]!));
      partners.values.set(chosen.values.subarray(best * rows.columns, (best + 1) * rows.columns), row * rows.columns);
    });
    return { distances, partners };
  };
}
