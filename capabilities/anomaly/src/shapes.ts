/**
 * The records of this capability: data sets, models, anomalies, labels, sources and the state of the tunnel twin.
 * @module
 */
import { Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

export const detectorNames = [
  'fused',
  'swift',
  'panda',
  'devnet',
  'prenet',
  'deepsad',
  'dplan',
  'balanced-forest',
  'iforest',
  'ecod',
  'hbos',
  'mahalanobis',
  'plane',
  'knn',
] as const;
/** Detectors for which the rows of a set are time stamps in order and its columns sensors. */
export const seriesDetectorNames = [
  'vg-net',
  'pca',
  'pca-smooth',
  'linear-forecast',
  'matrix-profile',
  'gru-vae',
  'gdn',
  'usad',
] as const;

/** A column as it was understood: a number, or words that each stand for one number. */
export const ColumnShape = z.object({ name: z.string(), words: z.array(z.string()).nullable() });
export type ColumnShape = z.infer<typeof ColumnShape>;

export const SetRow = z.object({
  id: Id,
  organisationId: Id,
  name: z.string(),
  /** csv, parquet, http (pushed rows and MQTT) or findings */
  origin: z.string(),
  columns: z.array(ColumnShape),
  rowCount: z.number().int(),
  labelled: z.number().int(),
  /** Fingerprint of the uploaded bytes; empty for what is pushed. */
  sha256: z.string(),
  /** Values that were missing, not numbers, infinite or words never seen, counted on the way in. */
  odd: z.number().int(),
  /** Rows before this one have been judged by a champion. */
  scoredTo: z.number().int(),
  /** The kind of findings that become rows; empty where none do. */
  follows: z.string(),
  createdAt: Timestamp,
});
export type SetRow = z.infer<typeof SetRow>;

/** Rows in portions, in the order they came; numbers of a portion as base64 of little-endian float32. */
export const PortionRow = z.object({
  id: Id,
  organisationId: Id,
  setId: Id,
  first: z.number().int(),
  rows: z.number().int(),
  body: z.string(),
});

export const LabelRow = z.object({
  id: Id,
  organisationId: Id,
  setId: Id,
  row: z.number().int(),
  verdict: z.enum(['anomaly', 'normal']),
  /** file: a column of the data; analyst: feedback. */
  origin: z.enum(['file', 'analyst']),
  createdAt: Timestamp,
});

/** What is known of how good a model is, from labels it was not told. */
export const Card = z.object({
  rows: z.number().int(),
  columns: z.number().int(),
  labelsTold: z.number().int(),
  labelsKept: z.number().int(),
  /** Average precision of the kept labelled anomalies among unlabelled rows; null where too few labels were kept. */
  keptAp: z.number().nullable(),
  /** The champion's file on the very same rows and kept labels; null where there was none or too few labels were kept. */
  championAp: z.number().nullable().default(null),
  championVersion: z.number().int().nullable().default(null),
  /** Scores above this are shown as anomalies; from unlabelled rows alone. */
  threshold: z.number(),
  flagged: z.number().int(),
  /** Time stamps before the present that a score depends on; 0 for tables. */
  memory: z.number().int().default(0),
  seconds: z.number(),
});
export type Card = z.infer<typeof Card>;
export const modelStatusWords = {
  champion: { 'zh-CN': '在用', en: 'Champion' },
  challenger: { 'zh-CN': '候选', en: 'Challenger' },
  retired: { 'zh-CN': '已退役', en: 'Retired' },
} as const;
export const ModelRow = z.object({
  id: Id,
  organisationId: Id,
  setId: Id,
  setName: z.string(),
  detector: z.string(),
  version: z.number().int(),
  status: z.enum(['champion', 'challenger', 'retired']),
  seed: z.number().int(),
  /** Fingerprint of the rows and labels it was trained on. */
  lineage: z.string(),
  card: Card,
  /** The portable model file. */
  evidenceId: Id.nullable(),
  createdAt: Timestamp,
});
export type ModelRow = z.infer<typeof ModelRow>;

export const ReasonShape = z.object({
  column: z.string(),
  share: z.number(),
  value: z.string(),
  usual: z.string(),
  spreads: z.number(),
  below: z.number(),
});
export const AnomalyRow = z.object({
  id: Id,
  organisationId: Id,
  setId: Id,
  setName: z.string(),
  modelId: Id,
  row: z.number().int(),
  score: z.number(),
  reasons: z.array(ReasonShape),
  nearest: z.array(z.object({ row: z.number().int(), distance: z.number() })),
  findingId: Id.nullable(),
  verdict: z.enum(['anomaly', 'normal']).nullable(),
  createdAt: Timestamp,
});
export type AnomalyRow = z.infer<typeof AnomalyRow>;
export const verdictWords = {
  anomaly: { 'zh-CN': '确认异常', en: 'Anomaly' },
  normal: { 'zh-CN': '属于正常', en: 'Normal' },
} as const;

export const DriftRow = z.object({
  column: z.string(),
  index: z.number(),
  drift: z.enum(['stable', 'moved', 'other']),
});
export const driftWords = {
  stable: { 'zh-CN': '稳定', en: 'Stable' },
  moved: { 'zh-CN': '有偏移', en: 'Moved' },
  other: { 'zh-CN': '明显漂移', en: 'Another population' },
} as const;
/** What the watch found at one time: rows that came after the champion was trained, against those it was trained on. */
export const DriftReport = z.object({
  id: Id,
  organisationId: Id,
  setId: Id,
  modelId: Id,
  version: z.number().int(),
  newRows: z.number().int(),
  /** Of the champion's scores. */
  scores: z.number(),
  drift: z.enum(['stable', 'moved', 'other']),
  /** The columns that moved most, first. */
  columns: z.array(DriftRow),
  findingId: Id.nullable(),
  createdAt: Timestamp,
});
export type DriftReport = z.infer<typeof DriftReport>;

export const SourceRow = z.object({
  id: Id,
  organisationId: Id,
  setId: Id,
  url: z.string(),
  topic: z.string(),
  username: z.string(),
  enabled: z.boolean(),
  received: z.number().int(),
  refused: z.number().int(),
  lastRefusal: z.string(),
  createdAt: Timestamp,
});
export type SourceRow = z.infer<typeof SourceRow>;
/** A source as its table holds it: the password is sealed for this source alone and is never answered. */
export const StoredSource = SourceRow.extend({ sealed: z.string().nullable() });

/** Which findings became rows: an event may come twice. */
export const TakenRow = z.object({ id: Id, organisationId: Id, setId: Id, findingId: Id });

export const TunnelAlarm = z.object({
  device: z.string(),
  since: z.number().int(),
  cause: z.boolean(),
  strength: z.number(),
  form: z.enum(['silent', 'stuck', 'high', 'low']),
  signal: z.string(),
  unit: z.string(),
  said: z.number().nullable(),
  expected: z.number(),
});
export type TunnelAlarm = z.infer<typeof TunnelAlarm>;
export const TunnelState = z.object({
  status: z.enum(['closed', 'learning', 'running', 'failed']),
  /** Second of this picture and of the newest. */
  second: z.number().int(),
  newest: z.number().int(),
  oldest: z.number().int(),
  /** First signal of every device, in the order of the plan; null where it is silent. */
  values: z.array(z.number().nullable()),
  alarms: z.array(TunnelAlarm),
  /** Slowest and middle milliseconds from reading to alarm of the last seconds. */
  slowestMs: z.number(),
  middleMs: z.number(),
});
export type TunnelState = z.infer<typeof TunnelState>;
