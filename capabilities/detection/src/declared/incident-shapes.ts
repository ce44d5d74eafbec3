/**
 * The records of alerts and incidents, and what chains look like to a page.
 * @module
 */
import { field, Id, Severity, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

export const incidentStatusWords = {
  open: { 'zh-CN': '待研判', en: 'Open' },
  investigating: { 'zh-CN': '研判中', en: 'Investigating' },
  handed_over: { 'zh-CN': '已移交', en: 'Handed over' },
  closed: { 'zh-CN': '已关闭', en: 'Closed' },
} as const;
export const IncidentStatus = z.enum(['open', 'investigating', 'handed_over', 'closed']);
export const incidentKindWords = {
  group: { 'zh-CN': '异常组合', en: 'Unusual together' },
  regular: { 'zh-CN': '周期外联', en: 'Clockwork' },
  rule: { 'zh-CN': '高危命中', en: 'Severe matches' },
  import: { 'zh-CN': '导入取证', en: 'Imported evidence' },
} as const;
export const IncidentKind = z.enum(['group', 'regular', 'rule', 'import']);
export const modeWords = {
  on: { 'zh-CN': '规则', en: 'Rule' },
  external: { 'zh-CN': '设备告警', en: 'Device' },
  shadow: { 'zh-CN': '试运行', en: 'Shadow' },
  excepted: { 'zh-CN': '例外', en: 'Excepted' },
} as const;
export const AlertMode = z.enum(['on', 'external', 'shadow', 'excepted']);

const text = (zh: string, en: string) => field(z.string(), { 'zh-CN': zh, en });

export const AlertRow = z.object({
  id: Id,
  organisationId: Id,
  sequence: z.number().int(),
  time: field(Timestamp, { 'zh-CN': '时间', en: 'Time' }),
  detectedAt: Timestamp,
  network: z.string(),
  ruleKey: z.string(),
  title: text('规则', 'Rule'),
  severity: field(Severity, { 'zh-CN': '级别', en: 'Severity' }),
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
  mode: field(AlertMode, { 'zh-CN': '出处', en: 'From' }, { options: modeWords }),
  exceptionId: Id.nullable(),
  host: text('主机', 'Host'),
  userName: text('用户', 'User'),
  address: text('地址', 'Address'),
  process: text('进程', 'Process'),
  summary: text('内容', 'What'),
  sourceId: z.string(),
  eventId: z.string(),
  groupValues: z.array(z.string()),
  value: z.number().nullable(),
  incidentId: Id.nullable(),
  /** Why it is where it is, in the words of the reduction. */
  verdict: z.record(z.string(), z.unknown()),
});
export type AlertRow = z.infer<typeof AlertRow>;

export const IncidentRow = z.object({
  id: Id,
  organisationId: Id,
  network: z.string(),
  title: text('安全事件', 'Incident'),
  kind: field(IncidentKind, { 'zh-CN': '成因', en: 'Kind' }, { options: incidentKindWords }),
  severity: field(Severity, { 'zh-CN': '级别', en: 'Severity' }),
  status: field(IncidentStatus, { 'zh-CN': '状态', en: 'Status' }, { options: incidentStatusWords }),
  openedAt: field(Timestamp, { 'zh-CN': '形成时间', en: 'Opened' }),
  startAt: field(Timestamp, { 'zh-CN': '最早告警', en: 'First alert' }),
  endAt: field(Timestamp, { 'zh-CN': '最近告警', en: 'Last alert' }),
  alerts: field(z.number().int(), { 'zh-CN': '告警数', en: 'Alerts' }),
  occurrences: z.number().int(),
  bits: z.number(),
  machines: field(z.array(z.string()), { 'zh-CN': '主机', en: 'Machines' }),
  users: field(z.array(z.string()), { 'zh-CN': '用户', en: 'Users' }),
  rules: z.array(z.string()),
  tactics: field(z.array(z.string()), { 'zh-CN': '攻击阶段', en: 'Tactics' }),
  techniques: z.array(z.string()),
  verdict: z.enum(['attack', 'harmless']).nullable(),
  note: z.string(),
  judgedBy: Id.nullable(),
  findingId: Id.nullable(),
  caseId: Id.nullable(),
  updatedAt: Timestamp,
});
export type IncidentRow = z.infer<typeof IncidentRow>;

export const FeedbackRow = z.object({
  id: Id,
  organisationId: Id,
  ruleTitle: z.string(),
  machine: z.string().nullable(),
  verdict: z.enum(['attack', 'harmless']),
  until: Timestamp,
  note: z.string(),
  createdBy: Id.nullable(),
  createdAt: Timestamp,
});

export const ChainStepShape = z.object({
  start: Timestamp,
  end: Timestamp,
  tactic: z.string().nullable(),
  machines: z.array(z.string()),
  users: z.array(z.string()),
  rules: z.array(z.string()),
  alerts: z.number().int(),
  reason: z.object({ by: z.string(), value: z.string(), seconds: z.number(), forward: z.boolean() }).nullable(),
});
export const ChainShape = z.object({
  steps: z.array(ChainStepShape),
  timeline: z.array(ChainStepShape),
  at: z.number().int(),
  initialAccess: z.number().int().nullable(),
  machines: z.array(z.string()),
  users: z.array(z.string()),
});
export type ChainShape = z.infer<typeof ChainShape>;

export const incidentTables = {
  alerts: { row: AlertRow, scope: 'organisation' },
  incidents: { row: IncidentRow, scope: 'organisation' },
  feedback: { row: FeedbackRow, scope: 'organisation' },
} as const;
