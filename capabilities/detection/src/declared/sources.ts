/**
 * Declared: sources of logs, their health, parsers, pushes and imports.
 * @module
 */
import { Done, Empty, field, Id, JobReference, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import {
  formatWords,
  ParserRow,
  RouteShape,
  SourceFormat,
  SourceKind,
  SourceSettings,
  SourceSummary,
  sourceKindWords,
} from './source-shapes.ts';

export const pushLimit = 16 * 1024 * 1024;
const line = field(z.string().min(1).max(16_384), { 'zh-CN': '日志行', en: 'Line' }, { widget: 'textarea' });

export const sourceOperations = {
  listSources: {
    title: { 'zh-CN': '日志来源', en: 'Log sources' },
    effect: 'read',
    permission: 'detection.read',
    http: 'GET /sources',
    cli: 'detection source list',
    list: {
      name: { label: { 'zh-CN': '来源名称', en: 'Source' }, type: 'text', sortable: true },
      kind: { label: { 'zh-CN': '接入方式', en: 'Kind' }, type: 'enum', values: sourceKindWords, sortable: true },
      format: { label: { 'zh-CN': '日志格式', en: 'Format' }, type: 'enum', values: formatWords },
      enabled: { label: { 'zh-CN': '启用', en: 'Enabled' }, type: 'boolean' },
    },
    input: ListInput,
    output: listOutput(SourceSummary),
  },
  getSource: {
    title: { 'zh-CN': '日志来源', en: 'Log source' },
    effect: 'read',
    permission: 'detection.read',
    http: 'GET /sources/:id',
    cli: 'detection source show',
    input: z.strictObject({ id: Id }),
    output: SourceSummary,
  },
  saveSource: {
    title: { 'zh-CN': '保存日志来源', en: 'Save a log source' },
    description: {
      'zh-CN': '保存后数秒内开始接收；端口填 0 时由系统选择并显示在来源状态里。',
      en: 'Receiving begins within seconds; port 0 lets the system choose, the source then shows which.',
    },
    effect: 'write',
    permission: 'detection.collect',
    http: 'POST /sources',
    cli: 'detection source save',
    input: z.strictObject({
      id: Id.optional(),
      organisationId: field(Id.optional(), { 'zh-CN': '所属单位', en: 'Organisation' }, { widget: 'organisation' }),
      name: field(z.string().trim().min(1).max(60), { 'zh-CN': '来源名称', en: 'Source' }),
      kind: field(SourceKind, { 'zh-CN': '接入方式', en: 'Kind' }, { options: sourceKindWords }),
      format: field(SourceFormat.default('auto'), { 'zh-CN': '日志格式', en: 'Format' }, { options: formatWords }),
      zone: field(z.coerce.number().int().min(-720).max(840).default(480), {
        'zh-CN': '时区（分钟）',
        en: 'Time zone, minutes',
      }),
      encoding: field(
        z.enum(['utf-8', 'gb18030']).default('utf-8'),
        { 'zh-CN': '字符编码', en: 'Encoding' },
        { options: { 'utf-8': { 'zh-CN': 'UTF-8', en: 'UTF-8' }, gb18030: { 'zh-CN': 'GB 18030', en: 'GB 18030' } } },
      ),
      logsource: field(RouteShape.nullable().default(null), {
        'zh-CN': '规则匹配的日志来源',
        en: 'Log source for rules',
      }),
      parserId: field(Id.nullable().default(null), { 'zh-CN': '自定义解析', en: 'Own parser' }),
      settings: field(SourceSettings.default({ address: '0.0.0.0', port: 0, path: '', servers: [], topic: '' }), {
        'zh-CN': '接入参数',
        en: 'Settings',
      }),
      secret: field(
        z.string().min(1).max(20_000).optional(),
        { 'zh-CN': '证书与私钥（PEM）或凭据', en: 'Certificate and key (PEM), or credentials' },
        { widget: 'password' },
      ),
      enabled: field(z.boolean().default(true), { 'zh-CN': '启用', en: 'Enabled' }, { widget: 'switch' }),
    }),
    output: SourceSummary,
  },
  removeSource: {
    title: { 'zh-CN': '删除日志来源', en: 'Remove a log source' },
    description: { 'zh-CN': '已入库的事件保留。', en: 'Events already stored stay.' },
    effect: 'write',
    permission: 'detection.collect',
    http: 'DELETE /sources/:id',
    cli: 'detection source remove',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  testParser: {
    title: { 'zh-CN': '试解析一行', en: 'Try a line' },
    description: {
      'zh-CN': '按所给模式（或自动识别）解析一行，返回字段、归一化结果；不写入任何数据。',
      en: 'Reads a line by a pattern (or by itself) and answers its fields and what they become; writes nothing.',
    },
    effect: 'read',
    permission: 'detection.collect',
    http: 'POST /parsers/test',
    cli: 'detection parser test',
    input: z.strictObject({
      line,
      pattern: field(z.string().max(2000).default(''), { 'zh-CN': '模式', en: 'Pattern' }),
      format: SourceFormat.default('auto'),
      zone: z.coerce.number().int().min(-720).max(840).default(480),
    }),
    output: z.object({
      ok: z.boolean(),
      /** Why it was not read: a reason of the parser, or the fault of the pattern and where. */
      reason: z.string().nullable(),
      at: z.number().int().nullable(),
      suggested: z.string(),
      format: z.string().nullable(),
      time: z.string().nullable(),
      fields: z.array(z.object({ name: z.string(), value: z.string() })),
      columns: z.array(z.object({ name: z.string(), value: z.string() })),
      classUid: z.number().int().nullable(),
    }),
  },
  listParsers: {
    title: { 'zh-CN': '自定义解析', en: 'Own parsers' },
    effect: 'read',
    permission: 'detection.read',
    http: 'GET /parsers',
    cli: 'detection parser list',
    input: Empty,
    output: z.object({ items: z.array(ParserRow) }),
  },
  saveParser: {
    title: { 'zh-CN': '保存自定义解析', en: 'Save a parser' },
    description: {
      'zh-CN': '模式必须能解析给出的样例行；给出来源时，该来源从此用它解析。',
      en: 'The pattern must read the sample; with a source given, that source reads by it from then on.',
    },
    effect: 'write',
    permission: 'detection.collect',
    http: 'POST /parsers',
    cli: 'detection parser save',
    input: z.strictObject({
      id: Id.optional(),
      name: field(z.string().trim().min(1).max(60), { 'zh-CN': '解析名称', en: 'Parser' }),
      pattern: field(z.string().min(1).max(2000), { 'zh-CN': '模式', en: 'Pattern' }, { widget: 'code' }),
      sample: line,
      sourceId: field(Id.optional(), { 'zh-CN': '用于来源', en: 'For the source' }),
    }),
    output: ParserRow,
  },
  removeParser: {
    title: { 'zh-CN': '删除自定义解析', en: 'Remove a parser' },
    effect: 'write',
    permission: 'detection.collect',
    http: 'DELETE /parsers/:id',
    cli: 'detection parser remove',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  pushEvents: {
    title: { 'zh-CN': '推送日志', en: 'Push logs' },
    description: {
      'zh-CN': '请求体为一行一条的日志（可用 gzip 或 zstd 压缩，Content-Encoding 注明）；返回成功即已落盘，断电不丢。',
      en: 'The body holds one line each (gzip or zstd by Content-Encoding); when it is answered the lines are on disk.',
    },
    effect: 'write',
    permission: 'detection.push',
    http: 'POST /sources/:id/events',
    cli: 'detection push',
    body: 'raw',
    bodyLimit: pushLimit,
    input: z.strictObject({ id: Id, body: z.instanceof(Uint8Array) }),
    output: z.object({ accepted: z.number().int() }),
  },
  importFile: {
    title: { 'zh-CN': '导入日志文件', en: 'Import a log file' },
    description: {
      'zh-CN': 'EVTX、一行一条的文本或 JSON，可为 gzip。事件按其自身时间入库，规则照常检测。',
      en: 'EVTX, lines of text or JSON, gzip allowed. Events keep their own time and rules see them as they see all.',
    },
    effect: 'job',
    permission: 'detection.collect',
    http: 'POST /imports',
    cli: 'detection import',
    input: z.strictObject({
      evidenceId: field(Id, { 'zh-CN': '文件', en: 'File' }, { widget: 'file' }),
      format: field(SourceFormat.default('auto'), { 'zh-CN': '日志格式', en: 'Format' }, { options: formatWords }),
    }),
    output: JobReference,
  },
} as const;
