/**
 * Fields that several operations of compliance share.
 * @module
 */
import { field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { Day, FactValues } from '../shapes.ts';

export const instrument = field(
  z.string().min(1).max(100),
  { 'zh-CN': '规范', en: 'Instrument' },
  { help: { 'zh-CN': '规范的编号或者名称，例如 pi-audit', en: 'Id or name, e.g. pi-audit' } },
);
export const organisationId = field(Id, { 'zh-CN': '单位', en: 'Organisation' }, { widget: 'organisation' });
export const legalTime = field(
  Timestamp.optional(),
  { 'zh-CN': '发生时间', en: 'Legal time' },
  {
    widget: 'datetime',
    help: { 'zh-CN': '不填则为现在；期限按法律上的发生时间计算', en: 'Now when left out; clocks count from it' },
  },
);
export const format = field(z.enum(['docx', 'pdf']).default('docx'), { 'zh-CN': '格式', en: 'Format' });
export const note = field(z.string().max(4000).optional(), { 'zh-CN': '说明', en: 'Note' }, { widget: 'textarea' });
export const step = {
  id: Id,
  on: field(z.string().max(100), { 'zh-CN': '步骤', en: 'Step' }),
  actor: field(z.string().max(100), { 'zh-CN': '身份', en: 'Role' }),
  at: legalTime,
  facts: field(
    FactValues.default({}),
    { 'zh-CN': '随步骤认定的事实', en: 'Facts stated with the step' },
    { widget: 'hidden' },
  ),
};
export const node = field(z.string().max(100), { 'zh-CN': '条目', en: 'Node' });
export const period = {
  from: field(Day.optional(), { 'zh-CN': '起', en: 'From' }, { widget: 'date' }),
  to: field(Day.optional(), { 'zh-CN': '止', en: 'To' }, { widget: 'date' }),
};
