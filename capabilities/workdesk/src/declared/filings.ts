/**
 * Declared: filing (备案登记) of systems, domains and opened ports: apply, approve, change, renew, retire.
 * @module
 */
import { FileReference, field, Id, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import {
  FilingDetail,
  FilingSummary,
  filingActionWords,
  filingKindWords,
  filingStatusWords,
} from '../filing-shapes.ts';
import { exposureWords, systemInput } from '../register-shapes.ts';
import { Day } from '../shapes.ts';

const id = field(Id, { 'zh-CN': '备案', en: 'Filing' }, { widget: 'hidden' });
const reason = field(z.string().trim().min(1).max(2000), { 'zh-CN': '申请理由', en: 'Reason' }, { widget: 'textarea' });
const application = {
  /** Given for a change of what is filed. */
  id: field(Id.optional(), { 'zh-CN': '备案', en: 'Filing' }, { widget: 'hidden' }),
  organisationId: field(Id, { 'zh-CN': '申请单位', en: 'Unit' }, { widget: 'organisation' }),
};
const about = {
  wantedUntil: field(
    Day.optional(),
    { 'zh-CN': '申请有效期至', en: 'Wanted until' },
    { widget: 'date', help: { 'zh-CN': '不填则按规定期限', en: 'The usual term when left out' } },
  ),
  reason,
  attachmentIds: field(
    z.array(Id).max(20).default([]),
    { 'zh-CN': '附件', en: 'Attachments' },
    { widget: 'file', help: { 'zh-CN': '审批表、测评报告、合同等', en: 'Forms, evaluation reports, contracts' } },
  ),
};
const write = { effect: 'write', permission: 'workdesk.unit' } as const;
const port = z.coerce.number().int().min(1).max(65_535);

export const filingOperations = {
  listFilings: {
    title: { 'zh-CN': '备案登记', en: 'Filings' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /filings',
    cli: 'workdesk filing list',
    list: {
      number: { label: { 'zh-CN': '备案号', en: 'Number' }, type: 'text', sortable: true },
      subject: { label: { 'zh-CN': '备案对象', en: 'Subject' }, type: 'text', sortable: true },
      kind: { label: { 'zh-CN': '类别', en: 'Kind' }, type: 'enum', values: filingKindWords },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: filingStatusWords },
      waiting: { label: { 'zh-CN': '待审批事项', en: 'Waiting' }, type: 'enum', values: filingActionWords },
      organisation: { label: { 'zh-CN': '单位', en: 'Unit' }, type: 'organisation' },
      expired: { label: { 'zh-CN': '已过期', en: 'Expired' }, type: 'boolean' },
      expiresOn: { label: { 'zh-CN': '有效期至', en: 'Valid to' }, type: 'time', sortable: true },
      updatedAt: { label: { 'zh-CN': '更新时间', en: 'Updated' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(FilingSummary),
  },
  getFiling: {
    title: { 'zh-CN': '备案详情', en: 'Filing' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /filings/:id',
    cli: 'workdesk filing show',
    input: z.strictObject({ id }),
    output: FilingDetail,
  },
  fileSystem: {
    ...write,
    title: { 'zh-CN': '信息系统备案', en: 'File a system' },
    http: 'POST /filings/systems',
    cli: 'workdesk filing system',
    input: z.strictObject({
      ...application,
      assetId: field(
        Id.optional(),
        { 'zh-CN': '台账条目', en: 'Entry' },
        { widget: 'asset', help: { 'zh-CN': '台账里没有则留空，通过后登记', en: 'Left out: registered on approval' } },
      ),
      ...systemInput,
      ...about,
    }),
    output: FilingDetail,
  },
  fileDomain: {
    ...write,
    title: { 'zh-CN': '域名备案', en: 'File a domain' },
    http: 'POST /filings/domains',
    cli: 'workdesk filing domain',
    input: z.strictObject({
      ...application,
      domain: field(
        z
          .string()
          .trim()
          .toLowerCase()
          .regex(/^(?=.{4,253}$)([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*$/u),
        { 'zh-CN': '域名', en: 'Domain' },
      ),
      assetId: field(Id, { 'zh-CN': '所属系统', en: 'System' }, { widget: 'asset' }),
      icpNumber: field(z.string().trim().max(100).default(''), { 'zh-CN': 'ICP 备案号', en: 'ICP number' }),
      purpose: field(z.string().trim().max(500).default(''), { 'zh-CN': '用途', en: 'Purpose' }),
      exposure: field(
        z.enum(['internet', 'internal', 'isolated']).default('internet'),
        { 'zh-CN': '开放范围', en: 'Exposure' },
        { options: exposureWords },
      ),
      ...about,
    }),
    output: FilingDetail,
  },
  filePort: {
    ...write,
    title: { 'zh-CN': '端口开放备案', en: 'File an opened port' },
    http: 'POST /filings/ports',
    cli: 'workdesk filing port',
    input: z.strictObject({
      ...application,
      address: field(z.string().trim().min(2).max(253), { 'zh-CN': '地址', en: 'Address' }),
      port: field(port, { 'zh-CN': '端口', en: 'Port' }),
      protocol: field(z.enum(['tcp', 'udp']).default('tcp'), { 'zh-CN': '协议', en: 'Protocol' }),
      service: field(z.string().trim().min(1).max(100), { 'zh-CN': '服务', en: 'Service' }),
      assetId: field(Id, { 'zh-CN': '所属系统', en: 'System' }, { widget: 'asset' }),
      openTo: field(
        z.string().trim().min(1).max(500),
        { 'zh-CN': '开放给', en: 'Open to' },
        { help: { 'zh-CN': '互联网、校园网或具体网段', en: 'The internet, the campus, or networks' } },
      ),
      protection: field(
        z.string().trim().max(1000).default(''),
        { 'zh-CN': '防护措施', en: 'Protection' },
        { widget: 'textarea' },
      ),
      ...about,
    }),
    output: FilingDetail,
  },
  renewFiling: {
    ...write,
    title: { 'zh-CN': '申请续期', en: 'Renew' },
    http: 'POST /filings/:id/renewals',
    cli: 'workdesk filing renew',
    input: z.strictObject({ id, ...about }),
    output: FilingDetail,
  },
  retireFiling: {
    ...write,
    title: { 'zh-CN': '申请注销', en: 'Retire' },
    description: {
      'zh-CN': '系统通过后停用，域名通过后从台账移除。',
      en: 'On approval the system is retired, the domain leaves the register.',
    },
    http: 'POST /filings/:id/retirement',
    cli: 'workdesk filing retire',
    input: z.strictObject({ id, reason, attachmentIds: about.attachmentIds }),
    output: FilingDetail,
  },
  withdrawFiling: {
    ...write,
    title: { 'zh-CN': '撤回申请', en: 'Withdraw' },
    http: 'POST /filings/:id/withdraw',
    cli: 'workdesk filing withdraw',
    input: z.strictObject({ id }),
    output: FilingDetail,
  },
  decideFiling: {
    title: { 'zh-CN': '审批备案', en: 'Decide' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /filings/:id/decision',
    cli: 'workdesk filing decide',
    input: z.strictObject({
      id,
      approve: field(z.boolean(), { 'zh-CN': '同意', en: 'Approve' }, { widget: 'switch' }),
      expiresOn: field(
        Day.optional(),
        { 'zh-CN': '有效期至', en: 'Valid to' },
        { widget: 'date', help: { 'zh-CN': '不填则按申请或规定期限', en: 'As wanted, or the usual term' } },
      ),
      opinion: field(
        z.string().trim().max(2000).default(''),
        { 'zh-CN': '意见', en: 'Opinion' },
        { widget: 'textarea' },
      ),
    }),
    output: FilingDetail,
  },
  writeFiling: {
    title: { 'zh-CN': '出具备案表', en: 'Write the filing' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /filings/:id/document',
    cli: 'workdesk filing document',
    input: z.strictObject({
      id,
      format: field(z.enum(['pdf', 'docx']).default('pdf'), { 'zh-CN': '格式', en: 'Format' }),
    }),
    output: FileReference,
  },
} as const;
