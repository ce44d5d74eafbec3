/**
 * Sliding windows over event time, one per correlation rule and group: what each correlation type counts, kept up to date with every
 * event in and out, never recounted. Memory is bounded by the events of one timespan and a cap.
 * @module
 */

/** A queue on arrays that gives its head back in constant time. */
class Queue<T> {
  #items: T[] = [];
  #head = 0;
  get length(): number {
    return this.#items.length - this.#head;
  }
  push(item: T): void {
    this.#items.push(item);
  }
  toArray(): readonly T[] {
    return this.#items.slice(this.#head);
  }
  first(): T | undefined {
    return this.#items[this.#head];
  }
  shift(): T | undefined {
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined as T;
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

export interface Measure {
  /** @param value of the correlation's field; ignored by event counts */
  add(time: number, value: string | number | undefined): void;
  /** Drops what is older than the timespan ending at this time. */
  expire(before: number): void;
  /** What the condition is about; undefined where nothing can be said yet. */
  readonly current: number | undefined;
  readonly size: number;
  /** What a fresh measure must be given, in order, to stand where this one stands. */
  readonly content: MeasureContent;
}
export interface MeasureContent {
  readonly times: readonly number[];
  readonly values?: readonly (string | number)[];
}

export class EventCount implements Measure {
  readonly #times = new Queue<number>();
  add(time: number): void {
    this.#times.push(time);
  }
  expire(before: number): void {
    while (this.#times.length > 0 && (this.#times.first() as number) <= before) this.#times.shift();
  }
  get current(): number {
    return this.#times.length;
  }
  get size(): number {
    return this.#times.length;
  }
  get content(): MeasureContent {
    return { times: this.#times.toArray() };
  }
}

/** Distinct values, exact: a count per value goes up with each event in and down with each event out. */
export class ValueCount implements Measure {
  readonly #times = new Queue<number>();
  readonly #values = new Queue<string | number>();
  readonly #counts = new Map<string | number, number>();
  add(time: number, value: string | number | undefined): void {
    if (value === undefined) return;
    this.#times.push(time);
    this.#values.push(value);
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }
  expire(before: number): void {
    while (this.#times.length > 0 && (this.#times.first() as number) <= before) {
      this.#times.shift();
      const value = this.#values.shift() as string | number;
      const count = (this.#counts.get(value) ?? 0) - 1;
      if (count <= 0) this.#counts.delete(value);
      else this.#counts.set(value, count);
    }
  }
  get current(): number {
    return this.#counts.size;
  }
  get size(): number {
    return this.#times.length;
  }
  get content(): MeasureContent {
    return { times: this.#times.toArray(), values: this.#values.toArray() };
  }
}

/** Sum or average. The sum is rebuilt once per window's worth of departures, so that rounding errors do not pile up. */
export class Sum implements Measure {
  readonly #times = new Queue<number>();
  #numbers: number[] = [];
  #head = 0;
  #sum = 0;
  #departed = 0;
  readonly #average: boolean;
  constructor(average: boolean) {
    this.#average = average;
  }
  add(time: number, value: string | number | undefined): void {
    const number = numeric(value);
    if (number === undefined) return;
    this.#times.push(time);
    this.#numbers.push(number);
    this.#sum += number;
  }
  expire(before: number): void {
    while (this.#times.length > 0 && (this.#times.first() as number) <= before) {
      this.#times.shift();
      this.#sum -= this.#numbers[this.#head] as number;
      this.#head += 1;
      this.#departed += 1;
    }
    if (this.#departed > this.#times.length) {
      this.#numbers = this.#numbers.slice(this.#head);
      this.#head = 0;
      this.#departed = 0;
      this.#sum = this.#numbers.reduce((sum, number) => sum + number, 0);
    }
  }
  get current(): number | undefined {
    if (this.#times.length === 0) return undefined;
    return this.#average ? this.#sum / this.#times.length : this.#sum;
  }
  get size(): number {
    return this.#times.length;
  }
  get content(): MeasureContent {
    return { times: this.#times.toArray(), values: this.#numbers.slice(this.#head) };
  }
}

/** A percentile of the numbers in the window (nearest rank); the median is the mean of the two in the middle. */
export class Percentile implements Measure {
  readonly #times = new Queue<number>();
  readonly #values = new Queue<number>();
  readonly #sorted: number[] = [];
  readonly #percentile: number | 'median';
  constructor(percentile: number | 'median') {
    this.#percentile = percentile;
  }
  add(time: number, value: string | number | undefined): void {
    const number = numeric(value);
    if (number === undefined) return;
    this.#times.push(time);
    this.#values.push(number);
    this.#sorted.splice(this.#position(number), 0, number);
  }
  expire(before: number): void {
    while (this.#times.length > 0 && (this.#times.first() as number) <= before) {
      this.#times.shift();
      this.#sorted.splice(this.#position(this.#values.shift() as number), 1);
    }
  }
  #position(number: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] as number) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  get current(): number | undefined {
    const count = this.#sorted.length;
    if (count === 0) return undefined;
    if (this.#percentile === 'median') {
      const upper = this.#sorted[count >> 1] as number;
      return count % 2 === 1 ? upper : ((this.#sorted[(count >> 1) - 1] as number) + upper) / 2;
    }
    return this.#sorted[Math.max(0, Math.ceil((this.#percentile / 100) * count) - 1)];
  }
  get size(): number {
    return this.#times.length;
  }
  get content(): MeasureContent {
    return { times: this.#times.toArray(), values: this.#values.toArray() };
  }
}

/**
 * How common the newest value is: its share, in percent, of all events in the window. This is what the specification's example of
 * value_percentile asks of a field that holds no numbers ("a process name that makes less than 1 % of all").
 */
export class ValueShare implements Measure {
  readonly #times = new Queue<number>();
  readonly #values = new Queue<string | number>();
  readonly #counts = new Map<string | number, number>();
  #newest: string | number | undefined;
  add(time: number, value: string | number | undefined): void {
    this.#newest = value;
    if (value === undefined) return;
    this.#times.push(time);
    this.#values.push(value);
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }
  expire(before: number): void {
    while (this.#times.length > 0 && (this.#times.first() as number) <= before) {
      this.#times.shift();
      const value = this.#values.shift() as string | number;
      const count = (this.#counts.get(value) ?? 0) - 1;
      if (count <= 0) this.#counts.delete(value);
      else this.#counts.set(value, count);
    }
  }
  get current(): number | undefined {
    if (this.#newest === undefined || this.#times.length === 0) return undefined;
    return (100 * (this.#counts.get(this.#newest) ?? 0)) / this.#times.length;
  }
  get size(): number {
    return this.#times.length;
  }
  get content(): MeasureContent {
    return { times: this.#times.toArray(), values: this.#values.toArray() };
  }
}

/** Different rules seen within the timespan, in any order. */
export class Temporal {
  readonly #last: number[];
  /** @param times what {@link times} gave, to stand where that one stood */
  constructor(rules: number, times: readonly (number | null)[] = []) {
    this.#last = Array.from({ length: rules }, (_, index) => times[index] ?? Number.NEGATIVE_INFINITY);
  }
  /** Never seen is null, so that it survives JSON. */
  get times(): readonly (number | null)[] {
    return this.#last.map((time) => (Number.isFinite(time) ? time : null));
  }
  add(time: number, rule: number): void {
    this.#last[rule] = time;
  }
  /** Rules seen after this time. */
  seenAfter(before: number): number {
    return this.#last.reduce((count, time) => count + (time > before ? 1 : 0), 0);
  }
}

/** The rules seen in their order within the timespan: for each step, the latest possible start of a chain that ends there. */
export class TemporalOrdered {
  readonly #starts: number[];
  /** @param times what {@link times} gave, to stand where that one stood */
  constructor(rules: number, times: readonly (number | null)[] = []) {
    this.#starts = Array.from({ length: rules }, (_, index) => times[index] ?? Number.NEGATIVE_INFINITY);
  }
  /** Never seen is null, so that it survives JSON. */
  get times(): readonly (number | null)[] {
    return this.#starts.map((time) => (Number.isFinite(time) ? time : null));
  }
  /** @returns whether the last step was reached within the timespan */
  add(time: number, rule: number, timespan: number): boolean {
    if (rule === 0) this.#starts[0] = time;
    else {
      const start = this.#starts[rule - 1] as number;
      if (time - start < timespan && start > (this.#starts[rule] as number)) this.#starts[rule] = start;
      else if (time - start >= timespan) return false;
    }
    const complete = rule === this.#starts.length - 1 && time - (this.#starts[rule] as number) < timespan;
    if (complete) this.#starts.fill(Number.NEGATIVE_INFINITY);
    return complete;
  }
}

function numeric(value: string | number | undefined): number | undefined {
  const number =
    typeof value === 'number' ? value : value === undefined || value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}
