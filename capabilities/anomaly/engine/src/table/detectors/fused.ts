/**
 * Hedun's own detector of tables. All members are put on one scale of surprise and heard in two choirs, whose weights come from anomalies that the
 * members were not told of. For the choir of known kinds random groups of the labels are hidden in turn, and only members that were told of the others
 * sing; for the choir of unseen kinds alike labels are hidden together, as an unknown kind would be, and all members sing, those that need no
 * label among them. The two are joined so that one strong voice is enough. No label beyond the budget is looked at.
 *
 * A training falls into parts, one fit of one member each, that know nothing of each other: whoever has threads may do them in any order and
 * gets the same bits. The engine itself has no threads.
 * @module
 */
import type { ModelState } from '../../model-file.ts';
import { openRandom, type Random } from '../../random.ts';
import { type Calibration, calibrate, openSurprise } from '../calibration.ts';
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
import { balancedForest } from './balanced-forest.ts';
import { deepSad } from './deep-sad.ts';
import { deviation } from './deviation.ts';
import { ecod, hbos } from './distribution.ts';
import { isolationForest } from './isolation-forest.ts';
import { neighbours } from './neighbours.ts';
import { mahalanobis, plane } from './normal.ts';
import { pairwise } from './pairwise.ts';
import { fitWeights } from './weights.ts';

export interface FusedOptions {
  readonly name?: string;
  readonly unsupervised?: readonly TableDetector[];
  readonly informed?: readonly TableDetector[];
  /** How many groups are hidden in turn, of each of the two kinds. */
  readonly folds?: number;
  /** Unlabelled rows kept from training, on which members are calibrated and judged. */
  readonly judges?: number;
  /** How much more a loud voice counts than a quiet one among those that hear unseen kinds: the power of their mean. */
  readonly loudness?: number;
}

export interface Voice {
  readonly name: string;
  /** Its weight in each choir; those of a choir add up to one. */
  readonly unseen: number;
  readonly known: number;
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
  readonly trials: readonly Trial[];
};
/** Labelled rows that are hidden together from the members of a trial: alike ones, or random ones. */
type Trial = { readonly kind: 'alike' | 'random'; readonly hidden: Uint32Array };
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

/**
 * Weights of the choir of unseen kinds are drawn strongly towards equal ones: the voice that hears the hidden kinds best need not be the one that
 * hears the next.
 */
const even = 0.2;

export function fused(options: FusedOptions = {}): FusedDetector {
  const {
    name = 'fused',
    unsupervised = [isolationForest(), ecod(), hbos(), mahalanobis(), neighbours()],
    informed = [balancedForest(), deepSad(), deviation(), pairwise()],
    folds = 3,
    judges = 4000,
    // An unknown kind needs one voice that hears it: the others, who do not, must not talk it down.
    loudness = 2,
  } = options;
  const detectors = new Map([...unsupervised, ...informed].map((detector) => [detector.name, detector]));
  const plan = (training: TrainingTable, random: Random): FusedPlan => {
    checkTraining(name, 0, training);
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
    const trials: Trial[] = [];
    const groupings = informable.length === 0 ? [] : hiddenGroups(labelled, folds, random);
    for (const { kind, groups } of groupings)
      for (let group = 0; group < folds; group += 1) {
        const away = all.filter((row) => groups[row] === group);
        const shown = all.filter((row) => groups[row] !== group);
        if (away.length === 0 || shown.length < 2) continue;
        trials.push({ kind, hidden: away });
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
      ordinary: openSurprise(calibration)(scores),
      found: openSurprise(calibration)(model.score(labelled)),
    };
  };
  const join = ({ labelled, parts, trials }: FusedPlan, fitted: readonly FittedPart[]): FusedModel => {
    const members = parts.flatMap(({ detector }, at): Member[] => {
      const { model, calibration } = fitted[at]!;
      return model ? [openMember(detectors.get(detector)!, model, calibration)] : [];
    });
    const apart = unsupervised.length;
    const told = members.length - apart;
    /** The told members of each trial of a kind; of both where alike labels are all of them and cannot be hidden. */
    const foldsOf = (kind: Trial['kind']) => {
      const folds = trials.map((trial, at) => ({
        ...trial,
        fold: fitted.slice(members.length + at * told, members.length + (at + 1) * told),
      }));
      const some = folds.filter((trial) => trial.kind === kind);
      return some.length > 0 ? some : folds;
    };
    const weigh = (
      trials: readonly { readonly hidden: Uint32Array; readonly fold: readonly FittedPart[] }[],
      pull: number,
    ) =>
      fitWeights(
        joined(
          trials.map(({ hidden, fold }) =>
            rowByRow(fold.map(({ found }) => Float32Array.from(hidden, (row) => found[row]!))),
          ),
        ),
        joined(trials.map(({ fold }) => rowByRow(fold.map(({ ordinary }) => ordinary)))),
        trials[0]!.fold.length,
        { pull },
      );
    const form = (weights: readonly number[], power: number): Choir =>
      openChoir({
        power,
        weights: Float64Array.from(weights),
        calibration: calibrate(
          powerMean(
            weights,
            power,
            fitted.slice(0, members.length).map(({ ordinary }) => ordinary),
          ),
        ),
      });
    const alone = fitted.slice(0, apart);
    const every = Uint32Array.from({ length: labelled.rows }, (_, row) => row);
    if (told === 0) {
      // The members were told of no label, so all labels may judge them.
      const weights = labelled.rows > 0 ? weigh([{ hidden: every, fold: alone }], even) : alone.map(() => 1 / apart);
      return openFused({ members, unseen: form([...weights], loudness), known: null });
    }
    const unseen = weigh(
      foldsOf('alike').map(({ hidden, fold }) => ({ hidden, fold: [...alone, ...fold] })),
      even,
    );
    const known = weigh(foldsOf('random'), 0.02);
    return openFused({
      members,
      unseen: form([...unseen], loudness),
      known: form([...alone.map(() => 0), ...known], 1),
    });
  };
  return {
    name,
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
    open: (state) => openFused(restore(name, state, detectors)),
  };
}

