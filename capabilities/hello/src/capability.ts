/**
 * The declaration of `hello`: greetings an organisation keeps, one operation of each effect, one event, one page.
 * @module
 */
import { defineCapability, field, Id, JobReference, ListInput, listOutput, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

export const Greeting = z.object({
  id: Id,
  organisationId: Id,
  text: field(z.string(), { 'zh-CN': '内容', en: 'Text' }),
  count: field(z.number().int(), { 'zh-CN': '次数', en: 'Times' }),
  createdAt: Timestamp,
});
export type Greeting = z.infer<typeof Greeting>;

export const hello = defineCapability({
  id: 'hello',
  title: { 'zh-CN': '问候', en: 'Hello' },
  permissions: {
    'hello.read': { 'zh-CN': '查看问候', en: 'View greetings' },
    'hello.write': { 'zh-CN': '写问候', en: 'Write greetings' },
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
      permission: 'hello.read',
      http: 'GET /greetings',
      cli: 'hello list',
      input: ListInput,
      output: listOutput(Greeting),
    },
    addGreeting: {
      title: { 'zh-CN': '新建问候', en: 'Add a greeting' },
      effect: 'write',
      permission: 'hello.write',
      http: 'POST /greetings',
      cli: 'hello add',
      input: z.strictObject({
        organisationId: field(Id, { 'zh-CN': '单位', en: 'Organisation' }, { widget: 'organisation' }),
        text: field(z.string().trim().min(1).max(200), { 'zh-CN': '内容', en: 'Text' }),
      }),
      output: Greeting,
    },
    greetAll: {
      title: { 'zh-CN': '逐一问候', en: 'Greet everyone' },
      effect: 'job',
      permission: 'hello.write',
      http: 'POST /greetings/greet',
      cli: 'hello greet',
      input: z.strictObject({}),
      output: JobReference,
    },
  },
  pages: {
    greetings: {
      title: { 'zh-CN': '问候', en: 'Hello' },
      path: '/hello',
      permission: 'hello.read',
      navigation: { group: 'overview', order: 90, icon: 'smile' },
    },
  },
  errors: {
    'hello.too_loud': {
      status: 422,
      message: { 'zh-CN': '问候里不能全是感叹号', en: 'A greeting cannot be all exclamation marks' },
      fix: { 'zh-CN': '写一句话。', en: 'Write a sentence.' },
    },
  },
  emits: { 'hello.greeting.added': z.object({ id: Id, organisationId: Id }) },
  listens: { 'hello.greeting.added': z.object({ id: Id }) },
});
export type Hello = typeof hello;
