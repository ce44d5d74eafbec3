/**
 * The declaration of detection: what sources send becomes events, what rules see in them becomes alerts, alerts become incidents.
 * @module
 */
import { defineCapability, field, Id } from '@hedun/sdk';
import { z } from 'zod';
import { huntOperations, huntTables } from './declared/hunts.ts';
import { incidentTables } from './declared/incident-shapes.ts';
import { incidentOperations } from './declared/incidents.ts';
import { ruleOperations } from './declared/rules.ts';
import { ruleTables } from './declared/rules-shapes.ts';
import { sourceTables } from './declared/source-shapes.ts';
import { sourceOperations } from './declared/sources.ts';
import { errors } from './errors.ts';
import { en, zh } from './messages.ts';

export const detection = defineCapability({
  id: 'detection',
  title: { 'zh-CN': '威胁检测', en: 'Detection' },
  permissions: {
    'detection.read': { 'zh-CN': '查看安全事件、告警与规则', en: 'View incidents, alerts and rules' },
    'detection.hunt': { 'zh-CN': '检索原始日志', en: 'Search raw logs' },
    'detection.collect': { 'zh-CN': '管理日志来源与解析', en: 'Manage sources and parsers' },
    'detection.respond': { 'zh-CN': '研判与移交安全事件', en: 'Judge incidents and hand them over' },
    'detection.rules': { 'zh-CN': '管理检测规则', en: 'Manage detection rules' },
    'detection.push': { 'zh-CN': '接口推送日志', en: 'Push logs as a system' },
  },
  messages: { 'zh-CN': zh, en },
  tables: { ...sourceTables, ...incidentTables, ...huntTables, ...ruleTables },
  operations: { ...sourceOperations, ...incidentOperations, ...huntOperations, ...ruleOperations },
  pages: {
    incidents: {
      title: { 'zh-CN': '安全事件', en: 'Incidents' },
      path: '/detection/incidents',
      permission: 'detection.read',
      navigation: { group: 'understand', order: 10, icon: 'alert' },
    },
    alerts: {
      title: { 'zh-CN': '告警', en: 'Alerts' },
      path: '/detection/alerts',
      permission: 'detection.read',
      navigation: { group: 'understand', order: 11, icon: 'bell' },
    },
    hunting: {
      title: { 'zh-CN': '日志检索', en: 'Search logs' },
      path: '/detection/hunting',
      permission: 'detection.hunt',
      navigation: { group: 'understand', order: 12, icon: 'search' },
    },
    rules: {
      title: { 'zh-CN': '检测规则', en: 'Detection rules' },
      path: '/detection/rules',
      permission: 'detection.read',
      navigation: { group: 'understand', order: 13, icon: 'audit' },
    },
    attack: {
      title: { 'zh-CN': 'ATT&CK 覆盖', en: 'ATT&CK coverage' },
      path: '/detection/attack',
      permission: 'detection.read',
      navigation: { group: 'understand', order: 14, icon: 'apartment' },
    },
    sources: {
      title: { 'zh-CN': '日志来源', en: 'Log sources' },
      path: '/detection/sources',
      permission: 'detection.read',
      navigation: { group: 'observe', order: 10, icon: 'api' },
    },
  },
  errors,
  settings: {
    retentionDays: {
      title: { 'zh-CN': '原始日志保留天数', en: 'Days that raw logs are kept' },
      // 网络安全法 第二十一条: network logs are kept for at least six months.
      schema: field(z.coerce.number().int().min(1).max(3650).default(190), { 'zh-CN': '天数', en: 'Days' }),
    },
  },
  findingKinds: {
    'detection.incident': {
      title: { 'zh-CN': '安全事件', en: 'Incident' },
      attributes: z.object({
        incidentId: Id,
        machines: z.array(z.string()),
        users: z.array(z.string()),
        tactics: z.array(z.string()),
        alerts: z.number().int(),
      }),
    },
  },
  emits: {
    'detection.incident.opened': z.object({ id: Id, organisationId: Id }),
    'detection.incident.judged': z.object({ id: Id, organisationId: Id, verdict: z.enum(['attack', 'harmless']) }),
  },
  listens: { 'detection.incident.judged': z.object({ id: Id }) },
});
export type Detection = typeof detection;
