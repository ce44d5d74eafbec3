import { openRandom } from '@hedun/anomaly';
import { anomalyServer } from '@hedun/capability-anomaly/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnomalyRow, DriftReport, ModelRow, SetRow } from '../src/shapes.ts';

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [anomalyServer as unknown as CapabilityServer] });
});
afterAll(() => kernel.close());
const run = async <T>(name: string, input: unknown): Promise<T> => (await kernel.run(`anomaly.${name}`, input)) as T;
const setNamed = async (name: string) =>
  (await run<{ items: SetRow[] }>('listSets', {})).items.find((each) => each.name === name)!;
const anomaliesOf = async (setId: string) =>
  (await run<{ items: AnomalyRow[] }>('listAnomalies', { limit: 500 })).items.filter((each) => each.setId === setId);
const train = async (setId: string, detector: string) => {
  await run('trainModel', { setId, detector });
  await kernel.core.jobs.drain();
  return (await run<{ items: ModelRow[] }>('listModels', {})).items.find((each) => each.setId === setId)!;
};
interface FindingSeen {
  readonly id: string;
  readonly kind: string;
  readonly evidenceIds: readonly string[];
}
const findingsOf = async (kind: string) =>
  ((await kernel.run('kernel.listFindings', { limit: 200 })) as { items: FindingSeen[] }).items.filter(
    (each) => each.kind === kind,
  );

/** Three meters of one road: speed, flow and occupancy, which follow each other. */
const names = ['speed', 'flow', 'occupancy'];
const random = openRandom(11);
function readings(count: number, { from = 0, shift = 0 } = {}) {
  return Array.from({ length: count }, (_, at) => {
    const busy = 0.5 + 0.4 * Math.sin((from + at) / 15);
    return {
      speed: 80 - 40 * busy + random.normal() + shift,
      flow: 900 * busy + 20 * random.normal(),
      occupancy: 30 * busy + 0.5 * random.normal(),
    };
  });
}
const wrong = { speed: 75, flow: 1200, occupancy: 2 };
const makeSet = async (name: string) =>
  await run<SetRow>('createSet', { organisationId: kernel.root, name, columns: names });
const push = async (setId: string, rows: readonly unknown[]) => {
  await run('pushRows', { setId, rows });
  await kernel.core.jobs.drain();
};

test('[A12] pushed rows are judged by the champion: what is strange becomes a finding with evidence, nothing is judged twice', async () => {
  const set = await makeSet('road');
  await push(set.id, readings(600));
  // Without a champion nothing is judged.
  expect(await anomaliesOf(set.id)).toEqual([]);
  await train(set.id, 'mahalanobis');
  const before = (await anomaliesOf(set.id)).length;
  await push(set.id, [...readings(20, { from: 600 }), wrong, ...readings(20, { from: 621 })]);
  expect((await setNamed('road')).scoredTo).toBe(641);
  const fresh = (await anomaliesOf(set.id)).filter(({ row }) => row >= 600);
  expect(fresh.map(({ row }) => row)).toContain(620);
  const strange = fresh.find(({ row }) => row === 620)!;
  expect(strange.reasons.map(({ column }) => column)).toContain('flow');
  expect(strange.nearest.every(({ row }) => row < 600)).toBe(true);
  const finding = (await findingsOf('anomaly.row')).find(({ id }) => id === strange.findingId)!;
  expect(finding.evidenceIds.length).toBe(1);
  await run('scoreNew', { setId: set.id });
  await kernel.core.jobs.drain();
  expect((await anomaliesOf(set.id)).length).toBe(before + fresh.length);
}, 60_000);

