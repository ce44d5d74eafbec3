/**
 * Collectors, declared: what the platform sees for itself instead of asking people.
 * @module
 */
import { field, Id, JobReference } from '@hedun/sdk';
import { z } from 'zod';

const effectiveDays = field(
  z.coerce.number().int().min(1).max(730).default(90),
  { 'zh-CN': '证据有效天数', en: 'Days the evidence is valid' },
  { help: { 'zh-CN': '自采集之日起', en: 'From the day it was collected' } },
);

export const collectorOperations = {
  collectTls: {
    title: { 'zh-CN': '采集 TLS 与证书配置', en: 'Look at a TLS service' },
    description: {
      'zh-CN':
        '连接本单位资产登记的地址，查看其接受的协议、密码套件和证书，作为测评对象写入所选单元。仅限设置中授权的网络；密钥管理须由人判定。',
      en: 'Connects to an address registered for one of your assets and notes protocols, suites and certificate as an object of the unit. Only in the networks authorised in the settings; key management is for a person to judge.',
    },
    effect: 'job',
    attempts: 1,
    permission: 'compliance.operate',
    http: 'POST /assessments/:id/tls',
    cli: 'compliance collect tls',
    input: z.strictObject({
      id: Id,
      unit: field(z.string().max(100), { 'zh-CN': '测评单元', en: 'Unit' }),
      assetId: field(Id, { 'zh-CN': '资产', en: 'Asset' }, { widget: 'asset' }),
      host: field(
        z.string().trim().max(253).optional(),
        { 'zh-CN': '地址或域名', en: 'Address or name' },
        {
          help: {
            'zh-CN': '须为该资产登记的标识；只登记了一个时可以不填',
            en: 'One of the identifiers of the asset; may be left out when there is one only',
          },
        },
      ),
      port: field(z.coerce.number().int().min(1).max(65_535).default(443), { 'zh-CN': '端口', en: 'Port' }),
      effectiveDays,
    }),
    output: JobReference,
  },
  collectFacts: {
    title: { 'zh-CN': '采集平台事实', en: 'Collect facts' },
    description: {
      'zh-CN': '从资产台账、发现和数据目录得出可以观察到的事实；与已有陈述不一致的，按矛盾列出。',
      en: 'Facts that can be observed in assets, findings and catalogue; one that differs from a statement is shown as a contradiction.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/collected-facts',
    cli: 'compliance collect facts',
    input: z.strictObject({ id: Id, effectiveDays }),
    output: z.object({
      items: z.array(z.object({ fact: z.string(), title: z.string(), value: z.unknown(), from: z.string() })),
    }),
  },
  importFacts: {
    title: { 'zh-CN': '导入事实', en: 'Import facts' },
    description: {
      'zh-CN':
        '从工作台等处导出的表格（CSV、XLSX）读取事实，列名为「事实」「取值」，可有「起」「止」；任何一行不符即按行号列出，全部不予导入。',
      en: 'Facts from a table exported elsewhere (CSV, XLSX) with the columns fact and value, and from and to where known; any row that does not fit is named by its line and nothing is taken.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/imported-facts',
    cli: 'compliance import facts',
    input: z.strictObject({
      id: Id,
      evidenceId: field(Id, { 'zh-CN': '表格', en: 'Table' }, { widget: 'file' }),
      standing: field(
        z.enum(['observed', 'verified', 'claimed']).default('claimed'),
        { 'zh-CN': '依据', en: 'Standing' },
        {
          options: {
            observed: { 'zh-CN': '采集所见', en: 'Observed' },
            verified: { 'zh-CN': '已核实', en: 'Verified' },
            claimed: { 'zh-CN': '自述', en: 'Claimed' },
          },
        },
      ),
    }),
    output: z.object({ items: z.array(z.object({ fact: z.string(), value: z.unknown(), line: z.number().int() })) }),
  },
} as const;
