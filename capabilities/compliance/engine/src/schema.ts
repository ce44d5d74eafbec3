/**
 * The shape of a regulation file, as one zod schema: the loader checks with it, the types come from it, and the published JSON Schema is
 * made from it. It knows shapes only; whether ids meet and rules make sense is the linter's work.
 * @module
 */
import { z } from 'zod';
import type { Predicate } from './predicate.ts';

export const formatName = 'hedun-instrument/1';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'an id of letters, digits, dots, dashes and underscores');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day, YYYY-MM-DD');
const words = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
/** verified: stands in the source text; unverified: public copies or the field's knowledge; disputed: two readings; unusable: garbled. */
const status = z.enum(['verified', 'unverified', 'disputed', 'unusable']);
const value: z.ZodType<unknown> = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number()])),
]);
const operator = z.enum(['=', '!=', '<', '<=', '>', '>=', 'in', 'has']);

const against = { v: value.optional(), to: z.string().optional(), param: z.string().optional() };
export const predicateSchema: z.ZodType<Predicate> = z
  .lazy(() =>
    z.union([
      z.strictObject({ and: z.array(predicateSchema).min(1) }),
      z.strictObject({ or: z.array(predicateSchema).min(1) }),
      z.strictObject({ not: predicateSchema }),
      z.strictObject({ fact: z.string(), op: z.literal('known') }),
      z.strictObject({ fact: z.string(), op: operator, ...against }),
      z.strictObject({ param: z.string(), op: operator, v: value }),
      z.strictObject({
        count: z.strictObject({ of: z.string(), where: predicateSchema.optional() }),
        op: operator,
        ...against,
      }),
      z.strictObject({
        trailing: z.strictObject({
          of: z.string(),
          orderBy: z.string(),
          where: predicateSchema,
          skip: predicateSchema.optional(),
        }),
        op: operator,
        ...against,
      }),
    ]),
  )
  .meta({ id: 'Predicate' }) as z.ZodType<Predicate>;

const clock = z.strictObject({
  n: z.int().positive(),
  unit: z.enum(['workday', 'day', 'month', 'year']),
});
export type Clock = z.infer<typeof clock>;

const obligation = z.strictObject({
  who: id,
  /** Each event of these kinds opens one obligation. */
  trigger: z.array(id).min(1),
  /** A length of time; `promptly` where the text gives none; `set-by-authority` where the trigger event carries `dueOn`. */
  clock: z.union([clock, z.enum(['promptly', 'set-by-authority'])]),
  /** `at-most` is a limit; `at-least` is a retention floor that nobody has to meet by an act. */
  bound: z.enum(['at-most', 'at-least']).default('at-most'),
  doneBy: z.array(id).default([]),
  cancelledBy: z.array(id).default([]),
  extend: z
    .strictObject({ clock, event: id, needs: z.array(z.string()).default([]), allowed: predicateSchema.optional() })
    .optional(),
  /** What an interruption does to the clock; `mode` names a parameter whose value is restart, pause or run. */
  interrupt: z.strictObject({ by: id, until: id, mode: z.string() }).optional(),
  breach: z.strictObject({ finding: words, liability: z.array(z.string()).default([]) }).optional(),
});

const node = z.strictObject({
  id,
  parent: id.optional(),
  kind: z.enum(['chapter', 'article', 'paragraph', 'item', 'check', 'layer', 'unit', 'rule']),
  type: z.enum(['executable', 'checklist', 'information', 'missing']),
  zh: z.string().min(1),
  en: z.string().min(1),
  /** Where in the source text it stands. */
  trace: z.string().min(1),
  status: status.optional(),
  severity: z.enum(['high', 'medium', 'low']).optional(),
  /** must: a yes conforms; must-not: a yes is a breach; fact: a yes opens a duty. */
  polarity: z.enum(['must', 'must-not', 'fact']).optional(),
  applies: predicateSchema.optional(),
  /** Must hold where the node applies; false is a breach. */
  rule: predicateSchema.optional(),
  /** Opens an effect (a power, a duty) where it holds; neither outcome is a breach. */
  when: predicateSchema.optional(),
  effect: words.optional(),
  obligation: obligation.optional(),
  record: id.optional(),
  evidence: z
    .array(z.enum(['document', 'record', 'screen', 'configuration', 'test', 'interview', 'filing']))
    .optional(),
  /** The standard's modal verb per level: may 可, should 宜, shall 应; null where the level does not ask. */
  verbs: z.array(z.enum(['may', 'should', 'shall']).nullable()).optional(),
  maps: z
    .array(z.strictObject({ to: z.string(), rel: z.enum(['equal', 'subset', 'superset', 'intersect']), status }))
    .optional(),
  liability: z.array(z.string()).optional(),
  note: words.optional(),
});

