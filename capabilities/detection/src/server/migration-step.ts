/**
 * A step of the tables of detection.
 * @module
 */
import type { Detection } from '../capability.ts';

/** One step of one declared table, in a file beside what uses it. */
export interface Step {
  readonly table: keyof Detection['tables'];
  readonly up: string;
}
