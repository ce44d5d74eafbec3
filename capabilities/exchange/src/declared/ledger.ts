/**
 * Declared: ledgers, their transactions and proofs, exchange of records between domains.
 * @module
 */
import { field, Id, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { Bundle, ExchangeView, LedgerView, ledgerKinds, Proof, TransactionRow, Trust } from '../ledger-shapes.ts';
import { callWords, codeWords } from './call-words.ts';

const ledgerId = field(Id, { 'zh-CN': '账本', en: 'Ledger' });
const transaction = field(z.string().regex(/^[0-9a-f]{64}$/), { 'zh-CN': '交易编号', en: 'Transaction' });
const domain = z
  .string()
  .trim()
  .regex(/^[a-z0-9-]{1,40}$/);

export const ledgerOperations = {
  createLedger: {
    title: { 'zh-CN': '建立账本', en: 'Create a ledger' },
    description: {
      'zh-CN': '为一个业务域或中心域建立账本；每个背书组织各有密钥，交易须由规定数量的组织独立执行并签名。',
      en: 'A ledger for a business domain or the central one; each endorsing organisation has a key of its own.',
    },
    effect: 'write',
    permission: 'exchange.govern',
    http: 'POST /ledgers',
    cli: 'exchange ledger create',
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '所属单位', en: 'Organisation' }, { widget: 'organisation' }),
      domain: field(domain, { 'zh-CN': '域标识', en: 'Domain' }),
      title: field(z.string().trim().min(1).max(120), { 'zh-CN': '名称', en: 'Title' }),
      kind: field(
        z.enum(ledgerKinds).default('business'),
        { 'zh-CN': '类型', en: 'Kind' },
        {
          options: {
            business: { 'zh-CN': '业务域', en: 'Business domain' },
            central: { 'zh-CN': '中心域', en: 'Central domain' },
          },
        },
      ),
      msps: field(
        z
          .array(
            z
              .string()
              .trim()
              .regex(/^[A-Za-z0-9-]{1,40}$/),
          )
          .min(1)
          .max(16)
          .default(['Org1', 'Org2']),
        { 'zh-CN': '背书组织', en: 'Endorsing organisations' },
      ),
    }),
    output: LedgerView,
  },
  listLedgers: {
    title: { 'zh-CN': '账本', en: 'Ledgers' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /ledgers',
    cli: 'exchange ledger list',
    input: z.strictObject({}),
    output: z.object({ items: z.array(LedgerView) }),
  },
  listTransactions: {
    title: { 'zh-CN': '交易', en: 'Transactions' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /transactions',
    cli: 'exchange transactions',
    input: ListInput.extend({ ledgerId: ledgerId.optional() }),
    output: listOutput(TransactionRow),
    list: {
      call: { label: { 'zh-CN': '操作', en: 'Call' }, type: 'text', values: callWords, sortable: true },
      code: { label: { 'zh-CN': '验证结果', en: 'Code' }, type: 'text', values: codeWords, sortable: true },
      signer: { label: { 'zh-CN': '签名者', en: 'Signer' }, type: 'text', sortable: true },
      event: { label: { 'zh-CN': '事件', en: 'Event' }, type: 'text' },
      block: { label: { 'zh-CN': '区块', en: 'Block' }, type: 'number', sortable: true },
      leaf: { label: { 'zh-CN': '序号', en: 'Place' }, type: 'number', sortable: true },
      at: { label: { 'zh-CN': '时间', en: 'Time' }, type: 'time', sortable: true },
    },
  },
  getTransaction: {
    title: { 'zh-CN': '查看交易', en: 'Show a transaction' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /transactions/:id',
    cli: 'exchange transaction',
    input: z.strictObject({ id: field(Id, { 'zh-CN': '交易', en: 'Transaction' }) }),
    output: TransactionRow.extend({
      domain: z.string(),
      args: z.array(z.string()),
      endorsers: z.array(z.string()),
      reads: z.number().int(),
      writes: z.array(z.string()),
      payload: z.string(),
    }),
  },
  proveTransaction: {
    title: { 'zh-CN': '取交易证明', en: 'Prove a transaction' },
    description: {
      'zh-CN': '给出完整记录、包含路径和经见证的检查点，离线即可核验，不必信任本平台。',
      en: 'The whole record, its path and a witnessed checkpoint: verifiable offline, without trusting this platform.',
    },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /ledgers/:ledgerId/proofs/:transaction',
    cli: 'exchange prove',
    input: z.strictObject({ ledgerId, transaction }),
    output: z.object({ proof: Proof, trust: Trust }),
  },
  registerDomain: {
    title: { 'zh-CN': '在中心链登记业务域', en: 'Register a domain on the central chain' },
    description: {
      'zh-CN': '登记账本公钥、见证要求和代表该域的发言人；只有发言人能代表本域收发记录。',
      en: 'Keys of the log, how many witnesses it needs, and the speaker who alone sends and receives for it.',
    },
    effect: 'write',
    permission: 'exchange.govern',
    http: 'POST /ledgers/:ledgerId/register',
    cli: 'exchange domain register',
    input: z.strictObject({
      ledgerId,
      speakerId: field(Id, { 'zh-CN': '发言人（中心链身份）', en: 'Speaker (identity on the central chain)' }),
      quorum: field(z.number().int().min(0).max(1).default(1), { 'zh-CN': '见证数', en: 'Witnesses' }),
    }),
    output: z.object({ domain: z.string(), speaker: z.string() }),
  },
  submitSigned: {
    title: { 'zh-CN': '提交本人签名的交易', en: 'Submit a transaction signed elsewhere' },
    description: {
      'zh-CN': '签名密钥由本人保管时使用：提案在本人设备上签名，平台只核验、背书和排序。',
      en: 'For holders who keep their signing key: the proposal is signed where the key is; here it is checked, endorsed and ordered.',
    },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /ledgers/:ledgerId/transactions',
    cli: 'exchange submit',
    input: z.strictObject({
      ledgerId,
      proposal: field(z.base64().max(200_000), { 'zh-CN': '提案（Base64）', en: 'Proposal (base64)' }),
      signature: field(z.base64().max(200), { 'zh-CN': '签名（Base64）', en: 'Signature (base64)' }),
      transient: field(z.record(z.string().max(40), z.base64().max(20_000)).default({}), {
        'zh-CN': '不入账字段',
        en: 'Transient fields',
      }),
    }),
    output: z.object({
      transaction: z.string(),
      code: z.string(),
      payload: z.string(),
      leaf: z.number().int().nullable(),
    }),
  },
  witnessLedger: {
    title: { 'zh-CN': '请中心域见证', en: 'Have the central domain witness' },
    description: {
      'zh-CN': '中心域核对账本只增不改后为最新检查点联署，并记入中心链。',
      en: 'The central domain checks that the log only grew, cosigns its checkpoint and anchors it.',
    },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /ledgers/:ledgerId/witness',
    cli: 'exchange witness',
    input: z.strictObject({ ledgerId }),
    output: z.object({ checkpoint: z.string(), size: z.number().int() }),
  },
  sendRecord: {
    title: { 'zh-CN': '跨域发送记录', en: 'Send a record to another domain' },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /ledgers/:ledgerId/send',
    cli: 'exchange send',
    input: z.strictObject({
      ledgerId,
      transaction,
      to: field(domain, { 'zh-CN': '接收域', en: 'To domain' }),
      policy: field(z.string().trim().min(1).max(100), { 'zh-CN': '跨域策略', en: 'Policy' }),
    }),
    output: Bundle,
  },
  receiveRecord: {
    title: { 'zh-CN': '接收跨域记录', en: 'Receive a record of another domain' },
    description: {
      'zh-CN': '在本域核验证明、联署、连续性和新鲜度；伪造、重放和分叉会被拒绝，结果记入中心链。',
      en: 'Verifies proof, cosignatures, continuity and freshness here; forgery, replay and forks are refused, and the central chain records it.',
    },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /ledgers/:ledgerId/receive',
    cli: 'exchange receive',
    bodyLimit: 4_194_304,
    input: z.strictObject({ ledgerId, bundle: field(Bundle, { 'zh-CN': '交换包', en: 'Bundle' }) }),
    output: z.object({
      accepted: z.boolean(),
      fault: z.string().nullable(),
      expected: z.string().nullable(),
      got: z.string().nullable(),
      exchangeId: z.string(),
      object: z.string().nullable(),
      transaction: z.string().nullable(),
    }),
  },
  distributePolicy: {
    title: { 'zh-CN': '分发跨域策略', en: 'Distribute a policy' },
    effect: 'write',
    permission: 'exchange.govern',
    http: 'POST /distributed-policies',
    cli: 'exchange policy distribute',
    input: z.strictObject({
      id: field(z.string().trim().min(1).max(100), { 'zh-CN': '策略编号', en: 'Policy id' }),
      title: field(z.string().trim().min(1).max(200), { 'zh-CN': '名称', en: 'Title' }),
      policy: field(z.string().max(20_000), { 'zh-CN': '访问策略', en: 'Policy' }),
      domains: field(z.array(domain).default([]), { 'zh-CN': '适用的域', en: 'Domains' }),
    }),
    output: z.object({ id: z.string(), version: z.number().int() }),
  },
  listExchanges: {
    title: { 'zh-CN': '跨域交换记录', en: 'Exchanges between domains' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /exchanges',
    cli: 'exchange exchanges',
    input: z.strictObject({}),
    output: z.object({ items: z.array(ExchangeView) }),
  },
} as const;
