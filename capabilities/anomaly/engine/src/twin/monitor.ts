/**
 * Watches many sensors second by second: each signal is forecast from its own last readings and from the present of the signals of other devices
 * it is most related to (the learned, sparse relations of a graph deviation network, with ridge regression in the place of attention), so that a
 * cause stands out where it is: what a dead fan does to the air is explained by the fan, what a lying sensor says is explained by nothing.
 * Relations, forecasts and thresholds come from a normal recording alone; it needs no model of the tunnel.
 * @module
 */
import { cholesky } from '../algebra.ts';
import type { Matrix } from '../table/matrix.ts';

export interface MonitorOptions {
  /** Related signals of other devices each forecast listens to. */
  readonly related?: number;
  /** Seconds over which surprise is averaged before it can alarm. */
  readonly smooth?: number;
  /** Seconds a device must stay above its threshold. */
  readonly patience?: number;
  /** Whether what happens to one device is directly felt by another: places, not formulas. */
  readonly near?: (one: number, other: number) => boolean;
  /** Whether a device only measures what others together draw or send. */
  readonly sums?: (device: number) => boolean;
}
export interface Alarm {
  readonly device: number;
  readonly since: number;
  /**
   * False for a consequence: a near device alarms stronger and not later, or the surprise goes away when the readings of the stronger causes
   * are replaced by what was expected of them.
   */
  readonly cause: boolean;
  readonly strength: number;
  readonly form: AlarmForm;
  /** Signal that says it most, what it said and what was expected. */
  readonly signal: number;
  readonly said: number;
  readonly expected: number;
}
/** `silent`: no reading. `stuck`: the very same reading again and again. `high`, `low`: beside what the related signals lead to expect. */
export type AlarmForm = 'silent' | 'stuck' | 'high' | 'low';

export interface Monitor {
  /** Takes the readings of one second. */
  watch(said: Float32Array): readonly Alarm[];
  /** Surprise of each device now, 1 being its threshold. */
  readonly levels: () => Float32Array;
}

/** A consequence may be noticed this many seconds before its cause. */
const ahead = 15;
/**
 * A strong cause drives the whole system to where nothing was learned, and everything surprises a little there: what surprises less than this
 * share of the strongest cause is taken for its consequence, unless a sensor is plainly silent or stuck.
 */
const echo = 0.05;

export function learnMonitor(recording: Matrix, owner: Uint16Array, options: MonitorOptions = {}): () => Monitor {
  const { related = 8, smooth = 8, patience = 3, near = () => false, sums = () => false } = options;
  const { columns: signals, values } = recording;
  const fitted = Math.floor(recording.rows * 0.7);
  if (fitted < 60) throw new RangeError(`recording: expected at least 86 seconds, got ${recording.rows}`);
  const { mean, width } = momentsOf(recording, fitted);
  const scaled = values.map((value, at) => (value - mean[at % signals]!) / width[at % signals]!);
  const partners = relate(scaled, fitted, signals, owner, related);
  const weights = partners.map((others, signal) => regress(scaled, fitted, signals, signal, others));
  const usual = new Float64Array(signals);
  const residual = (now: ArrayLike<number>, before: ArrayLike<number>, signal: number, from = 0, past = 0): number => {
    const w = weights[signal]!;
    const others = partners[signal]!;
    let sum = w[0]! + w[1]! * (before[past + signal] ?? 0);
    for (let place = 0; place < others.length; place += 1) sum += w[place + 2]! * (now[from + others[place]!] ?? 0);
    return now[from + signal]! - sum;
  };
  for (let row = 1; row < fitted; row += 1)
    for (let signal = 0; signal < signals; signal += 1)
      usual[signal]! += residual(scaled, scaled, signal, row * signals, (row - 1) * signals) ** 2 / (fitted - 1);
  for (let signal = 0; signal < signals; signal += 1) usual[signal] = Math.sqrt(usual[signal]!) + 1e-3;

  const devices = Math.max(...owner) + 1;
  const open = (thresholds: Float64Array) =>
    openMonitor({ mean, width, usual, residual, owner, devices, signals, smooth, patience, near, sums, thresholds });
  // The rest of the recording, which nothing was fitted to, says how loud a quiet device gets.
  const loudest = new Float64Array(devices).fill(1);
  const trial = open(new Float64Array(devices).fill(1));
  for (let row = fitted; row < recording.rows; row += 1) {
    trial.watch(values.subarray(row * signals, (row + 1) * signals));
    for (const [device, level] of trial.levels().entries()) loudest[device] = Math.max(loudest[device]!, level);
  }
  // Twice the loudest quiet level, and no device more sensitive than the middle one: rare swings of a whole tunnel are no alarm.
  const middle = [...loudest].sort((a, b) => a - b)[devices >> 1]!;
  const thresholds = loudest.map((level) => 2 * Math.max(level, middle));
  return () => open(thresholds);
}

