/**
 * PANDA: partially labelled anomaly detection by a prioritised deep deterministic policy gradient, after the article 《智慧交通物联网数据协同异常
 * 检测方法》 and the abstract of Qin et al., IEEE Trans. Consumer Electronics 70(4), 2024. Reward formula and sizes of the authors are not public;
 * what stands here is this project's reading (unverified) on the published structure: state = a row, action in [0, 1] = how anomalous it is,
 * reward from labels and from calibrated novelty, prioritised replay, twin critics (Fujimoto et al., ICML 2018). Every part can be switched
 * off, so that its worth can be measured.
 * @module
 */
import { openRandom, type Random } from '../../random.ts';
import { perceptron } from '../../runtime/layers.ts';
import { Tape, type Tensor } from '../../runtime/tape.ts';
import { checkTraining, proceed, type TableDetector } from '../detector.ts';
import { matrix } from '../matrix.ts';
import { openSurroundings } from './exploration.ts';
import { isolationForest } from './isolation-forest.ts';
import { copyRow, networkState, openNetwork, openNetworkModel, openScorer } from './network.ts';
import { openReplay } from './replay.ts';

export interface PandaOptions {
  readonly name?: string;
  readonly steps?: number;
  readonly batch?: number;
  /** 0 makes it a contextual bandit: the ablation of the future. */
  readonly discount?: number;
  /** False draws memories uniformly. */
  readonly prioritised?: boolean;
  /** False gives unlabelled rows no reward for being novel. */
  readonly novelty?: boolean;
  /** Cost of calling an unlabelled row anomalous, and what full novelty pays for it. */
  readonly cost?: number;
  readonly pay?: number;
  /** Share of unlabelled rows whose novelty pays more than it costs: how many anomalies are expected among them. */
  readonly contamination?: number;
  /** Weight of the squared logits in the actor's loss. */
  readonly pull?: number;
}

