/**
 * DPLAN (Pang et al., KDD 2021): a deep Q-network that calls rows anomalous or not, rewarded by labels and by how isolated a row lies in its
 * own features. Settings of the paper: one hidden layer of 20, 10 episodes of 2,000 steps, warm-up of 10,000, batches of 32, discount 0.99,
 * target copied every 10,000 steps, exploration from 1 to 0.1 over 10,000 steps, RMSprop at 2.5e-4.
 * @module
 */
import { openRandom, type Random } from '../../random.ts';
import { dense } from '../../runtime/layers.ts';
import { Tape, type Tensor } from '../../runtime/tape.ts';
import { checkTraining, proceed, type TableDetector } from '../detector.ts';
import { type Matrix, matrix, sampleRows, takeRows } from '../matrix.ts';
import { openSurroundings } from './exploration.ts';
import { isolationForest } from './isolation-forest.ts';
import { copyRow, networkState, openNetwork, openNetworkModel, openScorer } from './network.ts';
import { openReplay } from './replay.ts';

export function dplan({
  episodes = 10,
  steps = 2000,
  warmUp = 10_000,
  batch = 32,
  discount = 0.99,
  hidden = 20,
  sample = 1000,
} = {}): TableDetector {
  const build = (columns: number, random: Random) => {
    const network = openNetwork();
    const feature = dense(network.parameters, 'feature', columns, hidden, random, 'relu');
    const value = dense(network.parameters, 'value', hidden, 2, random);
    const output = (tape: Tape, x: Tensor) => tape.columns(value.on(tape, feature.on(tape, x)), 1, 1);
    return { network, feature, value, output };
  };
  return {
    name: 'dplan',
    needsLabels: 1,
    fit: (training, random, control) => {
      checkTraining('dplan', 1, training);
      const { columns } = training.unlabelled;
      const { network, feature, value, output } = build(columns, random);
      const { network: slow, feature: slowFeature, value: slowValue } = build(columns, random);
      const { heap, parameters } = network;
      slow.parameters.follow(parameters, 1);
      const world = openSurroundings(
        training,
        random,
        sample,
        network,
        (tape, x) => feature.on(tape, x),
        new Tape(heap),
      );

      const one = new Tape(heap);
      const oneRow = one.input(1, columns);
      const oneValue = value.on(one, feature.on(one, oneRow));
      const learn = new Tape(heap);
      const states = learn.input(batch, columns);
      const chosen = learn.input(batch, 2);
      const target = learn.input(batch, 1);
      const estimate = learn.rowSums(learn.product(value.on(learn, feature.on(learn, states)), chosen));
      const loss = learn.mean(learn.map('square', learn.subtract(estimate, target)));
      const ahead = new Tape(slow.heap);
      const nexts = ahead.input(batch, columns);
      const nextValues = slowValue.on(ahead, slowFeature.on(ahead, nexts));

      // How isolated each row lies in the present features, scaled to [0, 1]; learned anew with each episode.
      const featuresOf = (table: Matrix): Matrix => {
        const tape = new Tape(heap);
        const x = tape.input(256, columns);
        const out = feature.on(tape, x);
        const all = matrix(table.rows, hidden);
        for (let from = 0; from < table.rows; from += 256) {
          const count = Math.min(256, table.rows - from);
          heap.floats.set(table.values.subarray(from * columns, (from + count) * columns), x.at >> 2);
          tape.forward();
          all.values.set(tape.read(out).subarray(0, count * hidden), from * hidden);
        }
        return all;
      };
      const curiosity = new Float32Array(world.rows.rows);
      const refresh = (episode: number) => {
        const some = featuresOf(world.rows);
        const pool = takeRows(some, sampleRows(random, some.rows, 20_000));
        const forest = isolationForest().fit(
          { unlabelled: pool, labelled: matrix(0, hidden) },
          random.fork(`curiosity ${episode}`),
        );
        curiosity.set(forest.score(some));
        const [low, high] = extremes(curiosity);
        for (let row = 0; row < curiosity.length; row += 1)
          curiosity[row] = (curiosity[row]! - low) / Math.max(high - low, 1e-9);
      };

      const replay = openReplay(100_000, random, 0);
      const total = episodes * steps + warmUp;
      let taken = 0;
      let state = world.start();
      for (let episode = -1; episode < episodes; episode += 1) {
        refresh(episode);
        const length = episode < 0 ? warmUp : steps;
        for (let step = 0; step < length; step += 1) {
          if (taken % 200 === 0) proceed(control, taken / total);
          taken += 1;
          const epsilon = episode < 0 ? 1 : Math.max(0.1, 1 - (0.9 * (taken - warmUp)) / 10_000);
          let action = random.below(2);
          if (random.next() >= epsilon) {
            copyRow(heap, world.rows, state, oneRow, 0);
            one.forward();
            const [no, yes] = one.read(oneValue);
            action = yes! > no! ? 1 : 0;
          }
          const told = world.isLabelled(state) ? (action === 1 ? 1 : -1) : action === 1 ? -1 : 0;
          const next = world.after(state, action === 1);
          replay.add({ state, action, reward: told + curiosity[state]!, next });
          state = next;
          if (episode < 0) continue;
          const { places } = replay.draw(batch, 0);
          const [choice, goals] = [new Float32Array(batch * 2), new Float32Array(batch)];
          for (const [at, place] of places.entries()) {
            const memory = replay.at(place);
            copyRow(heap, world.rows, memory.state, states, at);
            copyRow(slow.heap, world.rows, memory.next, nexts, at);
            choice[at * 2 + memory.action] = 1;
            goals[at] = memory.reward;
          }
          ahead.forward();
          const future = ahead.read(nextValues);
          for (let at = 0; at < batch; at += 1) goals[at]! += discount * Math.max(future[at * 2]!, future[at * 2 + 1]!);
          learn.write(chosen, choice);
          learn.write(target, goals);
          learn.forward();
          learn.backward(loss);
          parameters.step({ rate: 2.5e-4, first: 0, second: 0.95, epsilon: 0.01, ridge: 0.01 });
          if (taken % 10_000 === 0) slow.parameters.follow(parameters, 1);
        }
      }
      return { state: networkState(columns, network), score: openScorer(network, columns, output) };
    },
    open: (state) => openNetworkModel(state, (columns) => build(columns, openRandom(0))),
  };
}

export function extremes(values: Float32Array): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
