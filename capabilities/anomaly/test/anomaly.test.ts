import { createServer } from 'node:net';
import { openRandom } from '@hedun/anomaly';
import { flowColumns, makeFlows } from '@hedun/anomaly/evaluation';
import { anomalyServer } from '@hedun/capability-anomaly/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer } from '@hedun/sdk';
import { Aedes } from 'aedes';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnomalyRow, ModelRow, SetRow, SourceRow, TunnelState } from '../src/shapes.ts';

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [anomalyServer as unknown as CapabilityServer] });
});
afterAll(() => kernel.close());
const run = async <T>(name: string, input: unknown): Promise<T> => (await kernel.run(`anomaly.${name}`, input)) as T;

async function upload(name: string, bytes: Uint8Array): Promise<string> {
  const blob = await kernel.core.blobs.put(bytes);
  const { actor } = kernel.administrator;
  return await kernel.core.store.transaction({ scope: { kind: 'all' }, userId: actor.id }, async (db) => {
    const session = {
      db,
      actor,
      scope: { kind: 'all' } as const,
      locale: 'zh-CN' as const,
      now: () => kernel.clock.now(),
      newId: kernel.core.newId,
      publish: async () => undefined,
    };
    return (
      await kernel.core.nouns.register(session, blob, { organisationId: kernel.root, name, mediaType: 'text/csv' })
    ).id;
  });
}
const bring = async (name: string, text: string, labelColumn = '') =>
  await run<SetRow>('importSet', {
    organisationId: kernel.root,
    name,
    evidenceId: await upload(`${name}.csv`, new TextEncoder().encode(text)),
    labelColumn,
  });
const job = async (input: Record<string, unknown>) => {
  const { jobId } = await run<{ jobId: string }>('trainModel', { detector: 'iforest', ...input });
  await kernel.core.jobs.drain();
  return (
    (await kernel.run('kernel.getJob', { id: jobId })) as {
      job: { status: string; result: Record<string, unknown>; error: unknown };
    }
  ).job;
};
const anomaliesOf = async (setId: string) =>
  (await run<{ items: AnomalyRow[] }>('listAnomalies', { limit: 500 })).items.filter((each) => each.setId === setId);

const { table, labels } = makeFlows(openRandom(3), { normals: 900, perFamily: 12 });
const flowText = (known: number) => {
  let told = 0;
  return [
    [...flowColumns, 'verdict'].join(','),
    ...Array.from({ length: table.rows }, (_, row) => {
      const tell = labels[row] && told < known;
      if (tell) told += 1;
      return [...table.values.subarray(row * table.columns, (row + 1) * table.columns), tell ? '异常' : ''].join(',');
    }),
  ].join('\n');
};

