/**
 * Hedun's own detector of tables. Two choirs on one scale of surprise: members told of the labelled anomalies, which know the known kinds,
 * and unsupervised members, which alone can hear an unknown kind. In each choir a member weighs by how well it finds anomalies it was not
 * told of: for the informed ones groups of labels are hidden in turn, alike ones together (as an unknown kind would be) and random ones (as a
 * known kind is). The two are joined so that one strong voice is enough. No label beyond the budget is looked at.
 *
 * A training falls into parts, one fit of one member each, that know nothing of each other: whoever has threads may do them in any order and
 * gets the same bits. The engine itself has no threads.
 * @module
 */
import type { ModelState } from '../../model-file.ts';
import { openRandom, type Random } from '../../random.ts';
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

/** Plain data: it may be sent to another thread. */
export type FusedPlan = {
  /** The rows that members are fitted on, those they are calibrated and judged on, and the labelled anomalies. */
  readonly rest: Matrix;
  readonly reference: Matrix;
  readonly labelled: Matrix;
  /** Members of the model, the unsupervised first, then those of each trial. */
  readonly parts: readonly FusedPart[];
  /** Labelled rows hidden from the members of each trial. */
  readonly trials: readonly Uint32Array[];
};
type FusedPart = {
  readonly detector: string;
  readonly seed: number;
  /** Labelled rows that the member is told of. */
  readonly told: Uint32Array;
  /** Whether the member stays in the model, or only speaks in a trial. */
  readonly stays: boolean;
};
/** What one part comes to, plain data too. */
export type FittedPart = {
  readonly model: ModelState | null;
  readonly calibration: Calibration;
  /** What the member says of the reference rows and of all labelled rows, in nats. */
  readonly ordinary: Float32Array;
  readonly found: Float32Array;
};

