/**
 * Declared: the register of information systems, who is responsible, and what scans saw that no entry explains.
 * @module
 */
import { FileReference, field, Id, JobReference, ListInput, listOutput } from '@hedun/sdk';
import { assetStatusWords, severityWords } from '@hedun/sdk/kernel';
import { z } from 'zod';
import {
  DutyRow,
  filingStateWords,
  SystemDetail,
  SystemSummary,
  systemInput,
  Unregistered,
} from '../register-shapes.ts';

const organisationId = field(Id, { 'zh-CN': '责任单位', en: 'Unit' }, { widget: 'organisation' });
const format = field(z.enum(['xlsx', 'docx', 'pdf']).default('xlsx'), { 'zh-CN': '格式', en: 'Format' });

const saving = {
  title: { 'zh-CN': '登记信息系统', en: 'Register a system' },
  description: {
    'zh-CN': '登记或修改台账条目；已备案的系统修改后会标明与备案不一致，直到办理变更。',
    en: 'Makes or changes an entry; one that is filed is marked as differing until the change is filed.',
  },
  effect: 'write',
  input: z.strictObject({
    id: field(Id.optional(), { 'zh-CN': '条目', en: 'Entry' }, { widget: 'hidden' }),
    organisationId,
    ...systemInput,
  }),
  output: SystemDetail,
} as const;
const claiming = {
  description: {
    'zh-CN': '把地址或域名登记到信息系统，名下的发现一并归入；不选系统则新建条目。',
    en: 'Registers an address or domain with a system and moves its findings there; without a system a new entry is made.',
  },
  effect: 'write',
  input: z.strictObject({
    target: field(z.string().min(1).max(253), { 'zh-CN': '地址或域名', en: 'Address or domain' }),
    organisationId,
    assetId: field(Id.optional(), { 'zh-CN': '所属系统', en: 'System' }, { widget: 'asset' }),
    name: field(z.string().trim().max(200).default(''), { 'zh-CN': '新系统名称', en: 'Name of a new system' }),
  }),
  output: z.object({ assetId: Id, moved: z.number().int() }),
} as const;

