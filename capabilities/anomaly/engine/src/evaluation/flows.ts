/**
 * A generator of network flows in a city's traffic network, because no development set carries families of attacks: four kinds of ordinary
 * traffic and eight families of attack, two of which occur in the test rows alone. It shares no constant with any detector. Some rows of
 * every family look ordinary, as in life.
 * @module
 */
import type { Random } from '../random.ts';
import { matrix } from '../table/matrix.ts';
import type { LabelledTable } from '../table/protocol.ts';

/** Counts are logarithms (ln(1 + x)), shares lie between 0 and 1. */
export const flowColumns = [
  'duration',
  'packetsOut',
  'packetsIn',
  'bytesOut',
  'bytesIn',
  'gapMean',
  'gapSpread',
  'synShare',
  'resetShare',
  'portsInWindow',
  'hostsInWindow',
  'sameServiceShare',
  'errorShare',
  'failedLogins',
  'payloadEntropy',
  'timeToLive',
  'connectionsInWindow',
  'hourSine',
  'hourCosine',
  'writeShare',
] as const;
type Column = (typeof flowColumns)[number];
type Shape = Readonly<Partial<Record<Column, readonly [middle: number, spread: number]>>>;

const ordinary: readonly { readonly share: number; readonly shape: Shape }[] = [
  {
    share: 0.5,
    shape: flow([1, 2.2, 2.0, 5.8, 4.6, -0.2, 0.2, 0.12, 0.01, 0.7, 0.7, 0.95, 0.01, 0, 0.62, 64, 2.2, 0.02]),
  },
  {
    share: 0.2,
    shape: flow([4, 6.5, 8.5, 9.8, 14.0, -3.2, 0.5, 0.01, 0.01, 0.8, 0.9, 0.98, 0.01, 0, 0.97, 64, 1.4, 0.01]),
  },
  {
    share: 0.2,
    shape: flow([2, 3.0, 3.0, 5.2, 5.4, 0.6, 0.6, 0.1, 0.02, 0.9, 1.2, 0.85, 0.03, 0.05, 0.55, 128, 1.6, 0.3]),
  },
  {
    share: 0.1,
    shape: flow([5, 4.5, 5.0, 8.2, 10.0, 0.9, 1.1, 0.06, 0.04, 1.2, 1.4, 0.7, 0.05, 0.2, 0.9, 62, 1.1, 0.1]),
  },
];

/** What an attack changes of an ordinary flow; the rest stays. Families 7 and 8 are new in the test rows. */
export const attackFamilies: readonly { readonly family: number; readonly name: string; readonly change: Shape }[] = [
  {
    family: 1,
    name: 'flood',
    change: {
      packetsOut: [7, 1.2],
      packetsIn: [0.6, 0.6],
      synShare: [0.9, 0.1],
      connectionsInWindow: [6.5, 0.8],
      gapMean: [-5, 1],
    },
  },
  {
    family: 2,
    name: 'scan',
    change: {
      portsInWindow: [4.4, 0.9],
      hostsInWindow: [2.8, 1],
      resetShare: [0.55, 0.2],
      errorShare: [0.6, 0.2],
      bytesIn: [1.5, 1],
    },
  },
  {
    family: 3,
    name: 'password guessing',
    change: {
      failedLogins: [2.6, 0.7],
      sameServiceShare: [0.99, 0.01],
      connectionsInWindow: [4, 0.6],
      bytesOut: [6.4, 0.3],
    },
  },
  {
    family: 4,
    name: 'exfiltration',
    change: { bytesOut: [14.5, 1], packetsOut: [8.2, 0.9], payloadEntropy: [0.99, 0.01], duration: [5.5, 0.7] },
  },
  {
    family: 5,
    name: 'beacon',
    change: {
      gapMean: [4.1, 0.1],
      gapSpread: [-2.6, 0.4],
      bytesOut: [5.0, 0.1],
      payloadEntropy: [0.98, 0.02],
      duration: [6.5, 0.5],
    },
  },
  {
    family: 6,
    name: 'false device',
    change: { timeToLive: [250, 8], writeShare: [0.75, 0.15], errorShare: [0.25, 0.1], sameServiceShare: [0.6, 0.1] },
  },
  {
    family: 7,
    name: 'worm',
    change: { hostsInWindow: [4.6, 0.6], writeShare: [0.6, 0.2], failedLogins: [1, 0.5], bytesOut: [9.5, 0.8] },
  },
  {
    family: 8,
    name: 'slow exhaustion',
    change: { duration: [8.5, 0.5], packetsOut: [2.5, 0.4], gapMean: [5.2, 0.4], connectionsInWindow: [5.2, 0.5] },
  },
];
const onlyInTest = new Set([7, 8]);
/** Share of an attack's changed columns that keep their ordinary value in a row, so that families overlap with ordinary traffic. */
const muted = 0.25;

function flow(values: readonly number[]): Shape {
  const shape: Partial<Record<Column, readonly [number, number]>> = {};
  const named = flowColumns.filter((name) => name !== 'hourSine' && name !== 'hourCosine');
  for (const [index, name] of named.entries()) {
    const middle = values[index]!;
    shape[name] = [
      middle,
      /Share|Entropy/.test(name) ? 0.04 : name === 'timeToLive' ? 1.5 : 0.35 + 0.08 * Math.abs(middle),
    ];
  }
  return shape;
}

function fillRow(row: Float32Array, attack: Shape | null, random: Random): void {
  let mark = random.next();
  const kind = ordinary.find(({ share }) => {
    mark -= share;
    return mark < 0;
  });
  const shape = (kind ?? ordinary[0]!).shape;
  const hour = random.next() * 2 * Math.PI;
  // Load rises and falls through the day and moves several columns together.
  const load = 0.4 * Math.sin(hour) + 0.3 * random.normal();
  for (const [column, name] of flowColumns.entries()) {
    const changed = attack?.[name];
    const [middle, spread] = (changed && random.next() >= muted ? changed : shape[name]) ?? [0, 1];
    let value = middle + spread * random.normal();
    if (/^(packets|bytes|connections)/.test(name)) value += load;
    if (name === 'hourSine') value = Math.sin(hour);
    if (name === 'hourCosine') value = Math.cos(hour);
    if (/Share|Entropy/.test(name)) value = Math.min(1, Math.max(0, value));
    else if (!/^(gap|hour)/.test(name)) value = Math.max(0, value);
    row[column] = value;
  }
}

/** @param options.normals ordinary rows of the training file; the test file has a quarter as many */
export function makeFlows(random: Random, { normals = 8000, perFamily = 120 } = {}): LabelledTable {
  const part = (count: number, families: typeof attackFamilies, each: number, stream: Random) => {
    const rows = count + families.length * each;
    const table = matrix(rows, flowColumns.length);
    const labels = new Uint8Array(rows);
    const classes = new Uint8Array(rows);
    for (const [place, row] of stream.permutation(rows).entries()) {
      const attack = place < count ? null : families[Math.floor((place - count) / each)]!;
      fillRow(table.values.subarray(row * table.columns, (row + 1) * table.columns), attack?.change ?? null, stream);
      labels[row] = attack ? 1 : 0;
      classes[row] = attack?.family ?? 0;
    }
    return { table, labels, classes };
  };
  const seen = attackFamilies.filter(({ family }) => !onlyInTest.has(family));
  return {
    ...part(normals, seen, perFamily, random.fork('training')),
    test: part(normals >> 2, attackFamilies, Math.max(1, perFamily >> 2), random.fork('test')),
  };
}
