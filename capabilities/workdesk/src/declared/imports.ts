/**
 * Declared: importing scanner files, the inbox of what nobody answers for yet, who answers for which network, known exploited weaknesses.
 * @module
 */
import { Done, field, Id, JobReference, ListInput, listOutput, Severity } from '@hedun/sdk';
import { z } from 'zod';
import { ImportRow, InboxFinding, InboxTarget, importStatusWords, Preview, RangeRow } from '../shapes.ts';

const severityOptions = {
  options: {
    critical: { 'zh-CN': '严重', en: 'Critical' },
    high: { 'zh-CN': '高危', en: 'High' },
    medium: { 'zh-CN': '中危', en: 'Medium' },
    low: { 'zh-CN': '低危', en: 'Low' },
    info: { 'zh-CN': '提示', en: 'Info' },
  },
} as const;
const scanFile = field(
  Id,
  { 'zh-CN': '扫描文件', en: 'Scan file' },
  {
    widget: 'file',
    help: { 'zh-CN': '扫描器导出的原始文件，格式自动识别', en: 'As the scanner wrote it; the format is recognised' },
  },
);
const format = field(
  z.string().max(80).optional(),
  { 'zh-CN': '格式', en: 'Format' },
  { help: { 'zh-CN': '不填则按内容识别', en: 'Recognised by content when left out' } },
);
const asset = field(
  Id.nullable().optional(),
  { 'zh-CN': '默认归属资产', en: 'Default asset' },
  {
    widget: 'asset',
    help: {
      'zh-CN': '没有地址的发现（代码、组件）归属于它',
      en: 'Findings without an address (code, components) belong to it',
    },
  },
);
const target = field(z.string().max(300), { 'zh-CN': '地址或域名', en: 'Address or domain' });
const text = (zh: string, en: string) => ({ label: { 'zh-CN': zh, en }, type: 'text', sortable: true }) as const;
const when = (zh: string, en: string) => ({ label: { 'zh-CN': zh, en }, type: 'time', sortable: true }) as const;

