/**
 * What a field is called: its own label, or else the name that the platform gives to fields that mean the same everywhere.
 * @module
 */
import type { z } from 'zod';
import { fieldMeta } from './field.ts';
import type { Text } from './text.ts';

/** Names of fields that many operations share; a declaration says more with `field` where it means more. */
export const commonLabels: Readonly<Record<string, Text>> = {
  id: { 'zh-CN': '编号', en: 'Id' },
  ids: { 'zh-CN': '记录编号', en: 'Record ids' },
  name: { 'zh-CN': '名称', en: 'Name' },
  title: { 'zh-CN': '标题', en: 'Title' },
  displayName: { 'zh-CN': '姓名', en: 'Full name' },
  description: { 'zh-CN': '说明', en: 'Description' },
  kind: { 'zh-CN': '类型', en: 'Kind' },
  type: { 'zh-CN': '类型', en: 'Type' },
  status: { 'zh-CN': '状态', en: 'Status' },
  tags: { 'zh-CN': '标签', en: 'Tags' },
  note: { 'zh-CN': '备注', en: 'Note' },
  reason: { 'zh-CN': '原因', en: 'Reason' },
  email: { 'zh-CN': '电子邮箱', en: 'E-mail' },
  phone: { 'zh-CN': '手机', en: 'Phone' },
  locale: { 'zh-CN': '界面语言', en: 'Language' },
  enabled: { 'zh-CN': '启用', en: 'Enabled' },
  shared: { 'zh-CN': '共享给他人', en: 'Shared' },
  limit: { 'zh-CN': '条数上限', en: 'Limit' },
  filter: { 'zh-CN': '筛选', en: 'Filter' },
  sort: { 'zh-CN': '排序', en: 'Sort' },
  list: { 'zh-CN': '列表', en: 'List' },
  code: { 'zh-CN': '验证码', en: 'Code' },
  token: { 'zh-CN': '令牌', en: 'Token' },
  challenge: { 'zh-CN': '登录凭据', en: 'Challenge' },
  operation: { 'zh-CN': '操作', en: 'Operation' },
  schedule: { 'zh-CN': '周期（cron）', en: 'Schedule (cron)' },
  permissions: { 'zh-CN': '权限', en: 'Permissions' },
  severity: { 'zh-CN': '严重程度', en: 'Severity' },
  confidence: { 'zh-CN': '可信度', en: 'Confidence' },
  identifiers: { 'zh-CN': '地址与标识', en: 'Addresses and identifiers' },
  protectionLevel: { 'zh-CN': '等保级别', en: 'Protection level' },
  organisationId: { 'zh-CN': '责任单位', en: 'Organisation' },
  organisationKind: { 'zh-CN': '组织类型', en: 'Kind of organisation' },
  parentId: { 'zh-CN': '上级组织', en: 'Parent organisation' },
  assetId: { 'zh-CN': '资产', en: 'Asset' },
  userId: { 'zh-CN': '用户', en: 'User' },
  evidenceId: { 'zh-CN': '附件', en: 'Attachment' },
  evidenceIds: { 'zh-CN': '附件', en: 'Attachments' },
  assigneeIds: { 'zh-CN': '经办人', en: 'Assignees' },
  responsibleUserIds: { 'zh-CN': '责任人', en: 'Responsible people' },
  validFrom: { 'zh-CN': '有效期自', en: 'Valid from' },
  validTo: { 'zh-CN': '有效期至', en: 'Valid until' },
};

/** The label of a field, or its name when nothing says what it means. */
export function labelOf(name: string, schema?: z.ZodType): Text | string {
  return (schema && fieldMeta(schema)?.label) ?? commonLabels[name] ?? name;
}
