/**
 * Groups a few rows by likeness: k-means with spread-out starts (Arthur and Vassilvitskii, 2007).
 * @module
 */
import type { Random } from '../random.ts';
import { type Matrix, rowOf } from './matrix.ts';

/** The group of each row, 0 to k - 1; no group is empty while there are different rows enough. */
export function clusterRows(table: Matrix, k: number, random: Random): Uint8Array {
  const centres: Float32Array[] = [];
  const nearest = new Float64Array(table.rows).fill(Number.POSITIVE_INFINITY);
  let next = table.rows > 0 ? random.below(table.rows) : 0;
  while (centres.length < Math.min(k, table.rows)) {
    const centre = rowOf(table, next).slice();
    centres.push(centre);
    let sum = 0;
    for (let row = 0; row < table.rows; row += 1) {
      nearest[row] = Math.min(nearest[row]!, distance(rowOf(table, row), centre));
      sum += nearest[row]!;
    }
    if (sum === 0) break;
    let mark = random.next() * sum;
    for (next = 0; next < table.rows - 1; next += 1) {
      mark -= nearest[next]!;
      if (mark <= 0) break;
    }
  }
  const groups = new Uint8Array(table.rows);
  for (let round = 0; round < 20; round += 1) {
    for (let row = 0; row < table.rows; row += 1) {
      let least = Number.POSITIVE_INFINITY;
      for (const [group, centre] of centres.entries()) {
        const far = distance(rowOf(table, row), centre);
        if (far < least) {
          least = far;
          groups[row] = group;
        }
      }
    }
    for (const [group, centre] of centres.entries()) {
      const members = groups.reduce((count, each) => count + (each === group ? 1 : 0), 0);
      if (members === 0) continue;
      centre.fill(0);
      for (let row = 0; row < table.rows; row += 1)
        if (groups[row] === group)
          for (let at = 0; at < table.columns; at += 1) centre[at]! += rowOf(table, row)[at]! / members;
    }
  }
  return groups;
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at]! - b[at]!) ** 2;
  return sum;
}
