/**
 * Declared: rules on the platform: reading, writing, testing, back-testing, exceptions, import of whole sets, and what of ATT&CK they cover.
 * @module
 */
import { Done, field, Id, JobReference, ListInput, listOutput, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import {
  BacktestRow,
  ExceptionRow,
  LogSourceShape,
  RuleMode,
  RuleRow,
  RuleSummary,
  ruleLevelWords,
  ruleModeWords,
  ruleOriginWords,
  SetRow,
  TestRow,
  VersionRow,
} from './rules-shapes.ts';

const ruleText = field(
  z.string().min(1).max(1_000_000),
  { 'zh-CN': 'Sigma 文本', en: 'Sigma text' },
  { widget: 'code' },
);
const mode = field(RuleMode, { 'zh-CN': '运行方式', en: 'Mode' }, { options: ruleModeWords });
const eventsText = field(
  z.string().min(1).max(4_000_000),
  { 'zh-CN': '事件（JSON）', en: 'Events (JSON)' },
  {
    widget: 'code',
    help: { 'zh-CN': '每行一个 JSON，或一个 JSON 数组', en: 'One JSON a line, or one JSON array' },
  },
);
const source = field(LogSourceShape.optional(), { 'zh-CN': '日志来源', en: 'Log source' });
const note = field(z.string().max(500).default(''), { 'zh-CN': '修改说明', en: 'Note' });
const ruleRef = z.strictObject({ id: Id });

/** What is wrong with a text, where, in characters a person can find. */
export const RuleProblem = z.object({
  name: z.string(),
  code: z.string(),
  reason: z.string(),
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
});
export const CheckAnswer = z.object({
  rules: z.array(z.object({ key: z.string(), title: z.string(), kind: z.string(), logsource: z.string() })),
  problems: z.array(RuleProblem),
});
export const TryAnswer = z.object({
  events: z.number().int(),
  matches: z.array(
    z.object({ rule: z.string(), title: z.string(), index: z.number().int(), group: z.array(z.string()).nullable() }),
  ),
  /** Events whose log source no rule of the text speaks of. */
  unrouted: z.number().int(),
});
export const AttackTechnique = z.object({
  id: z.string(),
  name: z.string(),
  nameZh: z.string(),
  rules: z.number().int(),
  /** Rules on or in shadow with a positive test that fired. */
  tested: z.number().int(),
  state: z.enum(['covered', 'untested', 'off']),
});
export const AttackAnswer = z.object({
  tactics: z.array(z.object({ id: z.string(), techniques: z.array(AttackTechnique) })),
  covered: z.number().int(),
  named: z.number().int(),
});

const text = (zh: string, en: string) => ({ label: { 'zh-CN': zh, en }, type: 'text', sortable: true }) as const;
const words = (zh: string, en: string, values: Readonly<Record<string, { 'zh-CN': string; en: string }>>) =>
  ({ label: { 'zh-CN': zh, en }, type: 'enum', values, sortable: true }) as const;
const base = { permission: 'detection.rules', effect: 'write' } as const;
const read = { permission: 'detection.read', effect: 'read' } as const;

export const ruleOperations = {
  listRules: {
    ...read,
    title: { 'zh-CN': '检测规则', en: 'Detection rules' },
    http: 'GET /rules',
    cli: 'detection rule list',
    list: {
      title: text('规则', 'Rule'),
      origin: words('来源', 'Origin', ruleOriginWords),
      level: words('级别', 'Level', ruleLevelWords),
      mode: words('运行', 'Mode', ruleModeWords),
      logsource: text('日志来源', 'Log source'),
      technique: { label: { 'zh-CN': '技术编号', en: 'Technique' }, type: 'text' },
      tactic: { label: { 'zh-CN': '战术', en: 'Tactic' }, type: 'text' },
      author: text('作者', 'Author'),
      set: { label: { 'zh-CN': '规则集', en: 'Rule set' }, type: 'id' },
      refused: { label: { 'zh-CN': '不能运行', en: 'Cannot run' }, type: 'boolean' },
      updatedAt: { label: { 'zh-CN': '更新时间', en: 'Updated' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(RuleSummary),
  },
  getRule: {
    ...read,
    title: { 'zh-CN': '检测规则', en: 'Detection rule' },
    http: 'GET /rules/:id',
    cli: 'detection rule show',
    input: ruleRef,
    output: z.object({
      rule: RuleRow,
      tests: z.array(TestRow),
      versions: z.array(VersionRow),
      exceptions: z.array(ExceptionRow),
    }),
  },
  checkRule: {
    ...read,
    title: { 'zh-CN': '检查规则文本', en: 'Check a rule' },
    description: { 'zh-CN': '只检查，不保存。', en: 'Checks and saves nothing.' },
    http: 'POST /rules/check',
    cli: 'detection rule check',
    bodyLimit: 2_000_000,
    input: z.strictObject({ text: ruleText }),
    output: CheckAnswer,
  },
  tryRule: {
    ...read,
    title: { 'zh-CN': '用事件试运行规则', en: 'Try a rule on events' },
    http: 'POST /rules/try',
    cli: 'detection rule try',
    bodyLimit: 8_000_000,
    input: z.strictObject({ text: ruleText, events: eventsText, source }),
    output: TryAnswer,
  },
  saveRule: {
    ...base,
    title: { 'zh-CN': '保存规则', en: 'Save a rule' },
    description: {
      'zh-CN': '保存前先检查；有测试序列的规则随即重跑测试。',
      en: 'Checked first; tests of the rule run again at once.',
    },
    http: 'POST /rules',
    cli: 'detection rule save',
    bodyLimit: 2_000_000,
    input: z.strictObject({ id: Id.optional(), text: ruleText, mode: mode.default('shadow'), note }),
    output: RuleSummary,
  },
  setRuleModes: {
    ...base,
    title: { 'zh-CN': '启用、试运行或停用规则', en: 'Turn rules on, to shadow, or off' },
    http: 'POST /rules/modes',
    cli: 'detection rule mode',
    input: z.strictObject({ ids: z.array(Id).min(1).max(5000), mode }),
    output: z.object({ changed: z.number().int() }),
  },
  restoreRule: {
    ...base,
    title: { 'zh-CN': '恢复规则版本', en: 'Restore a version' },
    http: 'POST /rules/:id/restore',
    cli: 'detection rule restore',
    input: z.strictObject({
      id: Id,
      version: field(z.coerce.number().int().min(1), { 'zh-CN': '版本', en: 'Version' }),
    }),
    output: RuleSummary,
  },
  removeRule: {
    ...base,
    title: { 'zh-CN': '删除规则', en: 'Remove a rule' },
    description: {
      'zh-CN': '内置规则只能停用；导入与自编规则可删除。',
      en: 'Shipped rules can only be turned off; imported and own rules can go.',
    },
    http: 'DELETE /rules/:id',
    cli: 'detection rule remove',
    input: ruleRef,
    output: Done,
  },
  saveRuleTest: {
    ...base,
    title: { 'zh-CN': '保存规则测试', en: 'Save a test of a rule' },
    http: 'POST /rules/:id/tests',
    cli: 'detection rule test save',
    bodyLimit: 8_000_000,
    input: z.strictObject({
      id: Id,
      name: field(z.string().trim().min(1).max(120), { 'zh-CN': '名称', en: 'Name' }),
      expected: field(z.coerce.number().int().min(0).max(10_000), {
        'zh-CN': '应命中次数（0 为反例）',
        en: 'Matches expected (0: must stay silent)',
      }),
      events: eventsText,
      source,
    }),
    output: TestRow,
  },
  removeRuleTest: {
    ...base,
    title: { 'zh-CN': '删除规则测试', en: 'Remove a test' },
    http: 'DELETE /rule-tests/:id',
    cli: 'detection rule test remove',
    input: ruleRef,
    output: Done,
  },
  runRuleTests: {
    permission: 'detection.rules',
    effect: 'job',
    title: { 'zh-CN': '重跑全部规则测试', en: 'Run the tests of all rules' },
    http: 'POST /rule-tests/run',
    cli: 'detection rule test run',
    input: z.strictObject({}),
    output: JobReference,
  },
  listExceptions: {
    ...read,
    title: { 'zh-CN': '规则例外', en: 'Exceptions' },
    http: 'GET /exceptions',
    cli: 'detection exception list',
    input: z.strictObject({ ruleKey: z.string().max(300).optional() }),
    output: z.object({ items: z.array(ExceptionRow) }),
  },
  addException: {
    ...base,
    title: { 'zh-CN': '设立例外', en: 'Add an exception' },
    description: {
      'zh-CN': '符合条件的命中不再告警，但仍可查到并注明例外；到期自动失效。',
      en: 'Matches that fulfil the condition raise nothing, stay findable with the exception named, and count again once it expires.',
    },
    http: 'POST /exceptions',
    cli: 'detection exception add',
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '适用单位', en: 'Organisation' }, { widget: 'organisation' }),
      ruleKey: field(z.string().min(1).max(300), { 'zh-CN': '规则标识', en: 'Rule id' }),
      condition: field(
        z.string().trim().min(3).max(20_000),
        { 'zh-CN': '条件', en: 'Condition' },
        {
          widget: 'code',
          help: {
            'zh-CN': 'Sigma 写法，如 Image|endswith: \\backup.exe',
            en: 'As in Sigma: Image|endswith: \\backup.exe',
          },
        },
      ),
      reason: field(z.string().trim().min(2).max(500), { 'zh-CN': '理由', en: 'Reason' }),
      expiresAt: field(Timestamp, { 'zh-CN': '到期时间', en: 'Expires' }, { widget: 'datetime' }),
    }),
    output: ExceptionRow,
  },
  endException: {
    ...base,
    title: { 'zh-CN': '结束例外', en: 'End an exception' },
    http: 'POST /exceptions/:id/end',
    cli: 'detection exception end',
    input: ruleRef,
    output: Done,
  },
  importRules: {
    permission: 'detection.rules',
    effect: 'job',
    title: { 'zh-CN': '导入 Sigma 规则库', en: 'Import a Sigma repository' },
    description: {
      'zh-CN':
        'ZIP 或单个 YAML；每条规则保留作者与许可证，不能运行的逐条说明原因。再次导入同一规则即更新，人改过的不覆盖。',
      en: 'A ZIP or one YAML. Authors and licences are kept; what cannot run is listed with its reason. A second import updates, except what people changed.',
    },
    http: 'POST /rule-sets',
    cli: 'detection rule import',
    input: z.strictObject({
      evidenceId: field(Id, { 'zh-CN': '规则文件', en: 'File of rules' }, { widget: 'file' }),
      name: field(z.string().trim().min(1).max(80), { 'zh-CN': '规则集名称', en: 'Name of the set' }),
      license: field(z.string().trim().min(1).max(120), { 'zh-CN': '许可证', en: 'Licence' }),
      author: field(z.string().trim().max(200).default(''), { 'zh-CN': '作者', en: 'Author' }),
      origin: field(z.string().trim().max(500).default(''), { 'zh-CN': '出处', en: 'Origin' }),
      mode: mode.default('shadow'),
    }),
    output: JobReference,
  },
  listRuleSets: {
    ...read,
    title: { 'zh-CN': '规则集', en: 'Rule sets' },
    http: 'GET /rule-sets',
    cli: 'detection rule sets',
    input: z.strictObject({}),
    output: z.object({ items: z.array(SetRow) }),
  },
  removeRuleSet: {
    ...base,
    title: { 'zh-CN': '删除规则集', en: 'Remove a rule set' },
    http: 'DELETE /rule-sets/:id',
    cli: 'detection rule set remove',
    input: ruleRef,
    output: Done,
  },
  attackCoverage: {
    ...read,
    title: { 'zh-CN': 'ATT&CK 覆盖', en: 'ATT&CK coverage' },
    description: {
      'zh-CN': '只有已启用规则的测试确实触发过，才算覆盖。',
      en: 'A technique counts as covered only when a recorded test of a running rule fired.',
    },
    http: 'GET /attack',
    cli: 'detection attack',
    input: z.strictObject({}),
    output: AttackAnswer,
  },
  startBacktest: {
    ...base,
    title: { 'zh-CN': '回测规则', en: 'Back-test a rule' },
    http: 'POST /backtests',
    cli: 'detection rule backtest',
    bodyLimit: 2_000_000,
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '单位', en: 'Organisation' }, { widget: 'organisation' }),
      text: ruleText,
      ruleId: Id.optional(),
      from: field(Timestamp, { 'zh-CN': '起', en: 'From' }, { widget: 'datetime' }),
      to: field(Timestamp, { 'zh-CN': '止', en: 'To' }, { widget: 'datetime' }),
    }),
    output: BacktestRow,
  },
  runBacktest: {
    permission: 'detection.rules',
    effect: 'job',
    title: { 'zh-CN': '执行回测', en: 'Run a back-test' },
    http: 'POST /backtests/:id/run',
    input: ruleRef,
    output: JobReference,
  },
  listBacktests: {
    ...read,
    title: { 'zh-CN': '回测记录', en: 'Back-tests' },
    http: 'GET /backtests',
    cli: 'detection rule backtests',
    input: z.strictObject({ ruleId: Id.optional() }),
    output: z.object({ items: z.array(BacktestRow) }),
  },
} as const;
