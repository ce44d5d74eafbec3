/**
 * The rules that concern one kind of events, compiled together: predicates shared between rules, one index per field, and for each rule
 * the predicates it cannot fire without. Which of them wake a rule is learned from how often they hold. It never changes what a rule
 * means: tests compare it with a plain interpreter.
 * @module
 */
import { type EventRecord, everyText, fieldReader, type Reader, scalarText } from './event.ts';
import { FieldIndex, indexLiteral, isExact, isIndexable } from './field-index.ts';
import { eventMatcher, textMatcher } from './match.ts';
import type { Condition, DetectionRule, Test } from './rule.ts';

type Evaluate = (event: EventRecord) => boolean;

interface Predicate {
  readonly id: number;
  readonly field: string | undefined;
  readonly test: Test;
  readonly indexed: boolean;
}

/** Events after which the wake-up predicates are chosen anew. */
const relearnAt = [128, 1024, 8192];
/** After the last choice nothing needs counting. */
const learned = 8192;

export class Bucket {
  readonly rules: readonly DetectionRule[];
  readonly #predicates: Predicate[] = [];
  readonly #byKey = new Map<string, Predicate>();
  readonly #evaluators: Evaluate[];
  readonly #fields: { readonly read: Reader; readonly index: FieldIndex }[] = [];
  readonly #keywords: FieldIndex | undefined;
  readonly #stamps: Int32Array;
  readonly #counts: Float64Array;
  readonly #lazyStamps: Int32Array;
  readonly #lazyValues: Uint8Array;
  readonly #woken: Int32Array;
  #wakes: (Int32Array | undefined)[] = [];
  #always: number[] = [];
  #now = 0;
  #events = 0;
  #candidates: number[] = [];
  readonly #namesOf: (field: string) => readonly string[];
  readonly #readers = new Map<string, Reader>();
  /** Names of members of an event that the rules look at; undefined where they look at all. */
  readonly #asked: ReadonlySet<string> | undefined;

  /** Among the buckets of one detector. */
  readonly number: number;

  constructor(rules: readonly DetectionRule[], namesOf: (field: string) => readonly string[], number = 0) {
    this.rules = rules;
    this.number = number;
    this.#namesOf = namesOf;
    for (const rule of rules) this.#collect(rule.condition);
    const count = this.#predicates.length;
    this.#stamps = new Int32Array(count);
    this.#lazyStamps = new Int32Array(count);
    this.#lazyValues = new Uint8Array(count);
    this.#counts = new Float64Array(count);
    this.#woken = new Int32Array(rules.length);
    const perField = new Map<string | undefined, Predicate[]>();
    for (const predicate of this.#predicates)
      if (predicate.indexed) {
        const list = perField.get(predicate.field);
        if (list) list.push(predicate);
        else perField.set(predicate.field, [predicate]);
      }
    const keywords = perField.get(undefined);
    this.#keywords = keywords ? new FieldIndex(keywords) : undefined;
    for (const [field, predicates] of perField)
      if (field !== undefined) this.#fields.push({ read: this.#reader(field), index: new FieldIndex(predicates) });
    this.#evaluators = rules.map((rule) => this.#compile(rule.condition));
    this.#asked =
      this.#keywords || this.#predicates.some(({ field }) => field === undefined) ? undefined : this.#names();
    this.#learn();
  }

  /** Whether some rule looks at every value of an event. */
  get asksForAll(): boolean {
    return this.#asked === undefined;
  }
  readonly asksFor = (name: string): boolean => this.#asked === undefined || this.#asked.has(name);

  #names(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { field, test } of this.#predicates)
      for (const each of [field, test.kind === 'fieldref' ? test.field : undefined])
        if (each !== undefined)
          for (const name of this.#namesOf(each)) {
            names.add(name);
            // A name with dots may be a path.
            names.add(name.split('.', 1)[0] as string);
          }
    return names;
  }

