/**
 * Anomalies with their reasons: kept, raised as findings with evidence, listed, judged. A judgement becomes a label.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Anomaly } from '../capability.ts';
import type { AnomalyRow, ModelRow, SetRow } from '../shapes.ts';
import { type Here, instant, json, page } from './here.ts';
import { wordOf } from './table-file.ts';
import type { Explained } from './thread-tasks.ts';

/** Raises what a model explained; a row that was told before keeps its finding. */
export async function tellAnomalies(
  context: Here,
  set: SetRow,
  model: Pick<ModelRow, 'id' | 'version' | 'detector'>,
  threshold: number,
  explained: readonly Explained[],
): Promise<void> {
  const told = explained.map((each) => ({ ...each, reasons: inWords(set, each) }));
  const findings = [];
  for (const { row, score, reasons, nearest } of told) {
    const evidence = await context.files.keep(
      new TextEncoder().encode(
        JSON.stringify(
          {
            set: set.name,
            row: row + 1,
            score,
            threshold,
            model: `${model.detector} ${model.version}`,
            reasons,
            nearest: nearest.map((near) => ({ row: near.row + 1, distance: near.distance })),
          },
          null,
          1,
        ),
      ),
      {
        organisationId: set.organisationId,
        name: `${set.name}-${row + 1}.json`,
        mediaType: 'application/json',
      },
    );
    findings.push({
      organisationId: set.organisationId,
      kind: 'anomaly.row',
      title: `${set.name} 第 ${row + 1} 行数据异常`,
      description: reasons.map(({ column, value, usual }) => `${column}：此行 ${value}，正常值 ${usual}`).join('\n'),
      severity: 'medium' as const,
      source: 'anomaly',
      attributes: { setId: set.id, row, score, reasons: reasons.map(({ column }) => column) },
      evidenceIds: [evidence.id],
      identity: [set.id, String(row)],
      seenAt: context.now(),
    });
  }
  const raised = await context.findings.raise(findings);
  for (const [index, { row, score, reasons, nearest }] of told.entries())
    await context.db
      .insertInto('anomalyAnomalies')
      .values({
        id: context.newId(),
        organisationId: set.organisationId,
        setId: set.id,
        setName: set.name,
        modelId: model.id,
        row,
        score,
        reasons: json(reasons),
        nearest: json([...nearest]),
        findingId: raised[index]?.id ?? null,
        verdict: null,
        createdAt: instant(context),
      })
      .onConflict((conflict) => conflict.columns(['setId', 'row']).doUpdateSet({ modelId: model.id, score }))
      .execute();
}

const inWords = (set: SetRow, { reasons }: Explained): AnomalyRow['reasons'] =>
  reasons.map(({ column, value, usual, ...rest }) => ({
    ...rest,
    column: set.columns[column]!.name,
    value: wordOf(set.columns[column]!, value),
    usual: wordOf(set.columns[column]!, usual),
  }));

export const anomalyHandlers = handlers<Anomaly>()({
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
});
