/**
 * Training as a job in a thread of its own, champion and challenger, anomalies with their reasons as findings, feedback as labels, drift.
 * @module
 */
import { Worker } from 'node:worker_threads';
import { driftOf, learnPopulation, stabilityIndex } from '@hedun/anomaly/explain';
import { Failure, handlers } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Anomaly } from '../capability.ts';
import type { SetRow } from '../shapes.ts';
import { type Here, instant, json, page, setOf } from './here.ts';
import { valuesOf } from './sets.ts';
import { wordOf } from './table-file.ts';
import type { ThreadAnswer, TrainingTask } from './training-task.ts';

type Trained = Extract<ThreadAnswer, { kind: 'trained' }>;
const needsLabels = new Set(['panda', 'devnet', 'prenet', 'deepsad', 'dplan', 'balanced-forest']);
/** Below this there is no normal to learn. */
const leastRows = 50;

export const modelHandlers = handlers<Anomaly>()({
  trainModel: async ({ setId, detector, seed }, context) => {
    const { set, values, labels } = await context.transaction(async (inside) => {
      const row = await setOf(inside, setId);
      inside.organisations.requireScope([row.organisationId]);
      return {
        set: row,
        values: await valuesOf(inside, row),
        labels: await inside.db
          .selectFrom('anomalyLabels')
          .select(['row', 'verdict'])
          .where('setId', '=', setId)
          .orderBy('row')
          .execute(),
      };
    });
    const anomalies = labels.filter(({ verdict }) => verdict === 'anomaly').map(({ row }) => row);
    const normals = labels.filter(({ verdict }) => verdict === 'normal').map(({ row }) => row);
    const least = needsLabels.has(detector) ? 2 : 0;
    if (set.rowCount - anomalies.length < leastRows)
      throw new Failure('anomaly.too_few', {
        where: 'setId',
        expected: `at least ${leastRows} rows without a label of anomaly`,
        got: String(set.rowCount - anomalies.length),
      });
    if (anomalies.length < least)
      throw new Failure('anomaly.too_few', {
        where: 'detector',
        expected: `at least ${least} labelled anomalies for ${detector}`,
        got: String(anomalies.length),
      });
    const trained = await inThread(context, {
      values,
      columns: set.columns.length,
      anomalies,
      normals,
      detector,
      seed,
      stop: new SharedArrayBuffer(4),
    });
    return await context.transaction((inside) => keep(inside, set, detector, seed, trained));
  },
  listModels: async ({ limit }, { db }) =>
    page(
      await db
        .selectFrom('anomalyModels')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute(),
      limit,
    ),
  promoteModel: async ({ id }, context) => {
    const model = await context.db.selectFrom('anomalyModels').selectAll().where('id', '=', id).executeTakeFirst();
    if (!model) throw new Failure('anomaly.unknown', { where: 'id', got: id });
    await context.db
      .updateTable('anomalyModels')
      .set({ status: 'retired' })
      .where('setId', '=', model.setId)
      .where('status', '=', 'champion')
      .execute();
    await context.db.updateTable('anomalyModels').set({ status: 'champion' }).where('id', '=', id).execute();
    return { done: true as const };
  },
  listAnomalies: async ({ limit }, { db }) =>
    page(
      await db
        .selectFrom('anomalyAnomalies')
        .selectAll()
        .orderBy(sql`verdict IS NOT NULL`)
        .orderBy('score', 'desc')
        .orderBy('id')
        .limit(limit + 1)
        .execute(),
      limit,
    ),
  giveFeedback: async ({ ids, verdict }, context) => {
    const rows = await context.db.selectFrom('anomalyAnomalies').selectAll().where('id', 'in', ids).execute();
    if (rows.length !== new Set(ids).size)
      throw new Failure('anomaly.unknown', {
        where: 'ids',
        expected: `${ids.length} anomalies`,
        got: String(rows.length),
      });
    for (const { setId, row, organisationId } of rows)
      await context.db
        .insertInto('anomalyLabels')
        .values({
          id: context.newId(),
          organisationId,
          setId,
          row,
          verdict,
          origin: 'analyst',
          createdAt: instant(context),
        })
        .onConflict((conflict) =>
          conflict.columns(['setId', 'row']).doUpdateSet({ verdict, origin: 'analyst', createdAt: instant(context) }),
        )
        .execute();
    await context.db.updateTable('anomalyAnomalies').set({ verdict }).where('id', 'in', ids).execute();
    for (const setId of new Set(rows.map((row) => row.setId)))
      await sql`UPDATE anomaly_sets SET labelled = (SELECT count(*) FROM anomaly_labels l WHERE l.set_id = anomaly_sets.id) WHERE id = ${setId}`.execute(
        context.db,
      );
    const findings = rows.flatMap(({ findingId, verdict: before }) =>
      findingId && before !== verdict ? [findingId] : [],
    );
    const open: string[] = [];
    for (const id of findings) if ((await context.findings.get(id)).status === 'open') open.push(id);
    if (open.length > 0 && verdict === 'anomaly') await context.findings.triage(open);
    if (open.length > 0 && verdict === 'normal')
      await context.findings.dismiss(open, { reason: 'false_positive', note: '研判属于正常' });
    return { labelled: rows.length };
  },
  checkDrift: async ({ setId }, context) => {
    const set = await setOf(context, setId);
    const champion = await context.db
      .selectFrom('anomalyModels')
      .select('card')
      .where('setId', '=', setId)
      .where('status', '=', 'champion')
      .executeTakeFirst();
    if (!champion) throw new Failure('anomaly.no_champion', { where: 'setId', got: set.name });
    const newRows = set.rowCount - champion.card.rows;
    if (newRows < 1) return { newRows: 0, columns: [] };
    const values = await valuesOf(context, set);
    const width = set.columns.length;
    const columns = set.columns.map(({ name }, column) => {
      const all = Float32Array.from({ length: set.rowCount }, (_, row) => values[row * width + column]!);
      const index = stabilityIndex(
        learnPopulation(all.subarray(0, champion.card.rows)),
        all.subarray(champion.card.rows),
      );
      return { column: name, index, drift: driftOf(index) };
    });
    return { newRows, columns: columns.sort((a, b) => b.index - a.index) };
  },
});

