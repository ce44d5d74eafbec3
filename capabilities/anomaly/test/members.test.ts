import { applyPreparation, fused, openRandom, prepare, takeRows, writeModel } from '@hedun/anomaly';
import { makeFlows } from '@hedun/anomaly/evaluation';
import { describe, expect, test } from 'vitest';
import { fitFusedInThreads } from '../src/server/member-pool.ts';

const { table, classes } = makeFlows(openRandom(5), { normals: 700, perFamily: 20 });
const ready = applyPreparation(prepare(table), table);
const rowsOf = (holds: (family: number) => boolean) => [...classes!.keys()].filter((row) => holds(classes![row]!));
const training = {
  unlabelled: takeRows(
    ready,
    rowsOf((family) => family === 0),
  ),
  labelled: takeRows(ready, rowsOf((family) => family === 1).slice(0, 12)),
};

describe('members of the fused detector in threads', () => {
  test('[A18] the model is the same bits with one thread, with three and without any', async () => {
    const here = writeModel(fused().fit(training, openRandom(9)).state);
    for (const threads of [1, 3]) {
      const progress: number[] = [];
      const model = await fitFusedInThreads(training, openRandom(9), {
        threads,
        proceed: (done) => progress.push(done) > 0,
      });
      expect(Buffer.compare(writeModel(model.state), here)).toBe(0);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(progress.at(-1)).toBe(1);
    }
  }, 120_000);

  test('[A18] a training that is stopped ends its threads and gives no model', async () => {
    let asked = 0;
    await expect(
      fitFusedInThreads(training, openRandom(9), { threads: 2, proceed: () => ++asked < 3 }),
    ).rejects.toThrow('training was stopped');
    expect(asked).toBeLessThanOrEqual(4);
  }, 60_000);
});
