/**
 * Declared: search in stored events, and hunts that are kept and run by themselves.
 * @module
 */
import { Done, Empty, field, Id, JobReference, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { pivotFields } from './event-fields.ts';

const filter = field(z.string().max(2000).default(''), { 'zh-CN': '查询', en: 'Query' });
const span = {
  filter,
  from: field(Timestamp, { 'zh-CN': '从', en: 'From' }, { widget: 'datetime' }),
  to: field(Timestamp, { 'zh-CN': '到', en: 'To' }, { widget: 'datetime' }),
};
export const EventSummary = z.object({
  id: z.string(),
  time: Timestamp,
  received: Timestamp,
  organisationId: z.string(),
  sourceId: z.string(),
  format: z.string(),
  product: z.string(),
  classUid: z.number().int(),
  severityId: z.number().int(),
  host: z.string(),
  user: z.string(),
  srcIp: z.string(),
  srcPort: z.number().int(),
  dstIp: z.string(),
  dstPort: z.number().int(),
  process: z.string(),
  action: z.string(),
  signature: z.string(),
  domain: z.string(),
  url: z.string(),
  message: z.string(),
  raw: z.string(),
});
export type EventSummary = z.infer<typeof EventSummary>;

export const HuntRow = z.object({
  id: Id,
  organisationId: Id,
  name: field(z.string(), { 'zh-CN': '名称', en: 'Name' }),
  filter,
  spanMinutes: z.number().int(),
  /** Minutes between runs; null: only by hand. */
  everyMinutes: z.number().int().nullable(),
  threshold: z.number().int(),
  nextRunAt: Timestamp.nullable(),
  lastRunAt: Timestamp.nullable(),
  lastCount: z.number().int().nullable(),
  createdBy: Id.nullable(),
  createdAt: Timestamp,
});
export type HuntRow = z.infer<typeof HuntRow>;
export const huntTables = { hunts: { row: HuntRow, scope: 'organisation' } } as const;

const Field = z.enum(pivotFields);
export const huntOperations = {
  searchEvents: {
    title: { 'zh-CN': '检索事件', en: 'Search events' },
    effect: 'read',
    permission: 'detection.hunt',
    http: 'GET /events',
    cli: 'detection search',
    input: z.strictObject({
      ...span,
      limit: z.coerce.number().int().min(1).max(500).default(100),
      cursor: z.string().max(300).optional(),
    }),
    output: z.object({ items: z.array(EventSummary), nextCursor: z.string().nullable() }),
  },
  getEvent: {
    title: { 'zh-CN': '事件', en: 'Event' },
    effect: 'read',
    permission: 'detection.hunt',
    http: 'GET /events/:id',
    cli: 'detection event',
    input: z.strictObject({ id: z.string().max(200) }),
    output: z.object({ event: EventSummary, fields: z.record(z.string(), z.unknown()) }),
  },
  eventHistogram: {
    title: { 'zh-CN': '事件分布', en: 'Events over time' },
    effect: 'read',
    permission: 'detection.hunt',
    http: 'GET /events/histogram',
    cli: 'detection histogram',
    input: z.strictObject({ ...span, buckets: z.coerce.number().int().min(1).max(400).default(60) }),
    output: z.object({ start: Timestamp, intervalMs: z.number(), counts: z.array(z.number()), total: z.number() }),
  },
  suggestValues: {
    title: { 'zh-CN': '字段取值', en: 'Values of a field' },
    effect: 'read',
    permission: 'detection.hunt',
    http: 'GET /events/values',
    cli: 'detection values',
    input: z.strictObject({ ...span, field: Field, prefix: z.string().max(200).default('') }),
    output: z.object({ items: z.array(z.object({ value: z.string(), count: z.number() })) }),
  },
  pivotEvents: {
    title: { 'zh-CN': '按字段汇总', en: 'Pivot' },
    effect: 'read',
    permission: 'detection.hunt',
    http: 'GET /events/pivot',
    cli: 'detection pivot',
    input: z.strictObject({ ...span, field: Field, limit: z.coerce.number().int().min(1).max(500).default(20) }),
    output: z.object({
      items: z.array(z.object({ value: z.string(), count: z.number(), first: Timestamp, last: Timestamp })),
    }),
  },
  exportEvents: {
    title: { 'zh-CN': '导出事件', en: 'Export events' },
    effect: 'job',
    permission: 'detection.hunt',
    http: 'POST /events/export',
    cli: 'detection export',
    input: z.strictObject({
      ...span,
      as: field(
        z.enum(['csv', 'ndjson', 'ocsf']).default('csv'),
        { 'zh-CN': '格式', en: 'Format' },
        {
          options: {
            csv: { 'zh-CN': 'CSV', en: 'CSV' },
            ndjson: { 'zh-CN': 'NDJSON', en: 'NDJSON' },
            ocsf: { 'zh-CN': 'OCSF', en: 'OCSF' },
          },
        },
      ),
      limit: z.coerce.number().int().min(1).max(1_000_000).default(100_000),
    }),
    output: JobReference,
  },
  storeStatistics: {
    title: { 'zh-CN': '事件库', en: 'Event store' },
    effect: 'read',
    permission: 'detection.read',
    http: 'GET /events/statistics',
    cli: 'detection store',
    input: Empty,
    output: z.object({
      events: z.number(),
      bytes: z.number(),
      segments: z.number(),
      oldest: Timestamp.nullable(),
      newest: Timestamp.nullable(),
    }),
  },
  listHunts: {
    title: { 'zh-CN': '已存狩猎', en: 'Saved hunts' },
    effect: 'read',
    permission: 'detection.hunt',
    http: 'GET /hunts',
    cli: 'detection hunt list',
    input: Empty,
    output: z.object({ items: z.array(HuntRow) }),
  },
  saveHunt: {
    title: { 'zh-CN': '保存狩猎', en: 'Save a hunt' },
    description: {
      'zh-CN': '设定周期后按时执行；命中数达到阈值时通知有研判权限的人。',
      en: 'With an interval it runs by itself and tells those who respond when it finds at least so many.',
    },
    effect: 'write',
    permission: 'detection.hunt',
    http: 'POST /hunts',
    cli: 'detection hunt save',
    input: z.strictObject({
      id: Id.optional(),
      name: field(z.string().trim().min(1).max(60), { 'zh-CN': '名称', en: 'Name' }),
      filter: field(z.string().trim().min(1).max(2000), { 'zh-CN': '查询', en: 'Query' }),
      spanMinutes: field(z.coerce.number().int().min(5).max(43_200).default(1440), {
        'zh-CN': '回看（分钟）',
        en: 'Look back, minutes',
      }),
      everyMinutes: field(z.coerce.number().int().min(5).max(43_200).nullable().default(null), {
        'zh-CN': '执行周期（分钟，留空为手动）',
        en: 'Every minutes; empty: by hand',
      }),
      threshold: field(z.coerce.number().int().min(1).max(1_000_000).default(1), {
        'zh-CN': '通知阈值',
        en: 'Tell from',
      }),
    }),
    output: HuntRow,
  },
  removeHunt: {
    title: { 'zh-CN': '删除狩猎', en: 'Remove a hunt' },
    effect: 'write',
    permission: 'detection.hunt',
    http: 'DELETE /hunts/:id',
    cli: 'detection hunt remove',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  runDueHunts: {
    title: { 'zh-CN': '执行到期狩猎', en: 'Run hunts that are due' },
    effect: 'job',
    permission: 'detection.hunt',
    http: 'POST /hunts/run-due',
    schedule: '*/5 * * * *',
    input: Empty,
    output: JobReference,
  },
} as const;
