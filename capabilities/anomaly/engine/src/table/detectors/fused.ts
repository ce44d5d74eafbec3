/**
 * Hedun's own detector of tables. Two choirs on one scale of surprise: members told of the labelled anomalies, which know the known kinds,
 * and unsupervised members, which alone can hear an unknown kind. In each choir a member weighs by how well it finds anomalies it was not
 * told of: for the informed ones groups of labels are hidden in turn, alike ones together (as an unknown kind would be) and random ones (as a
 * known kind is). The two are joined so that one strong voice is enough. No label beyond the budget is looked at.
 * @module
 */
import type { ModelState } from '../../model-file.ts';
import type { Random } from '../../random.ts';
import { type Calibration, calibrate, surprise } from '../calibration.ts';
import { clusterRows } from '../clusters.ts';
import {
  type Control,
  checkTraining,
  proceed,
  type TableDetector,
  type TableModel,
  type TrainingTable,
} from '../detector.ts';
import { type Matrix, takeRows } from '../matrix.ts';
import { averagePrecision } from '../metrics.ts';
import { balancedForest } from './balanced-forest.ts';
import { deepSad } from './deep-sad.ts';
import { deviation } from './deviation.ts';
import { ecod, hbos, mahalanobis } from './distribution.ts';
import { isolationForest } from './isolation-forest.ts';
import { neighbours } from './neighbours.ts';
import { pairwise } from './pairwise.ts';
import { fitWeights } from './weights.ts';

export interface FusedOptions {
  readonly unsupervised?: readonly TableDetector[];
  readonly informed?: readonly TableDetector[];
  /** How many groups are hidden in turn, of each of the two kinds. */
  readonly folds?: number;
  /** Unlabelled rows kept from training, on which members are calibrated and judged. */
  readonly judges?: number;
  /** What a nat of the unsupervised choir may count beside one of the informed choir; the best in hiding is taken. */
  readonly noveltyShares?: readonly number[];
  /** How much more a loud unsupervised voice counts than a quiet one: the power of their mean. */
  readonly loudness?: number;
}

export interface Voice {
  readonly name: string;
  readonly choir: 'known' | 'novel';
  readonly weight: number;
}
export interface FusedModel extends TableModel {
  readonly voices: readonly Voice[];
  /** What each member says of each row, in nats, row-major in the order of `voices`: for explanations. */
  listen(table: Matrix): Float32Array;
}

interface Member {
  readonly name: string;
  readonly model: TableModel;
  readonly calibration: Calibration;
}

export interface FusedDetector extends TableDetector {
  fit(training: TrainingTable, random: Random, control?: Control): FusedModel;
  open(state: ModelState): FusedModel;
}

