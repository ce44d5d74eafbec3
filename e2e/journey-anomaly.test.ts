/**
 * Anomalies in a real browser: a CSV is loaded, a model trained with progress, anomalies explained and judged, a second model trained on the
 * judgements; then the tunnel twin catches an injected fan failure and a spoofed sensor with the right root cause.
 * @module
 */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { flowColumns, makeFlows } from '../capabilities/anomaly/engine/src/evaluation/index.ts';
import { averagePrecision, openRandom } from '../capabilities/anomaly/engine/src/index.ts';
import { whyNoBrowser } from './browser.ts';
import { openStage, pick, type Stage } from './stage.ts';

const reason = whyNoBrowser();
const { table, labels } = makeFlows(openRandom(3), { normals: 1200, perFamily: 16 });
const known = 24;

/** Our own flows with a few labels; the truth of the other rows stays here and stands for the analyst's knowledge. */
function csv(): Buffer {
  let told = 0;
  const lines = Array.from({ length: table.rows }, (_, row) => {
    const tell = labels[row] && told < known;
    if (tell) told += 1;
    return [...table.values.subarray(row * table.columns, (row + 1) * table.columns), tell ? '异常' : ''].join(',');
  });
  return Buffer.from([[...flowColumns, 'verdict'].join(','), ...lines].join('\n'));
}

/** A row as a push names it, its duration moved. */
const record = (from: typeof table, row: number, longer = 0) =>
  Object.fromEntries(
    flowColumns.map((name, at) => [name, from.values[row * from.columns + at]! + (name === 'duration' ? longer : 0)]),
  );

