/**
 * Declared: what a supervisor sees and does, and the paths of attributes, data and users.
 * @module
 */
import { Done, field, Id } from '@hedun/sdk';
import { z } from 'zod';
import { MarkView, Step } from '../ledger-shapes.ts';

const ledgerId = field(Id, { 'zh-CN': '账本', en: 'Ledger' });
const did = field(z.string().trim().min(1).max(200), { 'zh-CN': '成员', en: 'Member' });
const reason = field(z.string().trim().min(1).max(500), { 'zh-CN': '理由', en: 'Reason' });

export const supervisionOperations = {
  inspectMember: {
    title: { 'zh-CN': '审查成员行为', en: 'Inspect a member' },
    description: {
      'zh-CN': '智能合约按规则核对近期访问：频繁被拒、批量索取、非工作时间访问、持失效证书访问；异常标记上链并告警。',
      en: 'The contract holds recent accesses against the rules; what exceeds them is marked on chain and alarmed.',
    },
    effect: 'write',
    permission: 'exchange.read',
    http: 'POST /ledgers/:ledgerId/inspect',
    cli: 'exchange inspect',
    input: z.strictObject({ ledgerId, did }),
    output: z.object({ items: z.array(MarkView) }),
  },
  listMarks: {
    title: { 'zh-CN': '异常标记', en: 'Marks' },
    effect: 'read',
    permission: 'exchange.read',
    http: 'GET /ledgers/:ledgerId/marks',
    cli: 'exchange marks',
    input: z.strictObject({ ledgerId }),
    output: z.object({ items: z.array(MarkView) }),
  },
  clearMark: {
    title: { 'zh-CN': '核销标记', en: 'Clear a mark' },
    effect: 'write',
    permission: 'exchange.read',
    http: 'POST /ledgers/:ledgerId/marks/clear',
    cli: 'exchange mark clear',
    input: z.strictObject({
      ledgerId,
      markId: field(z.string().min(1).max(400), { 'zh-CN': '标记', en: 'Mark' }),
      note: field(z.string().trim().min(1).max(500), { 'zh-CN': '说明', en: 'Note' }),
    }),
    output: MarkView,
  },
  restrictMember: {
    title: { 'zh-CN': '限制成员', en: 'Restrict a member' },
    effect: 'write',
    permission: 'exchange.read',
    http: 'POST /ledgers/:ledgerId/restrict',
    cli: 'exchange restrict',
    input: z.strictObject({ ledgerId, did, reason }),
    output: Done,
  },
  liftMember: {
    title: { 'zh-CN': '解除限制', en: 'Lift a restriction' },
    effect: 'write',
    permission: 'exchange.govern',
    http: 'POST /ledgers/:ledgerId/lift',
    cli: 'exchange lift',
    input: z.strictObject({ ledgerId, did, reason }),
    output: Done,
  },
  trace: {
    title: { 'zh-CN': '溯源', en: 'Trace' },
    description: {
      'zh-CN': '属性共享路径、数据流转路径、用户行为路径，逐步列出并可逐条取证明。',
      en: 'The path of an attribute, of data, of a user, step by step, each provable.',
    },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /ledgers/:ledgerId/trace',
    cli: 'exchange trace',
    input: z.strictObject({
      ledgerId,
      kind: field(
        z.enum(['attribute', 'data', 'user']),
        { 'zh-CN': '路径', en: 'Path' },
        {
          options: {
            attribute: { 'zh-CN': '属性共享', en: 'Attribute' },
            data: { 'zh-CN': '数据流转', en: 'Data' },
            user: { 'zh-CN': '用户行为', en: 'User' },
          },
        },
      ),
      of: field(z.string().trim().min(1).max(200), { 'zh-CN': '对象', en: 'Of' }),
    }),
    output: z.object({ steps: z.array(Step) }),
  },
} as const;
