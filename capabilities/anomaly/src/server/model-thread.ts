/**
 * The thread in which models are trained, score new rows and are watched for drift. It reads no store; what it gets is data, what it answers
 * is data, and it ends with its one task.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { matrix } from '@hedun/anomaly';
import { stabilityIndex } from '@hedun/anomaly/explain';
import { explainRows, flaggedRows, openBundle, scoreRows } from './bundle.ts';
import type {
  Drifted,
  DriftTask,
  Judged,
  JudgingTask,
  Scored,
  ScoringTask,
  ThreadAnswer,
  ThreadTask,
} from './thread-tasks.ts';
import { train } from './training.ts';

function score({ file, values, columns, first, before }: ScoringTask): Scored {
  const bundle = openBundle(file);
  const raw = matrix(values.length / columns, columns, values);
  const scores = scoreRows(bundle, raw);
  // A stretch of a series that began among rows judged before was told then.
  const flagged = flaggedRows(bundle, scores, (row) => row >= before);
  return {
    kind: 'scored',
    explained: explainRows(bundle, raw, scores, flagged, first),
    flagged: flagged.length,
    threshold: bundle.threshold,
  };
}

function drift({ file, values, columns }: DriftTask): Drifted {
  const bundle = openBundle(file);
  const raw = matrix(values.length / columns, columns, values);
  return {
    kind: 'drifted',
    scores: stabilityIndex(bundle.population.scores, scoreRows(bundle, raw)),
    columns: bundle.population.columns.map((population, column) =>
      stabilityIndex(
        population,
        Float32Array.from({ length: raw.rows }, (_, row) => raw.values[row * columns + column]!),
      ),
    ),
  };
}

function judge({ file, values, columns }: JudgingTask): Judged {
  const bundle = openBundle(file);
  return {
    kind: 'judged',
    scores: scoreRows(bundle, matrix(values.length / columns, columns, values)),
    threshold: bundle.threshold,
  };
}

const tell = (answer: ThreadAnswer) => parentPort?.postMessage(answer);
try {
  const task = workerData as ThreadTask;
  if (task.kind === 'train') tell(await train(task, (done) => tell({ kind: 'progress', done })));
  else if (task.kind === 'judge') tell(judge(task));
  else tell(task.kind === 'score' ? score(task) : drift(task));
} catch (error) {
  const reason = error instanceof Error ? error : new Error(String(error));
  tell({ kind: reason.name === 'Stopped' ? 'stopped' : 'failed', reason: reason.message });
}