const guard = z.strictObject({ id, must: predicateSchema, says: words });
const transition = z.strictObject({
  on: id,
  from: z.array(id).min(1),
  to: id,
  actor: z.array(id).min(1),
  title: words,
  guards: z.array(guard).default([]),
  /** How often it may fire in one case. */
  max: z.int().positive().optional(),
  /** The event the transition records, for the clocks. */
  emits: id.optional(),
  ref: id,
});
const machine = z.strictObject({
  id,
  title: words,
  initial: id,
  states: z.array(z.strictObject({ id, title: words, terminal: z.boolean().default(false) })).min(2),
  transitions: z.array(transition).min(1),
  /** No path may reach the state without having passed the guard. */
  gates: z.array(z.strictObject({ state: id, guard: id })).default([]),
});

const field = z.strictObject({
  id,
  title: words,
  type: z.enum(['text', 'number', 'boolean', 'day', 'choice', 'list']),
  options: z.array(z.strictObject({ id: z.string(), title: words })).optional(),
  /** Absent: optional. `true`: always required. A predicate over the record's own fields: required where it holds. */
  required: z.union([z.literal(true), predicateSchema]).optional(),
});
const record = z.strictObject({ id, title: words, ref: id, fields: z.array(field).min(1) });

const scoring = z.strictObject({
  id,
  title: words,
  status,
  levels: z.array(z.int()).min(1),
  /** Rows are tried in order; the first that holds gives the object's base, which its factors multiply. */
  object: z.strictObject({
    rows: z
      .array(
        z.strictObject({ when: predicateSchema, base: z.number().min(0).max(1), factors: z.array(id).default([]) }),
      )
      .min(1),
  }),
  factors: z.array(
    z.strictObject({
      id,
      title: words,
      rows: z.array(z.strictObject({ when: predicateSchema, value: z.number().positive() })).min(1),
    }),
  ),
  /** Points of a unit that is judged as a whole. */
  choices: z.strictObject({ met: z.number(), partly: z.number(), unmet: z.number() }),
  /** When a person confirmed that one object makes up for another: max(share × giver, own). */
  compensation: z.number().min(0).max(1).optional(),
  groups: z.array(z.strictObject({ id, title: words, points: z.number().positive() })).min(1),
  layers: z
    .array(z.strictObject({ node: id, group: id, weight: z.number().positive(), judged: z.enum(['objects', 'whole']) }))
    .min(1),
  units: z.array(z.strictObject({ node: id, weights: z.array(z.number().positive().nullable()) })).min(1),
  decimals: z.strictObject({ object: z.int(), unit: z.int(), layer: z.int(), total: z.int() }),
  /** Tried in order over the facts `score` and `openHighRisks`. */
  verdicts: z.array(z.strictObject({ id, if: predicateSchema, title: words })).min(1),
});

const highRisk = z.strictObject({
  id,
  units: z.array(id),
  levels: z.array(z.int()).min(1),
  problem: words,
  mitigations: z.array(z.strictObject({ id, title: words })).default([]),
  status,
});

const amount = z.union([
  z.strictObject({ fixed: z.tuple([z.number(), z.number()]) }),
  z.strictObject({ times: z.tuple([z.number(), z.number()]), of: z.string() }),
  z.strictObject({ percent: z.tuple([z.number(), z.number()]), of: z.string(), max: z.number().optional() }),
]);
const modal = z.enum(['may', 'shall']);
const penalty = z.strictObject({
  id,
  ref: id,
  title: words,
  when: predicateSchema,
  measures: z.array(words).default([]),
  fine: z.strictObject({ modal, amount }).optional(),
  persons: z.strictObject({ roles: z.array(words).min(1), modal, range: z.tuple([z.number(), z.number()]) }).optional(),
  orders: z.strictObject({ modal, list: z.array(words).min(1) }).optional(),
  status,
});

const deployment = z.strictObject({
  id,
  layer: id,
  title: words,
  summary: words,
  /** The units whose requirement it answers, each with the function that answers it. */
  covers: z.array(z.strictObject({ unit: id, how: words })).min(1),
  parts: z.array(z.strictObject({ id, title: words, requirement: words })).min(1),
  links: z.array(z.strictObject({ from: id, to: id, title: words })).min(1),
  flow: z.array(z.strictObject({ from: id, to: id, title: words })).min(1),
  keys: z
    .array(
      z.strictObject({
        id,
        title: words,
        algorithm: z.string(),
        generation: words,
        storage: words,
        distribution: words,
        use: words,
        renewal: words,
        backup: words,
        destruction: words,
      }),
    )
    .min(1),
  status,
});