export const registerOperations = {
  listSystems: {
    title: { 'zh-CN': '信息资产台账', en: 'Register of systems' },
    description: {
      'zh-CN': '信息系统台账；单位只见本单位的条目。',
      en: 'The register of information systems; a unit sees its own entries only.',
    },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /systems',
    cli: 'workdesk system list',
    list: {
      name: { label: { 'zh-CN': '系统名称', en: 'Name' }, type: 'text', sortable: true },
      organisation: { label: { 'zh-CN': '单位', en: 'Unit' }, type: 'organisation' },
      protectionLevel: { label: { 'zh-CN': '等保级别', en: 'Level' }, type: 'number', sortable: true },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: assetStatusWords },
      completeness: { label: { 'zh-CN': '完整度', en: 'Complete' }, type: 'number', sortable: true },
      missing: { label: { 'zh-CN': '缺项', en: 'Missing' }, type: 'tags' },
      filing: { label: { 'zh-CN': '备案', en: 'Filing' }, type: 'enum', values: filingStateWords },
      filingExpiresOn: { label: { 'zh-CN': '备案到期', en: 'Filing ends' }, type: 'time', sortable: true },
      confirmedOn: { label: { 'zh-CN': '年审确认', en: 'Reviewed' }, type: 'time', sortable: true },
      openFindings: { label: { 'zh-CN': '未消除隐患', en: 'Open findings' }, type: 'number', sortable: true },
    },
    input: ListInput,
    output: listOutput(SystemSummary),
  },
  getSystem: {
    title: { 'zh-CN': '台账条目', en: 'Entry of the register' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /systems/:id',
    cli: 'workdesk system show',
    input: z.strictObject({ id: Id }),
    output: SystemDetail,
  },
  saveSystem: {
    ...saving,
    permission: 'workdesk.write',
    http: 'POST /systems',
    cli: 'workdesk system save',
  },
  saveOwnSystem: {
    ...saving,
    permission: 'workdesk.unit',
    http: 'POST /own-systems',
    cli: 'workdesk system save-own',
  },
  listDuties: {
    title: { 'zh-CN': '责任矩阵', en: 'Responsibility matrix' },
    description: {
      'zh-CN': '每个单位的负责人、联络员与在用系统；「责任不落实」指无人可通知或系统缺负责人。',
      en: 'Leaders, contacts and systems of each unit; a gap means that nobody can be told or a system has no person.',
    },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /duties',
    cli: 'workdesk duties',
    list: {
      organisation: { label: { 'zh-CN': '单位', en: 'Unit' }, type: 'organisation' },
      systems: { label: { 'zh-CN': '在用系统', en: 'Systems' }, type: 'number', sortable: true },
      important: { label: { 'zh-CN': '三级及以上', en: 'Level 3 and above' }, type: 'number', sortable: true },
      withoutLeader: { label: { 'zh-CN': '缺主管领导', en: 'Without leader' }, type: 'number', sortable: true },
      withoutTechnician: {
        label: { 'zh-CN': '缺技术联系人', en: 'Without technical contact' },
        type: 'number',
        sortable: true,
      },
    },
    input: ListInput,
    output: listOutput(DutyRow),
  },
  listUnregistered: {
    title: { 'zh-CN': '未登记资产', en: 'Not registered' },
    description: {
      'zh-CN': '扫描和平台已发现、但台账里没有的地址与域名，以及没有备案的开放端口。',
      en: 'Addresses and domains that scans and platforms saw and no entry explains, and open ports without a filing.',
    },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /unregistered',
    cli: 'workdesk unregistered',
    list: {
      what: {
        label: { 'zh-CN': '类别', en: 'What' },
        type: 'enum',
        values: {
          target: { 'zh-CN': '地址或域名', en: 'Address or domain' },
          port: { 'zh-CN': '开放端口', en: 'Open port' },
        },
      },
      target: { label: { 'zh-CN': '地址或域名', en: 'Address or domain' }, type: 'text', sortable: true },
      organisation: { label: { 'zh-CN': '单位', en: 'Unit' }, type: 'organisation' },
      worst: { label: { 'zh-CN': '最高级别', en: 'Worst' }, type: 'enum', values: severityWords },
      findings: { label: { 'zh-CN': '发现', en: 'Findings' }, type: 'number', sortable: true },
      lastSeenAt: { label: { 'zh-CN': '最近出现', en: 'Last seen' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(Unregistered),
  },
  registerTarget: {
    ...claiming,
    title: { 'zh-CN': '登记到台账', en: 'Register' },
    permission: 'workdesk.write',
    http: 'POST /unregistered/register',
    cli: 'workdesk register',
  },
  claimTarget: {
    ...claiming,
    title: { 'zh-CN': '认领', en: 'Claim' },
    permission: 'workdesk.unit',
    http: 'POST /unregistered/claim',
    cli: 'workdesk claim',
  },
  writeRegister: {
    title: { 'zh-CN': '导出台账', en: 'Write the register' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /systems/document',
    cli: 'workdesk system document',
    input: z.strictObject({ organisationId, format }),
    output: FileReference,
  },
  refreshRegister: {
    title: { 'zh-CN': '核对台账', en: 'Go over the register' },
    description: {
      'zh-CN': '每日重算完整度，提醒即将到期的备案与年度审查。',
      en: 'Every day: completeness again, and reminders of filings that end and reviews that are due.',
    },
    effect: 'job',
    permission: 'workdesk.write',
    http: 'POST /systems/refresh',
    cli: 'workdesk system refresh',
    schedule: '10 8 * * *',
    input: z.strictObject({}),
    output: JobReference,
  },
} as const;
