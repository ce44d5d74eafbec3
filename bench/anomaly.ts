/**
 * `npm run bench:anomaly`: training steps of a small network beside TensorFlow.js on WebAssembly, a full training of the fused detector with its
 * members in threads, table rows that each detector scores a second and what swift loses beside fused, and 500 devices of the tunnel watched second by second. Options: `--json`, `--rows N` of the full training, `--without fused`
 * to leave the long part out. CPU time is that of this process with its threads, so that other work
 * on the machine counts little.
 * @module
 */
import { parseArgs } from 'node:util';
import {
  averagePrecision,
  balancedForest,
  binaryCrossEntropy,
  deepSad,
  deviation,
  ecod,
  hbos,
  isolationForest,
  mahalanobis,
  matrix,
  neighbours,
  openHeap,
  openRandom,
  openSeriesStream,
  Parameters,
  pairwise,
  perceptron,
  plane,
  swift,
  type TableModel,
  Tape,
  takeRows,
  vgNet,
} from '../capabilities/anomaly/engine/src/index.ts';
import { knowledgeOf, learnMonitor, openTwin, planTunnel } from '../capabilities/anomaly/engine/src/twin/index.ts';
import { fitFusedInThreads } from '../capabilities/anomaly/src/server/member-pool.ts';
import { importPeer } from '../tools/peers.ts';
import { type Figure, report } from '../tools/report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string', default: '100000' },
    without: { type: 'string', default: '' },
  },
});
const figures: Figure[] = [];
const cpuSeconds = (since: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};
const round = (value: number) => Math.round(value * 100) / 100;
const [columns, batch] = [200, 128];

/** Steps per CPU-second of a network 200-64-32-1 with Adam on batches of 128. */
function ownSteps(): number {
  const random = openRandom(1);
  const heap = openHeap();
  const parameters = new Parameters(heap);
  const net = perceptron(parameters, 'net', [columns, 64, 32, 1], random);
  const tape = new Tape(heap);
  const [x, y] = [tape.input(batch, columns), tape.input(batch, 1)];
  const loss = binaryCrossEntropy(tape, net.on(tape, x), y);
  tape.write(
    x,
    Float32Array.from({ length: batch * columns }, () => random.normal()),
  );
  tape.write(
    y,
    Float32Array.from({ length: batch }, (_, at) => at % 2),
  );
  const step = () => {
    tape.forward();
    tape.backward(loss);
    parameters.step({ rate: 1e-3 });
  };
  for (let warm = 0; warm < 200; warm += 1) step();
  const since = process.cpuUsage();
  let steps = 0;
  while (cpuSeconds(since) < 3) for (let at = 0; at < 100; at += 1, steps += 1) step();
  return steps / cpuSeconds(since);
}

/** The parts of TensorFlow.js that are used here; its own types are not installed with the platform. */
interface TensorFlow {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  randomNormal(shape: readonly number[]): unknown;
  sequential(): {
    add(layer: unknown): void;
    compile(options: unknown): void;
    trainOnBatch(x: unknown, y: unknown): Promise<unknown>;
  };
  readonly layers: { dense(options: unknown): unknown };
  readonly train: { adam(rate: number): unknown };
}
async function peerSteps(): Promise<number | null> {
  const tf = await importPeer<TensorFlow>('@tensorflow/tfjs');
  if (tf === null || (await importPeer<unknown>('@tensorflow/tfjs-backend-wasm')) === null) return null;
  await tf.setBackend('wasm');
  await tf.ready();
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 64, activation: 'relu', inputShape: [columns] }));
  model.add(tf.layers.dense({ units: 32, activation: 'relu' }));
  model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'binaryCrossentropy' });
  const [x, y] = [tf.randomNormal([batch, columns]), tf.randomNormal([batch, 1])];
  for (let warm = 0; warm < 10; warm += 1) await model.trainOnBatch(x, y);
  const since = process.cpuUsage();
  let steps = 0;
  while (cpuSeconds(since) < 3) for (let at = 0; at < 10; at += 1, steps += 1) await model.trainOnBatch(x, y);
  return steps / cpuSeconds(since);
}

const own = ownSteps();
const peer = await peerSteps();
figures.push({
  id: 'mlp-steps-per-cpu-second',
  value: Math.round(own),
  unit: 'steps/s',
  target: 2000,
  direction: 'min',
});
if (peer === null) console.error('tfjs-wasm is not installed (npm run peers): no figure beside it');
else
  figures.push({
    id: 'mlp-steps-beside-tfjs-wasm',
    value: round(own / peer),
    unit: 'times',
    target: 10,
    direction: 'min',
    beside: { name: 'tfjs-wasm steps/s', value: Math.round(peer) },
  });