  /** Indexes (into `rules`, ascending) of the rules that match. */
  match(event: EventRecord): readonly number[] {
    this.#now += 1;
    if (this.#now === 0x7fffffff) this.#restamp();
    this.#events += 1;
    if (this.#events <= learned && relearnAt.includes(this.#events)) this.#learn();
    this.#candidates.length = 0;
    for (let index = 0; index < this.#fields.length; index += 1) {
      const { read, index: fieldIndex } = this.#fields[index] as { read: Reader; index: FieldIndex };
      const value = read(event);
      if (typeof value === 'string') this.#mark(fieldIndex, fieldIndex.holding(value));
      else if (value !== undefined && value !== null) this.#markAny(fieldIndex, value);
    }
    const keywords = this.#keywords;
    if (keywords) everyText(event, (text) => this.#mark(keywords, keywords.holding(text)));
    let matched: number[] | undefined;
    for (const rule of this.#always)
      if ((this.#evaluators[rule] as Evaluate)(event)) {
        matched ??= [];
        matched.push(rule);
      }
    for (const rule of this.#candidates)
      if ((this.#evaluators[rule] as Evaluate)(event)) {
        matched ??= [];
        matched.push(rule);
      }
    if (!matched) return nothing;
    return matched.length > 1 ? matched.sort((left, right) => left - right) : matched;
  }

  /** How many rules are evaluated for every event because nothing can wake them. */
  get alwaysEvaluated(): number {
    return this.#always.length;
  }

  #mark({ found: ids }: FieldIndex, size: number): void {
    const stamps = this.#stamps;
    const now = this.#now;
    const counts = this.#events <= learned ? this.#counts : undefined;
    for (let each = 0; each < size; each += 1) {
      const id = ids[each] as number;
      if (stamps[id] === now) continue;
      stamps[id] = now;
      if (counts) (counts[id] as number) += 1;
      const wakes = this.#wakes[id];
      if (wakes === undefined) continue;
      for (let index = 0; index < wakes.length; index += 1) {
        const rule = wakes[index] as number;
        if (this.#woken[rule] === now) continue;
        this.#woken[rule] = now;
        this.#candidates.push(rule);
      }
    }
  }

  #markAny(index: FieldIndex, value: unknown): void {
    if (Array.isArray(value)) for (const element of value) this.#markAny(index, element);
    else {
      const text = scalarText(value);
      if (text !== undefined) this.#mark(index, index.holding(text));
    }
  }

  #restamp(): void {
    this.#stamps.fill(0);
    this.#lazyStamps.fill(0);
    this.#woken.fill(0);
    this.#now = 1;
  }

  #reader(field: string): Reader {
    let reader = this.#readers.get(field);
    if (!reader) {
      reader = fieldReader(this.#namesOf(field));
      this.#readers.set(field, reader);
    }
    return reader;
  }

  #collect(condition: Condition): void {
    if (condition.kind === 'not') this.#collect(condition.child);
    else if (condition.kind === 'test') this.#predicate(condition.field, condition.test);
    else for (const child of condition.children) this.#collect(child);
  }

  #predicate(field: string | undefined, test: Test): Predicate {
    const key = JSON.stringify([field ?? null, test]);
    let predicate = this.#byKey.get(key);
    if (!predicate) {
      predicate = { id: this.#predicates.length, field, test, indexed: isIndexable(test) };
      this.#predicates.push(predicate);
      this.#byKey.set(key, predicate);
    }
    return predicate;
  }

  #compile(condition: Condition): Evaluate {
    switch (condition.kind) {
      case 'not': {
        const child = this.#compile(condition.child);
        return (event) => !child(event);
      }
      case 'and':
      case 'or': {
        const wanted = condition.kind === 'or';
        const stamps = this.#stamps;
        // What the index has already answered is read from it in one loop, before anything is called.
        const answered: number[] = [];
        const rest: Evaluate[] = [];
        for (const child of condition.children) {
          const predicate = child.kind === 'test' ? this.#predicate(child.field, child.test) : undefined;
          if (predicate?.indexed && isExact(predicate.test)) answered.push(predicate.id);
          else rest.push(this.#compile(child));
        }
        const ids = Int32Array.from(answered);
        return (event) => {
          const now = this.#now;
          for (let index = 0; index < ids.length; index += 1)
            if ((stamps[ids[index] as number] === now) === wanted) return wanted;
          for (let index = 0; index < rest.length; index += 1)
            if ((rest[index] as Evaluate)(event) === wanted) return wanted;
          return !wanted;
        };
      }
      case 'atleast': {
        const children = condition.children.map((child) => this.#compile(child));
        return (event) => children.reduce((count, child) => count + (child(event) ? 1 : 0), 0) >= condition.count;
      }
      case 'test':
        return this.#compileTest(this.#predicate(condition.field, condition.test));
    }
  }

  #compileTest({ id, field, test, indexed }: Predicate): Evaluate {
    const stamps = this.#stamps;
    if (indexed && isExact(test)) return () => stamps[id] === this.#now;
    const lazyStamps = this.#lazyStamps;
    const lazyValues = this.#lazyValues;
    const compute =
      field === undefined ? anywhere(test) : eventMatcher(test, this.#reader(field), (other) => this.#reader(other));
    return (event) => {
      if (indexed && stamps[id] !== this.#now) return false;
      if (lazyStamps[id] !== this.#now) {
        lazyStamps[id] = this.#now;
        lazyValues[id] = compute(event) ? 1 : 0;
      }
      return lazyValues[id] === 1;
    };
  }

  /** Chooses for each rule the cheapest set of predicates of which one must hold for it to match. */
  #learn(): void {
    const wakes: number[][] = [];
    this.#always = [];
    for (const [index, rule] of this.rules.entries()) {
      const chosen = this.#necessary(rule.condition);
      if (!chosen) this.#always.push(index);
      else
        for (const id of new Set(chosen.ids)) {
          const list = wakes[id];
          if (list) list.push(index);
          else wakes[id] = [index];
        }
    }
    this.#wakes = wakes.map((list) => (list ? Int32Array.from(list) : undefined));
  }

  #necessary(condition: Condition): { readonly ids: readonly number[]; readonly cost: number } | undefined {
    switch (condition.kind) {
      case 'not':
        return undefined;
      case 'test': {
        const predicate = this.#predicate(condition.field, condition.test);
        return predicate.indexed ? { ids: [predicate.id], cost: this.#frequency(predicate) } : undefined;
      }
      case 'and': {
        let best: { readonly ids: readonly number[]; readonly cost: number } | undefined;
        for (const child of condition.children) {
          const found = this.#necessary(child);
          if (found && (!best || found.cost < best.cost)) best = found;
        }
        return best;
      }
      case 'or':
      case 'atleast': {
        const ids: number[] = [];
        let cost = 0;
        for (const child of condition.children) {
          const found = this.#necessary(child);
          if (!found) return undefined;
          ids.push(...found.ids);
          cost += found.cost;
        }
        return { ids, cost };
      }
    }
  }

  /** Share of events the predicate holds for, from what was seen and, before that, from how long its literal is. */
  #frequency(predicate: Predicate): number {
    const length = indexLiteral(predicate.test)?.length ?? 0;
    const prior = length === 0 ? 0.5 : 0.5 ** Math.min(length, 12);
    return ((this.#counts[predicate.id] as number) + prior * 16) / (this.#events + 16);
  }
}

const nothing: readonly number[] = [];

function anywhere(test: Test): Evaluate {
  const matches = textMatcher(test);
  if (!matches) return () => false;
  return (event) => {
    let found = false;
    everyText(event, (text) => {
      found ||= matches(text);
    });
    return found;
  };
}
