/**
 * Declared: sources beside the scanners' own files: any table or JSON by a mapping, platforms that push, platforms that are asked.
 * @module
 */
import { Done, field, Id, JobReference, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { ConnectionShape, ContentsShape, MappingShape, PushAnswer, SourceSummary } from '../source-shapes.ts';

const pushLimit = 8 * 1024 * 1024;
const connection = field(ConnectionShape.nullable().default(null), { 'zh-CN': '拉取地址与周期', en: 'Connection' });
const credential = field(
  z.string().min(1).max(4000).optional(),
  { 'zh-CN': '访问凭据', en: 'Credential' },
  {
    widget: 'password',
    help: { 'zh-CN': '加密保存，不再显示；留空则不变', en: 'Sealed and never shown again; unchanged when left out' },
  },
);

export const sourceOperations = {
  listSources: {
    title: { 'zh-CN': '数据来源', en: 'Sources' },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /sources',
    cli: 'workdesk source list',
    list: {
      name: { label: { 'zh-CN': '来源名称', en: 'Source' }, type: 'text', sortable: true },
      enabled: { label: { 'zh-CN': '启用', en: 'Enabled' }, type: 'boolean' },
      lastSuccessAt: { label: { 'zh-CN': '最近成功', en: 'Last success' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(SourceSummary),
  },
  getSource: {
    title: { 'zh-CN': '数据来源', en: 'Source' },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /sources/:id',
    cli: 'workdesk source show',
    input: z.strictObject({ id: Id }),
    output: SourceSummary,
  },
  saveSource: {
    title: { 'zh-CN': '保存数据来源', en: 'Save a source' },
    description: {
      'zh-CN': '字段对应只需设定一次：以后同样的表格、推送与拉取都按它读取。',
      en: 'The mapping is made once; tables, pushes and pulls of this source are read by it from then on.',
    },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /sources',
    cli: 'workdesk source save',
    input: z.strictObject({
      id: Id.optional(),
      name: field(z.string().trim().min(1).max(60), { 'zh-CN': '来源名称', en: 'Source' }),
      mapping: field(MappingShape, { 'zh-CN': '字段对应', en: 'Mapping' }),
      connection,
      credential,
      enabled: field(z.boolean().default(true), { 'zh-CN': '启用', en: 'Enabled' }, { widget: 'switch' }),
    }),
    output: SourceSummary,
  },
  removeSource: {
    title: { 'zh-CN': '删除数据来源', en: 'Remove a source' },
    description: { 'zh-CN': '已导入的发现保留。', en: 'What was imported stays.' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'DELETE /sources/:id',
    cli: 'workdesk source remove',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  describeFile: {
    title: { 'zh-CN': '查看文件结构', en: 'Look into a file' },
    description: {
      'zh-CN': '给出表格的列或 JSON 的路径与样例，并建议字段对应；不写入任何数据。',
      en: 'The columns of a table or the paths of a JSON with samples, and a suggested mapping; writes nothing.',
    },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /sources/describe',
    cli: 'workdesk source describe',
    input: z.strictObject({ evidenceId: field(Id, { 'zh-CN': '文件', en: 'File' }, { widget: 'file' }) }),
    output: ContentsShape,
  },
  describeAddress: {
    title: { 'zh-CN': '试取第一页', en: 'Fetch the first page' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /sources/describe',
    cli: 'workdesk source probe',
    input: z.strictObject({ connection: ConnectionShape, credential, sourceId: Id.optional() }),
    output: ContentsShape,
  },
  renewPushSecret: {
    title: { 'zh-CN': '生成推送密钥', en: 'Make a push secret' },
    description: {
      'zh-CN': '密钥只显示这一次，旧密钥随即失效。',
      en: 'Shown this once; the old secret ends at once.',
    },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /sources/:id/push-secret',
    cli: 'workdesk source push-secret',
    input: z.strictObject({ id: Id }),
    output: z.object({ secret: z.string() }),
  },
  pushFindings: {
    title: { 'zh-CN': '推送发现', en: 'Push findings' },
    description: {
      'zh-CN':
        '上级平台、态势感知或漏洞平台调用。签名为 HMAC（SHA-256 或 SM3），内容为「hedun-push-v1」、时间戳（秒）、幂等键各占一行，随后是正文。同一幂等键重发得到同一结果，正文不同则拒绝。',
      en: 'For platforms above, awareness and vulnerability platforms. HMAC (SHA-256 or SM3) over `hedun-push-v1`, the timestamp in seconds and the key, each followed by a line feed, then the content. The same key again gives the same answer; with another content it is refused.',
    },
    effect: 'write',
    permission: 'workdesk.push',
    http: 'POST /sources/:id/push',
    cli: 'workdesk source push',
    input: z.strictObject({
      id: Id,
      key: field(z.string().regex(/^[A-Za-z0-9._:-]{8,100}$/), { 'zh-CN': '幂等键', en: 'Idempotency key' }),
      timestamp: field(z.coerce.number().int().positive(), { 'zh-CN': '时间戳（秒）', en: 'Timestamp, seconds' }),
      algorithm: z.enum(['hmac-sha256', 'hmac-sm3']).default('hmac-sha256'),
      signature: field(z.string().regex(/^[0-9a-f]{64}$/), { 'zh-CN': '签名', en: 'Signature' }),
      content: field(z.string().min(1).max(pushLimit), { 'zh-CN': '正文', en: 'Content' }),
    }),
    output: PushAnswer,
  },
  pullSource: {
    title: { 'zh-CN': '立即拉取', en: 'Pull now' },
    effect: 'job',
    permission: 'workdesk.write',
    http: 'POST /sources/:id/pull',
    cli: 'workdesk source pull',
    input: z.strictObject({ id: Id }),
    output: JobReference,
  },
  pullDueSources: {
    title: { 'zh-CN': '按周期拉取', en: 'Pull what is due' },
    effect: 'job',
    permission: 'workdesk.write',
    http: 'POST /sources/pull-due',
    schedule: '*/5 * * * *',
    input: z.strictObject({}),
    output: JobReference,
  },
} as const;
