/**
 * Declared: policies explained, data objects published, found, fetched and withdrawn.
 * @module
 */
import { FileReference, field, Id, JobReference, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { AccessRow, ObjectView, PolicyReport } from '../shapes.ts';

const objectId = field(Id, { 'zh-CN': '数据', en: 'Data object' });
const policy = field(
  z.string().max(20_000),
  { 'zh-CN': '访问策略', en: 'Policy' },
  {
    help: {
      'zh-CN': '例如 (dept:dispatch and level>=3) or role:auditor',
      en: 'As (dept:dispatch and level>=3) or role:auditor',
    },
  },
);

export const objectOperations = {
  explainPolicy: {
    title: { 'zh-CN': '解释访问策略', en: 'Explain a policy' },
    description: {
      'zh-CN': '指出策略的错误位置，或者用一句话说明谁能解密。',
      en: 'Tells where a policy is wrong, or in a sentence who can decrypt.',
    },
    effect: 'read',
    permission: 'exchange.view',
    http: 'POST /policies/explain',
    cli: 'exchange policy',
    input: z.strictObject({ policy }),
    output: PolicyReport,
  },
  publishObject: {
    title: { 'zh-CN': '发布数据', en: 'Publish data' },
    description: {
      'zh-CN': '文件在发布者处加密后上传；平台只见到密文，登记其内容地址和密文头。',
      en: 'The file is encrypted where its publisher is; the platform sees ciphertext only, and registers address and header.',
    },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /objects',
    cli: 'exchange publish',
    bodyLimit: 4_194_304,
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '发布单位', en: 'Organisation' }, { widget: 'organisation' }),
      title: field(z.string().trim().min(1).max(200), { 'zh-CN': '标题', en: 'Title' }),
      fileName: field(z.string().trim().min(1).max(300), { 'zh-CN': '文件名', en: 'File name' }),
      mediaType: field(z.string().trim().max(150).default('application/octet-stream'), {
        'zh-CN': '文件类型',
        en: 'Media type',
      }),
      header: field(
        z.base64().max(3_000_000),
        { 'zh-CN': '密文头（Base64）', en: 'Header (base64)' },
        { help: { 'zh-CN': 'hedun exchange seal 打印的内容', en: 'As hedun exchange seal prints it' } },
      ),
      evidenceId: field(Id, { 'zh-CN': '密文文件', en: 'Sealed file' }, { widget: 'file' }),
    }),
    output: ObjectView,
  },
  listObjects: {
    title: { 'zh-CN': '共享数据', en: 'Shared data' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /objects',
    cli: 'exchange list',
    input: ListInput,
    output: listOutput(ObjectView),
    list: {
      title: { label: { 'zh-CN': '标题', en: 'Title' }, type: 'text', sortable: true },
      publisherName: { label: { 'zh-CN': '发布人', en: 'Publisher' }, type: 'text', sortable: true },
      status: {
        label: { 'zh-CN': '状态', en: 'Status' },
        type: 'enum',
        values: {
          published: { 'zh-CN': '已发布', en: 'Published' },
          withdrawn: { 'zh-CN': '已撤回', en: 'Withdrawn' },
        },
        sortable: true,
      },
      createdAt: { label: { 'zh-CN': '发布时间', en: 'Published' }, type: 'time', sortable: true },
    },
  },
  getObject: {
    title: { 'zh-CN': '查看数据', en: 'Show a data object' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /objects/:objectId',
    cli: 'exchange show',
    input: z.strictObject({ objectId }),
    output: z.object({ object: ObjectView, accesses: z.array(AccessRow) }),
  },
  fetchObject: {
    title: { 'zh-CN': '获取密文', en: 'Fetch the ciphertext' },
    description: {
      'zh-CN': '先核验属性，满足策略才给出地址和密文；不满足则拒绝并记录。',
      en: 'Attributes are checked first; only then come address and ciphertext. A refusal is recorded.',
    },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /objects/:objectId/fetch',
    cli: 'exchange fetch',
    input: z.strictObject({
      objectId,
      purpose: field(z.string().trim().min(1).max(500), { 'zh-CN': '用途', en: 'Purpose' }),
    }),
    output: z.object({
      permitted: z.boolean(),
      reason: z.string().nullable(),
      accessId: Id,
      cid: z.string().nullable(),
      header: z.string().nullable(),
      parameters: z.string().nullable(),
      file: FileReference.nullable(),
    }),
  },
  rekeyObject: {
    title: { 'zh-CN': '换内容密钥重新加密', en: 'Encrypt again under a new content key' },
    description: {
      'zh-CN':
        '撤销第三级：内容密钥可能已外泄时使用。服务器逐块解密并用新密钥重新加密，明文只在内存中经过；旧密文随后删除，已经交付的无法追回。不愿明文经过服务器的，用 hedun exchange rekey 在本地完成。',
      en: 'Revocation, tier 3, for a content key that may have leaked. The server opens and seals chunk by chunk, plain text passes through its memory only; the old ciphertext is removed, what was handed out is beyond recall. To keep plain text off the server use hedun exchange rekey.',
    },
    effect: 'job',
    permission: 'exchange.unit',
    http: 'POST /objects/:objectId/rekey',
    cli: 'exchange rekey-object',
    input: z.strictObject({ objectId }),
    output: JobReference,
  },
  withdrawObject: {
    title: { 'zh-CN': '撤回数据', en: 'Withdraw data' },
    description: {
      'zh-CN': '不再交付；已经解密过的内容无法追回。',
      en: 'No more is handed out; what was decrypted cannot be called back.',
    },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /objects/:objectId/withdraw',
    cli: 'exchange withdraw',
    input: z.strictObject({ objectId }),
    output: ObjectView,
  },
} as const;
