/**
 * What a model thread is given and what it answers.
 * @module
 */
import type { Card } from '../shapes.ts';

export interface TrainingTask {
  readonly kind: 'train';
  readonly values: Float32Array;
  readonly columns: number;
  /** Rows labelled anomalous and normal. */
  readonly anomalies: readonly number[];
  readonly normals: readonly number[];
  readonly detector: string;
  readonly seed: number;
  /** The champion, to be judged on the very rows and labels that judge the new model. */
  readonly champion: { readonly version: number; readonly file: Uint8Array } | null;
  /** One number that is not zero when training shall stop. */
  readonly stop: SharedArrayBuffer;
}
export interface ScoringTask {
  readonly kind: 'score';
  readonly file: Uint8Array;
  readonly values: Float32Array;
  readonly columns: number;
  /** The row of the set that the values begin with, and how many of them were judged before: a series needs them to judge the others. */
  readonly first: number;
  readonly before: number;
}
export interface DriftTask {
  readonly kind: 'drift';
  readonly file: Uint8Array;
  /** Rows that came after training. */
  readonly values: Float32Array;
  readonly columns: number;
}
export interface JudgingTask {
  readonly kind: 'judge';
  readonly file: Uint8Array;
  readonly values: Float32Array;
  readonly columns: number;
}
export type ThreadTask = TrainingTask | ScoringTask | DriftTask | JudgingTask;

export interface Explained {
  readonly row: number;
  readonly score: number;
  readonly reasons: readonly {
    readonly column: number;
    readonly share: number;
    readonly value: number;
    readonly usual: number;
    readonly spreads: number;
    readonly below: number;
  }[];
  readonly nearest: readonly { readonly row: number; readonly distance: number }[];
}
export type Trained = {
  readonly kind: 'trained';
  readonly explained: readonly Explained[];
  readonly card: Card;
  readonly lineage: string;
  readonly file: Uint8Array;
};
export type Scored = {
  readonly kind: 'scored';
  readonly explained: readonly Explained[];
  readonly flagged: number;
  readonly threshold: number;
};
export type Drifted = {
  readonly kind: 'drifted';
  /** Population stability of the champion's scores and of each column, in the set's order. */
  readonly scores: number;
  readonly columns: readonly number[];
};
export type Judged = { readonly kind: 'judged'; readonly scores: Float32Array; readonly threshold: number };
export type ThreadAnswer =
  | { readonly kind: 'progress'; readonly done: number }
  | Trained
  | Scored
  | Drifted
  | Judged
  | { readonly kind: 'stopped' | 'failed'; readonly reason: string };
/** The answer that ends each kind of task. */
export type AnswerTo<T extends ThreadTask> = T extends TrainingTask
  ? Trained
  : T extends ScoringTask
    ? Scored
    : T extends DriftTask
      ? Drifted
      : Judged;