export function panda({
  name = 'panda',
  steps = 6000,
  batch = 64,
  discount = 0.5,
  prioritised = true,
  novelty = true,
  cost = 0.7,
  pay = 0.9,
  contamination = 0.02,
  pull = 0.02,
}: PandaOptions = {}): TableDetector {
  return {
    name,
    needsLabels: 1,
    fit: (training, random, control) => {
      checkTraining(name, 1, training);
      const { columns } = training.unlabelled;
      const makeCritic = () => {
        const network = openNetwork();
        const net = perceptron(network.parameters, 'critic', [columns + 1, 64, 32, 1], random);
        return { network, net };
      };
      const [actor, slowActor] = [buildActor(columns, random), buildActor(columns, random)];
      slowActor.network.parameters.follow(actor.network.parameters, 1);
      const critics = [0, 1].map(() => {
        const [now, slow] = [makeCritic(), makeCritic()];
        slow.network.parameters.follow(now.network.parameters, 1);
        const learn = new Tape(now.network.heap);
        const pairs = learn.input(batch, columns + 1);
        const target = learn.input(batch, 1);
        const weight = learn.input(batch, 1);
        const estimate = now.net.on(learn, pairs);
        const loss = learn.mean(learn.product(learn.map('square', learn.subtract(estimate, target)), weight));
        const ahead = new Tape(slow.network.heap);
        const nexts = ahead.input(batch, columns + 1);
        const future = slow.net.on(ahead, nexts);
        return { now, slow, learn, pairs, target, weight, estimate, loss, ahead, nexts, future };
      });
      // The gradient of the critic by the action flows through a copy of the pair as a watched input.
      const judge = new Tape(critics[0]!.now.network.heap);
      const judged = judge.watchedInput(batch, columns + 1);
      const worth = judge.sum(critics[0]!.now.net.on(judge, judged));

      const world = openSurroundings(
        training,
        random,
        200,
        actor.network,
        (tape, x) => actor.features(tape, x),
        new Tape(actor.network.heap),
      );
      const strange = novelty
        ? noveltyOf(world.rows, training.unlabelled.rows, random)
        : new Float32Array(world.rows.rows);

      const acting = new Tape(actor.network.heap);
      const states = acting.input(batch, columns);
      const logits = actor.logit(acting, states);
      const actions = acting.map('sigmoid', logits);
      // Up the critic's slope; the small pull on the logits keeps them in the order of what there is to win, where the sigmoid alone would
      // saturate and leave the order of the surest rows to chance.
      const slopes = acting.input(batch, 1);
      const regret = acting.subtract(
        acting.scale(acting.mean(acting.map('square', logits)), pull),
        acting.mean(acting.product(actions, slopes)),
      );
      const one = new Tape(actor.network.heap);
      const oneRow = one.input(1, columns);
      const oneAction = one.map('sigmoid', actor.logit(one, oneRow));
      const following = new Tape(slowActor.network.heap);
      const followingRows = following.input(batch, columns);
      const followingActions = following.map('sigmoid', slowActor.logit(following, followingRows));

      // Ranks to this power cross cost / pay exactly at the expected share.
      const power = Math.log(cost / pay) / Math.log(1 - contamination);
      for (let row = 0; row < strange.length; row += 1) strange[row] = strange[row]! ** power;
      const rewardOf = (row: number, action: number) =>
        world.isLabelled(row) ? 2 * action - 1 : action * (pay * strange[row]! - cost);
      const replay = openReplay(20_000, random, prioritised ? 0.6 : 0);
      let state = world.start();
      for (let step = 0; step < steps; step += 1) {
        if (step % 50 === 0) proceed(control, step / steps);
        copyRow(actor.network.heap, world.rows, state, oneRow, 0);
        one.forward();
        const noise = (0.3 - (0.27 * step) / steps) * random.normal();
        const action = Math.min(1, Math.max(0, one.read(oneAction)[0]! + noise));
        const next = world.after(state, action >= 0.5);
        replay.add({ state, action, reward: rewardOf(state, action), next });
        state = next;
        if (replay.size < 4 * batch) continue;

        const { places, weights } = replay.draw(batch, 0.4 + (0.6 * step) / steps);
        // A quarter of each batch are labelled anomalies with a fresh action: replay alone would let the few labels starve.
        const memories = Array.from(places, (place, at) => {
          if (at >= batch / 4) return replay.at(place);
          const row = random.below(training.labelled.rows);
          const tried = random.next();
          return { state: row, action: tried, reward: rewardOf(row, tried), next: world.start() };
        });
        for (const [at, memory] of memories.entries()) {
          copyRow(actor.network.heap, world.rows, memory.state, states, at);
          copyRow(slowActor.network.heap, world.rows, memory.next, followingRows, at);
        }
        following.forward();
        const nextActions = following.read(followingActions);
        const goals = new Float32Array(batch).fill(Number.POSITIVE_INFINITY);
        for (const critic of critics) {
          fillPairs(
            critic.slow.network.heap.floats,
            critic.nexts.at,
            world.rows,
            memories.map((memory) => memory.next),
            nextActions,
          );
          critic.ahead.forward();
          const future = critic.ahead.read(critic.future);
          for (let at = 0; at < batch; at += 1)
            goals[at] = Math.min(goals[at]!, memories[at]!.reward + discount * future[at]!);
        }
        const errors = new Float32Array(batch);
        const taken = Float32Array.from(memories, (memory) => memory.action);
        for (const critic of critics) {
          const { heap, parameters } = critic.now.network;
          fillPairs(
            heap.floats,
            critic.pairs.at,
            world.rows,
            memories.map((memory) => memory.state),
            taken,
          );
          critic.learn.write(critic.target, goals);
          critic.learn.write(critic.weight, prioritised ? weights : new Float32Array(batch).fill(1));
          critic.learn.forward();
          critic.learn.backward(critic.loss);
          const estimate = critic.learn.read(critic.estimate);
          for (let at = 0; at < batch; at += 1) errors[at]! += Math.abs(goals[at]! - estimate[at]!) / 2;
          parameters.step({ rate: 1e-3, clip: 5 });
          critic.slow.network.parameters.follow(parameters, 0.01);
        }
        replay.learned(places.subarray(batch / 4), errors.subarray(batch / 4));
        if (step % 2 === 1) continue;
        acting.forward();
        const proposed = Float32Array.from(acting.read(actions));
        fillPairs(
          critics[0]!.now.network.heap.floats,
          judged.at,
          world.rows,
          memories.map((memory) => memory.state),
          proposed,
        );
        judge.forward();
        judge.backward(worth);
        const slope = judge.readGradient(judged);
        acting.write(
          slopes,
          Float32Array.from({ length: batch }, (_, at) => slope[at * (columns + 1) + columns]!),
        );
        acting.forward();
        acting.backward(regret);
        critics[0]!.now.network.parameters.zeroGradients();
        actor.network.parameters.step({ rate: 1e-3, clip: 5, decay: 1e-3 });
        slowActor.network.parameters.follow(actor.network.parameters, 0.01);
      }
      // The logit ranks as the action does and never saturates into ties.
      return { state: networkState(columns, actor.network), score: openScorer(actor.network, columns, actor.logit) };
    },
    open: (state) =>
      openNetworkModel(state, (columns) => {
        const { network, logit } = buildActor(columns, openRandom(0));
        return { network, output: logit };
      }),
  };
}

function buildActor(columns: number, random: Random) {
  const network = openNetwork();
  const body = perceptron(network.parameters, 'actor', [columns, 64, 32], random);
  const head = perceptron(network.parameters, 'action', [32, 1], random);
  const features = (tape: Tape, x: Tensor) => tape.map('relu', body.on(tape, x));
  return { network, features, logit: (tape: Tape, x: Tensor) => head.on(tape, features(tape, x)) };
}

/** Rows with their action as one more column. */
function fillPairs(
  floats: Float32Array,
  address: number,
  rows: { readonly columns: number; readonly values: Float32Array },
  which: readonly number[],
  actions: ArrayLike<number>,
): void {
  const { columns, values } = rows;
  for (const [at, row] of which.entries()) {
    const to = (address >> 2) + at * (columns + 1);
    floats.set(values.subarray(row * columns, (row + 1) * columns), to);
    floats[to + columns] = actions[at]!;
  }
}

/** How novel each row is, as its rank among all by an isolation forest on the unlabelled rows: uniform in [0, 1]. */
function noveltyOf(
  rows: { readonly rows: number; readonly columns: number; readonly values: Float32Array },
  unlabelled: number,
  random: Random,
): Float32Array {
  const from = rows.rows - unlabelled;
  const pool = matrix(unlabelled, rows.columns, rows.values.subarray(from * rows.columns));
  const scores = isolationForest()
    .fit({ unlabelled: pool, labelled: matrix(0, rows.columns) }, random.fork('novelty'))
    .score(rows);
  const order = Uint32Array.from({ length: rows.rows }, (_, row) => row).sort((a, b) => scores[a]! - scores[b]!);
  const ranks = new Float32Array(rows.rows);
  for (const [rank, row] of order.entries()) ranks[row] = rank / (rows.rows - 1);
  return ranks;
}