export function fused(options: FusedOptions = {}): FusedDetector {
  const {
    unsupervised = [isolationForest(), ecod(), hbos(), mahalanobis(), neighbours()],
    informed = [balancedForest(), deepSad(), deviation(), pairwise()],
    folds = 3,
    judges = 4000,
    noveltyShares = [0.5, 0.75, 1],
    // An unknown kind needs one voice that hears it: the others, who do not, must not talk it down.
    loudness = 2,
  } = options;
  const detectors = new Map([...unsupervised, ...informed].map((detector) => [detector.name, detector]));
  return {
    name: 'fused',
    needsLabels: 0,
    fit: (training, random, control) => {
      checkTraining('fused', 0, training);
      const { unlabelled, labelled } = training;
      // With rows enough, some are kept from training: a member knows the rows it was fitted to too well to be calibrated on them.
      const order = random.fork('holdout').permutation(unlabelled.rows);
      const kept = unlabelled.rows >= 2000 ? Math.min(judges, unlabelled.rows >> 2) : 0;
      const reference = takeRows(unlabelled, order.subarray(0, kept > 0 ? kept : judges));
      const rest = kept > 0 ? takeRows(unlabelled, order.subarray(kept)) : unlabelled;
      // Fewer than four labels cannot be hidden in turn and leave something to learn from.
      const told = labelled.rows >= 4 ? informed : [];
      const total = unsupervised.length + told.length * (1 + 2 * folds);
      let done = 0;
      const fit = (detector: TableDetector, labels: Matrix, stream: string): Member => {
        proceed(control, done / total);
        done += 1;
        const model = detector.fit({ unlabelled: rest, labelled: labels }, random.fork(`${detector.name}.${stream}`));
        return { name: detector.name, model, calibration: calibrate(model.score(reference)) };
      };
      const novel = unsupervised.map((detector) => fit(detector, labelled, 'all'));
      const known = told.map((detector) => fit(detector, labelled, 'all'));
      // The unsupervised members were told of no label, so all labels may judge them. They are drawn strongly towards equal weights: the one
      // that hears the known kinds best need not be the one that hears an unknown kind.
      const novelWeights =
        labelled.rows > 0
          ? fitWeights(speak(novel, labelled), speak(novel, reference), novel.length, { pull: 0.2 })
          : new Float64Array(novel.length).fill(1 / novel.length);
      const unheard = formChoir(novel, novelWeights, reference, loudness);
      if (known.length === 0) return openFused({ novel: unheard, known: null, share: 1 }, detectors);

      const trials: Trial[] = [];
      for (const [kind, groups] of Object.entries({
        alike: clusterRows(labelled, folds, random.fork('alike')),
        random: Uint8Array.from(random.fork('groups').permutation(labelled.rows), (place) => place % folds),
      }))
        for (let group = 0; group < folds; group += 1) {
          const away = rowsWhere(groups, (each) => each === group);
          const shown = rowsWhere(groups, (each) => each !== group);
          if (away.length === 0 || shown.length < 2) continue;
          const fold = told.map((detector) => fit(detector, takeRows(labelled, shown), `${kind}.${group}`));
          trials.push({ fold, hidden: takeRows(labelled, away) });
        }
      const knownWeights = fitWeights(
        joined(trials.map(({ fold, hidden }) => speak(fold, hidden))),
        joined(trials.map(({ fold }) => speak(fold, reference))),
        known.length,
      );
      const share = chooseShare(noveltyShares, trials, unheard, knownWeights, reference);
      return openFused({ novel: unheard, known: formChoir(known, knownWeights, reference), share }, detectors);
    },
    open: (state) => openFused(restore(state, detectors), detectors),
  };
}

interface FusedParts {
  readonly novel: Choir;
  readonly known: Choir | null;
  readonly share: number;
}

function openFused({ novel, known, share }: FusedParts, detectors: ReadonlyMap<string, TableDetector>): FusedModel {
  const choirs = known ? [novel, known] : [novel];
  if (choirs.some(({ members }) => members.some(({ name }) => !detectors.has(name))))
    throw new RangeError('fused: a member of the model is not among the detectors');
  const width = choirs.reduce((sum, { members }) => sum + members.length, 0);
  return {
    state: { share, novel: stateOf(novel), known: known && stateOf(known) },
    voices: choirs.flatMap(({ members, weights }, index) =>
      members.map(({ name }, at) => ({
        name,
        choir: index === 0 ? ('novel' as const) : ('known' as const),
        weight: weights[at]!,
      })),
    ),
    listen: (table) => {
      const nats = new Float32Array(table.rows * width);
      let offset = 0;
      for (const { members } of choirs) {
        const said = speak(members, table);
        for (let row = 0; row < table.rows; row += 1)
          nats.set(said.subarray(row * members.length, (row + 1) * members.length), row * width + offset);
        offset += members.length;
      }
      return nats;
    },
    score: (table) => (known ? join(hear(known, table), hear(novel, table), share) : hear(novel, table)),
  };
}

function stateOf({ power, members, weights, calibration }: Choir): ModelState {
  return {
    power,
    weights,
    calibration: { ...calibration },
    members: members.map((member) => ({
      name: member.name,
      calibration: { ...member.calibration },
      model: member.model.state,
    })),
  };
}

