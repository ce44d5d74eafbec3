/**
 * One thread of an evaluation: reads a data set, runs one detector under one seed, answers what it measured.
 * @module
 */
import { parentPort } from 'node:worker_threads';
import { openRandom } from '@hedun/anomaly';
import {
  chooseDetectors,
  makeFlows,
  pandaAblations,
  runSeries,
  runTable,
  seriesRoster,
  tableRoster,
} from '@hedun/anomaly/evaluation';
import { type PlainSet, readPlain } from './plain.ts';
import type { Answer, Task } from './task.ts';

/** Stands in the place of a file for the flow generator of our own. */
const ownFlows = 'flows';

let kept: { readonly file: string; readonly set: PlainSet } | null = null;

function setOf(file: string): PlainSet {
  if (kept?.file !== file)
    kept = {
      file,
      set: file === ownFlows ? { kind: 'table', name: ownFlows, data: makeFlows(openRandom(2026)) } : readPlain(file),
    };
  return kept.set;
}

parentPort?.on('message', (task: Task) => {
  const begun = performance.now();
  let answer: Answer;
  try {
    const set = setOf(task.file);
    const name = task.name ?? set.name;
    if (task.protocol === 'series') {
      if (set.kind !== 'series') throw new TypeError(`${name}: expected a series for this protocol, got a table`);
      const [detector] = chooseDetectors(task.detector, seriesRoster);
      answer = { kind: 'measured', task, runs: [runSeries(name, set.data, detector!, task.seed)], seconds: 0 };
    } else {
      if (set.kind !== 'table') throw new TypeError(`${name}: expected a table for this protocol, got a series`);
      const [detector] = chooseDetectors(task.detector, tableRoster, pandaAblations);
      answer = {
        kind: 'measured',
        task,
        runs: runTable(name, set.data, task.protocol, detector!, task.seed),
        seconds: 0,
      };
    }
  } catch (error) {
    answer = { kind: 'failed', task, reason: error instanceof Error ? error.message : String(error), seconds: 0 };
  }
  parentPort?.postMessage({ ...answer, seconds: (performance.now() - begun) / 1000 });
});
