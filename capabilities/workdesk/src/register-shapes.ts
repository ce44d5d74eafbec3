/**
 * The records and answers of the register of information systems (统一信息资产台账).
 * @module
 */
import { AssetStatus, field, Id, Severity, Timestamp } from '@hedun/sdk';
import { assetStatusWords } from '@hedun/sdk/kernel';
import { z } from 'zod';
import { Day } from './shapes.ts';

export const deploymentWords = {
  campus: { 'zh-CN': '本单位机房', en: 'Own machine room' },
  centre: { 'zh-CN': '数据中心虚拟机', en: 'Central data centre' },
  'public-cloud': { 'zh-CN': '公有云', en: 'Public cloud' },
  hosted: { 'zh-CN': '外部托管', en: 'Hosted elsewhere' },
} as const;
export const exposureWords = {
  internet: { 'zh-CN': '互联网', en: 'Internet' },
  internal: { 'zh-CN': '内部网络', en: 'Internal network' },
  isolated: { 'zh-CN': '独立网络', en: 'Isolated network' },
} as const;

const text = (zh: string, en: string, most = 200) =>
  field(z.string().trim().max(most).default(''), { 'zh-CN': zh, en });
const dayOrBlank = (zh: string, en: string) =>
  field(z.union([z.literal(''), Day]).default(''), { 'zh-CN': zh, en }, { widget: 'date' });
const names = (zh: string, en: string) =>
  field(z.array(z.string().trim().min(1).max(253)).max(200).default([]), { 'zh-CN': zh, en }, { widget: 'tags' });

/** What a person writes about a system; forms, filings and reviews ask for the same. */
export const systemInput = {
  name: field(z.string().trim().min(1).max(200), { 'zh-CN': '系统名称', en: 'Name' }),
  protectionLevel: field(z.coerce.number().int().min(1).max(5).nullable().default(null), {
    'zh-CN': '等保级别',
    en: 'Protection level',
  }),
  filingNumber: text('等保备案编号', 'Filing number with the public security organ'),
  evaluatedOn: dayOrBlank('最近测评日期', 'Last evaluation'),
  domains: names('域名', 'Domains'),
  addresses: names('IP 地址', 'IP addresses'),
  url: text('访问地址', 'URL', 500),
  purpose: text('主要功能', 'Purpose', 500),
  leader: text('主管领导', 'Leader', 60),
  leaderPhone: text('主管领导电话', 'Phone of the leader', 60),
  technician: text('技术联系人', 'Technical contact', 60),
  technicianPhone: text('技术联系人电话', 'Phone of the technical contact', 60),
  supplier: text('承建单位', 'Supplier'),
  operator: text('运维单位', 'Operator'),
  dataHeld: text('存储的数据', 'Data held', 500),
  personalRecords: field(z.coerce.number().int().min(0).nullable().default(null), {
    'zh-CN': '个人信息条数',
    en: 'Records with personal information',
  }),
  deployment: field(
    z.enum(['', 'campus', 'centre', 'public-cloud', 'hosted']).default(''),
    { 'zh-CN': '部署位置', en: 'Where it runs' },
    { options: { '': { 'zh-CN': '未填', en: 'Not said' }, ...deploymentWords } },
  ),
  exposure: field(
    z.enum(['', 'internet', 'internal', 'isolated']).default(''),
    { 'zh-CN': '开放范围', en: 'Exposure' },
    { options: { '': { 'zh-CN': '未填', en: 'Not said' }, ...exposureWords } },
  ),
  goLive: dayOrBlank('上线日期', 'Go-live date'),
  retiredOn: dayOrBlank('停用日期', 'Retired on'),
  status: field(AssetStatus.default('active'), { 'zh-CN': '状态', en: 'Status' }, { options: assetStatusWords }),
};
export const SystemDetails = z.strictObject(systemInput);
export type SystemDetails = z.infer<typeof SystemDetails>;
export type SystemKey = keyof SystemDetails;

/** Kept beside the asset by the asset's own events: what the list sorts and filters by. */
export const SystemRow = z.object({
  /** The id of its asset. */
  id: Id,
  organisationId: Id,
  completeness: z.number().int(),
  missing: z.array(z.string()),
  filing: z.string(),
  filingExpiresOn: Day.nullable(),
  confirmedOn: Day.nullable(),
});
export type SystemRow = z.infer<typeof SystemRow>;

export const filingStateWords = {
  none: { 'zh-CN': '未备案', en: 'Not filed' },
  applied: { 'zh-CN': '审批中', en: 'Applied for' },
  filed: { 'zh-CN': '已备案', en: 'Filed' },
  differs: { 'zh-CN': '与备案不一致', en: 'Differs from the filing' },
  retired: { 'zh-CN': '已注销', en: 'Retired' },
} as const;
export const FilingState = z.enum(['none', 'applied', 'filed', 'differs', 'retired']);

