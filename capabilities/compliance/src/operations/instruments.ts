/**
 * Operations on the library of instruments and on what it makes due, declared.
 * @module
 */
import { field } from '@hedun/sdk';
import { z } from 'zod';
import { Day, DeadlineView, InstrumentDetail, InstrumentSummary } from '../shapes.ts';
import { instrument } from './fields.ts';

export const instrumentOperations = {
  listInstruments: {
    title: { 'zh-CN': '规范库', en: 'Instruments' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /instruments',
    cli: 'compliance instrument list',
    input: z.strictObject({}),
    output: z.object({ items: z.array(InstrumentSummary) }),
  },
  showInstrument: {
    title: { 'zh-CN': '查看规范', en: 'Show an instrument' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /instruments/:instrument',
    cli: 'compliance instrument show',
    input: z.strictObject({ instrument }),
    output: InstrumentDetail,
  },
  listObligations: {
    title: { 'zh-CN': '义务与期限', en: 'Obligations' },
    description: {
      'zh-CN': '所辖单位的全部法定期限，由事件与日历即时算出，从不存储。',
      en: 'All statutory deadlines in your scope, computed from events and calendar, never stored.',
    },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /obligations',
    cli: 'compliance obligations',
    input: z.strictObject({
      overdue: field(
        z.stringbool().or(z.boolean()).default(false),
        { 'zh-CN': '只看逾期', en: 'Overdue only' },
        { widget: 'switch' },
      ),
    }),
    output: z.object({ asOf: Day, items: z.array(DeadlineView) }),
  },
} as const;
