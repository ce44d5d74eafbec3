/**
 * What the kernel's lists can be filtered and sorted by.
 * @module
 */

import type { ListField } from '../capability.ts';
import type { Text } from '../text.ts';
import {
  assetStatusWords,
  caseStatusWords,
  findingStatusWords,
  jobStatusWords,
  severityWords,
  userStatusWords,
} from './words.ts';

type Fields = Readonly<Record<string, ListField>>;
const text = (zh: string, en: string, sortable = true): ListField => ({
  label: { 'zh-CN': zh, en },
  type: 'text',
  sortable,
});
const time = (zh: string, en: string): ListField => ({ label: { 'zh-CN': zh, en }, type: 'time', sortable: true });
const number = (zh: string, en: string): ListField => ({ label: { 'zh-CN': zh, en }, type: 'number', sortable: true });
const words = (zh: string, en: string, values: Readonly<Record<string, Text>>): ListField => ({
  label: { 'zh-CN': zh, en },
  type: 'enum',
  values,
  sortable: true,
});
const organisation: ListField = { label: { 'zh-CN': '单位', en: 'Organisation' }, type: 'organisation' };

export const lists = {
  users: {
    name: text('用户名', 'User name'),
    displayName: text('姓名', 'Full name'),
    email: text('电子邮箱', 'E-mail', false),
    organisation,
    status: words('状态', 'Status', userStatusWords),
    lastSignInAt: time('上次登录', 'Last sign-in'),
    createdAt: time('创建时间', 'Created'),
  },
  assets: {
    name: text('名称', 'Name'),
    kind: text('类型', 'Kind'),
    status: words('状态', 'Status', assetStatusWords),
    organisation,
    protectionLevel: number('等保级别', 'Protection level'),
    identifiers: { label: { 'zh-CN': '地址与域名', en: 'Addresses and domains' }, type: 'tags' },
    tags: { label: { 'zh-CN': '标签', en: 'Tags' }, type: 'tags' },
    lastSeenAt: time('最近出现', 'Last seen'),
    createdAt: time('创建时间', 'Created'),
    updatedAt: time('更新时间', 'Updated'),
  },
  evidence: {
    name: text('名称', 'Name'),
    mediaType: text('类型', 'Media type', false),
    organisation,
    size: number('大小', 'Size'),
    sha256: text('摘要', 'Digest', false),
    createdAt: time('时间', 'Time'),
  },
  observations: {
    source: text('来源', 'Source'),
    kind: text('类型', 'Kind'),
    organisation,
    assetId: { label: { 'zh-CN': '资产', en: 'Asset' }, type: 'id' },
    seenAt: time('发生时间', 'Seen'),
    receivedAt: time('接收时间', 'Received'),
  },
  findings: {
    title: text('标题', 'Title'),
    kind: text('类型', 'Kind'),
    severity: words('严重程度', 'Severity', severityWords),
    status: words('状态', 'Status', findingStatusWords),
    organisation,
    assetId: { label: { 'zh-CN': '资产', en: 'Asset' }, type: 'id' },
    caseId: { label: { 'zh-CN': '工单', en: 'Case' }, type: 'id' },
    sources: { label: { 'zh-CN': '来源', en: 'Sources' }, type: 'tags' },
    confidence: number('可信度', 'Confidence'),
    occurrences: number('出现次数', 'Occurrences'),
    recurrences: number('复发次数', 'Recurrences'),
    firstSeenAt: time('首次发现', 'First seen'),
    lastSeenAt: time('最近发现', 'Last seen'),
  },
  cases: {
    number: text('编号', 'Number'),
    title: text('标题', 'Title'),
    kind: text('类型', 'Kind'),
    severity: words('严重程度', 'Severity', severityWords),
    status: words('状态', 'Status', caseStatusWords),
    organisation,
    escalation: number('升级', 'Escalation'),
    dueAt: time('期限', 'Deadline'),
    openedAt: time('建立时间', 'Opened'),
    updatedAt: time('更新时间', 'Updated'),
  },
  reports: {
    title: text('标题', 'Title'),
    format: words('格式', 'Format', {
      docx: { 'zh-CN': 'Word', en: 'Word' },
      pdf: { 'zh-CN': 'PDF', en: 'PDF' },
      xlsx: { 'zh-CN': 'Excel', en: 'Excel' },
    }),
    organisation,
    createdAt: time('生成时间', 'Made'),
  },
  jobs: {
    operation: text('操作', 'Operation'),
    status: words('状态', 'Status', jobStatusWords),
    organisation,
    startedBy: { label: { 'zh-CN': '发起人', en: 'Started by' }, type: 'user' },
    createdAt: time('创建时间', 'Created'),
    finishedAt: time('结束时间', 'Finished'),
  },
  audit: {
    sequence: number('序号', 'Sequence'),
    action: text('动作', 'Action'),
    actorName: text('操作人', 'Actor'),
    outcome: words('结果', 'Outcome', {
      allowed: { 'zh-CN': '允许', en: 'Allowed' },
      denied: { 'zh-CN': '拒绝', en: 'Denied' },
      failed: { 'zh-CN': '失败', en: 'Failed' },
    }),
    organisation,
    target: text('对象', 'Target', false),
    at: time('时间', 'Time'),
  },
  notices: { createdAt: time('时间', 'Time'), readAt: time('已读时间', 'Read at') },
  deliveries: {
    kind: text('渠道', 'Channel'),
    recipient: text('接收方', 'Recipient', false),
    status: words('状态', 'Status', {
      queued: { 'zh-CN': '排队', en: 'Queued' },
      delivered: { 'zh-CN': '已送达', en: 'Delivered' },
      failed: { 'zh-CN': '失败', en: 'Failed' },
    }),
    organisation,
    createdAt: time('时间', 'Time'),
  },
} as const satisfies Readonly<Record<string, Fields>>;
