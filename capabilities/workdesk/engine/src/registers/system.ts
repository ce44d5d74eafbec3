/**
 * What the register knows of an information system (信息系统台账), how complete that is, and why. Pure: the day is an argument.
 * @module
 */
import { addMonths, type Day } from '@hedun/workdays';

export interface SystemRecord {
  readonly name: string;
  readonly organisationId: string;
  readonly status: 'planned' | 'active' | 'retired';
  /** 等级保护 level, or null while not graded. */
  readonly protectionLevel: number | null;
  readonly domains: readonly string[];
  readonly addresses: readonly string[];
  readonly url: string;
  readonly purpose: string;
  /** Number of the filing with the public security organ (等保备案编号). */
  readonly filingNumber: string;
  readonly evaluatedOn: string;
  readonly leader: string;
  readonly leaderPhone: string;
  readonly technician: string;
  readonly technicianPhone: string;
  readonly supplier: string;
  readonly operator: string;
  readonly dataHeld: string;
  /** Records with personal information; null when nobody said, 0 is an answer. */
  readonly personalRecords: number | null;
  readonly deployment: string;
  readonly exposure: string;
  readonly goLive: string;
  readonly retiredOn: string;
}
export type SystemField = keyof SystemRecord;

export const systemFields = [
  'name',
  'organisationId',
  'status',
  'protectionLevel',
  'domains',
  'addresses',
  'url',
  'purpose',
  'filingNumber',
  'evaluatedOn',
  'leader',
  'leaderPhone',
  'technician',
  'technicianPhone',
  'supplier',
  'operator',
  'dataHeld',
  'personalRecords',
  'deployment',
  'exposure',
  'goLive',
  'retiredOn',
] as const satisfies readonly SystemField[];

export interface CompletenessLine {
  readonly item: CompletenessItem;
  readonly weight: number;
  readonly state: 'present' | 'missing' | 'outdated';
}
export type CompletenessItem = Exclude<SystemField, 'name' | 'organisationId' | 'status' | 'domains' | 'url'>;
export interface Completeness {
  /** 0 to 100. */
  readonly percent: number;
  readonly lines: readonly CompletenessLine[];
}

interface Rule {
  readonly item: CompletenessItem;
  readonly weight: number;
  readonly applies?: (system: SystemRecord) => boolean;
  readonly has?: (system: SystemRecord) => boolean;
  readonly outdated?: (system: SystemRecord, day: Day) => boolean;
}

/**
 * Weights follow what a notice needs: without an address no scan finds the unit (3), without a person nobody is told (2), the rest describes (1).
 * From level 2 on a system is filed with the public security organ, from level 3 on it is evaluated once a year
 * (信息安全等级保护管理办法, 公通字〔2007〕43号, articles 15 and 14).
 */
const rules: readonly Rule[] = [
  { item: 'addresses', weight: 3, has: ({ addresses, domains }) => addresses.length + domains.length > 0 },
  { item: 'leader', weight: 2 },
  { item: 'leaderPhone', weight: 1 },
  { item: 'technician', weight: 2 },
  { item: 'technicianPhone', weight: 2 },
  { item: 'protectionLevel', weight: 2, has: ({ protectionLevel }) => protectionLevel !== null },
  { item: 'filingNumber', weight: 2, applies: ({ protectionLevel }) => (protectionLevel ?? 0) >= 2 },
  {
    item: 'evaluatedOn',
    weight: 1,
    applies: ({ protectionLevel, status }) => (protectionLevel ?? 0) >= 3 && status === 'active',
    outdated: ({ evaluatedOn }, day) => addMonths(evaluatedOn, 12) < day,
  },
  { item: 'dataHeld', weight: 2 },
  { item: 'personalRecords', weight: 1, has: ({ personalRecords }) => personalRecords !== null },
  { item: 'purpose', weight: 1 },
  { item: 'supplier', weight: 1 },
  { item: 'operator', weight: 1 },
  { item: 'deployment', weight: 1 },
  { item: 'exposure', weight: 1 },
  { item: 'goLive', weight: 1, applies: ({ status }) => status !== 'planned' },
  { item: 'retiredOn', weight: 1, applies: ({ status }) => status === 'retired' },
];

/** How complete an entry is on a day, with the line each point comes from; what does not apply weighs nothing. */
export function completenessOf(system: SystemRecord, day: Day): Completeness {
  const lines = rules
    .filter(({ applies }) => applies?.(system) ?? true)
    .map(({ item, weight, has, outdated }): CompletenessLine => {
      const present = has ? has(system) : String(system[item] ?? '').trim() !== '';
      return { item, weight, state: !present ? 'missing' : outdated?.(system, day) ? 'outdated' : 'present' };
    });
  const sum = (some: readonly CompletenessLine[]) => some.reduce((total, { weight }) => total + weight, 0);
  return { percent: Math.round((sum(lines.filter(({ state }) => state === 'present')) / sum(lines)) * 100), lines };
}

export interface Difference<F extends string = string> {
  readonly field: F;
  readonly before: string;
  readonly after: string;
}

/** Field by field, in the order of the register; lists count as equal in any order, blanks as nothing. */
export function differencesOf(before: Partial<SystemRecord>, after: Partial<SystemRecord>): Difference<SystemField>[] {
  return systemFields.flatMap((field) => {
    if (!(field in before) && !(field in after)) return [];
    const [was, is] = [written(before[field]), written(after[field])];
    return was === is ? [] : [{ field, before: was, after: is }];
  });
}

function written(value: SystemRecord[SystemField] | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object')
    return [...new Set(value.map((each) => each.trim()))].filter(Boolean).sort().join('\n');
  return String(value).trim();
}