async function inThread(context: Here, task: TrainingTask): Promise<Trained> {
  const worker = new Worker(new URL('./model-thread.ts', import.meta.url), { workerData: task });
  const stop = () => void Atomics.store(new Int32Array(task.stop), 0, 1);
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<Trained>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (answer: ThreadAnswer) => {
        // A cancelled job refuses the next progress: that stops the thread at its next step.
        if (answer.kind === 'progress')
          context.progress(Math.round(answer.done * 100), 100).catch((error: unknown) => {
            stop();
            reject(error);
          });
        else if (answer.kind === 'trained') resolve(answer);
        else if (answer.kind === 'stopped') reject(new Failure('job.cancelled'));
        else
          reject(
            new Failure('anomaly.too_few', {
              where: 'setId',
              expected: 'rows a model can be trained on',
              got: answer.reason,
            }),
          );
      });
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

async function keep(
  context: Here,
  set: SetRow,
  detector: string,
  seed: number,
  { card, explained, lineage, file }: Trained,
) {
  const before = await context.db
    .selectFrom('anomalyModels')
    .select(['version', 'status'])
    .where('setId', '=', set.id)
    .execute();
  const version = Math.max(0, ...before.map((each) => each.version)) + 1;
  const status = before.some((each) => each.status === 'champion') ? 'challenger' : 'champion';
  const modelId = context.newId();
  const evidence = await context.files.keep(file, {
    organisationId: set.organisationId,
    name: `${set.name}-${detector}-${version}.hedunmodel`,
    mediaType: 'application/octet-stream',
  });
  await context.db
    .insertInto('anomalyModels')
    .values({
      id: modelId,
      organisationId: set.organisationId,
      setId: set.id,
      setName: set.name,
      detector,
      version,
      status,
      seed,
      lineage,
      card: json(card),
      evidenceId: evidence.id,
      createdAt: instant(context),
    })
    .execute();
  const reasonsOf = (reasons: (typeof explained)[number]['reasons']) =>
    reasons.map(({ column, value, usual, ...rest }) => ({
      ...rest,
      column: set.columns[column]!.name,
      value: wordOf(set.columns[column]!, value),
      usual: wordOf(set.columns[column]!, usual),
    }));
  const raised = await context.findings.raise(
    explained.map(({ row, score, reasons }) => {
      const said = reasonsOf(reasons);
      return {
        organisationId: set.organisationId,
        kind: 'anomaly.row',
        title: `${set.name} 第 ${row + 1} 行数据异常`,
        description: said.map(({ column, value, usual }) => `${column}：此行 ${value}，正常值 ${usual}`).join('\n'),
        severity: 'medium' as const,
        source: 'anomaly',
        attributes: { setId: set.id, row, score, reasons: said.map(({ column }) => column) },
        identity: [set.id, String(row)],
        seenAt: context.now(),
      };
    }),
  );
  // What nobody judged is the opinion of the model before; the new model says its own.
  await context.db.deleteFrom('anomalyAnomalies').where('setId', '=', set.id).where('verdict', 'is', null).execute();
  for (const [index, { row, score, reasons, nearest }] of explained.entries())
    await context.db
      .insertInto('anomalyAnomalies')
      .values({
        id: context.newId(),
        organisationId: set.organisationId,
        setId: set.id,
        setName: set.name,
        modelId,
        row,
        score,
        reasons: json(reasonsOf(reasons)),
        nearest: json([...nearest]),
        findingId: raised[index]?.id ?? null,
        verdict: null,
        createdAt: instant(context),
      })
      .onConflict((conflict) => conflict.columns(['setId', 'row']).doUpdateSet({ modelId, score }))
      .execute();
  return { version, flagged: card.flagged, keptAp: card.keptAp };
}
