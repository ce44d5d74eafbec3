/**
 * The declaration of `exchange`: greetings an organisation keeps, one operation of each effect, one event, one page.
 * @module
 */
import { defineCapability, field, Id, JobReference, ListInput, listOutput, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

export const Greeting = z.object({
  id: Id,
  organisationId: Id,
  text: z.string(),
  count: z.number().int(),
  createdAt: Timestamp,
});
export type Greeting = z.infer<typeof Greeting>;

export const exchange = defineCapability({
  id: 'exchange',
  title: { 'zh-CN': '问候', en: 'Exchange' },
  permissions: {
    'exchange.read': { 'zh-CN': '查看问候', en: 'View greetings' },
    'exchange.write': { 'zh-CN': '写问候', en: 'Write greetings' },
  },
  messages: {
    'zh-CN': { empty: '还没有问候', add: '新建问候', counted: (v: { count: number }) => `已问候 ${v.count} 次` },
    en: {
      empty: 'No greetings yet',
      add: 'Add a greeting',
      counted: (v: { count: number }) => `Greeted ${v.count} times`,
    },
  },
  tables: { greetings: { row: Greeting, scope: 'organisation' } },
  operations: {
    listGreetings: {
      title: { 'zh-CN': '问候', en: 'Greetings' },
      effect: 'read',
      permission: 'exchange.read',
      http: 'GET /greetings',
      cli: 'exchange list',
      input: ListInput,
      output: listOutput(Greeting),
    },
    addGreeting: {
      title: { 'zh-CN': '新建问候', en: 'Add a greeting' },
      effect: 'write',
      permission: 'exchange.write',
      http: 'POST /greetings',
      cli: 'exchange add',
      input: z.strictObject({
        organisationId: field(Id, { 'zh-CN': '单位', en: 'Organisation' }, { widget: 'organisation' }),
        text: field(z.string().trim().min(1).max(200), { 'zh-CN': '内容', en: 'Text' }),
      }),
      output: Greeting,
    },
    greetAll: {
      title: { 'zh-CN': '逐一问候', en: 'Greet everyone' },
      effect: 'job',
      permission: 'exchange.write',
      http: 'POST /greetings/greet',
      cli: 'exchange greet',
      input: z.strictObject({}),
      output: JobReference,
    },
  },
  pages: {
    greetings: {
      title: { 'zh-CN': '问候', en: 'Exchange' },
      path: '/exchange',
      permission: 'exchange.read',
      navigation: { group: 'overview', order: 90, icon: 'smile' },
    },
  },
  errors: {
    'exchange.too_loud': {
      status: 422,
      message: { 'zh-CN': '问候里不能全是感叹号', en: 'A greeting cannot be all exclamation marks' },
      fix: { 'zh-CN': '写一句话。', en: 'Write a sentence.' },
    },
  },
  emits: { 'exchange.greeting.added': z.object({ id: Id, organisationId: Id }) },
  listens: { 'exchange.greeting.added': z.object({ id: Id }) },
});
export type Exchange = typeof exchange;