test('[A14] readings in time: one fault is one anomaly, its sensor named, by a saved model of a series', async () => {
  const set = await makeSet('series');
  await push(set.id, readings(800));
  const model = await train(set.id, 'linear-forecast');
  expect(model.card.memory).toBeGreaterThan(10);
  const faulty = readings(60, { from: 800 }).map((each, at) =>
    at >= 20 && at < 45 ? { ...each, occupancy: 80 } : each,
  );
  await push(set.id, faulty.slice(0, 30));
  await push(set.id, faulty.slice(30));
  const fresh = (await anomaliesOf(set.id)).filter(({ row }) => row >= 800);
  expect(fresh.length).toBe(1);
  expect(fresh[0]!.reasons[0]!.column).toBe('occupancy');
}, 60_000);

test('[A17] rows are judged by a named model or the champion without being kept; a model of another set is unknown', async () => {
  const set = await setNamed('road');
  const judged = await run<{ version: number; threshold: number; scores: number[] }>('judgeRows', {
    setId: set.id,
    rows: [readings(1)[0], wrong],
  });
  expect(judged.version).toBe(1);
  expect(judged.scores[0]).toBeLessThan(judged.threshold);
  expect(judged.scores[1]).toBeGreaterThan(judged.threshold);
  expect((await setNamed('road')).rowCount).toBe(set.rowCount);
  const other = (await run<{ items: ModelRow[] }>('listModels', {})).items.find(({ setId }) => setId !== set.id)!;
  await expect(run('judgeRows', { setId: set.id, modelId: other.id, rows: [wrong] })).rejects.toThrow(
    'anomaly.unknown',
  );
}, 60_000);

test('[A15] drift is watched by scores and columns; another population becomes a finding and, if wanted, the start of a training', async () => {
  const set = await makeSet('drifting');
  await push(set.id, readings(600));
  const champion = await train(set.id, 'mahalanobis');
  const watch = async () => {
    await run('watchDrift', { setId: set.id });
    await kernel.core.jobs.drain();
    return (await run<{ items: DriftReport[] }>('listDrifts', {})).items.filter((each) => each.setId === set.id);
  };
  // Too few new rows say nothing.
  await push(set.id, readings(50, { from: 600 }));
  expect(await watch()).toEqual([]);
  // The same whole waves as in training: 942 = 10 x 2 pi x 15.
  await push(set.id, readings(892, { from: 650 }));
  expect((await watch())[0]!.drift).not.toBe('other');
  await kernel.run('kernel.setSetting', { id: 'anomaly.retrainOnDrift', value: true });
  await push(set.id, readings(3000, { from: 1542, shift: -30 }));
  const [latest] = await watch();
  expect(latest).toMatchObject({ drift: 'other', modelId: champion.id, version: 1 });
  expect(latest!.scores).toBeGreaterThan(0.25);
  expect(latest!.columns[0]!.column).toBe('speed');
  expect((await findingsOf('anomaly.drift')).map(({ id }) => id)).toEqual([latest!.findingId]);
  const models = (await run<{ items: ModelRow[] }>('listModels', {})).items.filter((each) => each.setId === set.id);
  expect(models.map(({ status }) => status)).toEqual(['challenger', 'champion']);
}, 90_000);

test('[A16] findings of a kind become rows, those there already first, each once; a room does not watch its own', async () => {
  const raise = async (title: string, severity: string) =>
    await kernel.run('kernel.raiseFinding', {
      organisationId: kernel.root,
      kind: 'incident',
      title,
      severity,
      description: '',
    });
  await raise('早先的发现', 'high');
  await kernel.core.events.settle();
  const wanted = { organisationId: kernel.root, name: 'findings', kind: 'incident', attributes: ['alerts'] };
  const set = await run<SetRow>('followFindings', wanted);
  expect(set).toMatchObject({ origin: 'findings', follows: 'incident', rowCount: 1 });
  await raise('新的发现', 'low');
  await kernel.core.events.settle();
  await kernel.core.events.settle();
  expect((await setNamed('findings')).rowCount).toBe(2);
  await expect(run('followFindings', { ...wanted, kind: 'anomaly.row' })).rejects.toThrow('anomaly.wrong_option');
});
