/**
 * Which sensors a sensor listens to, learned as embeddings (GDN: Deng and Hooi, AAAI 2021).
 * @module
 */
import type { Tensor } from '../runtime/tape.ts';

/** Masks all but the sensors whose embeddings are most like each sensor's own, for each of `size` stacked graphs. */
export function keepNearest(
  embeddings: Float32Array,
  sensors: number,
  width: number,
  neighbours: number,
  floats: Float32Array,
  mask: Tensor,
  size: number,
): void {
  const lengths = new Float64Array(sensors);
  for (let at = 0; at < embeddings.length; at += 1) lengths[Math.floor(at / width)]! += embeddings[at]! ** 2;
  const alike = new Float64Array(sensors);
  const row = new Float32Array(sensors);
  for (let i = 0; i < sensors; i += 1) {
    for (let j = 0; j < sensors; j += 1) {
      let dot = 0;
      for (let k = 0; k < width; k += 1) dot += embeddings[i * width + k]! * embeddings[j * width + k]!;
      alike[j] = dot / Math.sqrt(lengths[i]! * lengths[j]! + 1e-12);
    }
    const bar = Float64Array.from(alike).sort()[Math.max(0, sensors - neighbours)]!;
    for (let j = 0; j < sensors; j += 1) row[j] = alike[j]! >= bar ? 0 : -1e4;
    for (let each = 0; each < size; each += 1) floats.set(row, (mask.at >> 2) + (each * sensors + i) * sensors);
  }
}
