/**
 * Whether a champion still sees what it was trained on: by the distribution of its scores and by each column. Watched daily by a job of the
 * schedule; what has become another population is a finding and, if the administrator wants it, the start of a training.
 * @module
 */
import { driftOf } from '@hedun/anomaly/explain';
import { Failure, handlers } from '@hedun/sdk';
import type { Anomaly } from '../capability.ts';
import type { ModelRow, SetRow } from '../shapes.ts';
import { type Here, instant, json, page, setOf } from './here.ts';
import { championOf, fileOf } from './models.ts';
import { rowsBetween } from './sets.ts';
import { inThread } from './threads.ts';

/** Fewer new rows than this move by chance alone: with ten parts the index of an unmoved column is about 9 / rows. */
const leastNew = 200;
/** The newest rows that are looked at, so that drift of today is not hidden among a quiet year. */
const mostNew = 50_000;
const mostColumns = 20;

interface Compared {
  readonly set: SetRow;
  readonly champion: ModelRow;
  readonly newRows: number;
  readonly scores: number;
  readonly columns: readonly {
    readonly column: string;
    readonly index: number;
    readonly drift: 'stable' | 'moved' | 'other';
  }[];
}

/** Null where no row came after training. */
async function compareWithTraining(context: Here, setId: string): Promise<Compared | null> {
  const found = await context.transaction(async (inside) => {
    const set = await setOf(inside, setId);
    const champion = await championOf(inside, setId);
    const file = champion && (await fileOf(inside, champion));
    if (!champion || !file) throw new Failure('anomaly.no_champion', { where: 'setId', got: set.name });
    const newRows = set.rowCount - champion.card.rows;
    if (newRows < 1) return null;
    const most = Math.min(mostNew, Math.max(1, Math.floor(4_000_000 / set.columns.length)));
    const from = Math.max(champion.card.rows, set.rowCount - most);
    return { set, champion, file, newRows, values: await rowsBetween(inside, set, from, set.rowCount) };
  });
  if (!found) return null;
  const { set, champion, file, newRows, values } = found;
  const drifted = await inThread(context, { kind: 'drift' as const, file, values, columns: set.columns.length });
  const columns = set.columns
    .map(({ name }, at) => ({ column: name, index: drifted.columns[at]!, drift: driftOf(drifted.columns[at]!) }))
    .sort((a, b) => b.index - a.index);
  return { set, champion, newRows, scores: drifted.scores, columns };
}

export const driftHandlers = handlers<Anomaly>()({
  checkDrift: async ({ setId }, context) => {
    const compared = await compareWithTraining(context, setId);
    if (!compared) return { newRows: 0, scores: null, columns: [] };
    const { newRows, scores, columns } = compared;
    return { newRows, scores, columns: [...columns] };
  },
  listDrifts: async ({ limit }, { db }) =>
    page(
      await db
        .selectFrom('anomalyDrifts')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute(),
      limit,
    ),
  watchDrift: async ({ setId }, context) => {
    const sets = await context.transaction(async ({ db }) => {
      const query = db.selectFrom('anomalyModels').select('setId').where('status', '=', 'champion');
      return await (setId ? query.where('setId', '=', setId) : query).execute();
    });
    let drifted = 0;
    for (const [done, each] of sets.entries()) {
      await context.progress(done, sets.length);
      const compared = await compareWithTraining(context, each.setId);
      if (!compared || compared.newRows < leastNew) continue;
      const drift = driftOf(Math.max(compared.scores, compared.columns[0]?.index ?? 0));
      if (drift === 'other') drifted += 1;
      await context.transaction((inside) => record(inside, compared, drift));
    }
    return { sets: sets.length, drifted };
  },
});

async function record(context: Here, compared: Compared, drift: 'stable' | 'moved' | 'other'): Promise<void> {
  const { set, champion, newRows, scores, columns } = compared;
  const moved = columns.filter((each) => each.drift !== 'stable');
  const [raised] =
    drift !== 'other'
      ? []
      : await context.findings.raise([
          {
            organisationId: set.organisationId,
            kind: 'anomaly.drift',
            title: `${set.name} 的数据已偏离训练时的样子`,
            description: [
              `第 ${champion.version} 版模型训练之后接入 ${newRows} 行；分数分布的总体稳定性指标 ${scores.toFixed(3)}。`,
              ...moved.slice(0, 10).map(({ column, index }) => `${column}：${index.toFixed(3)}`),
            ].join('\n'),
            remediation: '核对数据来源是否有变化；若变化属实，重新训练模型。',
            severity: 'low',
            source: 'anomaly',
            attributes: { setId: set.id, modelId: champion.id, scores, columns: moved.map(({ column }) => column) },
            identity: [set.id, champion.id],
            seenAt: context.now(),
          },
        ]);
  await context.db
    .insertInto('anomalyDrifts')
    .values({
      id: context.newId(),
      organisationId: set.organisationId,
      setId: set.id,
      modelId: champion.id,
      version: champion.version,
      newRows,
      scores,
      drift,
      columns: json(columns.slice(0, mostColumns)),
      findingId: raised?.id ?? null,
      createdAt: instant(context),
    })
    .execute();
  if (drift === 'other' && (await context.setting('retrainOnDrift')) === true)
    await context.jobs.start(
      'trainModel',
      { setId: set.id, detector: champion.detector, seed: champion.seed },
      { key: `train/${set.id}` },
    );
}