const algorithm = z.strictObject({
  id,
  kind: z.enum(['algorithm', 'protocol']),
  /** How it is written in configurations and suite names; compared without case, with _ for every separator. */
  names: z.array(z.string()).min(1),
  judged: z.enum(['approved', 'not-approved', 'insecure']),
  /** Security strength in bits; null where the entry has none (protocols, signatures of unknown size). */
  strengthBits: z.number().nullable(),
  status,
});

const fact = z.strictObject({
  id: z.string().regex(/^[A-Za-z][A-Za-z0-9.]*$/, 'a fact name, as pi.persons'),
  title: words,
  type: z.enum(['number', 'boolean', 'text', 'day', 'choice', 'list']),
  unit: words.optional(),
  min: z.number().optional(),
  options: z.array(z.strictObject({ id: z.string(), title: words })).optional(),
  /** What a list's items hold. */
  items: z.record(z.string(), z.enum(['number', 'boolean', 'text', 'day', 'list'])).optional(),
});

const statistic = z.strictObject({
  id,
  title: words,
  obligations: z.array(id).min(1),
  /** A field of the trigger event's data to group by. */
  by: z.string(),
  ref: id,
});

const documentShape = z.strictObject({
  id,
  title: words,
  sections: z.array(
    z.strictObject({
      kind: z.enum([
        'subject',
        'basis',
        'scope',
        'facts',
        'summary',
        'results',
        'findings',
        'deadlines',
        'overrides',
        'parameters',
        'signatures',
      ]),
      title: words,
    }),
  ),
  signatures: z.array(z.strictObject({ role: id, title: words })).default([]),
  seal: words.optional(),
  /** The state of the machine whose entry fixes the document for good: its signed and sealed copy is written then. */
  sealedIn: id.optional(),
  /** The fact that names whose seal is on it. */
  sealFact: z.string().optional(),
});

export const instrumentSchema = z
  .strictObject({
    format: z.literal(formatName),
    id,
    family: id,
    name: id,
    version: z.string().min(1),
    title: words,
    authority: words,
    jurisdiction: z.string(),
    rank: z.enum([
      'law',
      'administrative-regulation',
      'department-rule',
      'national-standard',
      'group-standard',
      'draft',
    ]),
    issuedOn: day.optional(),
    validFrom: day,
    validTo: day.optional(),
    supersededBy: z.string().optional(),
    /** Whether the nodes quote the text (laws of the state) or only paraphrase it (standards). */
    text: z.enum(['quoted', 'paraphrased']),
    status,
    source: words,
    scope: predicateSchema.optional(),
    errata: z
      .array(z.strictObject({ id, where: z.string(), printed: z.string(), read: z.string(), why: words, status }))
      .default([]),
    parameters: z
      .array(
        z.strictObject({
          id: z.string(),
          title: words,
          value,
          options: z.array(value).optional(),
          status,
          basis: z.enum(['text', 'interpretation', 'choice']),
          why: words,
        }),
      )
      .default([]),
    facts: z.array(fact).default([]),
    constraints: z.array(z.strictObject({ id, must: predicateSchema, says: words })).default([]),
    roles: z.array(z.strictObject({ id, title: words })).default([]),
    /** `record` names the record that comes with the event. */
    events: z
      .array(z.strictObject({ id, title: words, data: z.array(z.string()).default([]), record: id.optional() }))
      .default([]),
    nodes: z.array(node).min(1),
    machines: z.array(machine).default([]),
    records: z.array(record).default([]),
    scorings: z.array(scoring).default([]),
    highRisks: z.array(highRisk).default([]),
    penalties: z.array(penalty).default([]),
    deployments: z.array(deployment).default([]),
    algorithms: z.array(algorithm).default([]),
    statistics: z.array(statistic).default([]),
    documents: z.array(documentShape).default([]),
  })
  .meta({
    id: 'Instrument',
    title: 'Hedun instrument: one version of a law, regulation or standard as executable data',
  });

export type Instrument = z.infer<typeof instrumentSchema>;
export type Node = Instrument['nodes'][number];
export type Obligation = NonNullable<Node['obligation']>;
export type Machine = Instrument['machines'][number];
export type Transition = Machine['transitions'][number];
export type RecordShape = Instrument['records'][number];
export type Scoring = Instrument['scorings'][number];
export type HighRisk = Instrument['highRisks'][number];
export type Penalty = Instrument['penalties'][number];
export type Deployment = Instrument['deployments'][number];
export type Algorithm = Instrument['algorithms'][number];
export type Parameter = Instrument['parameters'][number];
export type FactShape = Instrument['facts'][number];
export type DocumentShape = Instrument['documents'][number];
export type Words = z.infer<typeof words>;
export type Status = z.infer<typeof status>;

/** The JSON Schema (2020-12) of the file format. */
export function instrumentJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(instrumentSchema, { io: 'input' }) as Record<string, unknown>;
}
