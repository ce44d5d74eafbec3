/**
 * Time as sources tell it: how far a source's clock is off, and which events come too late for what was already concluded. It reads no clock.
 * @module
 */

/** The last differences between arrival and event time; their median is the skew (robust against a burst of old lines). */
const kept = 63;
/** Differences below this are transport, not a wrong clock. */
const tolerated = 5000;

export interface SkewState {
  readonly differences: readonly number[];
  /** So that a worker that comes again concludes exactly what the one before would have. */
  readonly estimate?: number;
  readonly seen?: number;
}

export class ClockSkew {
  readonly #differences: number[] = [];
  #next = 0;
  #seen = 0;
  #estimate = 0;

  constructor(state: SkewState = { differences: [] }) {
    this.#differences.push(...state.differences.slice(-kept));
    this.#next = this.#differences.length % kept;
    this.#estimate = state.estimate ?? this.#median();
    this.#seen = state.seen ?? this.#differences.length;
  }
  get state(): SkewState {
    return {
      differences: [...this.#differences.slice(this.#next), ...this.#differences.slice(0, this.#next)],
      estimate: this.#estimate,
      seen: this.#seen,
    };
  }

  observe(received: number, time: number): void {
    this.#differences[this.#next] = received - time;
    this.#next = (this.#next + 1) % kept;
    this.#seen += 1;
    // Clocks drift over minutes; the median is looked for at the beginning and then with every sixteenth event.
    if (this.#seen < kept || this.#seen % 16 === 0) this.#estimate = this.#median();
  }

  /** Milliseconds the source's clock is behind (positive) or ahead (negative); 0 within what transport explains. */
  get estimate(): number {
    return this.#estimate;
  }

  #median(): number {
    if (this.#differences.length < 3) return 0;
    const sorted = [...this.#differences].sort((left, right) => left - right);
    const median = sorted[sorted.length >> 1] as number;
    return Math.abs(median) <= tolerated ? 0 : median;
  }
}

/** An event is taken at most this far ahead of its arrival; beyond, its clock jumped. */
const aheadLimit = 5 * 60_000;
/** And not from before this span: what is older is history that was sent on purpose, or a clock at its factory setting. */
const behindLimit = 366 * 86_400_000;

export type TimeVerdict = 'own' | 'none' | 'ahead' | 'ancient';

/** The time an event counts under: its own where that can be true, else that of its arrival. */
export function effectiveTime(
  time: number | undefined,
  received: number,
): { readonly time: number; readonly verdict: TimeVerdict } {
  if (time === undefined || !Number.isFinite(time)) return { time: received, verdict: 'none' };
  if (time - received > aheadLimit) return { time: received, verdict: 'ahead' };
  if (received - time > behindLimit) return { time: received, verdict: 'ancient' };
  return { time, verdict: 'own' };
}

/** The newest event time minus the allowed lateness; it never goes back. */
export class Watermark {
  readonly #lateness: number;
  #value: number;
  #late = 0;

  constructor(lateness: number, value = Number.NEGATIVE_INFINITY) {
    this.#lateness = lateness;
    this.#value = value;
  }
  get value(): number {
    return this.#value;
  }
  /** Events that came behind the watermark. */
  get late(): number {
    return this.#late;
  }
  /** @returns whether the event is late */
  push(time: number): boolean {
    if (time < this.#value) {
      this.#late += 1;
      return true;
    }
    if (time - this.#lateness > this.#value) this.#value = time - this.#lateness;
    return false;
  }
}