interface Parts {
  readonly mean: Float64Array;
  readonly width: Float64Array;
  readonly usual: Float64Array;
  readonly residual: (now: ArrayLike<number>, before: ArrayLike<number>, signal: number) => number;
  readonly owner: Uint16Array;
  readonly devices: number;
  readonly signals: number;
  readonly smooth: number;
  readonly patience: number;
  readonly near: (one: number, other: number) => boolean;
  readonly sums: (device: number) => boolean;
  readonly thresholds: Float64Array;
}

function openMonitor(parts: Parts): Monitor {
  const signalsOf = signalsByDevice(parts.owner, parts.devices);
  const { mean, width, usual, residual, owner, devices, signals, smooth, patience, near, sums, thresholds } = parts;
  const now = new Float64Array(signals);
  const before = new Float64Array(signals);
  const energy = new Float64Array(signals);
  const lean = new Float64Array(signals);
  const silent = new Uint16Array(signals);
  const same = new Uint16Array(signals);
  const levels = new Float32Array(devices);
  const above = new Uint16Array(devices);
  const since = new Int32Array(devices).fill(-1);
  const peak = new Float32Array(devices);
  const unexplained = new Float32Array(devices);
  const corrected = new Float64Array(signals);
  // A meter moves with all it carries; what moved it is asked first.
  const weight = (device: number) => peak[device]! * (sums(device) ? 0.1 : 1);
  const feels = (device: number, cause: number) =>
    cause === device || (near(cause, device) && since[cause]! <= since[device]! + ahead);
  let second = -1;
  const stuckAfter = 10;
  return {
    levels: () => levels,
    watch: (said) => {
      second += 1;
      for (let signal = 0; signal < signals; signal += 1) {
        const value = said[signal]!;
        const missing = !Number.isFinite(value);
        silent[signal] = missing ? silent[signal]! + 1 : 0;
        const next = missing ? now[signal]! : (value - mean[signal]!) / width[signal]!;
        same[signal] = !missing && second > 0 && next === now[signal] ? same[signal]! + 1 : 0;
        before[signal] = now[signal]!;
        // One wild reading counts, but not without bound.
        now[signal] = Math.max(-50, Math.min(50, next));
      }
      levels.fill(0);
      for (let signal = 0; signal < signals; signal += 1) {
        const surprise = second === 0 ? 0 : residual(now, before, signal) / usual[signal]!;
        energy[signal]! += (Math.min(10_000, surprise * surprise) - energy[signal]!) / smooth;
        lean[signal]! += (Math.max(-20, Math.min(20, surprise)) - lean[signal]!) / smooth;
        const device = owner[signal]!;
        let level = energy[signal]! / thresholds[device]!;
        if (silent[signal]! >= patience) level = Math.max(level, 20);
        if (same[signal]! >= stuckAfter) level = Math.max(level, 10);
        levels[device] = Math.max(levels[device]!, level);
      }
      const ringing: number[] = [];
      for (let device = 0; device < devices; device += 1) {
        above[device] = levels[device]! > 1 ? above[device]! + 1 : 0;
        if (above[device]! >= patience && since[device]! < 0) {
          since[device] = second;
          peak[device] = 0;
          unexplained[device] = 0;
        }
        // Half the threshold ends an alarm, so that it does not flicker.
        if (since[device]! >= 0 && levels[device]! < 0.5) since[device] = -1;
        if (since[device]! < 0) continue;
        peak[device] = Math.max(peak[device]!, levels[device]!);
        ringing.push(device);
      }
      // Strongest first: each that nothing stronger explains is a cause, and what it should have said stands in for what it said.
      corrected.set(now);
      const causes: number[] = [];
      for (const device of ringing.toSorted((a, b) => weight(b) - weight(a))) {
        const own = signalsOf[device]!;
        let left = levels[device]!;
        if (causes.length > 0 && own.every((signal) => silent[signal]! < patience && same[signal]! < stuckAfter))
          left = Math.max(
            ...own.map(
              (signal) =>
                Math.min(10_000, (residual(corrected, before, signal) / usual[signal]!) ** 2) / thresholds[device]!,
            ),
          );
        unexplained[device]! += (left - unexplained[device]!) / smooth;
        if (causes.some((cause) => feels(device, cause))) continue;
        const sure = own.some((signal) => silent[signal]! >= patience || same[signal]! >= stuckAfter);
        const least = sure ? 1 : Math.max(1, echo * (causes.length > 0 ? peak[causes[0]!]! : 0));
        if (causes.length > 0 && unexplained[device]! < least) continue;
        causes.push(device);
        // What is near may listen to what is wrong and the other way round: a few rounds let them agree on what should have been said.
        const wrong = ringing.filter((other) => other === device || causes.some((cause) => feels(other, cause)));
        for (let round = 0; round < 4; round += 1)
          for (const signal of wrong.flatMap((other) => signalsOf[other]!))
            corrected[signal] = corrected[signal]! - residual(corrected, before, signal);
      }
      return ringing.map((device) => {
        const own = signalsOf[device]!;
        const loud = own.reduce((best, signal) => (energy[signal]! > energy[best]! ? signal : best), own[0]!);
        const form: AlarmForm = own.some((signal) => silent[signal]! >= patience)
          ? 'silent'
          : own.some((signal) => same[signal]! >= stuckAfter)
            ? 'stuck'
            : lean[loud]! > 0
              ? 'high'
              : 'low';
        return {
          device,
          since: since[device]!,
          cause: causes.includes(device),
          strength: levels[device]!,
          form,
          signal: loud,
          said: said[loud]!,
          expected: (now[loud]! - residual(now, before, loud)) * width[loud]! + mean[loud]!,
        };
      });
    },
  };
}

