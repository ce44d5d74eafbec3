/**
 * Sets of lower-cased literals looked for in one pass over a text: Aho–Corasick for "contains", tries for "starts with" and "ends with".
 * They report ids; they never decide what a hit means.
 * Source: A. Aho, M. Corasick, "Efficient string matching", CACM 18 (1975).
 * @module
 */
export interface Literal {
  readonly text: string;
  readonly id: number;
}

/** Maps UTF-16 units to small classes; ASCII letters share one class with their other case. Class 0 means "in no literal". */
class Alphabet {
  readonly ascii = new Uint16Array(128);
  readonly wide: Uint16Array | undefined;
  readonly size: number;

  constructor(literals: readonly Literal[]) {
    const units = new Set<number>();
    for (const { text } of literals)
      for (let index = 0; index < text.length; index += 1) units.add(text.charCodeAt(index));
    let next = 1;
    const wide = [...units].some((unit) => unit > 127) ? new Uint16Array(65_536) : undefined;
    for (const unit of units) {
      if (unit < 128) this.ascii[unit] = next;
      if (wide) wide[unit] = next;
      next += 1;
    }
    for (let upper = 65; upper <= 90; upper += 1) this.ascii[upper] = this.ascii[upper + 32] ?? 0;
    this.wide = wide;
    this.size = next;
  }

  of(unit: number): number {
    return unit < 128 ? (this.ascii[unit] ?? 0) : (this.wide?.[unit] ?? 0);
  }
}

class Table {
  cells: Int32Array;
  states = 1;
  readonly width: number;
  readonly own: number[][] = [[]];

  constructor(width: number) {
    this.width = width;
    this.cells = new Int32Array(width * 64);
  }

  add(classes: readonly number[], id: number): void {
    let state = 0;
    for (const unit of classes) {
      const cell = state * this.width + unit;
      let next = this.cells[cell] ?? 0;
      if (next === 0) {
        next = this.states;
        this.states += 1;
        this.own.push([]);
        if (this.states * this.width > this.cells.length) {
          const larger = new Int32Array(this.cells.length * 2);
          larger.set(this.cells);
          this.cells = larger;
        }
        this.cells[cell] = next;
      }
      state = next;
    }
    this.own[state]?.push(id);
  }
}

const isAscii = /^[\0-\x7f]*$/;

/** Calls back with the id of every literal the text contains; one id may be reported more than once. */
export class ContainsIndex {
  readonly #alphabet: Alphabet;
  readonly #width: number;
  readonly #next: Int32Array;
  readonly #firstOutput: number;
  readonly #outputs: readonly Int32Array[];

  constructor(literals: readonly Literal[]) {
    this.#alphabet = new Alphabet(literals);
    const width = this.#alphabet.size;
    this.#width = width;
    const table = new Table(width);
    for (const { text, id } of literals)
      table.add(
        Array.from({ length: text.length }, (_, index) => this.#alphabet.of(text.charCodeAt(index))),
        id,
      );
    const states = table.states;
    const cells = table.cells;
    const fail = new Int32Array(states);
    const outputs: number[][] = table.own;
    const queue: number[] = [];
    for (let unit = 0; unit < width; unit += 1) {
      const next = cells[unit] ?? 0;
      if (next !== 0) queue.push(next);
    }
    for (let head = 0; head < queue.length; head += 1) {
      const state = queue[head] ?? 0;
      const back = fail[state] ?? 0;
      const inherited = outputs[back] ?? [];
      if (inherited.length > 0) outputs[state] = [...(outputs[state] ?? []), ...inherited];
      for (let unit = 0; unit < width; unit += 1) {
        const cell = state * width + unit;
        const next = cells[cell] ?? 0;
        const across = cells[back * width + unit] ?? 0;
        if (next === 0) cells[cell] = across;
        else {
          fail[next] = across;
          queue.push(next);
        }
      }
    }
    // States that report stand last, so that one comparison tells them apart; states are stored as row offsets.
    const silent: number[] = [];
    const speaking: number[] = [];
    for (let state = 0; state < states; state += 1)
      (state > 0 && (outputs[state]?.length ?? 0) > 0 ? speaking : silent).push(state);
    const position = new Int32Array(states);
    for (const [index, state] of [...silent, ...speaking].entries()) position[state] = index;
    this.#next = new Int32Array(states * width);
    for (let state = 0; state < states; state += 1)
      for (let unit = 0; unit < width; unit += 1)
        this.#next[(position[state] ?? 0) * width + unit] = (position[cells[state * width + unit] ?? 0] ?? 0) * width;
    this.#firstOutput = silent.length * width;
    this.#outputs = speaking.map((state) => Int32Array.from(new Set(outputs[state])));
  }

  scan(text: string, into: number[]): void {
    const next = this.#next;
    const classes = this.#alphabet.ascii;
    const firstOutput = this.#firstOutput;
    let state = 0;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 127) {
        this.#scanWide(text.toLowerCase(), into);
        return;
      }
      state = next[state + (classes[unit] as number)] as number;
      if (state >= firstOutput) this.#report(state, into);
    }
  }

  #scanWide(text: string, into: number[]): void {
    let state = 0;
    for (let index = 0; index < text.length; index += 1) {
      state = this.#next[state + this.#alphabet.of(text.charCodeAt(index))] as number;
      if (state >= this.#firstOutput) this.#report(state, into);
    }
  }

  #report(state: number, into: number[]): void {
    const ids = this.#outputs[(state - this.#firstOutput) / this.#width] as Int32Array;
    for (let index = 0; index < ids.length; index += 1) into.push(ids[index] as number);
  }
}

/** Literals a text begins with, or, reversed, ends with. */
export class EdgeIndex {
  readonly #alphabet: Alphabet;
  readonly #table: Table;
  readonly #reversed: boolean;

  constructor(literals: readonly Literal[], reversed: boolean) {
    this.#alphabet = new Alphabet(literals);
    this.#table = new Table(this.#alphabet.size);
    this.#reversed = reversed;
    for (const { text, id } of literals) {
      const classes = Array.from({ length: text.length }, (_, index) => this.#alphabet.of(text.charCodeAt(index)));
      this.#table.add(reversed ? classes.reverse() : classes, id);
    }
  }

  scan(original: string, into: number[]): void {
    const text = isAscii.test(original) ? original : original.toLowerCase();
    const { cells, width, own } = this.#table;
    const last = text.length - 1;
    let state = 0;
    for (const id of own[0] as number[]) into.push(id);
    for (let index = 0; index <= last; index += 1) {
      const unit = text.charCodeAt(this.#reversed ? last - index : index);
      const kind = this.#alphabet.of(unit);
      if (kind === 0) return;
      state = cells[state * width + kind] as number;
      if (state === 0) return;
      const ids = own[state] as number[];
      for (let each = 0; each < ids.length; each += 1) into.push(ids[each] as number);
    }
  }
}
