/**
 * The champion on rows that came after it was trained: pushed, from MQTT, from findings. A job of its own, so that whoever pushes does not wait;
 * what it finds strange becomes anomalies and findings with evidence.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import type { Anomaly } from '../capability.ts';
import { tellAnomalies } from './anomalies.ts';
import { type Here, setOf } from './here.ts';
import { championOf, fileOf } from './models.ts';
import { cellsOf, rowsBetween } from './sets.ts';
import { encodeRows } from './table-file.ts';
import { inThread } from './threads.ts';

/** Numbers judged at once. */
const atOnce = 4_000_000;

/** Asks for the new rows of a set to be judged; many calls while one waits are one. */
export async function askForScores(context: Here, setId: string): Promise<void> {
  if (await championOf(context, setId)) await context.jobs.start('scoreNew', { setId }, { key: `score/${setId}` });
}

interface Counts {
  rows: number;
  flagged: number;
}

export const scoringHandlers = handlers<Anomaly>()({
  judgeRows: async ({ setId, modelId, rows }, context) => {
    const { set, model, file } = await context.transaction(async (inside) => {
      const set = await setOf(inside, setId);
      const model = modelId
        ? await inside.db
            .selectFrom('anomalyModels')
            .selectAll()
            .where('id', '=', modelId)
            .where('setId', '=', setId)
            .executeTakeFirst()
        : await championOf(inside, setId);
      const file = model && (await fileOf(inside, model));
      if (!model || !file) {
        if (modelId) throw new Failure('anomaly.unknown', { where: 'modelId', got: modelId });
        throw new Failure('anomaly.no_champion', { where: 'setId', got: set.name });
      }
      return { set, model, file };
    });
    const { values } = encodeRows(set.columns, cellsOf(set.columns, rows));
    const task = { kind: 'judge' as const, file, values, columns: set.columns.length };
    const { scores, threshold } = await inThread(context, task);
    return { modelId: model.id, version: model.version, threshold, scores: [...scores] };
  },
  scoreNew: async ({ setId }, context) => {
    const waiting = await context.transaction(async ({ db }) => {
      const query = db
        .selectFrom('anomalySets')
        .innerJoin('anomalyModels', 'anomalyModels.setId', 'anomalySets.id')
        .select('anomalySets.id')
        .where('anomalyModels.status', '=', 'champion')
        .whereRef('anomalySets.scoredTo', '<', 'anomalySets.rowCount');
      return await (setId ? query.where('anomalySets.id', '=', setId) : query).execute();
    });
    const counts: Counts = { rows: 0, flagged: 0 };
    // Rows may come while others are judged: a set is left when none is waiting.
    for (const { id } of waiting) while (await scorePortion(context, id, counts));
    return counts;
  },
});

async function scorePortion(context: Here, setId: string, counts: Counts): Promise<boolean> {
  const task = await context.transaction(async (inside) => {
    const set = await inside.db.selectFrom('anomalySets').selectAll().where('id', '=', setId).executeTakeFirst();
    const champion = set && (await championOf(inside, setId));
    const file = champion && (await fileOf(inside, champion));
    if (!set || !champion || !file || set.scoredTo >= set.rowCount) return null;
    const first = Math.max(0, set.scoredTo - (champion.card.memory ?? 0));
    const until = Math.min(set.rowCount, set.scoredTo + Math.max(1, Math.floor(atOnce / set.columns.length)));
    return { set, champion, file, first, until, values: await rowsBetween(inside, set, first, until) };
  });
  if (!task) return false;
  const { set, champion, file, first, until, values } = task;
  const { explained, flagged, threshold } = await inThread(context, {
    kind: 'score' as const,
    file,
    values,
    columns: set.columns.length,
    first,
    before: set.scoredTo - first,
  });
  await context.transaction(async (inside) => {
    // Where another run judged them meanwhile, its word stands.
    const moved = await inside.db
      .updateTable('anomalySets')
      .set({ scoredTo: until })
      .where('id', '=', setId)
      .where('scoredTo', '=', set.scoredTo)
      .returning('id')
      .executeTakeFirst();
    if (moved) await tellAnomalies(inside, set, champion, threshold, explained);
  });
  counts.rows += until - set.scoredTo;
  counts.flagged += flagged;
  await context.progress(counts.rows, counts.rows + 1);
  return true;
}