export const SystemSummary = z.object({
  id: Id,
  name: field(z.string(), { 'zh-CN': '系统名称', en: 'Name' }),
  organisationId: field(Id, { 'zh-CN': '责任单位', en: 'Unit' }),
  protectionLevel: field(z.number().int().nullable(), { 'zh-CN': '等保级别', en: 'Level' }),
  status: field(AssetStatus, { 'zh-CN': '状态', en: 'Status' }),
  identifiers: z.array(z.string()),
  technician: field(z.string(), { 'zh-CN': '技术联系人', en: 'Technical contact' }),
  completeness: field(z.number().int(), { 'zh-CN': '完整度', en: 'Complete' }),
  missing: z.array(z.string()),
  filing: field(FilingState, { 'zh-CN': '备案', en: 'Filing' }),
  filingExpiresOn: field(Day.nullable(), { 'zh-CN': '备案到期', en: 'Filing ends' }),
  confirmedOn: field(Day.nullable(), { 'zh-CN': '年审确认', en: 'Reviewed' }),
  openFindings: field(z.number().int(), { 'zh-CN': '未消除隐患', en: 'Open findings' }),
});
export type SystemSummary = z.infer<typeof SystemSummary>;

export const CompletenessShape = z.object({
  percent: z.number().int(),
  lines: z.array(z.object({ item: z.string(), weight: z.number(), state: z.enum(['present', 'missing', 'outdated']) })),
});
export const DifferenceShape = z.object({ field: z.string(), before: z.string(), after: z.string() });
export const SystemDetail = z.object({
  id: Id,
  organisationId: Id,
  details: SystemDetails,
  completeness: CompletenessShape,
  filing: FilingState,
  filings: z.array(
    z.object({
      id: Id,
      kind: z.enum(['system', 'domain', 'port']),
      number: z.string(),
      subject: z.string(),
      expiresOn: Day.nullable(),
      status: z.string(),
    }),
  ),
  /** Where the entry says something else than what was approved. */
  differences: z.array(DifferenceShape),
  reviews: z.array(z.object({ title: z.string(), answer: z.string(), at: Timestamp })),
  openFindings: z.record(z.string(), z.number().int()),
  updatedAt: Timestamp,
  mayChange: z.boolean(),
});
export type SystemDetail = z.infer<typeof SystemDetail>;

export const DutyRow = z.object({
  id: Id,
  organisationId: field(Id, { 'zh-CN': '单位', en: 'Unit' }),
  name: z.string(),
  leaders: field(z.array(z.string()), { 'zh-CN': '单位负责人', en: 'Leaders' }),
  contacts: field(z.array(z.string()), { 'zh-CN': '联络员', en: 'Contacts' }),
  systems: field(z.number().int(), { 'zh-CN': '在用系统', en: 'Systems in use' }),
  important: field(z.number().int(), { 'zh-CN': '三级及以上', en: 'Level 3 and above' }),
  withoutLeader: field(z.number().int(), { 'zh-CN': '缺主管领导', en: 'Without leader' }),
  withoutTechnician: field(z.number().int(), { 'zh-CN': '缺技术联系人', en: 'Without technical contact' }),
  completeness: field(z.number().int().nullable(), { 'zh-CN': '平均完整度', en: 'Mean completeness' }),
  /** Nobody can be told, or systems without persons. */
  gap: field(z.boolean(), { 'zh-CN': '责任不落实', en: 'Gap' }),
});
export type DutyRow = z.infer<typeof DutyRow>;

export const Unregistered = z.object({
  id: z.string(),
  what: field(z.enum(['target', 'port']), { 'zh-CN': '类别', en: 'What' }),
  target: field(z.string(), { 'zh-CN': '地址或域名', en: 'Address or domain' }),
  port: field(z.string(), { 'zh-CN': '端口', en: 'Port' }),
  organisationId: field(Id.nullable(), { 'zh-CN': '所在单位', en: 'Unit' }),
  findings: field(z.number().int(), { 'zh-CN': '发现', en: 'Findings' }),
  worst: field(Severity, { 'zh-CN': '最高级别', en: 'Worst' }),
  sources: field(z.string(), { 'zh-CN': '来源', en: 'Sources' }),
  firstSeenAt: field(Timestamp, { 'zh-CN': '首次出现', en: 'First seen' }),
  lastSeenAt: field(Timestamp, { 'zh-CN': '最近出现', en: 'Last seen' }),
});
export type Unregistered = z.infer<typeof Unregistered>;