test('[A1] a CSV becomes a data set: columns, rows, labels of the label column', async () => {
  const set = await bring('flows', flowText(20), 'verdict');
  expect(set).toMatchObject({ origin: 'csv', rowCount: table.rows, labelled: 20, odd: 0 });
  expect(set.columns.map(({ name }) => name)).toEqual([...flowColumns]);
});
test('[A2] training is a job; its anomalies carry reasons, nearest normal rows and a finding', async () => {
  const [set] = (await run<{ items: SetRow[] }>('listSets', {})).items;
  const done = await job({ setId: set!.id });
  expect(done.status).toBe('succeeded');
  const [model] = (await run<{ items: ModelRow[] }>('listModels', {})).items;
  expect(model).toMatchObject({ version: 1, status: 'champion', detector: 'iforest' });
  expect(model!.evidenceId).not.toBeNull();
  expect(model!.lineage).toMatch(/^[0-9a-f]{64}$/);
  expect(model!.card.labelsTold + model!.card.labelsKept).toBe(20);
  const found = await anomaliesOf(set!.id);
  expect(found.length).toBe(model!.card.flagged);
  expect(found.filter(({ row }) => labels[row]).length).toBeGreaterThan(found.length / 2);
  for (const { reasons, nearest, findingId } of found) {
    expect(reasons.length).toBeGreaterThan(0);
    expect(nearest.length).toBe(3);
    expect(findingId).not.toBeNull();
  }
});
test('[A3] feedback becomes labels, a false alarm dismisses its finding; the next model is a challenger', async () => {
  const [set] = (await run<{ items: SetRow[] }>('listSets', {})).items;
  const found = await anomaliesOf(set!.id);
  // The last is judged normal whatever it is, so that there is a false alarm to dismiss.
  const wrong = found.filter(({ row }, at) => !labels[row] || at === found.length - 1);
  const right = found.filter((each) => !wrong.includes(each));
  await run('giveFeedback', { ids: right.map(({ id }) => id), verdict: 'anomaly' });
  await run('giveFeedback', { ids: wrong.map(({ id }) => id), verdict: 'normal' });
  const [after] = (await run<{ items: SetRow[] }>('listSets', {})).items;
  expect(after!.labelled).toBe(20 + found.length);
  for (const { findingId } of wrong)
    expect(
      ((await kernel.run('kernel.getFinding', { id: findingId })) as { finding: { status: string } }).finding.status,
    ).toBe('dismissed');
  expect((await job({ setId: set!.id })).status).toBe('succeeded');
  const [second, first] = (await run<{ items: ModelRow[] }>('listModels', {})).items;
  expect([second!.status, first!.status]).toEqual(['challenger', 'champion']);
  await run('promoteModel', { id: second!.id });
  expect((await run<{ items: ModelRow[] }>('listModels', {})).items.map(({ status }) => status)).toEqual([
    'champion',
    'retired',
  ]);
  // What was judged is not asked again.
  expect(
    (await anomaliesOf(set!.id))
      .filter(({ verdict }) => verdict === null)
      .some(({ row }) => found.some((each) => each.row === row)),
  ).toBe(false);
});
test('[A13] champion and challenger sit the same exam: the champion from its saved file on the rows and kept labels of the challenger', async () => {
  const [set] = (await run<{ items: SetRow[] }>('listSets', {})).items;
  const [second, first] = (await run<{ items: ModelRow[] }>('listModels', {})).items;
  expect([first!.card.championAp, first!.card.championVersion]).toEqual([null, null]);
  expect(second!.card.championVersion).toBe(1);
  expect(second!.card.championAp).not.toBeNull();
  // The same detector, seed, rows and labels as the champion's: its file gives what the challenger gives, to the last bit.
  expect((await job({ setId: set!.id })).status).toBe('succeeded');
  const [third] = (await run<{ items: ModelRow[] }>('listModels', {})).items;
  expect(third!.card.championVersion).toBe(2);
  expect(third!.card.championAp).toBe(third!.card.keptAp);
});
test('[A4] pushed rows are appended by name; other names are refused with the place; drift is told', async () => {
  const [set] = (await run<{ items: SetRow[] }>('listSets', {})).items;
  const record = (shift: number, row: number) =>
    Object.fromEntries(
      flowColumns.map((name, at) => [
        name,
        table.values[row * table.columns + at]! + (name === 'duration' ? shift : 0),
      ]),
    );
  const rows = Array.from({ length: 300 }, (_, row) => record(4, row));
  expect(await run('pushRows', { setId: set!.id, rows })).toEqual({ first: table.rows, rows: 300, odd: 0 });
  await expect(run('pushRows', { setId: set!.id, rows: [{ speed: 1 }] })).rejects.toThrow('anomaly.columns_differ');
  const { newRows, columns } = await run<{ newRows: number; columns: { column: string; drift: string }[] }>(
    'checkDrift',
    { setId: set!.id },
  );
  expect(newRows).toBe(300);
  expect(columns[0]).toMatchObject({ column: 'duration', drift: 'other' });
  expect(columns.filter(({ drift }) => drift === 'stable').length).toBeGreaterThan(15);
});
test('[A5] bad cells: missing, infinite, constant, unseen words and sensors that vanish are counted and trained on', async () => {
  const lines = Array.from({ length: 120 }, (_, row) =>
    [
      row % 7 === 0 ? '' : (row % 10) / 10,
      row === 5 ? 'inf' : Math.sin(row),
      4,
      row % 3 === 0 ? '东口' : '西口',
      row > 60 ? '' : 1 + (row % 4),
    ].join(','),
  );
  const set = await bring('bad', ['a,b,constant,place,vanishing', ...lines].join('\n'));
  expect(set.columns.find(({ name }) => name === 'place')!.words).toEqual(['西口', '东口']);
  expect(set.odd).toBe(18 + 1 + 59);
  expect(await run('pushRows', { setId: set.id, rows: [{ a: 1, place: '北口' }, { b: 2 }] })).toMatchObject({ odd: 8 });
  expect((await job({ setId: set.id })).status).toBe('succeeded');
});
test('[A6] no rows, a wrong label column, too few rows: refused with the place', async () => {
  await expect(bring('none', 'a,b\n')).rejects.toThrow(/anomaly\.|file\./);
  // The kernel's reader tells two columns of one name apart by a number.
  expect((await bring('twice', 'a,a\n1,2\n')).columns.map(({ name }) => name)).toEqual(['a', 'a (2)']);
  await expect(bring('label', 'a,b\n1,2\n', 'c')).rejects.toThrow('anomaly.columns_differ');
  const few = await bring('few', 'a,b\n1,2\n3,4\n');
  expect((await job({ setId: few.id })).status).toBe('failed');
  const unlabelled = await bring('unlabelled', ['a', ...Array.from({ length: 80 }, (_, row) => row)].join('\n'));
  expect((await job({ setId: unlabelled.id, detector: 'deepsad' })).status).toBe('failed');
});
test('[A7] Parquet is read like CSV', async () => {
  const file = parquetWriteBuffer({
    columnData: [
      { name: 'x', data: [1, 2, 3.5], type: 'DOUBLE' },
      { name: 'place', data: ['a', 'b', 'a'], type: 'STRING' },
    ],
  });
  const evidenceId = await upload('some.parquet', new Uint8Array(file));
  const set = await run<SetRow>('importSet', {
    organisationId: kernel.root,
    name: 'parquet',
    evidenceId,
    labelColumn: '',
  });
  expect(set).toMatchObject({ origin: 'parquet', rowCount: 3, odd: 0 });
  const broken = await upload('broken.parquet', new Uint8Array(40));
  await expect(
    run('importSet', { organisationId: kernel.root, name: 'broken', evidenceId: broken, labelColumn: '' }),
  ).rejects.toThrow('anomaly.data_unreadable');
});
test('[A8] a data set is seen by those whose scope holds its organisation', async () => {
  const elsewhere = await kernel.organisation('别处');
  const reader = await kernel.user('elsewhere', 'security-officer', elsewhere);
  expect(((await kernel.run('anomaly.listSets', {}, reader)) as { items: SetRow[] }).items).toEqual([]);
});
test('[A9] MQTT: messages become rows under a sealed password, what does not fit is counted with its reason', async () => {
  const broker = await Aedes.createBroker({
    authenticate: (_client, username, password, done) =>
      done(null, username === 'road' && password?.toString() === 'winter-19'),
  });
  const server = createServer(broker.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const live = await openTestKernel({ capabilities: [anomalyServer as unknown as CapabilityServer], background: true });
  try {
    const set = (await live.run('anomaly.createSet', {
      organisationId: live.root,
      name: 'sensors',
      columns: ['co', 'wind'],
    })) as SetRow;
    const wanted = {
      setId: set.id,
      url: `mqtt://127.0.0.1:${port}`,
      topic: 'tunnel/#',
      username: 'road',
      password: 'winter-19',
    };
    await expect(live.run('anomaly.addSource', wanted)).rejects.toThrow('anomaly.broker_not_allowed');
    await live.run('kernel.setSetting', { id: 'anomaly.mqttBrokers', value: [`127.0.0.1:${port}`] });
    await live.run('anomaly.addSource', wanted);
    await new Promise<void>((resolve) => broker.on('subscribe', () => resolve()));
    for (const payload of ['{"co":12,"wind":2.5}', '[{"co":13},{"wind":3}]', 'no json', '{"rain":1}'])
      await new Promise<void>((resolve) =>
        broker.publish(
          { cmd: 'publish', topic: 'tunnel/1', payload: Buffer.from(payload), qos: 1, dup: false, retain: false },
          () => resolve(),
        ),
      );
    const source = async () => ((await live.run('anomaly.listSources', {})) as { items: SourceRow[] }).items[0]!;
    await expect.poll(async () => (await source()).received + (await source()).refused, { timeout: 20_000 }).toBe(4);
    expect(await source()).toMatchObject({ received: 2, refused: 2, username: 'road' });
    expect(JSON.stringify(await source())).not.toContain('winter');
    expect(((await live.run('anomaly.listSets', {})) as { items: SetRow[] }).items[0]).toMatchObject({
      rowCount: 3,
      odd: 2,
    });
  } finally {
    await live.close();
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    server.close();
  }
}, 60_000);

test('[A10] the tunnel runs in seconds; an injected fault rings with its root cause; the past can be replayed', async () => {
  const live = await openTestKernel({ capabilities: [anomalyServer as unknown as CapabilityServer], background: true });
  const run = async <T>(name: string, input: unknown): Promise<T> => (await live.run(`anomaly.${name}`, input)) as T;
  const state = async (second?: number) => await run<TunnelState>('getTunnel', second === undefined ? {} : { second });
  await expect(run('injectFault', { kind: 'fan-failure', device: 'fan-09-1' })).rejects.toThrow(
    'anomaly.tunnel_closed',
  );
  await run('startTunnel', { seed: 21 });
  try {
    await expect.poll(async () => (await state()).newest, { timeout: 150_000, interval: 500 }).toBeGreaterThan(1);
    expect((await state()).values.length).toBe(500);
    await expect(run('injectFault', { kind: 'fan-failure', device: 'co-01-1' })).rejects.toThrow(
      'anomaly.wrong_option',
    );
    const { newest } = await state();
    await run('injectFault', { kind: 'fan-failure', device: 'fan-09-1' });
    await expect
      .poll(async () => (await state()).alarms.filter(({ cause }) => cause).map(({ device }) => device), {
        timeout: 60_000,
        interval: 500,
      })
      .toEqual(['fan-09-1']);
    // A cause that stands becomes a finding with the readings before it as evidence.
    const findings = async () =>
      ((await live.run('kernel.listFindings', {})) as { items: { title: string; evidenceIds: string[] }[] }).items;
    await expect.poll(async () => (await findings()).length, { timeout: 60_000, interval: 500 }).toBe(1);
    expect((await findings())[0]!.title).toContain('fan-09-1');
    expect((await findings())[0]!.evidenceIds.length).toBe(1);
    const before = await state(newest);
    expect(before.second).toBe(newest);
    expect(before.alarms).toEqual([]);
  } finally {
    await run('stopTunnel', {});
    expect((await state()).status).toBe('closed');
    await live.close();
  }
}, 240_000);
test('[A11] a training is cancelled while it runs: no model is kept', async () => {
  const [set] = (await run<{ items: SetRow[] }>('listSets', { limit: 500 })).items.filter(
    ({ name }) => name === 'flows',
  );
  const before = (await run<{ items: ModelRow[] }>('listModels', {})).items.length;
  const { jobId } = await run<{ jobId: string }>('trainModel', { setId: set!.id, detector: 'panda' });
  const ended = kernel.core.jobs.drain();
  const status = async () =>
    ((await kernel.run('kernel.getJob', { id: jobId })) as { job: { status: string; done: number } }).job;
  await expect.poll(async () => (await status()).done, { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
  await kernel.run('kernel.cancelJob', { id: jobId });
  await ended;
  expect((await status()).status).toBe('cancelled');
  expect((await run<{ items: ModelRow[] }>('listModels', {})).items.length).toBe(before);
}, 120_000);
