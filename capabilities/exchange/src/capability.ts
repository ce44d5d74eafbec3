/**
 * The declaration of `exchange`: files shared as ciphertext under attribute policies, and the ledger that several organisations keep of it.
 * @module
 */
import { defineCapability } from '@hedun/sdk';
import { objectOperations } from './declared/objects.ts';
import { errors } from './errors.ts';
import { en, zh } from './messages.ts';
import { ObjectRow } from './shapes.ts';

export const exchange = defineCapability({
  id: 'exchange',
  title: { 'zh-CN': '数据安全共享', en: 'Exchange' },
  permissions: {
    'exchange.read': { 'zh-CN': '查看共享目录与账本', en: 'View the catalogue and the ledger' },
    'exchange.use': { 'zh-CN': '申请属性、获取并解密数据', en: 'Ask for attributes, fetch and decrypt data' },
    'exchange.publish': { 'zh-CN': '发布数据、设定访问策略', en: 'Publish data and set its policy' },
    'exchange.authority': { 'zh-CN': '管理属性、授予与撤销', en: 'Define, grant and revoke attributes' },
    'exchange.govern': { 'zh-CN': '联盟管理：成员表决、跨域', en: 'Govern the consortium: votes and domains' },
    'exchange.supervise': { 'zh-CN': '监管：异常、告警与溯源', en: 'Supervise: anomalies, alarms and traces' },
  },
  messages: { 'zh-CN': zh, en },
  tables: { objects: { row: ObjectRow, scope: 'shared' } },
  operations: { ...objectOperations },
  pages: {
    objects: {
      title: { 'zh-CN': '共享数据', en: 'Shared data' },
      path: '/exchange/objects',
      permission: 'exchange.read',
      navigation: { group: 'share', order: 1, icon: 'share' },
    },
  },
  errors,
});
export type Exchange = typeof exchange;