{
  const plan = planTunnel();
  const past = openTwin(plan, 9);
  const recording = matrix(1500, plan.signals);
  for (let row = 0; row < recording.rows; row += 1) recording.values.set(past.step(), row * plan.signals);
  const monitor = learnMonitor(recording, plan.owner, knowledgeOf(plan))();
  const twin = openTwin(plan, 10);
  twin.inject({ kind: 'fan-failure', device: 'fan-09-1', from: 300, until: 1e9 });
  const times: number[] = [];
  const since = process.cpuUsage();
  for (let second = 0; second < 900; second += 1) {
    const said = twin.step();
    const begun = performance.now();
    monitor.watch(said);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  figures.push({
    id: 'stream-500-devices-p99',
    value: round(times[Math.floor(times.length * 0.99)]!),
    unit: 'ms',
    target: 2000,
    direction: 'max',
  });
  // What 900 simulated seconds cost, as a share of one core at one step a second.
  figures.push({
    id: 'stream-500-devices-core',
    value: round((100 * cpuSeconds(since)) / 900),
    unit: '%',
    target: 25,
    direction: 'max',
  });
}
{
  // VG-Net itself on 64 sensors, reading by reading: each push judges all that a score depends on.
  const sensors = 64;
  const random = openRandom(12);
  const waves = matrix(1200, sensors);
  for (let at = 0; at < waves.values.length; at += 1)
    waves.values[at] = Math.sin(Math.floor(at / sensors) / (9 + (at % sensors))) + 0.1 * random.normal();
  const model = vgNet({ steps: 100 }).fit(waves, openRandom(1));
  const stream = openSeriesStream(model, sensors);
  const times: number[] = [];
  for (let row = 0; row < 200; row += 1) {
    const begun = process.cpuUsage();
    stream.push(waves.values.subarray(row * sensors, (row + 1) * sensors));
    times.push(1000 * cpuSeconds(begun));
  }
  times.sort((a, b) => a - b);
  figures.push({
    id: 'stream-vg-net-64-sensors-p99',
    value: round(times[Math.floor(times.length * 0.99)]!),
    unit: 'ms',
    target: 2000,
    direction: 'max',
  });
}
{
  // On rows related by few causes, as records of one network or road are; none of these rows was trained on.
  const training = { unlabelled: relatedRows(20_000, 5, 0.01).table, labelled: shiftedRows(60) };
  const test = relatedRows(20_000, 7, 0.02);
  const detectors = [
    isolationForest(),
    hbos(),
    plane(),
    mahalanobis(),
    deepSad(),
    deviation(),
    pairwise(),
    swift(),
    ecod(),
    balancedForest(),
    neighbours(),
  ];
  for (const detector of detectors) score(detector.name, detector.fit(training, openRandom(1)), test);
  if (values.without !== 'fused') await trainAndScoreFused(test);
}

/** Rows a second, and the average precision of anomalies as those labelled and of a broken relation. */
function score(name: string, model: TableModel, { table, kinds }: ReturnType<typeof relatedRows>) {
  const said = model.score(table);
  const since = process.cpuUsage();
  let rows = 0;
  while (cpuSeconds(since) < 1) {
    model.score(table);
    rows += table.rows;
  }
  const [known, unknown] = [1, 2].map((kind) => {
    const kept = Array.from(kinds.keys()).filter((row) => kinds[row] === 0 || kinds[row] === kind);
    return averagePrecision(
      Float32Array.from(kept, (row) => said[row]!),
      Uint8Array.from(kept, (row) => (kinds[row] ? 1 : 0)),
    );
  });
  figures.push({
    id: `score-${name}`,
    value: Math.round(rows / cpuSeconds(since)),
    unit: 'rows/s',
    target: 1_000_000,
    direction: 'min',
    beside: { name: 'AP of an unknown kind', value: round(unknown!) },
  });
  return { known: known!, unknown: unknown! };
}

async function trainAndScoreFused(test: ReturnType<typeof relatedRows>): Promise<void> {
  const rows = Number(values.rows);
  const training = { unlabelled: relatedRows(rows, 5, 0.01).table, labelled: shiftedRows(60) };
  const begun = performance.now();
  const since = process.cpuUsage();
  const model = await fitFusedInThreads(training, openRandom(1), { threads: 2 });
  figures.push({
    id: `fused-training-${rows}x${columns}`,
    value: round((performance.now() - begun) / 1000),
    unit: 's',
    target: 60,
    direction: 'max',
    beside: { name: 'CPU-seconds of two threads', value: round(cpuSeconds(since)) },
  });
  const whole = score('fused', model, test);
  const quick = score('swift-on-all-rows', swift().fit(training, openRandom(1)), test);
  for (const kind of ['known', 'unknown'] as const)
    figures.push({
      id: `swift-ap-lost-${kind}`,
      value: round(whole[kind] - quick[kind]),
      unit: 'AP',
      target: 0.02,
      direction: 'max',
      beside: { name: 'AP of fused', value: round(whole[kind]) },
    });
}

/** Ten causes behind 200 columns. Kind 1 moves a tenth of the columns, as the labelled anomalies do; kind 2 breaks the relation of a fifth. */
function relatedRows(rows: number, seed: number, anomalous: number) {
  const loads = openRandom(77);
  const load = Float32Array.from({ length: 10 * columns }, () => loads.normal() / 3.3);
  const random = openRandom(seed);
  const table = matrix(rows, columns);
  const kinds = new Uint8Array(rows);
  const causes = new Float32Array(10);
  for (let row = 0; row < rows; row += 1) {
    for (let at = 0; at < 10; at += 1) causes[at] = random.normal();
    const kind = random.next() < anomalous ? 1 + random.below(2) : 0;
    kinds[row] = kind;
    for (let column = 0; column < columns; column += 1) {
      let value = 0.3 * random.normal() + (kind === 1 && column < 20 ? 1.5 : 0);
      if (kind === 2 && column >= 100 && column < 140) value = random.normal();
      else for (let at = 0; at < 10; at += 1) value += load[at * columns + column]! * causes[at]!;
      table.values[row * columns + column] = Math.max(-0.5, Math.min(1.5, 0.5 + value / 6));
    }
  }
  return { table, kinds };
}
function shiftedRows(count: number) {
  const { table, kinds } = relatedRows(40 * count, 6, 0.1);
  return takeRows(
    table,
    Array.from(kinds.keys())
      .filter((row) => kinds[row] === 1)
      .slice(0, count),
  );
}
report(figures, { json: values.json });
