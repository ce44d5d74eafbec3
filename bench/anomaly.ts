/**
 * `npm run bench:anomaly`: training steps of a small network beside TensorFlow.js on WebAssembly, table rows scored a second, a full training of
 * the fused detector, and 500 devices of the tunnel watched second by second. Options: `--json`, `--rows N` of the full training, `--without fused`
 * to leave the long part out. CPU time is that of this process, so that other work on the machine counts little.
 * @module
 */
import { parseArgs } from 'node:util';
import {
  binaryCrossEntropy,
  fused,
  isolationForest,
  matrix,
  openHeap,
  openRandom,
  Parameters,
  perceptron,
  Tape,
} from '../capabilities/anomaly/engine/src/index.ts';
import { knowledgeOf, learnMonitor, openTwin, planTunnel } from '../capabilities/anomaly/engine/src/twin/index.ts';
import { importPeer } from '../tools/peers.ts';
import { type Figure, report } from './report.ts';

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

function tableOf(rows: number, seed: number) {
  const random = openRandom(seed);
  const table = matrix(rows, columns);
  for (let at = 0; at < table.values.length; at += 1) table.values[at] = random.next();
  return table;
}
{
  const training = { unlabelled: tableOf(5000, 2), labelled: tableOf(30, 3) };
  for (let at = 0; at < training.labelled.values.length; at += 7) training.labelled.values[at] = 1.4;
  const table = tableOf(50_000, 4);
  for (const detector of [isolationForest()]) {
    const model = detector.fit(training, openRandom(1));
    model.score(table);
    const since = process.cpuUsage();
    let rows = 0;
    while (cpuSeconds(since) < 2) {
      model.score(table);
      rows += table.rows;
    }
    figures.push({
      id: `score-${detector.name}`,
      value: Math.round(rows / cpuSeconds(since)),
      unit: 'rows/s',
      target: 1_000_000,
      direction: 'min',
    });
  }
}
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
if (values.without !== 'fused') {
  const rows = Number(values.rows);
  const training = { unlabelled: tableOf(rows, 5), labelled: tableOf(60, 6) };
  for (let at = 0; at < training.labelled.values.length; at += 5) training.labelled.values[at] = 1.3;
  const begun = performance.now();
  const since = process.cpuUsage();
  fused().fit(training, openRandom(1));
  const seconds = (performance.now() - begun) / 1000;
  figures.push({
    id: `fused-training-${rows}x${columns}`,
    value: round(seconds),
    unit: 's',
    target: 60,
    direction: 'max',
    beside: { name: 'CPU-seconds', value: round(cpuSeconds(since)) },
  });
}
report(figures, { json: values.json });
