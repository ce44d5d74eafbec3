/**
 * How fields are read from events: nested or flat objects of JSON-like values. It never changes an event.
 * @module
 */
export type EventRecord = Readonly<Record<string, unknown>>;

/** Reads one field; undefined where the event has none of its names. */
export type Reader = (event: EventRecord) => unknown;

/** A field stands in the event under its very name, or, where the name has dots, along the path they make (through lists too). */
export function fieldReader(names: readonly string[]): Reader {
  const readers = names.map(oneReader);
  const [first = () => undefined] = readers;
  if (readers.length === 1) return first;
  return (event) => {
    for (const reader of readers) {
      const value = reader(event);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function oneReader(name: string): Reader {
  // Names of Object.prototype would be found on every object.
  const inherited = name in {};
  if (!name.includes('.')) {
    if (inherited) return (event) => (Object.hasOwn(event, name) ? event[name] : undefined);
    return (event) => event[name];
  }
  const path = name.split('.');
  return (event) => {
    const direct = event[name];
    return direct !== undefined ? direct : walk(event, path, 0);
  };
}

function walk(value: unknown, path: readonly string[], depth: number): unknown {
  if (depth === path.length) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const found: unknown[] = [];
    for (const element of value) {
      const inner = walk(element, path, depth);
      if (Array.isArray(inner)) found.push(...inner);
      else if (inner !== undefined) found.push(inner);
    }
    return found.length > 0 ? found : undefined;
  }
  const step = path[depth] as string;
  return Object.hasOwn(value, step) ? walk((value as Record<string, unknown>)[step], path, depth + 1) : undefined;
}

/** Text of a scalar, as rules compare it; undefined for null, maps and lists. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}

/** Calls back with the text of every scalar of a value, lists opened. */
export function eachText(value: unknown, use: (text: string) => void): void {
  if (Array.isArray(value)) for (const element of value) eachText(element, use);
  else {
    const text = scalarText(value);
    if (text !== undefined) use(text);
  }
}

const nestingLimit = 32;

/** Calls back with the text of every scalar anywhere in the event, to a depth of 32. */
export function everyText(value: unknown, use: (text: string) => void, depth = 0): void {
  if (typeof value === 'object' && value !== null) {
    if (depth > nestingLimit) return;
    for (const inner of Array.isArray(value) ? value : Object.values(value)) everyText(inner, use, depth + 1);
  } else {
    const text = scalarText(value);
    if (text !== undefined) use(text);
  }
}