function restore(state: ModelState, detectors: ReadonlyMap<string, TableDetector>): FusedParts {
  const choir = (saved: ModelState): Choir => ({
    // Files of the first version know the mean alone.
    power: (saved.power as number | undefined) ?? 1,
    weights: saved.weights as Float64Array,
    calibration: saved.calibration as unknown as Calibration,
    members: (saved.members as readonly ModelState[]).map((member) => {
      const detector = detectors.get(member.name as string);
      if (!detector) throw new RangeError(`fused: expected a detector named ${String(member.name)}, got none`);
      return {
        name: detector.name,
        calibration: member.calibration as unknown as Calibration,
        model: detector.open(member.model as ModelState),
      };
    }),
  });
  return {
    novel: choir(state.novel as ModelState),
    known: state.known ? choir(state.known as ModelState) : null,
    share: state.share as number,
  };
}

interface Trial {
  readonly fold: readonly Member[];
  readonly hidden: Matrix;
}

/** The share with the best mean rank of hidden anomalies above unlabelled rows, over alike and random groups; of equals the largest. */
function chooseShare(
  shares: readonly number[],
  trials: readonly Trial[],
  unheard: Choir,
  weights: Float64Array,
  reference: Matrix,
): number {
  const ordinary = hear(unheard, reference);
  const heard = trials.map(({ fold, hidden }) => {
    const choir = formChoir(fold, weights, reference);
    return { hidden, known: hear(choir, hidden), novel: hear(unheard, hidden), usual: hear(choir, reference) };
  });
  let best = { share: shares[0] ?? 1, value: Number.NEGATIVE_INFINITY };
  for (const share of shares) {
    let value = 0;
    for (const { hidden, known, novel, usual } of heard) {
      const labels = new Uint8Array(hidden.rows + reference.rows).fill(1, 0, hidden.rows);
      const scores = new Float32Array(labels.length);
      scores.set(join(known, novel, share));
      scores.set(join(usual, ordinary, share), hidden.rows);
      value += averagePrecision(scores, labels) / heard.length;
    }
    if (value >= best.value) best = { share, value };
  }
  return best.share;
}

/** ln of the sum of the odds: the louder choir decides, agreement adds a little. */
function join(known: Float32Array, novel: Float32Array, share: number): Float32Array {
  return known.map((nats, row) => {
    const other = share * novel[row]!;
    const most = Math.max(nats, other);
    return most + Math.log(Math.exp(nats - most) + Math.exp(other - most));
  });
}

interface Choir {
  /** 1: the mean of what its members say; more: the louder a voice, the more it counts, up to the loudest alone. */
  readonly power: number;
  readonly members: readonly Member[];
  readonly weights: Float64Array;
  readonly calibration: Calibration;
}

function formChoir(members: readonly Member[], weights: Float64Array, reference: Matrix, power = 1): Choir {
  return { power, members, weights, calibration: calibrate(powerMean(members, weights, power, reference)) };
}
function hear({ power, members, weights, calibration }: Choir, table: Matrix): Float32Array {
  return powerMean(members, weights, power, table).map((value) => surprise(calibration, value));
}
function powerMean(members: readonly Member[], weights: Float64Array, power: number, table: Matrix): Float32Array {
  const nats = speak(members, table);
  const sums = new Float32Array(table.rows);
  for (let at = 0; at < nats.length; at += 1)
    sums[Math.floor(at / members.length)]! += weights[at % members.length]! * nats[at]! ** power;
  return power === 1 ? sums : sums.map((sum) => sum ** (1 / power));
}

/** What each member says of each row, in nats, row-major. */
function speak(members: readonly Member[], table: Matrix): Float32Array {
  const nats = new Float32Array(table.rows * members.length);
  for (const [index, { model, calibration }] of members.entries()) {
    const scores = model.score(table);
    for (let row = 0; row < table.rows; row += 1)
      nats[row * members.length + index] = surprise(calibration, scores[row]!);
  }
  return nats;
}

function rowsWhere(groups: Uint8Array, holds: (group: number) => boolean): number[] {
  return Array.from(groups.keys()).filter((row) => holds(groups[row]!));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
