/**
 * The fields of stored events that people search by: one list for the console, the API and both stores.
 * @module
 */
import type { ListField } from '@hedun/sdk';

export const classWords = {
  1001: { 'zh-CN': '文件活动', en: 'File system activity' },
  1002: { 'zh-CN': '内核扩展', en: 'Kernel extension activity' },
  1005: { 'zh-CN': '模块加载', en: 'Module activity' },
  1006: { 'zh-CN': '计划任务', en: 'Scheduled job activity' },
  1007: { 'zh-CN': '进程活动', en: 'Process activity' },
  2004: { 'zh-CN': '检测告警', en: 'Detection finding' },
  3001: { 'zh-CN': '账号变更', en: 'Account change' },
  3002: { 'zh-CN': '身份认证', en: 'Authentication' },
  3006: { 'zh-CN': '组变更', en: 'Group management' },
  4001: { 'zh-CN': '网络连接', en: 'Network activity' },
  4002: { 'zh-CN': 'HTTP 访问', en: 'HTTP activity' },
  4003: { 'zh-CN': 'DNS 解析', en: 'DNS activity' },
  4007: { 'zh-CN': 'SSH 会话', en: 'SSH activity' },
  5019: { 'zh-CN': '配置变更', en: 'Device config state change' },
  6003: { 'zh-CN': '接口调用', en: 'API activity' },
  201001: { 'zh-CN': '注册表项', en: 'Registry key activity' },
  201002: { 'zh-CN': '注册表值', en: 'Registry value activity' },
  0: { 'zh-CN': '其他', en: 'Base event' },
} as const;

const text = (zh: string, en: string): ListField => ({ label: { 'zh-CN': zh, en }, type: 'text' });
const number = (zh: string, en: string): ListField => ({ label: { 'zh-CN': zh, en }, type: 'number' });

/** How a field is compared: `exact` whole values, case apart; `part` anywhere inside; `address` also CIDR; `number`. */
export const eventFields = {
  host: { ...text('主机', 'Host'), compare: 'exact' },
  user: { ...text('用户', 'User'), compare: 'exact' },
  srcIp: { ...text('源地址', 'Source address'), compare: 'address' },
  srcPort: { ...number('源端口', 'Source port'), compare: 'number' },
  dstIp: { ...text('目的地址', 'Destination address'), compare: 'address' },
  dstPort: { ...number('目的端口', 'Destination port'), compare: 'number' },
  process: { ...text('进程', 'Process'), compare: 'exact' },
  action: { ...text('动作', 'Action'), compare: 'exact' },
  signature: { ...text('特征', 'Signature'), compare: 'exact' },
  domain: { ...text('域名', 'Domain'), compare: 'exact' },
  url: { ...text('网址', 'URL'), compare: 'part' },
  message: { ...text('内容', 'Message'), compare: 'part' },
  raw: { ...text('原始日志', 'Raw line'), compare: 'part' },
  classUid: { ...number('类别', 'OCSF class'), compare: 'number' },
  severityId: { ...number('级别', 'OCSF severity'), compare: 'number' },
  format: { ...text('格式', 'Format'), compare: 'exact' },
  product: { ...text('产品', 'Product'), compare: 'exact' },
  sourceId: { ...text('来源', 'Source'), compare: 'exact' },
} as const satisfies Readonly<
  Record<string, ListField & { readonly compare: 'exact' | 'part' | 'address' | 'number' }>
>;
export type EventFieldName = keyof typeof eventFields;

/** What one may group by. */
export const pivotFields = [
  'host',
  'user',
  'srcIp',
  'dstIp',
  'dstPort',
  'process',
  'action',
  'signature',
  'domain',
  'classUid',
  'severityId',
  'format',
  'product',
  'sourceId',
] as const satisfies readonly EventFieldName[];
export type PivotField = (typeof pivotFields)[number];
