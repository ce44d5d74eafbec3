/**
 * One event as a line of JSON, of which only the fields are read that rules look at: most of a Windows event (its printed message above all)
 * is nothing any rule asks for. WebAssembly (`assembly/json.as.ts`) finds where the members of the outermost object stand, and judges the
 * line as `JSON.parse` would; what it leaves open is for `JSON.parse`. Where SIMD is missing every line is left to it.
 * @module
 */

import { fromBase64 } from '../bytes.ts';
import type { EventRecord } from './event.ts';
import { jsonBase64 } from './json.wasm.ts';

/** Addresses and sizes in `assembly/json.as.ts`. */
const header = 1024 / 4;
const membersAt = 4096 / 4;
const perMember = 6;
const inputAt = 524_288;
const pages = 32;
/** Bytes a line may have here: the rest of the memory, less what is read beyond a line's end. */
const lineLimit = pages * 65_536 - inputAt - 64;
/** Of 8,192 places for names. Names are chosen by senders: when so many were met, all are forgotten. */
const nameLimit = 4096;
/** Above this share of a line that rules look at, parsing it whole costs less than walking over it first (measured: 3.7 ns a byte against 1.6). */
const worthWalking = 0.4;
/** Where walking does not pay, one line in so many is walked over all the same, since the stream may change. */
const probeEvery = 32;
/** Known to the walk by number: where an event belongs, under which names other shapes hold it inside, what cannot be set on an object. */
const knownNames = ['', 'Channel', 'EventID', 'Event', 'System', 'winlog', '__proto__'] as const;
const kindOfNumber = 2;
const kindOfNested = 4;

interface Walker {
  walk(length: number): number;
  remember(start: number, length: number, id: number): number;
  forget(): void;
}

let compiled: WebAssembly.Module | null | undefined;

/** Null where this runtime has no SIMD. */
function compiledWalker(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const bytes = fromBase64(jsonBase64);
    compiled = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  }
  return compiled;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A line parsed whole; bytes that are no UTF-8 read as U+FFFD. */
export function parsedLine(line: string | Uint8Array): EventRecord {
  return JSON.parse(typeof line === 'string' ? line : decoder.decode(line)) as EventRecord;
}

export class JsonLine {
  readonly #walker: Walker | undefined;
  readonly #input: Uint8Array = new Uint8Array();
  readonly #numbers: Int32Array = new Int32Array();
  /** Undefined where the line came as bytes. */
  #text: string | undefined;
  #length = 0;
  /** Share of the last lines' texts that was asked for, and how many lines are not walked over because it is high. */
  #share = 0;
  readonly #probeEvery: number;
  #left = 0;
  /** Whether every character is one byte, so that places in the input are places in the text. */
  #plain = true;
  #count = 0;
  #ids = new Map<string, number>();
  #names: string[] = [];
  /** Whether all names are to be forgotten before the next line. */
  #full = false;
  /** By number of asker, then by number of name: 1 no, 2 yes, 0 not asked yet. */
  #wanted: (Uint8Array | undefined)[] = [];

  /** @param probe walk over one line in so many where walking does not pay */
  constructor(probe = probeEvery) {
    this.#probeEvery = probe;
    const module = compiledWalker();
    if (!module) return;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.#walker = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Walker;
    this.#input = new Uint8Array(memory.buffer, inputAt, lineLimit);
    this.#numbers = new Int32Array(memory.buffer);
    this.#forget();
  }

