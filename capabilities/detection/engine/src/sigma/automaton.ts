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
  /** Of bytes below 128; the rest of a byte's values never stand in a text that is ASCII. */
  readonly ascii = new Uint16Array(256);
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

  classesOf(text: string): number[] {
    const classes: number[] = [];
    for (let index = 0; index < text.length; index += 1) classes.push(this.of(text.charCodeAt(index)));
    return classes;
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

const encoder = new TextEncoder();
/** The longest text for whose bytes room is kept. */
const keptLength = 1 << 20;

/**
 * The text that is looked into, as bytes where it is ASCII: bytes are read two to three times faster than the units of a string, above all of
 * one that was cut out of another.
 */
export class Looked {
  bytes = new Uint8Array(4096);
  /** Lower-cased, where the text is not ASCII; undefined where `bytes` hold it. */
  lowered: string | undefined;
  length = 0;

  take(text: string): void {
    if (text.length > this.bytes.length && text.length <= keptLength)
      this.bytes = new Uint8Array(Math.min(keptLength, text.length * 2));
    this.length = text.length;
    const whole = text.length <= this.bytes.length && encoder.encodeInto(text, this.bytes).written === text.length;
    this.lowered = whole ? undefined : text.toLowerCase();
    if (this.lowered !== undefined) this.length = this.lowered.length;
  }
}

/** Ids found in one text, gathered without making garbage: one such list serves all texts. */
export class Hits {
  ids = new Int32Array(1024);
  size = 0;

  add(id: number): void {
    if (this.size === this.ids.length) {
      const larger = new Int32Array(this.size * 2);
      larger.set(this.ids);
      this.ids = larger;
    }
    this.ids[this.size] = id;
    this.size += 1;
  }
  addAll(found: Int32Array): void {
    for (let index = 0; index < found.length; index += 1) this.add(found[index] as number);
  }
  copy(): Int32Array {
    return this.ids.slice(0, this.size);
  }
}

/** Finds every literal a text contains. */
export class ContainsIndex {
  readonly #alphabet: Alphabet;
  readonly #width: number;
  readonly #next: Int32Array;
  readonly #firstOutput: number;
  readonly #outputs: readonly Int32Array[];
  /** The scan in which a reporting state was last met: its ids are given once for a text. */
  readonly #met: Int32Array;
  #now = 0;

  constructor(literals: readonly Literal[]) {
    this.#alphabet = new Alphabet(literals);
    const width = this.#alphabet.size;
    this.#width = width;
    const table = new Table(width);
    for (const { text, id } of literals) table.add(this.#alphabet.classesOf(text), id);
    const { states, cells, own } = table;
    // Breadth first: a state comes after all shorter ones, so the few that texts mostly walk through lie side by side in memory.
    const queue = new Int32Array(states);
    const fail = new Int32Array(states);
    const outputs: (readonly number[])[] = own;
    let end = 1;
    for (let head = 0; head < end; head += 1) {
      const state = queue[head] as number;
      const back = fail[state] as number;
      if (state !== 0 && (outputs[back] as readonly number[]).length > 0)
        outputs[state] = [...(outputs[state] as readonly number[]), ...(outputs[back] as readonly number[])];
      const row = state * width;
      const backRow = back * width;
      for (let unit = 1; unit < width; unit += 1) {
        const next = cells[row + unit] as number;
        if (next === 0) {
          if (state !== 0) cells[row + unit] = cells[backRow + unit] as number;
          continue;
        }
        fail[next] = state === 0 ? 0 : (cells[backRow + unit] as number);
        queue[end] = next;
        end += 1;
      }
    }
    // States that report stand last, so that one comparison tells them apart; states are stored as row offsets.
    const offset = new Int32Array(states);
    let silent = 0;
    for (const state of queue)
      if (state === 0 || (outputs[state] as readonly number[]).length === 0) {
        offset[state] = silent * width;
        silent += 1;
      }
    this.#firstOutput = silent * width;
    const speaking: Int32Array[] = [];
    for (const state of queue)
      if (state !== 0 && (outputs[state] as readonly number[]).length > 0) {
        offset[state] = (silent + speaking.length) * width;
        speaking.push(Int32Array.from(new Set(outputs[state])));
      }
    this.#next = new Int32Array(states * width);
    for (let state = 0; state < states; state += 1) {
      const from = state * width;
      const to = offset[state] as number;
      for (let unit = 1; unit < width; unit += 1)
        this.#next[to + unit] = offset[cells[from + unit] as number] as number;
    }
    this.#outputs = speaking;
    this.#met = new Int32Array(speaking.length);
  }

  scan({ bytes, length, lowered }: Looked, into: Hits): void {
    this.#now += 1;
    if (this.#now === 0x7fffffff) {
      this.#met.fill(0);
      this.#now = 1;
    }
    if (lowered !== undefined) {
      this.#scanWide(lowered, into);
      return;
    }
    const next = this.#next;
    const classes = this.#alphabet.ascii;
    const firstOutput = this.#firstOutput;
    let state = 0;
    for (let index = 0; index < length; index += 1) {
      state = next[state + (classes[bytes[index] as number] as number)] as number;
      if (state >= firstOutput) this.#report(state, into);
    }
  }

  #scanWide(text: string, into: Hits): void {
    let state = 0;
    for (let index = 0; index < text.length; index += 1) {
      state = this.#next[state + this.#alphabet.of(text.charCodeAt(index))] as number;
      if (state >= this.#firstOutput) this.#report(state, into);
    }
  }

  #report(state: number, into: Hits): void {
    const index = (state - this.#firstOutput) / this.#width;
    if (this.#met[index] === this.#now) return;
    this.#met[index] = this.#now;
    into.addAll(this.#outputs[index] as Int32Array);
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
      const classes = this.#alphabet.classesOf(text);
      this.#table.add(reversed ? classes.reverse() : classes, id);
    }
  }

  scan({ bytes, length, lowered }: Looked, into: Hits): void {
    const { cells, width, own } = this.#table;
    const last = length - 1;
    let state = 0;
    for (const id of own[0] as number[]) into.add(id);
    for (let index = 0; index <= last; index += 1) {
      const at = this.#reversed ? last - index : index;
      const unit = lowered === undefined ? (bytes[at] as number) : lowered.charCodeAt(at);
      const kind = this.#alphabet.of(unit);
      if (kind === 0) return;
      state = cells[state * width + kind] as number;
      if (state === 0) return;
      const ids = own[state] as number[];
      for (let each = 0; each < ids.length; each += 1) into.add(ids[each] as number);
    }
  }
}
