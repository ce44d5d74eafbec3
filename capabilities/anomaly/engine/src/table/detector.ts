/**
 * What every detector of tables is: it learns from unlabelled rows (a few of them anomalous, nobody knows which) and a handful of labelled
 * anomalies, and gives each row a score, higher for stranger.
 * @module
 */

import type { ModelState } from '../model-file.ts';
import type { Random } from '../random.ts';
import type { Matrix } from './matrix.ts';

export interface TrainingTable {
  /** Prepared rows; mostly normal. */
  readonly unlabelled: Matrix;
  /** Prepared rows known to be anomalous; may be empty for detectors that need none. */
  readonly labelled: Matrix;
}

export interface Control {
  /** Called between steps of training with the share done; long work stops when it answers false. */
  readonly proceed?: (done: number) => boolean;
}

/** Thrown when `proceed` answered false. */
export class Stopped extends Error {
  constructor() {
    super('training was stopped');
    this.name = 'Stopped';
  }
}
export function proceed(control: Control | undefined, done: number): void {
  if (control?.proceed?.(done) === false) throw new Stopped();
}

export interface TableModel {
  score(table: Matrix): Float32Array;
  /** Everything the model knows, as plain data: `detector.open(state)` scores the same bits. */
  readonly state: ModelState;
}

export interface TableDetector {
  readonly name: string;
  /** How many labelled anomalies it needs at least. */
  readonly needsLabels: number;
  fit(training: TrainingTable, random: Random, control?: Control): TableModel;
  open(state: ModelState): TableModel;
}

export function checkTraining(name: string, needsLabels: number, { unlabelled, labelled }: TrainingTable): void {
  if (unlabelled.rows < 2) throw new RangeError(`${name}: expected at least 2 unlabelled rows, got ${unlabelled.rows}`);
  if (labelled.rows < needsLabels)
    throw new RangeError(`${name}: expected at least ${needsLabels} labelled anomalies, got ${labelled.rows}`);
  if (labelled.columns !== unlabelled.columns)
    throw new RangeError(`${name}: expected ${unlabelled.columns} columns in both tables, got ${labelled.columns}`);
}
