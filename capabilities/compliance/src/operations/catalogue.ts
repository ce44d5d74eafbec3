/**
 * The data catalogue, declared: entries a department drafts, and what is published for all.
 * @module
 */
import { Id, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { attributes, CatalogueEntry, Entry, entryFields, methods } from '../sharing-shapes.ts';
import { organisationId, step } from './fields.ts';

export const catalogueOperations = {
  listEntries: {
    title: { 'zh-CN': '目录编制', en: 'Catalogue entries' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /entries',
    cli: 'compliance entry list',
    input: ListInput,
    output: listOutput(Entry),
  },
  createEntry: {
    title: { 'zh-CN': '编制目录条目', en: 'New catalogue entry' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /entries',
    cli: 'compliance entry create',
    input: z.strictObject({ organisationId, ...entryFields }),
    output: Entry,
  },
  getEntry: {
    title: { 'zh-CN': '查看目录条目', en: 'Show an entry' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /entries/:id',
    cli: 'compliance entry show',
    input: z.strictObject({ id: Id }),
    output: Entry,
  },
  getPublished: {
    title: { 'zh-CN': '查看已发布目录', en: 'Show a published entry' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /catalogue/:id',
    cli: 'compliance catalogue show',
    input: z.strictObject({ id: Id }),
    output: CatalogueEntry,
  },
  stepEntry: {
    title: { 'zh-CN': '办理目录条目', en: 'Move a catalogue entry' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /entries/:id/steps',
    input: z.strictObject(step),
    output: Entry,
  },
  searchCatalogue: {
    title: { 'zh-CN': '政务数据目录', en: 'Data catalogue' },
    description: { 'zh-CN': '已发布的目录，所有部门可查。', en: 'Published entries, open to every department.' },
    effect: 'read',
    permission: 'compliance.read',
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
