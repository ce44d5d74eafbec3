/**
 * The records of collection: sources, their health, parsers of people, and where workers stand.
 * @module
 */
import { field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

export const sourceKindWords = {
  'syslog-udp': { 'zh-CN': 'Syslog（UDP）', en: 'Syslog over UDP' },
  'syslog-tcp': { 'zh-CN': 'Syslog（TCP）', en: 'Syslog over TCP' },
  'syslog-tls': { 'zh-CN': 'Syslog（TLS）', en: 'Syslog over TLS' },
  netflow: { 'zh-CN': 'NetFlow / IPFIX', en: 'NetFlow / IPFIX' },
  http: { 'zh-CN': 'HTTP 推送', en: 'HTTP push' },
  file: { 'zh-CN': '文件跟踪', en: 'File' },
  kafka: { 'zh-CN': 'Kafka', en: 'Kafka' },
  nats: { 'zh-CN': 'NATS', en: 'NATS' },
  upload: { 'zh-CN': '文件导入', en: 'Uploaded files' },
} as const;
export const SourceKind = z.enum([
  'syslog-udp',
  'syslog-tcp',
  'syslog-tls',
  'netflow',
  'http',
  'file',
  'kafka',
  'nats',
  'upload',
]);
export type SourceKind = z.infer<typeof SourceKind>;

export const formatWords = {
  auto: { 'zh-CN': '自动识别', en: 'Told from the line' },
  syslog: { 'zh-CN': 'Syslog', en: 'Syslog' },
  cef: { 'zh-CN': 'CEF', en: 'CEF' },
  leef: { 'zh-CN': 'LEEF', en: 'LEEF' },
  windows: { 'zh-CN': 'Windows 事件', en: 'Windows events' },
  zeek: { 'zh-CN': 'Zeek', en: 'Zeek' },
  suricata: { 'zh-CN': 'Suricata EVE', en: 'Suricata EVE' },
  wazuh: { 'zh-CN': 'Wazuh 告警', en: 'Wazuh alerts' },
  auditd: { 'zh-CN': 'Linux 审计', en: 'Linux audit' },
  web: { 'zh-CN': 'nginx / Apache', en: 'nginx / Apache' },
  dns: { 'zh-CN': 'DNS 查询日志', en: 'DNS query log' },
  json: { 'zh-CN': 'JSON', en: 'JSON' },
  pattern: { 'zh-CN': '自定义解析', en: 'Own parser' },
} as const;
export const SourceFormat = z.enum([
  'auto',
  'syslog',
  'cef',
  'leef',
  'windows',
  'zeek',
  'suricata',
  'wazuh',
  'auditd',
  'web',
  'dns',
  'json',
  'pattern',
]);

const words = z.string().trim().max(200);
export const SourceSettings = z.object({
  /** Sockets: where to listen. */
  address: words.default('0.0.0.0'),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Files: an absolute path; its name may have `*`. */
  path: words.default(''),
  /** Kafka and NATS. */
  servers: z.array(words).max(20).default([]),
  topic: words.default(''),
});
export type SourceSettings = z.infer<typeof SourceSettings>;
export const RouteShape = z.object({
  product: words.optional(),
  category: words.optional(),
  service: words.optional(),
});

export const SourceRow = z.object({
  id: Id,
  organisationId: Id,
  name: field(z.string(), { 'zh-CN': '来源名称', en: 'Source' }),
  kind: field(SourceKind, { 'zh-CN': '接入方式', en: 'Kind' }, { options: sourceKindWords }),
  format: field(SourceFormat, { 'zh-CN': '日志格式', en: 'Format' }, { options: formatWords }),
  zone: z.number().int(),
  encoding: z.enum(['utf-8', 'gb18030']),
  logsource: RouteShape.nullable(),
  parserId: Id.nullable(),
  settings: SourceSettings,
  /** Certificate and key of a TLS listener, or credentials; sealed. */
  secret: z.string().nullable(),
  enabled: field(z.boolean(), { 'zh-CN': '启用', en: 'Enabled' }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type SourceRow = z.infer<typeof SourceRow>;

export const UnparsedLine = z.object({ at: Timestamp, reason: z.string(), text: z.string() });
export const SourceHealthRow = z.object({
  sourceId: Id,
  organisationId: Id,
  status: z.enum(['waiting', 'running', 'failed', 'stopped']),
  detail: z.string(),
  /** What the listener is bound to, where it chose its port itself. */
  port: z.number().int(),
  received: z.number(),
  parsed: z.number(),
  failed: z.number(),
  damaged: z.number(),
  dropped: z.number(),
  late: z.number(),
  bytes: z.number(),
  rate: z.number(),
  skewMs: z.number(),
  lastAt: Timestamp.nullable(),
  /** Lines of each of the last sixty minutes, oldest first. */
  minutes: z.array(z.number()),
  unparsed: z.array(UnparsedLine),
  sample: z.array(z.string()),
  updatedAt: Timestamp,
});
export type SourceHealthRow = z.infer<typeof SourceHealthRow>;
export const SourceSummary = SourceRow.omit({ secret: true }).extend({
  hasSecret: z.boolean(),
  health: SourceHealthRow.nullable(),
});
export type SourceSummary = z.infer<typeof SourceSummary>;

export const ParserRow = z.object({
  id: Id,
  organisationId: Id,
  name: field(z.string(), { 'zh-CN': '解析名称', en: 'Parser' }),
  pattern: field(z.string(), { 'zh-CN': '模式', en: 'Pattern' }),
  sample: z.string(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type ParserRow = z.infer<typeof ParserRow>;

/** Where a worker stands: offsets and everything it remembers at them, changed together or not at all. */
export const WorkerRow = z.object({
  name: z.string(),
  offsets: z.record(z.string(), z.number()),
  snapshot: z.string(),
  updatedAt: Timestamp,
});

export const sourceTables = {
  sources: { row: SourceRow, scope: 'organisation' },
  sourceHealth: { row: SourceHealthRow, scope: 'organisation' },
  parsers: { row: ParserRow, scope: 'organisation' },
  workers: { row: WorkerRow, scope: 'shared' },
} as const;