/**
 * The same on three members that cost next to nothing: a million rows of 200 columns a second on one core, for streams. What that costs in what is
 * found stands in the evaluation; what it ranks high is worth fused's own judgement.
 */
export function swift(): FusedDetector {
  return fused({ name: 'swift', unsupervised: [hbos(), plane()], informed: [deviation()] });
}

function hiddenGroups(labelled: Matrix, folds: number, random: Random) {
  return [
    { kind: 'alike', groups: clusterRows(labelled, folds, random.fork('alike')) },
    {
      kind: 'random',
      groups: Uint8Array.from(random.fork('groups').permutation(labelled.rows), (place) => place % folds),
    },
  ] as const;
}

interface Member {
  readonly name: string;
  readonly model: TableModel;
  readonly calibration: Calibration;
  /** In nats, one number a row. */
  speak(table: Matrix): Float32Array;
}
function openMember(detector: TableDetector, state: ModelState, calibration: Calibration): Member {
  const model = detector.open(state);
  const surprises = openSurprise(calibration);
  return { name: detector.name, model, calibration, speak: (table) => surprises(model.score(table)) };
}
interface Choir {
  /** 1: the mean of what its members say; more: the louder a voice, the more it counts, up to the loudest alone. */
  readonly power: number;
  /** Of all members, in their order; those that do not sing weigh nothing. */
  readonly weights: Float64Array;
  readonly calibration: Calibration;
  readonly surprises: (scores: Float32Array) => Float32Array;
}
const openChoir = (choir: Omit<Choir, 'surprises'>): Choir => ({
  ...choir,
  surprises: openSurprise(choir.calibration),
});

interface FusedParts {
  readonly members: readonly Member[];
  readonly unseen: Choir;
  /** Without labels there is none. */
  readonly known: Choir | null;
}

function openFused({ members, unseen, known }: FusedParts): FusedModel {
  const choirs = known ? [unseen, known] : [unseen];
  const silent = (member: number) => choirs.every(({ weights }) => weights[member] === 0);
  return {
    state: {
      members: members.map(({ name, model, calibration }) => ({
        name,
        calibration: { ...calibration },
        model: model.state,
      })),
      unseen: stateOf(unseen),
      known: known && stateOf(known),
    },
    voices: members.map(({ name }, at) => ({ name, unseen: unseen.weights[at]!, known: known?.weights[at] ?? 0 })),
    listen: (table) => rowByRow(members.map((member) => member.speak(table))),
    score: (table) => {
      const nats = members.map((member, at) => (silent(at) ? new Float32Array(table.rows) : member.speak(table)));
      const [other, own] = choirs.map(({ weights, power, surprises }) => surprises(powerMean(weights, power, nats)));
      return own ? joinChoirs(own, other!) : other!;
    },
  };
}

const stateOf = ({ power, weights, calibration }: Choir): ModelState => ({
  power,
  weights,
  calibration: { ...calibration },
});

function restore(name: string, state: ModelState, detectors: ReadonlyMap<string, TableDetector>): FusedParts {
  if (!Array.isArray(state.members))
    throw new RangeError(`${name}: expected a model with its members, got one of an earlier version; train it again`);
  const choir = (saved: ModelState): Choir =>
    openChoir({
      power: saved.power as number,
      weights: saved.weights as Float64Array,
      calibration: saved.calibration as unknown as Calibration,
    });
  return {
    members: (state.members as readonly ModelState[]).map((member) => {
      const detector = detectors.get(member.name as string);
      if (!detector) throw new RangeError(`${name}: expected a detector named ${String(member.name)}, got none`);
      return openMember(detector, member.model as ModelState, member.calibration as unknown as Calibration);
    }),
    unseen: choir(state.unseen as ModelState),
    known: state.known ? choir(state.known as ModelState) : null,
  };
}

/** ln of the sum of the odds: the louder choir decides, agreement adds a little. */
function joinChoirs(known: Float32Array, unseen: Float32Array): Float32Array {
  return known.map((nats, row) => {
    const other = unseen[row]!;
    return Math.max(nats, other) + Math.log1p(Math.exp(-Math.abs(nats - other)));
  });
}

function powerMean(weights: ArrayLike<number>, power: number, nats: readonly Float32Array[]): Float32Array {
  const sums = new Float32Array(nats[0]!.length);
  for (const [member, said] of nats.entries()) {
    const weight = weights[member]!;
    if (weight === 0) continue;
    // The powers there are by hand: `**` is many times slower.
    for (let row = 0; row < sums.length; row += 1) {
      const nats = said[row]!;
      sums[row]! += weight * (power === 1 ? nats : power === 2 ? nats * nats : nats ** power);
    }
  }
  return power === 1 ? sums : sums.map((sum) => (power === 2 ? Math.sqrt(sum) : sum ** (1 / power)));
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
