/**
 * Predicates over facts with three truth values. A fact nobody stated is unknown, and unknown is never false: `null` travels up through
 * strong Kleene logic (S. C. Kleene, Introduction to Metamathematics, 1952, §64) until something decides without it.
 * @module
 */

export type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'has';
/** What a comparison compares with: a literal, another fact, or a parameter of the instrument. */
interface Against {
  readonly v?: Value | undefined;
  readonly to?: string | undefined;
  readonly param?: string | undefined;
}
export type Predicate =
  | { readonly and: readonly Predicate[] }
  | { readonly or: readonly Predicate[] }
  | { readonly not: Predicate }
  | { readonly fact: string; readonly op: 'known' }
  | ({ readonly fact: string; readonly op: Operator } & Against)
  | { readonly param: string; readonly op: Operator; readonly v: Value }
  | ({
      readonly count: { readonly of: string; readonly where?: Predicate | undefined };
      readonly op: Operator;
    } & Against)
  | ({
      readonly trailing: {
        readonly of: string;
        /** Field of an item by which the list is put in order (a day or a number). */
        readonly orderBy: string;
        readonly where: Predicate;
        /** Items that neither lengthen nor break the run. */
        readonly skip?: Predicate | undefined;
      };
      readonly op: Operator;
    } & Against);

/** true, false, or null for unknown. */
export type Truth = boolean | null;
export type Facts = Readonly<Record<string, Value | null | undefined>>;
export type Parameters = Readonly<Record<string, Value>>;

export interface Scope {
  readonly facts: Facts;
  readonly parameters: Parameters;
  /** The item of a list that is being looked at; its fields are read as `item.<field>`. */
  readonly item?: Readonly<Record<string, Value | null | undefined>> | undefined;
}

/** Why a predicate came out as it did; a leaf names its fact, what it was, and what it was compared with. */
export interface Trace {
  readonly kind: 'and' | 'or' | 'not' | 'known' | 'compare' | 'count' | 'trailing';
  readonly result: Truth;
  readonly subject?: string;
  readonly op?: string;
  readonly got?: Value | null;
  readonly expected?: Value | null;
  readonly of?: readonly Trace[];
}

function isUnknown(value: Value | null | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** The value of a fact, or undefined. `item.x` reads the list item in scope. */
export function factValue(name: string, scope: Scope): Value | null | undefined {
  if (name.startsWith('item.')) return scope.item?.[name.slice(5)];
  return scope.facts[name];
}

function equal(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((each, index) => equal(each, right[index] as Value));
  return left === right;
}

/**
 * One comparison of two known values.
 * @throws {TypeError} when an order is asked of values that have none (numbers, or texts such as days, are ordered).
 */
export function compare(left: Value, op: Operator, right: Value): boolean {
  if (op === '=') return equal(left, right);
  if (op === '!=') return !equal(left, right);
  if (op === 'in') {
    if (!Array.isArray(right)) throw new TypeError(`in: expected a list on the right, got ${JSON.stringify(right)}`);
    return right.some((each) => equal(left, each));
  }
  if (op === 'has') {
    if (!Array.isArray(left)) throw new TypeError(`has: expected a list on the left, got ${JSON.stringify(left)}`);
    return left.some((each) => equal(each, right));
  }
  const ordered =
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!ordered)
    throw new TypeError(
      `${op}: expected two numbers or two texts, got ${JSON.stringify(left)} and ${JSON.stringify(right)}`,
    );
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  if (op === '>') return left > right;
  return left >= right;
}

function rightHandSide(against: Against, scope: Scope): Value | null | undefined {
  if (against.param !== undefined) {
    const found = scope.parameters[against.param];
    if (found === undefined) throw new RangeError(`parameter: expected a declared one, got ${against.param}`);
    return found;
  }
  if (against.to !== undefined) return factValue(against.to, scope);
  return against.v;
}

type Item = Readonly<Record<string, Value | null | undefined>>;
function itemsOf(name: string, scope: Scope): readonly Item[] | undefined {
  const list = scope.facts[name];
  if (isUnknown(list)) return undefined;
  if (!Array.isArray(list)) throw new TypeError(`${name}: expected a list, got ${JSON.stringify(list)}`);
  return list as readonly Item[];
}

/** Smallest and largest number a counting can have, given items that are undecided. */
interface Span {
  readonly least: number;
  readonly most: number;
}

function countSpan(items: readonly Item[], where: Predicate | undefined, scope: Scope): Span {
  let least = 0;
  let most = 0;
  for (const item of items) {
    const truth = where ? evaluate(where, { ...scope, item }) : true;
    if (truth !== false) most += 1;
    if (truth === true) least += 1;
  }
  return { least, most };
}

function trailingSpan(
  items: readonly Item[],
  orderBy: string,
  where: Predicate,
  skip: Predicate | undefined,
  scope: Scope,
): Span | undefined {
  if (items.some((item) => isUnknown(item[orderBy]))) return undefined;
  const ordered = [...items].sort((left, right) => {
    const a = left[orderBy] as Value;
    const b = right[orderBy] as Value;
    return equal(a, b) ? 0 : compare(a, '<', b) ? 1 : -1;
  });
  let least = 0;
  let most = 0;
  let certain = true;
  for (const item of ordered) {
    const within = { ...scope, item };
    const skipped = skip ? evaluate(skip, within) : false;
    if (skipped === true) continue;
    const truth = evaluate(where, within);
    if (truth === false) {
      if (skipped === false) break;
      certain = false;
      continue;
    }
    most += 1;
    if (truth === null || skipped === null) certain = false;
    if (certain) least += 1;
  }
  return { least, most };
}

