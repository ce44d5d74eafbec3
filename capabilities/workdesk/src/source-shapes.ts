/**
 * The records and answers of sources: platforms that push, platforms that are asked, tables read by a mapping.
 * @module
 */
import { field, Id, Severity, Timestamp } from '@hedun/sdk';
import { mappedFields } from '@hedun/workdesk';
import { z } from 'zod';
import { ImportRow } from './shapes.ts';

export const mappedFieldWords = {
  title: { 'zh-CN': '名称', en: 'Title' },
  severity: { 'zh-CN': '级别', en: 'Severity' },
  target: { 'zh-CN': '地址、域名或网址', en: 'Address, domain or URL' },
  port: { 'zh-CN': '端口', en: 'Port' },
  rule: { 'zh-CN': '规则编号', en: 'Rule' },
  description: { 'zh-CN': '描述', en: 'Description' },
  remediation: { 'zh-CN': '整改建议', en: 'Remediation' },
  references: { 'zh-CN': 'CVE、CNVD 等编号', en: 'CVE, CNVD and the like' },
  cvss: { 'zh-CN': 'CVSS 评分', en: 'CVSS score' },
  seenAt: { 'zh-CN': '发现时间', en: 'Found at' },
  number: { 'zh-CN': '上级通报编号', en: 'Number of the notice above' },
  dueOn: { 'zh-CN': '上级整改期限', en: 'Due day of the notice above' },
} as const satisfies Readonly<Record<(typeof mappedFields)[number], unknown>>;

export const findingKindWords = {
  vulnerability: { 'zh-CN': '漏洞', en: 'Vulnerability' },
  misconfiguration: { 'zh-CN': '配置缺陷', en: 'Misconfiguration' },
  'exposed-service': { 'zh-CN': '暴露服务', en: 'Exposed service' },
  'data-exposure': { 'zh-CN': '数据泄露', en: 'Data exposure' },
  'weak-password': { 'zh-CN': '弱口令', en: 'Weak password' },
} as const;
const path = z.string().max(200);
export const MappingShape = z.strictObject({
  shape: z.enum(['table', 'json']),
  items: path.default(''),
  fields: z
    .partialRecord(z.enum(mappedFields), path.min(1))
    .refine((fields) => fields.title !== undefined, { message: 'title' }),
  severities: z.record(z.string().max(60), Severity).default({}),
  defaultSeverity: Severity.default('medium'),
  kind: z.enum(Object.keys(findingKindWords) as [keyof typeof findingKindWords]).default('vulnerability'),
});

const parameter = z.string().regex(/^[A-Za-z0-9_.-]{1,60}$/);
export const PagingShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('page'), parameter, first: z.number().int().min(0).max(1).default(1) }),
  z.strictObject({ kind: z.literal('cursor'), parameter, path: path.min(1) }),
  z.strictObject({ kind: z.literal('link') }),
]);
export const ConnectionShape = z.strictObject({
  /** `{since}` becomes the time of the last success. */
  url: z.url({ protocol: /^https?$/ }).max(2000),
  /** Header that carries the credential; `Authorization` gets `Bearer` in front of a bare token. */
  header: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,60}$/)
    .default('Authorization'),
  paging: PagingShape.default({ kind: 'none' }),
  everyMinutes: z.number().int().min(5).max(10_080).default(60),
});
export type Connection = z.infer<typeof ConnectionShape>;

export const SourceRow = z.object({
  id: Id,
  organisationId: Id,
  name: field(z.string(), { 'zh-CN': '来源名称', en: 'Source' }),
  mapping: MappingShape,
  connection: ConnectionShape.nullable(),
  /** Sealed. */
  credential: z.string().nullable(),
  /** Sealed; what pushes are signed with. */
  pushSecret: z.string().nullable(),
  enabled: field(z.boolean(), { 'zh-CN': '启用', en: 'Enabled' }),
  nextRunAt: Timestamp.nullable(),
  lastRunAt: field(Timestamp.nullable(), { 'zh-CN': '最近一次', en: 'Last run' }),
  lastSuccessAt: field(Timestamp.nullable(), { 'zh-CN': '最近成功', en: 'Last success' }),
  lastError: field(z.string().nullable(), { 'zh-CN': '最近错误', en: 'Last error' }),
  createdAt: Timestamp,
});
export type SourceRow = z.infer<typeof SourceRow>;
export const PushRow = z.object({
  sourceId: Id,
  key: z.string(),
  sha256: z.string(),
  importId: Id,
  receivedAt: Timestamp,
});

export const sourceWayWords = {
  file: { 'zh-CN': '文件导入', en: 'Files' },
  push: { 'zh-CN': '对方推送', en: 'Pushed' },
  pull: { 'zh-CN': '定时拉取', en: 'Pulled' },
} as const;
export const SourceSummary = SourceRow.omit({ credential: true, pushSecret: true }).extend({
  ways: field(z.array(z.enum(['file', 'push', 'pull'])), { 'zh-CN': '接入方式', en: 'Ways' }),
  hasCredential: z.boolean(),
});
export type SourceSummary = z.infer<typeof SourceSummary>;

export const ContentsShape = z.object({
  shape: z.enum(['table', 'json']),
  items: z.string(),
  entries: z.number().int(),
  columns: z.array(z.object({ name: z.string(), samples: z.array(z.string()) })),
  suggested: z.partialRecord(z.enum(mappedFields), z.string()),
  /** A source whose mapping fits these columns already. */
  knownAs: z.object({ id: Id, name: z.string() }).nullable(),
});
export type ContentsShape = z.infer<typeof ContentsShape>;
export const PushAnswer = z.object({ import: ImportRow, repeated: z.boolean() });
