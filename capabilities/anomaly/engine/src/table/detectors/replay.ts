/**
 * Memories of a learning agent, drawn by how much there is to learn from them (prioritised experience replay: Schaul et al., ICLR 2016).
 * @module
 */
import type { Random } from '../../random.ts';

/** One step: rows of the training table, what was done, what it earned, and the row after it. */
export interface Memory {
  readonly state: number;
  readonly action: number;
  readonly reward: number;
  readonly next: number;
}

export interface Replay {
  readonly size: number;
  add(memory: Memory): void;
  /** Draws in proportion to priority; `weights` correct the bias of that, the largest being one. */
  draw(count: number, correction: number): { readonly places: Uint32Array; readonly weights: Float32Array };
  at(place: number): Memory;
  /** Tells how far the last estimate of each was off. */
  learned(places: Uint32Array, errors: ArrayLike<number>): void;
}

/** @param exponent 0 draws uniformly; 0.6 is the paper's choice. */
export function openReplay(capacity: number, random: Random, exponent = 0.6): Replay {
  const leaves = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)));
  // A binary tree of sums: node 1 is the root, the leaves start at `leaves`.
  const sums = new Float64Array(2 * leaves);
  const memories: Memory[] = [];
  let next = 0;
  let highest = 1;
  const set = (place: number, priority: number) => {
    let node = leaves + place;
    sums[node] = priority;
    for (node >>= 1; node >= 1; node >>= 1) sums[node] = sums[2 * node]! + sums[2 * node + 1]!;
  };
  return {
    get size() {
      return memories.length;
    },
    add: (memory) => {
      memories[next] = memory;
      // What is new is as likely as the most surprising memory, so that everything is replayed once.
      set(next, highest);
      next = (next + 1) % capacity;
    },
    draw: (count, correction) => {
      const places = new Uint32Array(count);
      const weights = new Float32Array(count);
      let most = 0;
      for (let index = 0; index < count; index += 1) {
        let mark = ((index + random.next()) / count) * sums[1]!;
        let node = 1;
        while (node < leaves) {
          node *= 2;
          if (mark >= sums[node]! && sums[node + 1]! > 0) {
            mark -= sums[node]!;
            node += 1;
          }
        }
        const place = Math.min(node - leaves, memories.length - 1);
        places[index] = place;
        weights[index] = ((sums[leaves + place]! / sums[1]!) * memories.length) ** -correction;
        most = Math.max(most, weights[index]!);
      }
      for (let index = 0; index < count; index += 1) weights[index]! /= most;
      return { places, weights };
    },
    at: (place) => memories[place]!,
    learned: (places, errors) => {
      for (let index = 0; index < places.length; index += 1) {
        const priority = (Math.abs(errors[index]!) + 1e-3) ** exponent;
        highest = Math.max(highest, priority);
        set(places[index]!, priority);
      }
    },
  };
}
