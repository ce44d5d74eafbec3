/**
 * The oracle: evaluates a rule's condition on an event by the plainest reading of each test, with native regular expressions for
 * wildcards. Slow on purpose; shares only the rule data and the field reader with the engine.
 */

import ipaddr from 'ipaddr.js';
import { RE2JS } from 're2js';
import type { EventRecord } from '../src/sigma/event.ts';
import { concerns, type Route } from '../src/sigma/logsource.ts';
import { fieldNames, type Pipeline, standardPipelines } from '../src/sigma/pipeline.ts';
import type { Condition, DetectionRule, Pattern, Test } from '../src/sigma/rule.ts';

function valuesAt(event: unknown, path: readonly string[]): unknown[] {
  if (path.length === 0) return [event];
  if (Array.isArray(event)) return event.flatMap((element) => valuesAt(element, path));
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, path[0]!)) return [];
  return valuesAt((event as Record<string, unknown>)[path[0]!], path.slice(1));
}

function values(event: EventRecord, names: readonly string[]): unknown[] {
  for (const name of names) {
    if (Object.hasOwn(event, name) && event[name] !== undefined) return [event[name]];
    const found = name.includes('.') ? valuesAt(event, name.split('.')).filter((value) => value !== undefined) : [];
    if (found.length > 0) return found;
  }
  return [];
}

function scalars(found: readonly unknown[]): unknown[] {
  return found.flatMap((value) => (Array.isArray(value) ? scalars(value) : [value]));
}

function texts(found: readonly unknown[]): string[] {
  return scalars(found)
    .filter((value) => ['string', 'number', 'boolean', 'bigint'].includes(typeof value))
    .map(String);
}

function everything(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(everything);
  return texts([value]);
}

function patternRegex(pattern: Pattern, cased: boolean): RegExp {
  const source = pattern.map((part) => {
    if (typeof part !== 'string') return part.wildcard === '*' ? '[\\s\\S]*' : '[\\s\\S]';
    return (cased ? part : part.toLowerCase()).replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`);
}

const regexes = new WeakMap<Test, RegExp | RE2JS>();

function holdsText(test: Test, text: string): boolean {
  if (test.kind === 'pattern') {
    let regex = regexes.get(test) as RegExp | undefined;
    if (!regex) {
      regex = patternRegex(test.pattern, test.cased);
      regexes.set(test, regex);
    }
    return regex.test(test.cased ? text : text.toLowerCase());
  }
  if (test.kind !== 'regex') return false;
  let regex = regexes.get(test) as RE2JS | undefined;
  if (!regex) {
    const bits: Record<string, number> = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };
    regex = RE2JS.compile(
      test.source,
      [...test.flags].reduce((sum, flag) => sum | bits[flag]!, RE2JS.LOOKBEHINDS),
    );
    regexes.set(test, regex);
  }
  return regex.matcher(text).find();
}

function timePart(value: unknown, part: string): number {
  const text = String(value);
  const number = Number(text);
  const size = Math.abs(number);
  const date = Number.isFinite(number)
    ? new Date(size < 1e11 ? number * 1000 : size < 1e14 ? number : size < 1e17 ? number / 1e3 : number / 1e6)
    : new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(text.slice(10)) || text.length <= 10 ? text : `${text.replace(' ', 'T')}Z`);
  if (part === 'minute') return date.getUTCMinutes();
  if (part === 'hour') return date.getUTCHours();
  if (part === 'day') return date.getUTCDate();
  if (part === 'month') return date.getUTCMonth() + 1;
  if (part === 'year') return date.getUTCFullYear();
  const thursday = new Date(date);
  thursday.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - start) / 86_400_000 + 1) / 7);
}

const compared = {
  lt: (left: number, right: number) => left < right,
  lte: (left: number, right: number) => left <= right,
  gt: (left: number, right: number) => left > right,
  gte: (left: number, right: number) => left >= right,
};

function inNetwork(text: string, network: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  const [base, bits] = network.includes('/') ? network.split('/') : [network, undefined];
  const start = ipaddr.process(base!);
  return (
    address.kind() === start.kind() &&
    address.match(start, bits === undefined ? start.toByteArray().length * 8 : Number(bits))
  );
}

function holds(
  event: EventRecord,
  field: string | undefined,
  test: Test,
  namesOf: (field: string) => readonly string[],
): boolean {
  if (field === undefined) return everything(event).some((text) => holdsText(test, text));
  const found = values(event, namesOf(field));
  switch (test.kind) {
    case 'pattern':
    case 'regex':
      return texts(found).some((text) => holdsText(test, text));
    case 'null':
      return found.length === 0 || (found.length === 1 && found[0] === null);
    case 'exists':
      return found.length > 0 === test.wanted;
    case 'cidr':
      return scalars(found).some((value) => typeof value === 'string' && inNetwork(value, test.network));
    case 'compare':
      return scalars(found).some((value) => {
        if (test.part) return compared[test.comparison](timePart(value, test.part), test.value);
        if (typeof value !== 'number' && typeof value !== 'string') return false;
        return String(value).trim() !== '' && compared[test.comparison](Number(value), test.value);
      });
    case 'part':
      return scalars(found).some((value) => timePart(value, test.part) === test.value);
    case 'fieldref': {
      const fold = (text: string) => (test.cased ? text : text.toLowerCase());
      const others = texts(values(event, namesOf(test.field))).map(fold);
      return texts(found)
        .map(fold)
        .some((text) =>
          others.some((other) =>
            test.mode === 'equals'
              ? text === other
              : test.mode === 'contains'
                ? text.includes(other)
                : test.mode === 'startswith'
                  ? text.startsWith(other)
                  : text.endsWith(other),
          ),
        );
    }
  }
}

export function evaluate(
  condition: Condition,
  event: EventRecord,
  namesOf: (field: string) => readonly string[],
): boolean {
  switch (condition.kind) {
    case 'test':
      return holds(event, condition.field, condition.test, namesOf);
    case 'not':
      return !evaluate(condition.child, event, namesOf);
    case 'and':
      return condition.children.every((child) => evaluate(child, event, namesOf));
    case 'or':
      return condition.children.some((child) => evaluate(child, event, namesOf));
    case 'atleast':
      return condition.children.filter((child) => evaluate(child, event, namesOf)).length >= condition.count;
  }
}

/** The rules that match, in order. */
export function interpret(
  rules: readonly DetectionRule[],
  event: EventRecord,
  route: Route,
  pipelines: readonly Pipeline[] = standardPipelines,
): readonly DetectionRule[] {
  const names = new Map<string, readonly string[]>();
  const namesOf = (field: string) => {
    let found = names.get(field);
    if (!found) {
      found = fieldNames(field, route, pipelines);
      names.set(field, found);
    }
    return found;
  };
  return rules.filter((rule) => concerns(rule.logsource, route) && evaluate(rule.condition, event, namesOf));
}