export interface FusedDetector extends TableDetector {
  fit(training: TrainingTable, random: Random, control?: Control): FusedModel;
  open(state: ModelState): FusedModel;
  /** `fit` is `join` of the plan with `fitPart` of each of its parts, in their order. */
  plan(training: TrainingTable, random: Random): FusedPlan;
  fitPart(plan: FusedPlan, part: number): FittedPart;
  join(plan: FusedPlan, fitted: readonly FittedPart[]): FusedModel;
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
  const plan = (training: TrainingTable, random: Random): FusedPlan => {
    checkTraining('fused', 0, training);
    const { unlabelled, labelled } = training;
    // With rows enough, some are kept from training: a member knows the rows it was fitted to too well to be calibrated on them.
    const order = random.fork('holdout').permutation(unlabelled.rows);
    const kept = unlabelled.rows >= 2000 ? Math.min(judges, unlabelled.rows >> 2) : 0;
    // Fewer than four labels cannot be hidden in turn and leave something to learn from.
    const informable = labelled.rows >= 4 ? informed : [];
    const all = Uint32Array.from({ length: labelled.rows }, (_, row) => row);
    const partOf = (detector: TableDetector, told: Uint32Array, stream: string, stays: boolean): FusedPart => ({
      detector: detector.name,
      seed: random.fork(`${detector.name}.${stream}`).seed,
      told,
      stays,
    });
    const parts = [...unsupervised, ...informable].map((detector) => partOf(detector, all, 'all', true));
    const trials: Uint32Array[] = [];
    const groupings = informable.length === 0 ? {} : hiddenGroups(labelled, folds, random);
    for (const [kind, groups] of Object.entries(groupings))
      for (let group = 0; group < folds; group += 1) {
        const away = all.filter((row) => groups[row] === group);
        const shown = all.filter((row) => groups[row] !== group);
        if (away.length === 0 || shown.length < 2) continue;
        trials.push(away);
        parts.push(...informable.map((detector) => partOf(detector, shown, `${kind}.${group}`, false)));
      }
    return {
      rest: kept > 0 ? takeRows(unlabelled, order.subarray(kept)) : unlabelled,
      reference: takeRows(unlabelled, order.subarray(0, kept > 0 ? kept : judges)),
      labelled,
      parts,
      trials,
    };
  };
  const fitPart = ({ rest, reference, labelled, parts }: FusedPlan, part: number): FittedPart => {
    const { detector, seed, told, stays } = parts[part]!;
    const training = { unlabelled: rest, labelled: takeRows(labelled, told) };
    const model = detectors.get(detector)!.fit(training, openRandom(seed));
    const scores = model.score(reference);
    const calibration = calibrate(scores);
    return {
      model: stays ? model.state : null,
      calibration,
      ordinary: surprises(calibration, scores),
      found: surprises(calibration, model.score(labelled)),
    };
  };
  const join = ({ labelled, parts, trials }: FusedPlan, fitted: readonly FittedPart[]): FusedModel => {
    const members = parts.flatMap(({ detector }, at): Member[] => {
      const { model, calibration } = fitted[at]!;
      return model ? [{ name: detector, model: detectors.get(detector)!.open(model), calibration }] : [];
    });
    const [novel, known] = [fitted.slice(0, unsupervised.length), fitted.slice(unsupervised.length, members.length)];
    const found = ({ found }: FittedPart) => found;
    const ordinary = ({ ordinary }: FittedPart) => ordinary;
    // The unsupervised members were told of no label, so all labels may judge them. They are drawn strongly towards equal weights: the one
    // that hears the known kinds best need not be the one that hears an unknown kind.
    const novelWeights =
      labelled.rows > 0
        ? fitWeights(rowByRow(novel.map(found)), rowByRow(novel.map(ordinary)), novel.length, { pull: 0.2 })
        : new Float64Array(novel.length).fill(1 / novel.length);
    const unheard = formChoir(members.slice(0, novel.length), novelWeights, novel.map(ordinary), loudness);
    if (known.length === 0) return openFused({ novel: unheard, known: null, share: 1 }, detectors);

    const foldOf = (trial: number) =>
      fitted.slice(members.length + trial * known.length, members.length + (trial + 1) * known.length);
    const hiddenFrom = (trial: number) => (nats: Float32Array) =>
      Float32Array.from(trials[trial]!, (row) => nats[row]!);
    const knownWeights = fitWeights(
      joined(trials.map((_, trial) => rowByRow(foldOf(trial).map(found).map(hiddenFrom(trial))))),
      joined(trials.map((_, trial) => rowByRow(foldOf(trial).map(ordinary)))),
      known.length,
    );
    const said = { hidden: sing(unheard, novel.map(found)), usual: sing(unheard, novel.map(ordinary)) };
    const share = chooseShare(
      noveltyShares,
      trials.map((_, trial) => {
        const choir = formChoir([], knownWeights, foldOf(trial).map(ordinary));
        return {
          known: sing(choir, foldOf(trial).map(found).map(hiddenFrom(trial))),
          novel: hiddenFrom(trial)(said.hidden),
          usual: sing(choir, foldOf(trial).map(ordinary)),
          ordinary: said.usual,
        };
      }),
    );
    return openFused(
      { novel: unheard, known: formChoir(members.slice(novel.length), knownWeights, known.map(ordinary)), share },
      detectors,
    );
  };
  return {
    name: 'fused',
    needsLabels: 0,
    plan,
    fitPart,
    join,
    fit: (training, random, control) => {
      const planned = plan(training, random);
      const fitted = planned.parts.map((_, part) => {
        proceed(control, part / planned.parts.length);
        return fitPart(planned, part);
      });
      return join(planned, fitted);
    },
    open: (state) => openFused(restore(state, detectors), detectors),
  };
}

/** Groups of labels to be hidden in turn: alike ones together, and random ones. */
function hiddenGroups(labelled: Matrix, folds: number, random: Random): Readonly<Record<string, Uint8Array>> {
  return {
    alike: clusterRows(labelled, folds, random.fork('alike')),
    random: Uint8Array.from(random.fork('groups').permutation(labelled.rows), (place) => place % folds),
  };
}

