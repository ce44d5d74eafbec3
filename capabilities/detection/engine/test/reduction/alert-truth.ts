/**
 * Reads folders of labelled alerts and measures incidents against the labels. Only this measurement looks at labels; the engine gets time,
 * rule, address and host. It writes nothing.
 * @module
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Alert } from '@hedun/detection';

export interface LabelledAlert {
  readonly alert: Alert;
  /** What was under way then, background included. */
  readonly window: string;
  /** What this very event is; undefined for background. */
  readonly label: string | undefined;
}

export interface LabelledNetwork {
  readonly name: string;
  readonly alerts: readonly LabelledAlert[];
  /** step → start, milliseconds */
  readonly steps: ReadonlyMap<string, number>;
}

export function readLabelledNetworks(folder: string): readonly LabelledNetwork[] {
  const [, ...lines] = readFileSync(path.join(folder, 'attack-times.tsv'), 'utf8').trimEnd().split('\n');
  const times = lines.map((line) => line.split('\t'));
  return globSync('*.csv{,.gz}', { cwd: folder })
    .sort()
    .map((file) => {
      const name = file.replace(/\.csv(\.gz)?$/, '');
      const bytes = readFileSync(path.join(folder, file));
      const text = new TextDecoder().decode(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
      return {
        name,
        alerts: readAlerts(text),
        steps: new Map(
          times
            .filter(([network, step]) => network === name && !step?.startsWith('false_positive'))
            .map(([, step = '', start = '']) => [step, Date.parse(start)]),
        ),
      };
    });
}

function readAlerts(text: string): readonly LabelledAlert[] {
  const [head = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const columns = cells(head);
  const at = (name: string) => {
    const index = columns.indexOf(name);
    if (index < 0) throw new Error(`expected a column "${name}", got ${columns.join(', ')}`);
    return index;
  };
  const [time, rule, address, host] = [at('time'), at('name'), at('ip'), at('host')];
  const [window, label] = [at('time_label'), at('event_label')];
  return lines
    .map((line) => {
      const row = cells(line);
      return {
        alert: {
          time: Number(row[time]) * 1000,
          rule: row[rule] ?? '',
          address: row[address] ?? '',
          host: row[host] ?? '',
        },
        window: row[window] ?? '',
        label: row[label] === '-' || row[label] === '' ? undefined : row[label],
      };
    })
    .sort((left, right) => left.alert.time - right.alert.time);
}

function cells(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const found: string[] = [];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (quoted) {
      if (character !== '"') cell += character;
      else if (line.charAt(index + 1) === '"') {
        cell += '"';
        index += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      found.push(cell);
      cell = '';
    } else cell += character;
  }
  return [...found, cell];
}

/** A way of grouping alerts: for each alert the group it stands in, or undefined where it was held back. */
export interface Grouping {
  readonly groupOf: readonly (number | undefined)[];
  /** group → when a person could first have seen it, milliseconds */
  readonly opened: ReadonlyMap<number, number>;
}

/** The naive peer: same rule and same host, at most ten minutes apart. */
export function naiveGrouping(network: LabelledNetwork): Grouping {
  const open = new Map<string, { group: number; last: number }>();
  const opened = new Map<number, number>();
  const groupOf = network.alerts.map(({ alert }) => {
    const key = `${alert.rule}\n${alert.host}`;
    const known = open.get(key);
    if (known && alert.time - known.last <= 600_000) {
      known.last = alert.time;
      return known.group;
    }
    const group = opened.size;
    opened.set(group, alert.time);
    open.set(key, { group, last: alert.time });
    return group;
  });
  return { groupOf, opened };
}

export interface StepTruth {
  readonly alerts: number;
  /** Share of the step's alerts inside the (at most three) groups that hold most labelled alerts. */
  readonly inThree: number;
  readonly inAny: number;
}

export interface Truth {
  readonly groups: number;
  readonly days: number;
  readonly mostPerDay: number;
  readonly steps: ReadonlyMap<string, StepTruth>;
  readonly stepsKept: number;
  /** Share of all labelled alerts inside the three groups. */
  readonly inThree: number;
  readonly macroInThree: number;
  readonly macroInAny: number;
  /** Of the alerts in groups that hold a labelled alert, the share that is labelled or lies in an attack's window. */
  readonly purity: number;
  readonly attackGroups: number;
}

const day = 86_400_000;

export function measure(network: LabelledNetwork, grouping: Grouping): Truth {
  const labelledIn = new Map<number, number>();
  const perStep = new Map<string, Map<number | undefined, number>>();
  for (const [index, { label }] of network.alerts.entries()) {
    if (label === undefined) continue;
    const group = grouping.groupOf[index];
    const counts = perStep.get(label) ?? new Map<number | undefined, number>();
    perStep.set(label, counts.set(group, (counts.get(group) ?? 0) + 1));
    if (group !== undefined) labelledIn.set(group, (labelledIn.get(group) ?? 0) + 1);
  }
  const three = new Set(
    [...labelledIn]
      .sort((left, right) => right[1] - left[1])
      .slice(0, 3)
      .map(([group]) => group),
  );
  const steps = new Map<string, StepTruth>();
  for (const [step, counts] of perStep) {
    const alerts = sum([...counts.values()]);
    const inThree = sum(
      [...counts].filter(([group]) => group !== undefined && three.has(group)).map(([, count]) => count),
    );
    steps.set(step, { alerts, inThree: inThree / alerts, inAny: (alerts - (counts.get(undefined) ?? 0)) / alerts });
  }
  let inside = 0;
  let meant = 0;
  for (const [index, { label, window }] of network.alerts.entries()) {
    const group = grouping.groupOf[index];
    if (group === undefined || !labelledIn.has(group)) continue;
    inside += 1;
    if (label !== undefined || network.steps.has(window)) meant += 1;
  }
  const perDay = new Map<number, number>();
  for (const time of grouping.opened.values()) {
    const which = Math.floor(time / day);
    perDay.set(which, (perDay.get(which) ?? 0) + 1);
  }
  const values = [...steps.values()];
  const labelled = sum(values.map((step) => step.alerts));
  return {
    groups: grouping.opened.size,
    days: new Set(network.alerts.map(({ alert }) => Math.floor(alert.time / day))).size,
    mostPerDay: Math.max(0, ...perDay.values()),
    steps,
    stepsKept: values.filter((step) => step.inAny > 0).length,
    inThree: labelled === 0 ? 1 : sum(values.map((step) => step.alerts * step.inThree)) / labelled,
    macroInThree: mean(values.map((step) => step.inThree)),
    macroInAny: mean(values.map((step) => step.inAny)),
    purity: inside === 0 ? 0 : meant / inside,
    attackGroups: labelledIn.size,
  };
}

/**
 * How well an order reproduces the true one: concordant minus discordant pairs over all pairs whose true times differ (Kendall's τ-a on
 * them). A pair the order does not tell apart counts as neither.
 */
export function kendallTau(pairs: readonly { readonly truth: number; readonly found: number }[]): number {
  let score = 0;
  let total = 0;
  for (const [index, left] of pairs.entries())
    for (const right of pairs.slice(index + 1)) {
      if (left.truth === right.truth) continue;
      total += 1;
      score += Math.sign((left.truth - right.truth) * (left.found - right.found));
    }
  return total === 0 ? Number.NaN : score / total;
}

/** When each labelled step truly began: the start of the attack window most of its alerts lie in, of those windows that are steps. */
export function trueOrder(network: LabelledNetwork): ReadonlyMap<string, number> {
  const counts = new Map<string, Map<string, number>>();
  for (const { label, window } of network.alerts) {
    if (label === undefined || !network.steps.has(window)) continue;
    const windows = counts.get(label) ?? new Map<string, number>();
    counts.set(label, windows.set(window, (windows.get(window) ?? 0) + 1));
  }
  return new Map(
    [...counts].map(([label, windows]) => {
      const [first] = [...windows].sort((left, right) => right[1] - left[1]);
      return [label, network.steps.get(first?.[0] ?? '') ?? Number.NaN];
    }),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 1 : sum(values) / values.length;
}
