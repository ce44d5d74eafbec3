/**
 * The declaration of detection: what sources send becomes events, what rules see in them becomes alerts, alerts become incidents.
 * @module
 */
import { defineCapability } from '@hedun/sdk';
import { ruleTables } from './declared/rules-shapes.ts';
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
  tables: { ...ruleTables },
  operations: {},
  pages: {},
  errors,
  emits: {},
  listens: {},
});
export type Detection = typeof detection;