interface Member {
  readonly name: string;
  readonly model: TableModel;
  readonly calibration: Calibration;
}
interface Choir {
  /** 1: the mean of what its members say; more: the louder a voice, the more it counts, up to the loudest alone. */
  readonly power: number;
  readonly members: readonly Member[];
  readonly weights: Float64Array;
  readonly calibration: Calibration;
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
  const hear = (choir: Choir, table: Matrix) =>
    sing(
      choir,
      choir.members.map((member) => speak(member, table)),
    );
  return {
    state: { share, novel: stateOf(novel), known: known && stateOf(known) },
    voices: choirs.flatMap(({ members, weights }, index) =>
      members.map(({ name }, at) => ({
        name,
        choir: index === 0 ? ('novel' as const) : ('known' as const),
        weight: weights[at]!,
      })),
    ),
    listen: (table) => rowByRow(choirs.flatMap(({ members }) => members.map((member) => speak(member, table)))),
    score: (table) => (known ? joinChoirs(hear(known, table), hear(novel, table), share) : hear(novel, table)),
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
  /** What both choirs say of the hidden anomalies, and of the reference rows. */
  readonly known: Float32Array;
  readonly novel: Float32Array;
  readonly usual: Float32Array;
  readonly ordinary: Float32Array;
}

/** The share with the best mean rank of hidden anomalies above unlabelled rows, over alike and random groups; of equals the largest. */
function chooseShare(shares: readonly number[], trials: readonly Trial[]): number {
  let best = { share: shares[0] ?? 1, value: Number.NEGATIVE_INFINITY };
  for (const share of shares) {
    let value = 0;
    for (const { known, novel, usual, ordinary } of trials) {
      const labels = new Uint8Array(known.length + usual.length).fill(1, 0, known.length);
      const scores = joined([joinChoirs(known, novel, share), joinChoirs(usual, ordinary, share)]);
      value += averagePrecision(scores, labels) / trials.length;
    }
    if (value >= best.value) best = { share, value };
  }
  return best.share;
}

/** ln of the sum of the odds: the louder choir decides, agreement adds a little. */
function joinChoirs(known: Float32Array, novel: Float32Array, share: number): Float32Array {
  return known.map((nats, row) => {
    const other = share * novel[row]!;
    const most = Math.max(nats, other);
    return most + Math.log(Math.exp(nats - most) + Math.exp(other - most));
  });
}

/** @param ordinary what each member says of the reference rows */
function formChoir(
  members: readonly Member[],
  weights: Float64Array,
  ordinary: readonly Float32Array[],
  power = 1,
): Choir {
  return { power, members, weights, calibration: calibrate(powerMean(weights, power, ordinary)) };
}
/** What a choir says where its members say this. */
function sing({ power, weights, calibration }: Choir, nats: readonly Float32Array[]): Float32Array {
  return surprises(calibration, powerMean(weights, power, nats));
}
function powerMean(weights: Float64Array, power: number, nats: readonly Float32Array[]): Float32Array {
  const sums = new Float32Array(nats[0]!.length);
  for (const [member, said] of nats.entries()) {
    const weight = weights[member]!;
    for (let row = 0; row < sums.length; row += 1) sums[row]! += weight * said[row]! ** power;
  }
  return power === 1 ? sums : sums.map((sum) => sum ** (1 / power));
}

/** In nats, one number a row. */
function speak({ model, calibration }: Member, table: Matrix): Float32Array {
  return surprises(calibration, model.score(table));
}
function surprises(calibration: Calibration, scores: Float32Array): Float32Array {
  return scores.map((score) => surprise(calibration, score));
}

/** Columns to rows. */
function rowByRow(columns: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(columns.length * columns[0]!.length);
  for (const [at, column] of columns.entries())
    for (let row = 0; row < column.length; row += 1) all[row * columns.length + at] = column[row]!;
  return all;
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