function compareSpan(span: Span | undefined, op: Operator, right: Value | null | undefined): Truth {
  if (!span || isUnknown(right)) return null;
  let every = true;
  let some = false;
  for (let count = span.least; count <= span.most; count += 1) {
    const holds = compare(count, op, right);
    every &&= holds;
    some ||= holds;
  }
  return every ? true : some ? null : false;
}

function spanOf(
  predicate: Extract<Predicate, { count: unknown }> | Extract<Predicate, { trailing: unknown }>,
  scope: Scope,
): Span | undefined {
  if ('count' in predicate) {
    const items = itemsOf(predicate.count.of, scope);
    return items && countSpan(items, predicate.count.where, scope);
  }
  const { of, orderBy, where, skip } = predicate.trailing;
  const items = itemsOf(of, scope);
  return items && trailingSpan(items, orderBy, where, skip, scope);
}

function known(value: Value | null | undefined): boolean {
  return !isUnknown(value) && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** @throws {TypeError | RangeError} for values of the wrong type and undeclared parameters; never for unknown facts. */
export function evaluate(predicate: Predicate, scope: Scope): Truth {
  if ('and' in predicate) {
    let result: Truth = true;
    for (const each of predicate.and) {
      const truth = evaluate(each, scope);
      if (truth === false) return false;
      if (truth === null) result = null;
    }
    return result;
  }
  if ('or' in predicate) {
    let result: Truth = false;
    for (const each of predicate.or) {
      const truth = evaluate(each, scope);
      if (truth === true) return true;
      if (truth === null) result = null;
    }
    return result;
  }
  if ('not' in predicate) {
    const truth = evaluate(predicate.not, scope);
    return truth === null ? null : !truth;
  }
  if ('count' in predicate || 'trailing' in predicate)
    return compareSpan(spanOf(predicate, scope), predicate.op, rightHandSide(predicate, scope));
  if ('fact' in predicate) {
    const left = factValue(predicate.fact, scope);
    if (predicate.op === 'known') return known(left);
    const right = rightHandSide(predicate, scope);
    return isUnknown(left) || isUnknown(right) ? null : compare(left, predicate.op, right);
  }
  const left = rightHandSide({ param: predicate.param }, scope) as Value;
  return compare(left, predicate.op, predicate.v);
}

/** The same answer as {@link evaluate} with every step of it. */
export function explain(predicate: Predicate, scope: Scope): Trace {
  const result = evaluate(predicate, scope);
  if ('and' in predicate) return { kind: 'and', result, of: predicate.and.map((each) => explain(each, scope)) };
  if ('or' in predicate) return { kind: 'or', result, of: predicate.or.map((each) => explain(each, scope)) };
  if ('not' in predicate) return { kind: 'not', result, of: [explain(predicate.not, scope)] };
  if ('count' in predicate || 'trailing' in predicate) {
    const span = spanOf(predicate, scope);
    const subject = 'count' in predicate ? predicate.count.of : predicate.trailing.of;
    const got = !span ? null : span.least === span.most ? span.least : [span.least, span.most];
    return {
      kind: 'count' in predicate ? 'count' : 'trailing',
      result,
      subject,
      op: predicate.op,
      got,
      expected: rightHandSide(predicate, scope) ?? null,
    };
  }
  if ('fact' in predicate) {
    const got = factValue(predicate.fact, scope) ?? null;
    if (predicate.op === 'known') return { kind: 'known', result, subject: predicate.fact, op: 'known', got };
    return {
      kind: 'compare',
      result,
      subject: predicate.fact,
      op: predicate.op,
      got,
      expected: rightHandSide(predicate, scope) ?? null,
    };
  }
  return {
    kind: 'compare',
    result,
    subject: predicate.param,
    op: predicate.op,
    got: scope.parameters[predicate.param] ?? null,
    expected: predicate.v,
  };
}

/** The facts whose answer could still decide an undecided predicate. */
export function undecidedFacts(trace: Trace): readonly string[] {
  const found = new Set<string>();
  const visit = (each: Trace): void => {
    if (each.result !== null) return;
    if (each.of) for (const child of each.of) visit(child);
    else if (each.subject) found.add(each.subject);
  };
  visit(trace);
  return [...found];
}

/** Every fact and parameter a predicate reads; items of lists are left out. */
export function namesIn(predicate: Predicate): {
  readonly facts: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
} {
  const facts = new Set<string>();
  const parameters = new Set<string>();
  visitPredicates(predicate, (each) => {
    if ('fact' in each) facts.add(each.fact);
    if ('count' in each) facts.add(each.count.of);
    if ('trailing' in each) facts.add(each.trailing.of);
    if ('to' in each && each.to !== undefined) facts.add(each.to);
    if ('param' in each && each.param !== undefined) parameters.add(each.param);
  });
  for (const name of facts) if (name.startsWith('item.')) facts.delete(name);
  return { facts, parameters };
}

/** Calls `visit` for a predicate and everything inside it. */
export function visitPredicates(predicate: Predicate, visit: (each: Predicate) => void): void {
  visit(predicate);
  if ('and' in predicate) for (const each of predicate.and) visitPredicates(each, visit);
  else if ('or' in predicate) for (const each of predicate.or) visitPredicates(each, visit);
  else if ('not' in predicate) visitPredicates(predicate.not, visit);
  else if ('count' in predicate) {
    if (predicate.count.where) visitPredicates(predicate.count.where, visit);
  } else if ('trailing' in predicate) {
    visitPredicates(predicate.trailing.where, visit);
    if (predicate.trailing.skip) visitPredicates(predicate.trailing.skip, visit);
  }
}
