/**
 * An instrument opened for work: its nodes by id, their children, the hash of each node's normative content, its parameters. Also the
 * choice of the version in force on a day. Never changes the instrument.
 * @module
 */
import { createHash } from 'node:crypto';
import { type Day, dayNumber } from '@hedun/workdays';
import type { Parameters, Value } from './predicate.ts';
import type { FactShape, Instrument, Node } from './schema.ts';

export interface OpenInstrument {
  readonly instrument: Instrument;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly children: ReadonlyMap<string, readonly Node[]>;
  readonly facts: ReadonlyMap<string, FactShape>;
  /** What a person's answer was about: text, applicability, rule, clock. When it changes, the answer needs review. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly parameters: Parameters;
}

/** JSON with sorted keys, so that equal content has equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    entries.sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function normativeContent(node: Node): unknown {
  const { zh, type, applies, rule, when, obligation, polarity, record } = node;
  return { zh, type, applies, rule, when, obligation, polarity, record };
}

export function openInstrument(instrument: Instrument): OpenInstrument {
  const nodes = new Map<string, Node>();
  const children = new Map<string, Node[]>();
  const hashes = new Map<string, string>();
  for (const node of instrument.nodes) {
    nodes.set(node.id, node);
    hashes.set(node.id, contentHash(normativeContent(node)));
    const parent = node.parent ?? '';
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const parameters = Object.fromEntries(instrument.parameters.map((each) => [each.id, each.value as Value]));
  return {
    instrument,
    nodes,
    children,
    hashes,
    parameters,
    facts: new Map(instrument.facts.map((each) => [each.id, each])),
  };
}

/**
 * The instrument's parameters with an organisation's own choices.
 * @throws {RangeError} for a parameter that is not declared or a value that is not among its options.
 */
export function chooseParameters(open: OpenInstrument, chosen: Parameters = {}): Parameters {
  for (const [id, value] of Object.entries(chosen)) {
    const declared = open.instrument.parameters.find((each) => each.id === id);
    if (!declared) throw new RangeError(`parameter: expected one of ${open.instrument.id}, got ${id}`);
    if (!(declared.options ?? [declared.value]).some((each) => canonicalJson(each) === canonicalJson(value)))
      throw new RangeError(
        `parameter ${id}: expected one of ${JSON.stringify(declared.options ?? [declared.value])}, got ${JSON.stringify(value)}`,
      );
  }
  return { ...open.parameters, ...chosen };
}

/** Whether a case may be built on it: drafts and unusable texts are for reading only. */
export function isSelectable(instrument: Instrument): boolean {
  return instrument.rank !== 'draft' && instrument.status !== 'unusable';
}

export function isInForce(instrument: Instrument, day: Day): boolean {
  const number = dayNumber(day);
  if (number < dayNumber(instrument.validFrom)) return false;
  return instrument.validTo === undefined || number <= dayNumber(instrument.validTo);
}

/**
 * The version of a family that is in force on a day.
 * @throws {RangeError} when none is, or only a draft is.
 */
export function versionInForce(instruments: readonly Instrument[], family: string, day: Day): Instrument {
  const versions = instruments.filter((each) => each.family === family || each.name === family);
  const found = versions.filter((each) => isSelectable(each) && isInForce(each, day));
  const [only] = found;
  if (!only)
    throw new RangeError(
      `${family}: expected a version in force on ${day}, got ${versions.map((each) => `${each.version} (${each.rank})`).join(', ') || 'none'}`,
    );
  if (found.length > 1)
    throw new RangeError(
      `${family}: expected one version in force on ${day}, got ${found.map((each) => each.version).join(', ')}`,
    );
  return only;
}