describe.skipIf(reason !== null)(`the journey of anomalies${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ name: 'anomaly', organisation: '江城市交通运输局' });
  });
  afterAll(() => stage?.close());
  beforeEach(({ task }) => {
    onTestFailed(() => stage.shot(`failed-${task.name.replaceAll(/\W+/g, '-')}`).catch(() => undefined));
  });
  const visit = async (link: string) =>
    await stage.page.getByRole('navigation').getByRole('link', { name: link, exact: true }).click();
  const choose = async (dialog: Locator) => {
    const organisation = dialog.getByLabel('单位', { exact: true });
    if ((await organisation.count()) === 0) return;
    await pick(organisation, '江城市交通运输局');
  };
  const train = async () => {
    const { page } = stage;
    await page.getByRole('button', { name: /^训\s?练$/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '训练模型' }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  type Model = {
    id: string;
    setId: string;
    version: number;
    card: { keptAp: number | null; championAp: number | null; championVersion: number | null; flagged: number };
  };
  const models = async () => (await stage.call<{ items: Model[] }>('GET', 'anomaly/models')).items;

  test('loads a CSV and trains a model with progress', async () => {
    const { page, shot } = stage;
    await visit('数据与模型');
    await page.getByRole('button', { name: '导入数据' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名称').fill('路口网络流量');
    await dialog.getByLabel('标签列').fill('verdict');
    await dialog.locator('input[type=file]').setInputFiles({ name: 'flows.csv', mimeType: 'text/csv', buffer: csv() });
    await dialog.getByText('flows.csv').waitFor();
    await choose(dialog);
    await shot('01-import');
    await dialog.getByRole('button', { name: '导入数据' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('路口网络流量').first().waitFor();
    await train();
    await page.locator('.ant-progress').first().waitFor({ timeout: 60_000 });
    await shot('02-training');
    await page.getByTestId('models').getByText('第 1 版').waitFor({ timeout: 180_000 });
    await shot('03-model');
  });

  test('shows why each row is strange and takes the judgement of the analyst', async () => {
    const { page, shot } = stage;
    await visit('异常');
    const cards = page.getByTestId('anomaly');
    await cards.first().getByText('最相近的正常行').waitFor();
    await cards.first().getByText('贡献').waitFor();
    await shot('04-explained');
    const { items } = await stage.call<{ items: { id: string; row: number }[] }>('GET', 'anomaly/anomalies?limit=500');
    expect(items.filter(({ row }) => labels[row]).length).toBeGreaterThan(items.length / 2);
    // The first by hand, the others by the same operation: as the flows' own truth says.
    const first = items[0]!;
    await cards
      .first()
      .getByRole('button', { name: labels[first.row] ? '确认异常' : '属于正常' })
      .click();
    await cards
      .first()
      .getByText(labels[first.row] ? '确认异常' : '属于正常')
      .waitFor();
    for (const verdict of ['anomaly', 'normal'] as const) {
      const ids = items
        .slice(1)
        .filter(({ row }) => (labels[row] ? 'anomaly' : 'normal') === verdict)
        .map(({ id }) => id);
      if (ids.length > 0) await stage.call('POST', 'anomaly/anomalies/feedback', { ids, verdict });
    }
    await page.reload();
    await page.getByTestId('anomaly').first().waitFor();
    await shot('05-judged');
  });

  test('learns from it: on new flows of known truth, which neither model saw, the second beats the saved file of the first', async () => {
    const { page, shot } = stage;
    await visit('数据与模型');
    await train();
    await page.getByTestId('models').getByText('第 2 版').waitFor({ timeout: 180_000 });
    const [second, first] = await models();
    await page.getByRole('button', { name: '设为在用' }).click();
    await page.getByRole('button', { name: '设为在用' }).waitFor({ state: 'hidden' });
    await shot('06-retrained');
    expect(second!.version).toBe(2);
    expect(second!.card.championVersion).toBe(1);
    expect(second!.card.championAp).not.toBeNull();
    const fresh = makeFlows(openRandom(99), { normals: 2000, perFamily: 30 });
    const rows = Array.from({ length: fresh.table.rows }, (_, row) => record(fresh.table, row));
    const precision = async (model: Model) =>
      averagePrecision(
        Float32Array.from(
          (
            await stage.call<{ scores: number[] }>('POST', `anomaly/sets/${model.setId}/judge`, {
              modelId: model.id,
              rows,
            })
          ).scores,
        ),
        fresh.labels,
      );
    expect(await precision(second!)).toBeGreaterThan(await precision(first!));
  });

  test('judges what is pushed, by the champion, and tells that the data has drifted', async () => {
    const { page, shot } = stage;
    const { items } = await stage.call<{ items: { id: string }[] }>('GET', 'anomaly/sets');
    // The same flows again, but all of them five times as long: another population.
    const rows = Array.from({ length: 400 }, (_, row) => record(table, row, 5));
    await stage.call('POST', `anomaly/sets/${items[0]!.id}/rows`, { rows });
    const { rowCount } = (await stage.call<{ items: { rowCount: number }[] }>('GET', 'anomaly/sets')).items[0]!;
    await expect
      .poll(
        async () => (await stage.call<{ items: { scoredTo: number }[] }>('GET', 'anomaly/sets')).items[0]!.scoredTo,
        {
          timeout: 60_000,
        },
      )
      .toBe(rowCount);
    await page.getByRole('button', { name: '立即检查' }).click();
    await page.getByTestId('drift').getByText('明显漂移').first().waitFor({ timeout: 60_000 });
    await shot('10-drift');
    await page.getByRole('button', { name: '新建接入数据集' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名称').fill('隧道传感器');
    await choose(dialog);
    await dialog.getByLabel('列').fill('co');
    await dialog.getByLabel('列').press('Enter');
    await dialog.getByLabel('列').fill('wind');
    await dialog.getByLabel('列').press('Enter');
    await dialog.getByRole('button', { name: '新建接入数据集' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('隧道传感器').first().waitFor();
    await page.getByRole('button', { name: '接入 MQTT' }).click();
    await page.getByRole('dialog').getByLabel('口令').waitFor();
    await shot('11-mqtt');
    await page.keyboard.press('Escape');
  });

  test('the tunnel catches a fan failure and a spoofed sensor with the right root cause', async () => {
    const { page, shot } = stage;
    await visit('隧道孪生');
    await page.getByRole('button', { name: /^启\s?动$/ }).click();
    await page.getByText('没有告警').waitFor({ timeout: 120_000 });
    await shot('07-tunnel');
    const inject = async (kind: string, device: string) => {
      await stage.call('POST', 'anomaly/tunnel/faults', { kind, device, seconds: 600 });
      await page.getByTestId('cause').getByText(device, { exact: true }).waitFor({ timeout: 60_000 });
    };
    await page.getByRole('button', { name: '注入故障' }).click();
    await page.getByTestId('cause').getByText('fan-09-1', { exact: true }).waitFor({ timeout: 60_000 });
    await shot('08-fan-failure');
    await page.getByRole('button', { name: '排除故障' }).click();
    await page.getByText('没有告警').waitFor({ timeout: 120_000 });
    await inject('spoofed-co', 'co-13-1');
    await expect.poll(() => page.getByTestId('cause').count(), { timeout: 30_000 }).toBe(1);
    await shot('09-spoofed-co');
    // Both causes have become findings with the readings before them as evidence.
    await expect
      .poll(
        async () =>
          (await stage.call<{ items: { title: string }[] }>('GET', 'kernel/findings?limit=200')).items
            .map(({ title }) => title)
            .filter((title) => title.startsWith('隧道孪生'))
            .sort(),
        { timeout: 30_000 },
      )
      .toEqual([expect.stringContaining('co-13-1'), expect.stringContaining('fan-09-1')]);
    expect(stage.problems).toEqual([]);
  });
});
