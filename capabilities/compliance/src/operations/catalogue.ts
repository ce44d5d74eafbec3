/**
 * The data catalogue, declared: entries a department drafts, and what is published for all.
 * @module
 */
import { Done, field, Id, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { FactValues } from '../shapes.ts';
import { attributes, CatalogueEntry, Entry, entryFields, methods } from '../sharing-shapes.ts';
import { legalTime, organisationId, step } from './fields.ts';

export const catalogueOperations = {
  listEntries: {
    title: { 'zh-CN': '目录编制', en: 'Catalogue entries' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /entries',
    cli: 'compliance entry list',
    input: ListInput,
    output: listOutput(Entry),
  },
  createEntry: {
    title: { 'zh-CN': '编制目录条目', en: 'New catalogue entry' },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'POST /entries',
    cli: 'compliance entry create',
    input: z.strictObject({ organisationId, ...entryFields }),
    output: Entry,
  },
  updateEntry: {
    title: { 'zh-CN': '修改目录条目', en: 'Change a catalogue entry' },
    description: {
      'zh-CN': '编制中或者更新中的条目可以修改；已发布的副本在重新审核发布之前不变。',
      en: 'While it is drafted or updated; the published copy stays as it is until reviewed and published again.',
    },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'PUT /entries/:id',
    cli: 'compliance entry update',
    input: z.strictObject({ id: Id, ...entryFields }),
    output: Entry,
  },
  recordEntryEvent: {
    title: { 'zh-CN': '登记目录事件', en: 'Record an event of an entry' },
    description: {
      'zh-CN': '法律、职责调整之日起算更新期限；经同级主管部门同意可以延长。',
      en: 'A change of law or duties starts the clock of the update; the authority may extend it.',
    },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'POST /entries/:id/events',
    cli: 'compliance entry event',
    input: z.strictObject({
      id: Id,
      type: field(z.string().max(100), { 'zh-CN': '事件', en: 'Event' }),
      at: legalTime,
      data: FactValues.default({}),
    }),
    output: Done,
  },
  getEntry: {
    title: { 'zh-CN': '查看目录条目', en: 'Show an entry' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /entries/:id',
    cli: 'compliance entry show',
    input: z.strictObject({ id: Id }),
    output: Entry,
  },
  getPublished: {
    title: { 'zh-CN': '查看已发布目录', en: 'Show a published entry' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /catalogue/:id',
    cli: 'compliance catalogue show',
    input: z.strictObject({ id: Id }),
    output: CatalogueEntry,
  },
  stepEntry: {
    title: { 'zh-CN': '办理目录条目', en: 'Move a catalogue entry' },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'POST /entries/:id/steps',
    cli: 'compliance entry step',
    input: z.strictObject(step),
    output: Entry,
  },
  searchCatalogue: {
    title: { 'zh-CN': '政务数据目录', en: 'Data catalogue' },
    description: { 'zh-CN': '已发布的目录，所有部门可查。', en: 'Published entries, open to every department.' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /catalogue',
    cli: 'compliance catalogue search',
    input: ListInput,
    list: {
      attribute: { label: { 'zh-CN': '共享属性', en: 'Attribute' }, type: 'enum', values: attributes },
      method: { label: { 'zh-CN': '共享方式', en: 'Method' }, type: 'enum', values: methods },
    },
    output: listOutput(CatalogueEntry),
  },
} as const;
