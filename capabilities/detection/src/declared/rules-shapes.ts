/**
 * The records of rules: rules, sets they came in, versions, tests, exceptions and back-tests.
 * @module
 */
import { field, Id, type Text, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

const word = (zh: string, en: string) => field(z.string(), { 'zh-CN': zh, en });
const count = (zh: string, en: string) => field(z.number().int(), { 'zh-CN': zh, en });

/** What kind of thing is wrong with a rule, by the code of the engine's refusal; the reason beside it is the engine's own. */
export const refusalWords: Readonly<Record<string, Text>> = {
  yaml: { 'zh-CN': 'YAML 写法有误', en: 'YAML' },
  document: { 'zh-CN': '规则结构有误', en: 'Structure' },
  condition: { 'zh-CN': '条件（condition）有误', en: 'Condition' },
  modifier: { 'zh-CN': '修饰符有误', en: 'Modifier' },
  value: { 'zh-CN': '取值有误', en: 'Value' },
  regex: { 'zh-CN': '正则表达式不可用', en: 'Regular expression' },
  placeholder: { 'zh-CN': '占位符未定义', en: 'Placeholder' },
  filter: { 'zh-CN': '过滤规则有误', en: 'Filter' },
  correlation: { 'zh-CN': '关联规则有误', en: 'Correlation' },
  reference: { 'zh-CN': '引用的规则不存在、重名或成环', en: 'Reference' },
  limit: { 'zh-CN': '超出上限', en: 'Limit' },
};

export const ruleModeWords = {
  on: { 'zh-CN': '启用', en: 'On' },
  shadow: { 'zh-CN': '试运行', en: 'Shadow' },
  off: { 'zh-CN': '停用', en: 'Off' },
} as const;
export const RuleMode = z.enum(['on', 'shadow', 'off']);
export type RuleMode = z.infer<typeof RuleMode>;

export const ruleOriginWords = {
  hedun: { 'zh-CN': '内置', en: 'Shipped' },
  import: { 'zh-CN': '导入', en: 'Imported' },
  own: { 'zh-CN': '自编', en: 'Own' },
} as const;
export const RuleOrigin = z.enum(['hedun', 'import', 'own']);

export const ruleLevelWords = {
  critical: { 'zh-CN': '严重', en: 'Critical' },
  high: { 'zh-CN': '高', en: 'High' },
  medium: { 'zh-CN': '中', en: 'Medium' },
  low: { 'zh-CN': '低', en: 'Low' },
  informational: { 'zh-CN': '提示', en: 'Informational' },
} as const;

export const RuleSummary = z.object({
  id: Id,
  /** Sigma id, else name, else title: what a match carries. */
  key: z.string(),
  name: z.string(),
  origin: field(RuleOrigin, { 'zh-CN': '来源', en: 'Origin' }, { options: ruleOriginWords }),
  setId: Id.nullable(),
  kind: word('种类', 'Kind'),
  title: word('规则', 'Rule'),
  titleZh: z.string(),
  level: field(z.string(), { 'zh-CN': '级别', en: 'Level' }, { options: ruleLevelWords }),
  status: word('状态', 'Status'),
  logsource: word('日志来源', 'Log source'),
  tactics: z.array(z.string()),
  techniques: field(z.array(z.string()), { 'zh-CN': 'ATT&CK', en: 'ATT&CK' }),
  mode: field(RuleMode, { 'zh-CN': '运行', en: 'Mode' }, { options: ruleModeWords }),
  author: word('作者', 'Author'),
  license: word('许可证', 'Licence'),
  /** Why it cannot run; null where it can. */
  refusal: z.string().nullable(),
  /** A person changed a shipped or imported rule. */
  edited: z.boolean(),
  tests: count('测试', 'Tests'),
  testsPassed: count('通过', 'Passed'),
  version: count('版本', 'Version'),
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type RuleSummary = z.infer<typeof RuleSummary>;

export const RuleRow = RuleSummary.extend({
  path: z.string(),
  description: z.string(),
  descriptionZh: z.string(),
  falsePositives: z.array(z.string()),
  falsePositivesZh: z.array(z.string()),
  references: z.array(z.string()),
  /** The Sigma text, and the fingerprint of what was shipped or imported. */
  text: field(z.string(), { 'zh-CN': 'Sigma 文本', en: 'Sigma text' }),
  sha256: z.string(),
  /** The rules of the text, read: what a detector starts from without reading YAML again. */
  documents: z.unknown(),
  updatedBy: Id.nullable(),
});
export type RuleRow = z.infer<typeof RuleRow>;

export const SetRow = z.object({
  id: Id,
  name: word('规则集', 'Rule set'),
  license: word('许可证', 'Licence'),
  author: word('作者', 'Author'),
  origin: word('出处', 'Origin'),
  rules: count('规则数', 'Rules'),
  refused: count('拒绝数', 'Refused'),
  status: word('状态', 'Status'),
  issues: z.array(z.object({ name: z.string(), where: z.string(), code: z.string(), reason: z.string() })),
  evidenceId: Id,
  createdBy: Id.nullable(),
  createdAt: field(Timestamp, { 'zh-CN': '导入时间', en: 'Imported' }),
});
export type SetRow = z.infer<typeof SetRow>;

export const VersionRow = z.object({
  id: Id,
  ruleId: Id,
  version: z.number().int(),
  text: z.string(),
  mode: RuleMode,
  note: z.string(),
  changedBy: Id.nullable(),
  changedByName: z.string(),
  changedAt: Timestamp,
});

export const LogSourceShape = z.object({
  product: z.string().max(60).optional(),
  category: z.string().max(60).optional(),
  service: z.string().max(60).optional(),
});
export const EventShape = z.record(z.string(), z.unknown());

export const TestRow = z.object({
  id: Id,
  ruleId: Id,
  name: word('测试', 'Test'),
  expected: count('应命中次数', 'Matches expected'),
  source: LogSourceShape.nullable(),
  events: z.array(EventShape),
  /** How often the rule fired when the test last ran; null before. */
  found: z.number().int().nullable(),
  ranAt: Timestamp.nullable(),
});
export type TestRow = z.infer<typeof TestRow>;

export const ExceptionRow = z.object({
  id: Id,
  organisationId: Id,
  ruleKey: z.string(),
  ruleTitle: word('规则', 'Rule'),
  /** A Sigma detection: a map of fields, or a list of such maps. */
  condition: word('条件', 'Condition'),
  reason: word('理由', 'Reason'),
  expiresAt: field(Timestamp, { 'zh-CN': '到期', en: 'Expires' }),
  createdBy: Id.nullable(),
  createdAt: field(Timestamp, { 'zh-CN': '建立', en: 'Made' }),
});
export type ExceptionRow = z.infer<typeof ExceptionRow>;

export const BacktestRow = z.object({
  id: Id,
  organisationId: Id,
  ruleId: Id.nullable(),
  title: word('规则', 'Rule'),
  text: z.string(),
  fromTime: Timestamp,
  toTime: Timestamp,
  status: word('状态', 'Status'),
  events: count('事件', 'Events'),
  matches: count('命中', 'Matches'),
  excepted: count('例外', 'Excepted'),
  sample: z.array(z.object({ time: Timestamp, rule: z.string(), event: EventShape })),
  /** day → matches */
  perDay: z.record(z.string(), z.number().int()),
  problem: z.string().nullable(),
  createdBy: Id.nullable(),
  createdAt: field(Timestamp, { 'zh-CN': '提交时间', en: 'Asked' }),
  finishedAt: Timestamp.nullable(),
});
export type BacktestRow = z.infer<typeof BacktestRow>;

export const ruleTables = {
  rules: { row: RuleRow, scope: 'shared' },
  ruleSets: { row: SetRow, scope: 'shared' },
  ruleVersions: { row: VersionRow, scope: 'shared' },
  ruleTests: { row: TestRow, scope: 'shared' },
  exceptions: { row: ExceptionRow, scope: 'organisation' },
  backtests: { row: BacktestRow, scope: 'organisation' },
} as const;
