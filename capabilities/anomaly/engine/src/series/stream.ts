/**
 * Judges a series reading by reading with any saved model: the last time stamps a score depends on are kept, the newest is judged. The score
 * is the one the whole recording would get, but for readings that were missing for longer than what is kept.
 * @module
 */
import { matrix } from '../table/matrix.ts';
import type { SeriesModel } from './detector.ts';

export interface SeriesJudgement {
  readonly score: number;
  /** How strange each sensor is now. */
  readonly sensors: Float32Array;
}
export interface SeriesStream {
  /** One time stamp; a sensor without a reading is NaN. */
  push(readings: ArrayLike<number>): SeriesJudgement;
}

export function openSeriesStream(model: SeriesModel, sensors: number): SeriesStream {
  const kept = model.memory + 1;
  // Twice the room, so that the readings are moved once in `kept` steps only.
  const room = new Float32Array(2 * kept * sensors);
  let count = 0;
  return {
    push: (readings) => {
      if (readings.length !== sensors) throw new RangeError(`readings: expected ${sensors}, got ${readings.length}`);
      if (count === 2 * kept) {
        room.copyWithin(0, (count - kept + 1) * sensors);
        count = kept - 1;
      }
      for (let at = 0; at < sensors; at += 1) room[count * sensors + at] = readings[at]!;
      count += 1;
      const from = Math.max(0, count - kept);
      const { scores, sensors: strange } = model.score(
        matrix(count - from, sensors, room.subarray(from * sensors, count * sensors)),
      );
      return { score: scores.at(-1)!, sensors: strange.values.slice(-sensors) };
    },
  };
}
