/**
 * What a training thread is given and what it answers.
 * @module
 */
import type { Card } from '../shapes.ts';

export interface TrainingTask {
  readonly values: Float32Array;
  readonly columns: number;
  /** Rows labelled anomalous and normal. */
  readonly anomalies: readonly number[];
  readonly normals: readonly number[];
  readonly detector: string;
  readonly seed: number;
  /** One number that is not zero when training shall stop. */
  readonly stop: SharedArrayBuffer;
}
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
export type ThreadAnswer =
  | { readonly kind: 'progress'; readonly done: number }
  | {
      readonly kind: 'trained';
      readonly explained: readonly Explained[];
      readonly card: Card;
      readonly lineage: string;
      readonly file: Uint8Array;
    }
  | { readonly kind: 'stopped' | 'failed'; readonly reason: string };
