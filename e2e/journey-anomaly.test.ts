/**
 * Anomalies in a real browser: a CSV is loaded, a model trained with progress, anomalies explained and judged, a second model trained on the
 * judgements; then the tunnel twin catches an injected fan failure and a spoofed sensor with the right root cause.
 * @module
 */
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { flowColumns, makeFlows } from '../capabilities/anomaly/engine/src/evaluation/index.ts';
import { openRandom } from '../capabilities/anomaly/engine/src/index.ts';
import { whyNoBrowser } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

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
  const train = async () => {
    const { page } = stage;
    await page.getByRole('button', { name: /^训\s?练$/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '训练模型' }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  type Model = { version: number; card: { keptAp: number | null; flagged: number } };
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
    const organisation = dialog.getByLabel('单位', { exact: true });
    if ((await organisation.count()) > 0) {
      await organisation.click();
      await page.locator('.ant-select-dropdown:visible').getByText('江城市交通运输局').click();
    }
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

  test('learns from it: the second model finds more of the labels kept from it than the first did of those kept from it', async () => {
    const { page, shot } = stage;
    await visit('数据与模型');
    await train();
    await page.getByTestId('models').getByText('第 2 版').waitFor({ timeout: 180_000 });
    const [second, first] = await models();
    await page.getByRole('button', { name: '设为在用' }).click();
    await page.getByRole('button', { name: '设为在用' }).waitFor({ state: 'hidden' });
    await shot('06-retrained');
    expect(second!.version).toBe(2);
    expect(second!.card.keptAp).toBeGreaterThan(first!.card.keptAp!);
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
    expect(stage.problems).toEqual([]);
  });
});