export const importOperations = {
  previewScan: {
    title: { 'zh-CN': '预览扫描文件', en: 'Preview a scan' },
    description: {
      'zh-CN': '只读文件的开头部分，不写入任何数据。',
      en: 'Reads the beginning of the file and writes nothing.',
    },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /scans/preview',
    cli: 'workdesk scan preview',
    input: z.strictObject({ evidenceId: scanFile, format, assetId: asset }),
    output: Preview,
  },
  importScan: {
    title: { 'zh-CN': '导入扫描结果', en: 'Import a scan' },
    description: {
      'zh-CN':
        '文件有误时默认一条也不导入，指明位置；勾选「只导入完好的部分」后才导入其余部分。同一文件再次导入不产生任何变化。',
      en: 'Of a broken file nothing is imported and the place is named, unless the good part is asked for. The same file twice changes nothing.',
    },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /scans',
    cli: 'workdesk scan import',
    input: z.strictObject({
      evidenceId: scanFile,
      format,
      assetId: asset,
      minimumSeverity: field(Severity.default('info'), { 'zh-CN': '最低级别', en: 'Lowest severity' }, severityOptions),
      partial: field(
        z.boolean().default(false),
        { 'zh-CN': '只导入完好的部分', en: 'Import the good part' },
        { widget: 'switch' },
      ),
    }),
    output: z.object({ import: ImportRow, unchanged: z.boolean() }),
  },
  acceptGoodPart: {
    title: { 'zh-CN': '只导入完好的部分', en: 'Import the good part' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /scans/:id/accept',
    cli: 'workdesk scan accept',
    input: z.strictObject({ id: Id }),
    output: ImportRow,
  },
  runImport: {
    title: { 'zh-CN': '导入扫描结果', en: 'Import a scan' },
    effect: 'job',
    permission: 'workdesk.write',
    http: 'POST /scans/:id/run',
    input: z.strictObject({ id: Id }),
    output: JobReference,
  },
  listImports: {
    title: { 'zh-CN': '扫描导入', en: 'Scan imports' },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /scans',
    cli: 'workdesk scan list',
    list: {
      name: text('文件', 'File'),
      source: text('工具', 'Tool'),
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: importStatusWords, sortable: true },
      createdAt: when('导入时间', 'Imported'),
    },
    input: ListInput,
    output: listOutput(ImportRow),
  },
  getImport: {
    title: { 'zh-CN': '导入详情', en: 'Import' },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /scans/:id',
    cli: 'workdesk scan show',
    input: z.strictObject({ id: Id }),
    output: ImportRow,
  },
  listInbox: {
    title: { 'zh-CN': '待归属', en: 'Inbox' },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /inbox',
    cli: 'workdesk inbox list',
    list: { target: text('地址或域名', 'Address or domain'), lastSeenAt: when('最近出现', 'Last seen') },
    input: ListInput,
    output: listOutput(InboxTarget),
  },
  getInboxTarget: {
    title: { 'zh-CN': '待归属的发现', en: 'Findings of a target' },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /inbox/target',
    input: z.strictObject({ target }),
    output: z.object({ items: z.array(InboxFinding) }),
  },
  assignTarget: {
    title: { 'zh-CN': '归属到单位', en: 'Assign to a unit' },
    description: {
      'zh-CN': '登记为该单位的资产，收件箱中它的全部发现随即入库；以后的扫描自动归属。',
      en: 'Becomes an asset of the unit; its findings leave the inbox, and later scans find it by themselves.',
    },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /inbox/assign',
    cli: 'workdesk inbox assign',
    input: z.strictObject({
      target,
      organisationId: field(Id, { 'zh-CN': '责任单位', en: 'Responsible unit' }, { widget: 'organisation' }),
      assetId: field(
        Id.nullable().optional(),
        { 'zh-CN': '归入已有资产', en: 'Add to an asset' },
        {
          widget: 'asset',
          help: { 'zh-CN': '不选则新建一条主机或域名资产', en: 'A host or domain is made when left out' },
        },
      ),
    }),
    output: z.object({ assetId: Id, raised: z.number().int() }),
  },
  dropTarget: {
    title: { 'zh-CN': '不归本单位管理', en: 'Not ours' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /inbox/drop',
    cli: 'workdesk inbox drop',
    input: z.strictObject({
      target,
      reason: field(z.string().trim().min(1).max(500), { 'zh-CN': '原因', en: 'Reason' }, { widget: 'textarea' }),
    }),
    output: z.object({ dropped: z.number().int() }),
  },
  listRanges: {
    title: { 'zh-CN': '网段与域名归属', en: 'Networks and domains' },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /ranges',
    cli: 'workdesk range list',
    input: ListInput,
    output: listOutput(RangeRow),
  },
  saveRange: {
    title: { 'zh-CN': '登记网段或域名', en: 'Add a network or domain' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /ranges',
    cli: 'workdesk range add',
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '责任单位', en: 'Responsible unit' }, { widget: 'organisation' }),
      value: field(
        z.string().trim().min(1).max(300),
        { 'zh-CN': '网段或域名', en: 'Network or domain' },
        {
          help: {
            'zh-CN': '例如 10.12.0.0/16，或 cs.example.edu.cn（含其下全部域名）',
            en: 'e.g. 10.12.0.0/16, or cs.example.edu.cn with all below it',
          },
        },
      ),
      note: field(z.string().max(500).default(''), { 'zh-CN': '备注', en: 'Note' }),
    }),
    output: RangeRow,
  },
  removeRange: {
    title: { 'zh-CN': '删除网段或域名', en: 'Remove a network or domain' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'DELETE /ranges/:id',
    cli: 'workdesk range remove',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  loadExploited: {
    title: { 'zh-CN': '更新已知被利用漏洞清单', en: 'Load known exploited weaknesses' },
    description: {
      'zh-CN': 'CISA KEV 清单（JSON 或 CSV）。清单中的漏洞一律列为第一优先级。',
      en: 'The CISA KEV list (JSON or CSV). What is on it comes first, whatever its score.',
    },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /exploited',
    cli: 'workdesk exploited load',
    input: z.strictObject({ evidenceId: field(Id, { 'zh-CN': '清单文件', en: 'List' }, { widget: 'file' }) }),
    output: z.object({ entries: z.number().int(), added: z.number().int() }),
  },
} as const;
