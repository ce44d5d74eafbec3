/**
 * Training as a job in a thread of its own; champion and challenger, judged on the same rows and the same kept labels.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import type { Anomaly } from '../capability.ts';
import { type ModelRow, type SetRow, seriesDetectorNames } from '../shapes.ts';
import { tellAnomalies } from './anomalies.ts';
import { type Here, instant, json, page, setOf } from './here.ts';
import { valuesOf } from './sets.ts';
import type { Trained } from './thread-tasks.ts';
import { inThread } from './threads.ts';

const needsLabels = new Set(['panda', 'devnet', 'prenet', 'deepsad', 'dplan', 'balanced-forest']);
/** Below this there is no normal to learn. */
const leastRows = 50;
const ofSeries = new Set<string>(seriesDetectorNames);

export async function championOf({ db }: Pick<Here, 'db'>, setId: string): Promise<ModelRow | undefined> {
  return await db
    .selectFrom('anomalyModels')
    .selectAll()
    .where('setId', '=', setId)
    .where('status', '=', 'champion')
    .executeTakeFirst();
}

/** The portable file of a model; null where none was kept. */
export async function fileOf({ files }: Pick<Here, 'files'>, { evidenceId }: ModelRow): Promise<Uint8Array | null> {
  if (evidenceId === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of files.stream(evidenceId)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

export const modelHandlers = handlers<Anomaly>()({
  trainModel: async ({ setId, detector, seed }, context) => {
    const { set, values, labels, champion } = await context.transaction(async (inside) => {
      const row = await setOf(inside, setId);
      inside.organisations.requireScope([row.organisationId]);
      const model = await championOf(inside, setId);
      const file = model && (await fileOf(inside, model));
      return {
        set: row,
        values: await valuesOf(inside, row),
        labels: await inside.db
          .selectFrom('anomalyLabels')
          .select(['row', 'verdict'])
          .where('setId', '=', setId)
          .orderBy('row')
          .execute(),
        champion: model && file ? { version: model.version, file } : null,
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
      kind: 'train' as const,
      values,
      columns: set.columns.length,
      anomalies,
      normals,
      detector,
      seed,
      champion,
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
});

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
  // What nobody judged is the opinion of the model before; the new model says its own.
  await context.db.deleteFrom('anomalyAnomalies').where('setId', '=', set.id).where('verdict', 'is', null).execute();
  await tellAnomalies(context, set, { id: modelId, version, detector }, card.threshold, explained);
  if (status === 'champion')
    await context.db
      .updateTable('anomalySets')
      .set({ scoredTo: card.rows })
      .where('id', '=', set.id)
      .where('scoredTo', '<', card.rows)
      .execute();
  return {
    version,
    flagged: card.flagged,
    keptAp: card.keptAp,
    championAp: card.championAp,
    kind: ofSeries.has(detector) ? 'series' : 'table',
  };
}
