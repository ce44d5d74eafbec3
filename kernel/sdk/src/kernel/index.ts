/**
 * The kernel, declared by the same contract as every capability: its operations, pages, errors and kinds.
 * @module
 */
import { z } from 'zod';
import { defineCapability } from '../capability.ts';
import { field } from '../field.ts';
import { accessOperations } from './access.ts';
import { administrationOperations } from './administration.ts';
import { assetOperations } from './assets.ts';
import { errors } from './errors.ts';
import { findingOperations } from './findings.ts';
import { assetKinds, findingKinds } from './kinds.ts';
import { permissions } from './permissions.ts';
import { sessionOperations } from './session.ts';

export * from './access.ts';
export * from './administration.ts';
export * from './assets.ts';
export * from './findings.ts';
export * from './kinds.ts';
export * from './lists.ts';
export * from './session.ts';
export * from './words.ts';

export const kernel = defineCapability({
  id: 'kernel',
  title: { 'zh-CN': '平台', en: 'Platform' },
  permissions,
  messages: { 'zh-CN': {}, en: {} },
  tables: {},
  operations: {
    ...sessionOperations,
    ...accessOperations,
    ...assetOperations,
    ...findingOperations,
    ...administrationOperations,
  },
  pages: {
    overview: {
      title: { 'zh-CN': '总览', en: 'Overview' },
      path: '/',
      permission: 'signed-in',
      navigation: { group: 'overview', order: 0, icon: 'dashboard' },
    },
    assets: {
      title: { 'zh-CN': '资产', en: 'Assets' },
      path: '/assets',
      permission: 'asset.read',
      navigation: { group: 'observe', order: 10, icon: 'database' },
    },
    findings: {
      title: { 'zh-CN': '发现', en: 'Findings' },
      path: '/findings',
      permission: 'finding.read',
      navigation: { group: 'understand', order: 10, icon: 'bug' },
    },
    cases: {
      title: { 'zh-CN': '工单', en: 'Cases' },
      path: '/cases',
      permission: 'case.read',
      navigation: { group: 'act', order: 10, icon: 'solution' },
    },
    reports: {
      title: { 'zh-CN': '报告', en: 'Reports' },
      path: '/reports',
      permission: 'report.read',
      navigation: { group: 'prove', order: 10, icon: 'file-text' },
    },
    audit: {
      title: { 'zh-CN': '审计', en: 'Audit' },
      path: '/audit',
      permission: 'audit.read',
      navigation: { group: 'prove', order: 20, icon: 'audit' },
    },
    organisations: {
      title: { 'zh-CN': '组织', en: 'Organisations' },
      path: '/organisations',
      permission: 'organisation.read',
      navigation: { group: 'administer', order: 10, icon: 'apartment' },
    },
    users: {
      title: { 'zh-CN': '用户与角色', en: 'Users and roles' },
      path: '/users',
      permission: 'user.read',
      navigation: { group: 'administer', order: 20, icon: 'team' },
    },
    jobs: {
      title: { 'zh-CN': '作业', en: 'Jobs' },
      path: '/jobs',
      permission: 'signed-in',
      navigation: { group: 'administer', order: 30, icon: 'schedule' },
    },
    settings: {
      title: { 'zh-CN': '设置', en: 'Settings' },
      path: '/settings',
      permission: 'setting.read',
      navigation: { group: 'administer', order: 40, icon: 'setting' },
    },
    account: { title: { 'zh-CN': '个人账号', en: 'Own account' }, path: '/account', permission: 'signed-in' },
    api: {
      title: { 'zh-CN': '接口文档', en: 'API' },
      path: '/api-reference',
      permission: 'signed-in',
      navigation: { group: 'administer', order: 50, icon: 'api' },
    },
  },
  errors,
  assetKinds,
  findingKinds,
  settings: {
    passwordMinimum: {
      title: { 'zh-CN': '密码最短长度', en: 'Shortest password' },
      schema: field(z.number().int().min(8).max(128).default(12), { 'zh-CN': '字符数', en: 'Characters' }),
    },
    lockAfter: {
      title: { 'zh-CN': '连续失败几次后锁定', en: 'Failures before lock-out' },
      schema: field(z.number().int().min(3).max(50).default(5), { 'zh-CN': '次数', en: 'Failures' }),
    },
    lockMinutes: {
      title: { 'zh-CN': '锁定时长', en: 'Lock-out time' },
      schema: field(z.number().int().min(1).max(1440).default(15), { 'zh-CN': '分钟', en: 'Minutes' }),
    },
    sessionHours: {
      title: { 'zh-CN': '会话时长', en: 'Session length' },
      schema: field(z.number().int().min(1).max(168).default(12), { 'zh-CN': '小时', en: 'Hours' }),
    },
    sessionIdleMinutes: {
      title: { 'zh-CN': '无操作多久后退出', en: 'Signed out after being idle' },
      schema: field(z.number().int().min(5).max(10_080).default(120), { 'zh-CN': '分钟', en: 'Minutes' }),
    },
    uploadLimit: {
      title: { 'zh-CN': '上传上限', en: 'Upload limit' },
      schema: field(z.number().int().min(1_048_576).max(8_589_934_592).default(1_073_741_824), {
        'zh-CN': '字节',
        en: 'Bytes',
      }),
    },
    publicUrl: {
      title: { 'zh-CN': '平台对外地址', en: 'Public address of the platform' },
      schema: field(z.url().nullable().default(null), { 'zh-CN': '地址', en: 'URL' }),
    },
    allowedHosts: {
      title: { 'zh-CN': '允许服务器访问的主机', en: 'Hosts the server may reach' },
      schema: field(
        z.array(z.string().max(253)).default([]),
        { 'zh-CN': '主机名或 CIDR', en: 'Host names or CIDR' },
        { widget: 'tags' },
      ),
    },
  },
  emits: {
    'kernel.finding.raised': z.object({ ids: z.array(z.uuid()), organisationIds: z.array(z.uuid()) }),
    'kernel.finding.status_changed': z.object({
      ids: z.array(z.uuid()),
      organisationIds: z.array(z.uuid()),
      status: z.string(),
    }),
    'kernel.case.moved': z.object({
      id: z.uuid(),
      organisationId: z.uuid(),
      kind: z.string(),
      from: z.string().nullable(),
      to: z.string(),
    }),
    'kernel.asset.changed': z.object({ ids: z.array(z.uuid()), organisationIds: z.array(z.uuid()) }),
    'kernel.job.finished': z.object({ id: z.uuid(), operation: z.string(), status: z.string() }),
  },
});
export type Kernel = typeof kernel;