  /**
   * Walks over a line, as text or as bytes in UTF-8; bytes need not become a text first.
   * @returns false where it is anything else than one object, where the event lies inside a member, and where it is no JSON; and where it would not pay
   */
  walk(line: string | Uint8Array): boolean {
    const walker = this.#walker;
    if (this.#left > 0) {
      this.#left -= 1;
      return false;
    }
    const bytes = typeof line !== 'string';
    if (!walker || (bytes ? line.length : line.length * 3) > lineLimit) return false;
    if (this.#full) this.#forget();
    if (bytes) {
      this.#input.set(line);
      this.#length = line.length;
      this.#text = undefined;
      this.#plain = false;
    } else {
      this.#length = encoder.encodeInto(line, this.#input).written;
      this.#plain = this.#length === line.length;
      // Half of a surrogate pair cannot be written as bytes.
      if (!this.#plain && !line.isWellFormed()) return false;
      this.#text = line;
    }
    this.#count = walker.walk(this.#length);
    if (this.#count < 0) return false;
    if (this.#numbers[header + 3] !== 0) this.#learn(walker);
    return true;
  }

  /** Of the line walked over; where a name stands twice the last one counts, as in `JSON.parse`. */
  get channel(): unknown {
    const index = this.#numbers[header] as number;
    if (index < 0) return undefined;
    const known = this.#numbers[header + 4] as number;
    if (known > 0) return this.#names[known];
    const value = this.#value(index);
    if (typeof value === 'string' && this.#walker) {
      const at = membersAt + index * perMember;
      const start = (this.#numbers[at + 3] as number) + 1;
      // A text with escapes is not found by its bytes, only remembered in vain.
      this.#number(this.#walker, start, (this.#numbers[at + 4] as number) - 1 - start);
    }
    return value;
  }
  get eventId(): unknown {
    const index = this.#numbers[header + 1] as number;
    return index < 0 ? undefined : this.#value(index);
  }

  /**
   * The members somebody asks for, as an event. They are parsed together: one short text costs less than many values, and makes strings that
   * do not hold the line in memory. Nested values are parsed in any case, since the walk only found their ends.
   * @param asker number under which the answers of `asks` are remembered
   */
  event(asker: number, asks: (name: string) => boolean): EventRecord {
    let wanted = this.#wanted[asker];
    if (!wanted) {
      wanted = new Uint8Array(nameLimit + memberRoom);
      this.#wanted[asker] = wanted;
    }
    const text = this.#text !== undefined && this.#plain ? this.#cut(wanted, asks) : this.#pressed(wanted, asks);
    this.#share += (text.length / this.#length - this.#share) / 16;
    if (this.#share > worthWalking) this.#left = this.#probeEvery - 1;
    return JSON.parse(text) as EventRecord;
  }

  #asked(at: number, wanted: Uint8Array, asks: (name: string) => boolean): boolean {
    const id = this.#numbers[at] as number;
    if (wanted[id] === 0) wanted[id] = asks(this.#names[id] as string) ? 2 : 1;
    return wanted[id] === 2 || this.#numbers[at + 5] === kindOfNested;
  }

  /** What is asked for, cut out of the text. */
  #cut(wanted: Uint8Array, asks: (name: string) => boolean): string {
    const numbers = this.#numbers;
    let text = '{';
    let from = -1;
    let to = 0;
    for (let index = 0, at = membersAt; index < this.#count; index += 1, at += perMember)
      if (this.#asked(at, wanted, asks)) {
        if (from < 0) from = (numbers[at + 1] as number) - 1;
        to = numbers[at + 4] as number;
      } else if (from >= 0) {
        text += `${this.#slice(from, to)},`;
        from = -1;
      }
    if (from >= 0) text += this.#slice(from, to);
    else if (text.length > 1) text = text.slice(0, -1);
    return `${text}}`;
  }

  /** What is asked for, pushed together in the bytes, so that one text is made of it. Nothing else can be read of the line afterwards. */
  #pressed(wanted: Uint8Array, asks: (name: string) => boolean): string {
    const numbers = this.#numbers;
    const input = this.#input;
    let end = 1;
    let from = -1;
    let to = 0;
    input[0] = 123;
    for (let index = 0, at = membersAt; index < this.#count; index += 1, at += perMember)
      if (this.#asked(at, wanted, asks)) {
        if (from < 0) from = (numbers[at + 1] as number) - 1;
        to = numbers[at + 4] as number;
      } else if (from >= 0) {
        input.copyWithin(end, from, to);
        end += to - from;
        input[end] = 44;
        end += 1;
        from = -1;
      }
    if (from >= 0) {
      input.copyWithin(end, from, to);
      end += to - from;
    } else if (end > 1) end -= 1;
    input[end] = 125;
    return decoder.decode(input.subarray(0, end + 1));
  }

  #value(index: number): unknown {
    const at = membersAt + index * perMember;
    const text = this.#slice(this.#numbers[at + 3] as number, this.#numbers[at + 4] as number);
    return this.#numbers[at + 5] === kindOfNumber ? Number(text) : JSON.parse(text);
  }

  /** Gives numbers to the names of the line that have none. */
  #learn(walker: Walker): void {
    const numbers = this.#numbers;
    for (let index = 0, at = membersAt; index < this.#count; index += 1, at += perMember)
      numbers[at] = this.#number(walker, numbers[at + 1] as number, numbers[at + 2] as number);
  }

  #slice(from: number, to: number): string {
    return this.#text !== undefined && this.#plain
      ? this.#text.slice(from, to)
      : decoder.decode(this.#input.subarray(from, to));
  }

  #number(walker: Walker, start: number, length: number): number {
    // Of its own, so that it does not hold the line in memory it was cut from.
    const name = decoder.decode(this.#input.subarray(start, start + length));
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.#names.push(name) - 1;
      this.#ids.set(name, id);
      if (!walker.remember(start, length, id) || id >= nameLimit) this.#full = true;
    }
    return id;
  }

  #forget(): void {
    this.#walker?.forget();
    this.#full = false;
    this.#names = [];
    this.#ids = new Map();
    this.#wanted = [];
    for (const name of knownNames) {
      const id = this.#names.push(name) - 1;
      if (name === '') continue;
      this.#ids.set(name, id);
      const { written } = encoder.encodeInto(name, this.#input);
      this.#walker?.remember(0, written, id);
    }
  }
}

/** Members one line may have: its names are learned even where the limit is met with it. */
const memberRoom = 1024;
