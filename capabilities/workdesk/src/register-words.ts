/**
 * The names of the register's fields and of what a filing adds, in both languages, read from the declared inputs.
 * @module
 */
import { fieldMeta, type Text } from '@hedun/sdk';
import type { z } from 'zod';
import { systemInput } from './register-shapes.ts';

const own: Readonly<Record<string, Text>> = {
  organisationId: { 'zh-CN': '责任单位', en: 'Unit' },
  addresses: { 'zh-CN': '域名或地址', en: 'Domain or address' },
  domain: { 'zh-CN': '域名', en: 'Domain' },
  icpNumber: { 'zh-CN': 'ICP 备案号', en: 'ICP number' },
  address: { 'zh-CN': '地址', en: 'Address' },
  port: { 'zh-CN': '端口', en: 'Port' },
  protocol: { 'zh-CN': '协议', en: 'Protocol' },
  service: { 'zh-CN': '服务', en: 'Service' },
  openTo: { 'zh-CN': '开放给', en: 'Open to' },
  protection: { 'zh-CN': '防护措施', en: 'Protection' },
};

/** Completeness counts domains and addresses as one, so its line has a name of its own: `itemTitle`. */
export function fieldTitle(field: string): Text {
  const schema = (systemInput as Readonly<Record<string, z.ZodType>>)[field];
  return (schema && fieldMeta(schema)?.label) ?? own[field] ?? { 'zh-CN': field, en: field };
}
export function itemTitle(item: string): Text {
  return item === 'addresses' ? (own.addresses as Text) : fieldTitle(item);
}
