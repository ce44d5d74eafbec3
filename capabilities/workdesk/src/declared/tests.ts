/**
 * Declared: what external testers do: report a weakness, see what became of their own, test again.
 * @module
 */
import { field, Id, ListInput, listOutput, Severity } from '@hedun/sdk';
import { severityWords } from '@hedun/sdk/kernel';
import { z } from 'zod';
import { TestDetail, TestSummary, testStatusWords } from '../test-shapes.ts';

const id = field(Id, { 'zh-CN': '编号', en: 'Id' }, { widget: 'hidden' });
const long = (zh: string, en: string) =>
  field(z.string().trim().max(20_000).default(''), { 'zh-CN': zh, en }, { widget: 'textarea' });
const evidenceIds = field(
  z.array(Id).max(20).default([]),
  { 'zh-CN': '截图与证明', en: 'Evidence' },
  { widget: 'file' },
);

export const testOperations = {
  listTests: {
    title: { 'zh-CN': '我的测试发现', en: 'My findings' },
    effect: 'read',
    permission: 'workdesk.test',
    http: 'GET /tests',
    cli: 'workdesk test list',
    list: {
      title: { label: { 'zh-CN': '标题', en: 'Title' }, type: 'text', sortable: true },
      target: { label: { 'zh-CN': '目标', en: 'Target' }, type: 'text', sortable: true },
      severity: { label: { 'zh-CN': '级别', en: 'Severity' }, type: 'enum', values: severityWords },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: testStatusWords },
      reportedAt: { label: { 'zh-CN': '提交时间', en: 'Reported' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(TestSummary),
  },
  getTest: {
    title: { 'zh-CN': '测试发现', en: 'Finding' },
    effect: 'read',
    permission: 'workdesk.test',
    http: 'GET /tests/:id',
    cli: 'workdesk test show',
    input: z.strictObject({ id }),
    output: TestDetail,
  },
  reportTest: {
    title: { 'zh-CN': '提交测试发现', en: 'Report a finding' },
    effect: 'write',
    permission: 'workdesk.test',
    http: 'POST /tests',
    cli: 'workdesk test report',
    input: z.strictObject({
      title: field(z.string().trim().min(1).max(300), { 'zh-CN': '标题', en: 'Title' }),
      target: field(
        z.string().trim().min(1).max(500),
        { 'zh-CN': '目标', en: 'Target' },
        { help: { 'zh-CN': '网址、域名或 IP 地址', en: 'A URL, a domain or an address' } },
      ),
      severity: field(Severity, { 'zh-CN': '级别', en: 'Severity' }, { options: severityWords }),
      kind: field(
        z
          .enum(['vulnerability', 'misconfiguration', 'exposed-service', 'data-exposure', 'weak-password'])
          .default('vulnerability'),
        { 'zh-CN': '类型', en: 'Kind' },
        {
          options: {
            vulnerability: { 'zh-CN': '漏洞', en: 'Vulnerability' },
            misconfiguration: { 'zh-CN': '配置缺陷', en: 'Misconfiguration' },
            'exposed-service': { 'zh-CN': '暴露服务', en: 'Exposed service' },
            'data-exposure': { 'zh-CN': '数据泄露', en: 'Data exposure' },
            'weak-password': { 'zh-CN': '弱口令', en: 'Weak password' },
          },
        },
      ),
      references: field(
        z
          .array(z.string().regex(/^(CVE-\d{4}-\d{4,}|CNVD-\d{4}-\d+|CNNVD-\d+-\d+|CWE-\d+)$/i))
          .max(20)
          .default([]),
        { 'zh-CN': '漏洞编号', en: 'References' },
        { widget: 'tags', help: { 'zh-CN': 'CVE、CNVD、CNNVD 或 CWE 编号', en: 'CVE, CNVD, CNNVD or CWE' } },
      ),
      description: long('漏洞描述', 'Description'),
      steps: long('复现步骤', 'Steps to reproduce'),
      remediation: long('整改建议', 'Advice'),
      evidenceIds,
    }),
    output: TestDetail,
  },
  retestFinding: {
    title: { 'zh-CN': '提交复测结论', en: 'Test again' },
    effect: 'write',
    permission: 'workdesk.test',
    http: 'POST /tests/:id/rounds',
    cli: 'workdesk test again',
    input: z.strictObject({
      id,
      stillThere: field(z.boolean(), { 'zh-CN': '仍然存在', en: 'Still there' }, { widget: 'switch' }),
      note: field(
        z.string().trim().min(1).max(4000),
        { 'zh-CN': '复测说明', en: 'How it was tested' },
        { widget: 'textarea' },
      ),
      evidenceIds,
    }),
    output: TestDetail,
  },
} as const;
