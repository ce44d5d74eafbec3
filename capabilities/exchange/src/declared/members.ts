/**
 * Declared: identities, membership by vote, certificates, decentralised identifiers.
 * @module
 */
import { field, Id } from '@hedun/sdk';
import { z } from 'zod';
import { IdentityView, MemberView, ProposalView, roles, roleWords } from '../ledger-shapes.ts';

const ledgerId = field(Id, { 'zh-CN': '账本', en: 'Ledger' });
const did = field(z.string().trim().min(1).max(200), { 'zh-CN': '数字身份', en: 'DID' });
const reason = field(z.string().trim().min(1).max(500), { 'zh-CN': '理由', en: 'Reason' });
const roleList = field(
  z.array(z.enum(roles)).max(4).default(['member']),
  { 'zh-CN': '角色', en: 'Roles' },
  { options: roleWords },
);

export const memberOperations = {
  enrol: {
    title: { 'zh-CN': '申领账本身份', en: 'Enrol' },
    description: {
      'zh-CN': '生成本人的签名密钥和 X.509 证书；经联盟管理者投票通过后，证书才在链上生效。',
      en: 'Makes your signing key and X.509 certificate; it counts on chain once the administrators voted it in.',
    },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /ledgers/:ledgerId/enrol',
    cli: 'exchange enrol',
    input: z.strictObject({
      ledgerId,
      msp: field(z.string().trim().min(1).max(40).optional(), { 'zh-CN': '所属背书组织', en: 'Organisation' }),
      days: field(z.number().int().min(1).max(1095).default(365), { 'zh-CN': '证书有效天数', en: 'Days of validity' }),
    }),
    output: IdentityView,
  },
  listIdentities: {
    title: { 'zh-CN': '已申领的身份', en: 'Enrolled identities' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /ledgers/:ledgerId/identities',
    cli: 'exchange identity list',
    input: z.strictObject({ ledgerId }),
    output: z.object({ items: z.array(IdentityView.extend({ standing: z.string() })) }),
  },
  foundLedger: {
    title: { 'zh-CN': '创立联盟', en: 'Found the consortium' },
    description: {
      'zh-CN': '只能做一次：写入首批管理者和表决门槛，此后任何变动都须投票。',
      en: 'Once: the founding administrators and the threshold. Every later change needs votes.',
    },
    effect: 'write',
    permission: 'exchange.govern',
    http: 'POST /ledgers/:ledgerId/found',
    cli: 'exchange found',
    input: z.strictObject({
      ledgerId,
      thresholdPercent: field(z.number().int().min(1).max(100).default(60), {
        'zh-CN': '表决门槛（%）',
        en: 'Threshold (%)',
      }),
      administrators: field(
        z
          .array(z.strictObject({ identityId: Id, roles: roleList }))
          .min(1)
          .max(50),
        {
          'zh-CN': '首批管理者',
          en: 'Founding administrators',
        },
      ),
    }),
    output: z.object({ administrators: z.array(z.string()), thresholdPercent: z.number().int() }),
  },
  listMembers: {
    title: { 'zh-CN': '联盟成员', en: 'Members' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /ledgers/:ledgerId/members',
    cli: 'exchange member list',
    input: z.strictObject({ ledgerId }),
    output: z.object({ items: z.array(MemberView) }),
  },
  proposeMember: {
    title: { 'zh-CN': '提议接纳成员', en: 'Propose a member' },
    effect: 'write',
    permission: 'exchange.govern',
    http: 'POST /ledgers/:ledgerId/proposals/member',
    cli: 'exchange member propose',
    input: z.strictObject({ ledgerId, identityId: field(Id, { 'zh-CN': '身份', en: 'Identity' }), roles: roleList }),
    output: ProposalView,
  },
  proposeRemoval: {
    title: { 'zh-CN': '提议移除成员', en: 'Propose a removal' },
    effect: 'write',
    permission: 'exchange.govern',
    http: 'POST /ledgers/:ledgerId/proposals/removal',
    cli: 'exchange member remove',
    input: z.strictObject({ ledgerId, did, reason }),
    output: ProposalView,
  },
  listProposals: {
    title: { 'zh-CN': '提案', en: 'Proposals' },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /ledgers/:ledgerId/proposals',
    cli: 'exchange proposal list',
    input: z.strictObject({ ledgerId }),
    output: z.object({ items: z.array(ProposalView) }),
  },
  voteOnProposal: {
    title: { 'zh-CN': '投票', en: 'Vote' },
    effect: 'write',
    permission: 'exchange.govern',
    http: 'POST /ledgers/:ledgerId/proposals/:proposalId/vote',
    cli: 'exchange vote',
    input: z.strictObject({
      ledgerId,
      proposalId: field(z.string().min(1).max(100), { 'zh-CN': '提案', en: 'Proposal' }),
      choice: field(
        z.enum(['yes', 'no']),
        { 'zh-CN': '意见', en: 'Choice' },
        {
          options: { yes: { 'zh-CN': '同意', en: 'Yes' }, no: { 'zh-CN': '反对', en: 'No' } },
        },
      ),
    }),
    output: ProposalView,
  },
  revokeCertificate: {
    title: { 'zh-CN': '吊销证书', en: 'Revoke a certificate' },
    effect: 'write',
    permission: 'exchange.unit',
    http: 'POST /ledgers/:ledgerId/certificates/:identityId/revoke',
    cli: 'exchange certificate revoke',
    input: z.strictObject({ ledgerId, identityId: field(Id, { 'zh-CN': '身份', en: 'Identity' }), reason }),
    output: z.object({ serial: z.string(), standing: z.string() }),
  },
  resolveDid: {
    title: { 'zh-CN': '解析数字身份', en: 'Resolve a DID' },
    description: {
      'zh-CN': '支持 did:key、登记在链上的 did:web 和本账本的 did:hedun。',
      en: 'did:key, did:web registered on chain, and this ledger’s did:hedun.',
    },
    effect: 'read',
    permission: 'exchange.view',
    http: 'GET /dids/:did',
    cli: 'exchange did',
    input: z.strictObject({ did }),
    output: z.object({
      document: z.unknown(),
      metadata: z.object({ version: z.number().int(), deactivated: z.boolean(), domain: z.string().nullable() }),
    }),
  },
} as const;