function signalsByDevice(owner: Uint16Array, devices: number): readonly (readonly number[])[] {
  const all = Array.from({ length: devices }, () => [] as number[]);
  for (const [signal, device] of owner.entries()) all[device]!.push(signal);
  return all;
}

function momentsOf({ values, columns }: Matrix, rows: number) {
  const mean = new Float64Array(columns);
  const width = new Float64Array(columns);
  for (let at = 0; at < rows * columns; at += 1) mean[at % columns]! += values[at]! / rows;
  for (let at = 0; at < rows * columns; at += 1)
    width[at % columns]! += (values[at]! - mean[at % columns]!) ** 2 / rows;
  return { mean, width: width.map((value) => Math.sqrt(value) || 1) };
}

/** The most correlated signals of other devices. */
function relate(
  scaled: Float32Array,
  rows: number,
  signals: number,
  owner: Uint16Array,
  count: number,
): readonly (readonly number[])[] {
  // Column by column, so that the inner loop runs over neighbours in memory; at most 400 rows are enough to rank.
  const step = Math.max(1, Math.floor(rows / 400));
  const length = Math.floor(rows / step);
  const column = Array.from({ length: signals }, (_, signal) =>
    Float32Array.from({ length }, (_, at) => scaled[at * step * signals + signal]!),
  );
  const strength = new Float32Array(signals * signals);
  for (let i = 0; i < signals; i += 1)
    for (let j = 0; j < i; j += 1) {
      if (owner[i] === owner[j]) continue;
      const [a, b] = [column[i]!, column[j]!];
      let sum = 0;
      for (let at = 0; at < length; at += 1) sum += a[at]! * b[at]!;
      strength[i * signals + j] = Math.abs(sum);
      strength[j * signals + i] = Math.abs(sum);
    }
  return column.map((_, signal) => {
    const row = strength.subarray(signal * signals, (signal + 1) * signals);
    return Array.from(row.keys())
      .filter((other) => owner[other] !== owner[signal])
      .sort((a, b) => row[b]! - row[a]!)
      .slice(0, count);
  });
}

/** Ridge regression on a constant, the signal's last reading (drawn strongly to nothing) and the present of its partners. */
function regress(
  scaled: Float32Array,
  rows: number,
  signals: number,
  signal: number,
  others: readonly number[],
): Float64Array {
  const width = others.length + 2;
  const gram = new Float64Array(width * width);
  const cross = new Float64Array(width);
  const x = new Float64Array(width);
  for (let row = 1; row < rows; row += 1) {
    x[0] = 1;
    x[1] = scaled[(row - 1) * signals + signal]!;
    for (let place = 0; place < others.length; place += 1) x[place + 2] = scaled[row * signals + others[place]!]!;
    const y = scaled[row * signals + signal]!;
    for (let i = 0; i < width; i += 1) {
      cross[i]! += x[i]! * y;
      for (let j = 0; j <= i; j += 1) gram[i * width + j]! += x[i]! * x[j]!;
    }
  }
  // A forecast from its own past would follow a lie once it is told: the past may only help where the partners cannot.
  for (let i = 0; i < width; i += 1) gram[i * width + i]! += i === 1 ? 20 * rows : 0.01 * rows;
  const factor = cholesky(gram, width);
  const solution = new Float64Array(width);
  for (let i = 0; i < width; i += 1) {
    let value = cross[i]!;
    for (let j = 0; j < i; j += 1) value -= factor[i * width + j]! * solution[j]!;
    solution[i] = value / factor[i * width + i]!;
  }
  for (let i = width - 1; i >= 0; i -= 1) {
    let value = solution[i]!;
    for (let j = i + 1; j < width; j += 1) value -= factor[j * width + i]! * solution[j]!;
    solution[i] = value / factor[i * width + i]!;
  }
  return solution;
}
