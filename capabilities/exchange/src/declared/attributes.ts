/**
 * Declared: authorities, the directory of attributes, applications and grants, keys on their way to holders.
 * @module
 */
import { Done, field, Id, JobReference, ListInput, listOutput, TextSchema } from '@hedun/sdk';
import { z } from 'zod';
import {
  AttributeRow,
  AuthorityView,
  attributeKinds,
  attributeKindWords,
  GrantRow,
  grantStatusWords,
} from '../shapes.ts';

const name = (zh: string, en: string) => field(z.string().trim().min(1).max(120), { 'zh-CN': zh, en });
const attributeId = field(Id, { 'zh-CN': '属性', en: 'Attribute' });
const grantId = field(Id, { 'zh-CN': '申请', en: 'Application' });
const value = field(
  z.string().trim().min(1).max(120),
  { 'zh-CN': '属性值', en: 'Value' },
  { help: { 'zh-CN': '数字填整数，日期填 2026-11-30', en: 'A whole number, or a date as 2026-11-30' } },
);
const expiresOn = field(z.iso.date().nullable().optional(), { 'zh-CN': '有效期至', en: 'Valid until' });

export const attributeOperations = {
  createAuthority: {
    title: { 'zh-CN': '设立属性授权中心', en: 'Create an attribute authority' },
    description: {
      'zh-CN': '生成主密钥，用本系统的密钥封存；公开参数人人可取。',
      en: 'Makes a master secret, sealed with the key of this instance; the parameters are public.',
    },
    effect: 'write',
    permission: 'exchange.govern',
    http: 'POST /authorities',
    cli: 'exchange authority create',
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '所属单位', en: 'Organisation' }, { widget: 'organisation' }),
      name: name('名称', 'Name'),
    }),
    output: AuthorityView,
  },
  listAuthorities: {
    title: { 'zh-CN': '属性授权中心', en: 'Attribute authorities' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /authorities',
    cli: 'exchange authority list',
    input: z.strictObject({}),
    output: z.object({ items: z.array(AuthorityView) }),
  },
  defineAttribute: {
    title: { 'zh-CN': '登记属性', en: 'Define an attribute' },
    effect: 'write',
    permission: 'exchange.authority',
    http: 'POST /attributes',
    cli: 'exchange attribute define',
    input: z.strictObject({
      authorityId: field(Id, { 'zh-CN': '授权中心', en: 'Authority' }),
      name: name('标识（策略中使用）', 'Name (as policies use it)'),
      kind: field(z.enum(attributeKinds), { 'zh-CN': '类型', en: 'Kind' }, { options: attributeKindWords }),
      title: field(TextSchema, { 'zh-CN': '名称', en: 'Title' }),
      options: field(
        z
          .array(z.object({ value: z.string().trim().min(1).max(120), title: TextSchema }))
          .max(500)
          .default([]),
        { 'zh-CN': '可选值', en: 'Values' },
      ),
    }),
    output: AttributeRow,
  },
  listAttributes: {
    title: { 'zh-CN': '属性目录', en: 'Attribute directory' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /attributes',
    cli: 'exchange attribute list',
    input: z.strictObject({}),
    output: z.object({ items: z.array(AttributeRow) }),
  },
  registerHolder: {
    title: { 'zh-CN': '登记持有者公钥', en: 'Register a public key' },
    description: {
      'zh-CN': '属性密钥只会加密发送给这个公钥；私钥留在本人手里。换用新公钥后，旧的属性密钥作废。',
      en: 'Attribute keys are sent to this key only; the private half stays with you. A new one makes earlier keys worthless.',
    },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /holder',
    cli: 'exchange register',
    input: z.strictObject({
      publicKey: field(z.base64().length(44), { 'zh-CN': '公钥（Base64）', en: 'Public key (base64)' }),
    }),
    output: z.object({ serial: z.number().int() }),
  },
  requestAttribute: {
    title: { 'zh-CN': '申请属性', en: 'Ask for an attribute' },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /grants',
    cli: 'exchange request',
    input: z.strictObject({
      attributeId,
      value,
      reason: field(z.string().trim().max(500).default(''), { 'zh-CN': '申请理由', en: 'Reason' }),
    }),
    output: GrantRow,
  },
  listGrants: {
    title: { 'zh-CN': '属性申请与授予', en: 'Applications and grants' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /grants',
    cli: 'exchange grants',
    input: ListInput,
    output: listOutput(GrantRow),
    list: {
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: grantStatusWords, sortable: true },
      userName: { label: { 'zh-CN': '申请人', en: 'Applicant' }, type: 'text', sortable: true },
      attributeName: { label: { 'zh-CN': '属性', en: 'Attribute' }, type: 'text', sortable: true },
      requestedAt: { label: { 'zh-CN': '申请时间', en: 'Requested' }, type: 'time', sortable: true },
    },
  },
  myGrants: {
    title: { 'zh-CN': '我的属性', en: 'My attributes' },
    effect: 'read',
    permission: 'exchange.unit',
    http: 'GET /grants/mine',
    cli: 'exchange mine',
    input: z.strictObject({}),
    output: z.object({
      serial: z.number().int().nullable(),
      publicKey: z.string().nullable(),
      grants: z.array(GrantRow),
    }),
  },
  grantAttribute: {
    title: { 'zh-CN': '授予属性', en: 'Grant an attribute' },
    description: {
      'zh-CN': '批准申请；系统为申请人生成属性密钥，并加密发送给其登记的公钥。',
      en: 'Approves an application; a key is made and sent to the public key of the applicant.',
    },
    effect: 'write',
    permission: 'exchange.authority',
    http: 'POST /grants/:grantId/grant',
    cli: 'exchange grant',
    input: z.strictObject({ grantId, expiresOn }),
    output: GrantRow,
  },
  refuseAttribute: {
    title: { 'zh-CN': '驳回申请', en: 'Refuse an application' },
    effect: 'write',
    permission: 'exchange.authority',
    http: 'POST /grants/:grantId/refuse',
    cli: 'exchange refuse',
    input: z.strictObject({
      grantId,
      decision: field(z.string().trim().min(1).max(500), { 'zh-CN': '驳回理由', en: 'Reason' }),
    }),
    output: GrantRow,
  },
  revokeAttribute: {
    title: { 'zh-CN': '撤销属性', en: 'Revoke an attribute' },
    description: {
      'zh-CN': '立即停止访问；属性进入新纪元，其他持有者换发密钥，相关密文头重新加密，大文件本身不动。',
      en: 'Access ends at once; the attribute enters a new epoch, the others get new keys, headers are encrypted again, bulk stays.',
    },
    effect: 'write',
    permission: 'exchange.authority',
    http: 'POST /grants/:grantId/revoke',
    cli: 'exchange revoke',
    input: z.strictObject({
      grantId,
      decision: field(z.string().trim().min(1).max(500), { 'zh-CN': '撤销理由', en: 'Reason' }),
    }),
    output: GrantRow,
  },
  renewEpoch: {
    title: { 'zh-CN': '换发密钥、重新加密密文头', en: 'Renew keys and headers' },
    effect: 'job',
    permission: 'exchange.authority',
    http: 'POST /authorities/:authorityId/renew',
    cli: 'exchange renew',
    input: z.strictObject({ authorityId: field(Id, { 'zh-CN': '授权中心', en: 'Authority' }) }),
    output: JobReference,
  },
  myKeys: {
    title: { 'zh-CN': '取回我的属性密钥', en: 'Fetch my attribute keys' },
    description: {
      'zh-CN': '密钥以密文给出，只有本人的私钥能打开。',
      en: 'Keys come sealed; only your private half opens them.',
    },
    effect: 'read',
    permission: 'exchange.unit',
    http: 'GET /keys/mine',
    cli: 'exchange key',
    input: z.strictObject({}),
    output: z.object({
      keys: z.array(
        z.object({
          authorityId: Id,
          authority: z.string(),
          parameters: z.string(),
          serial: z.number().int(),
          sealed: z.string(),
          issuedAt: z.string(),
        }),
      ),
    }),
  },
  forgetHolder: {
    title: { 'zh-CN': '注销持有者公钥', en: 'Forget my public key' },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'DELETE /holder',
    cli: 'exchange forget',
    input: z.strictObject({}),
    output: Done,
  },
} as const;
