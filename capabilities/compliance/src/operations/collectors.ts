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
    permission: 'compliance.collect',
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
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/collected-facts',
    cli: 'compliance collect facts',
    input: z.strictObject({ id: Id, effectiveDays }),
    output: z.object({
      items: z.array(z.object({ fact: z.string(), title: z.string(), value: z.unknown(), from: z.string() })),
    }),
  },
} as const;
