/**
 * The rows of ledgers, identities and transactions, and what operations on them answer.
 * @module
 */
import { Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

export const ledgerKinds = ['business', 'central'] as const;
export const roles = ['member', 'administrator', 'authority', 'supervisor'] as const;
export const roleWords = {
  member: { 'zh-CN': '成员', en: 'Member' },
  administrator: { 'zh-CN': '联盟管理者', en: 'Administrator' },
  authority: { 'zh-CN': '属性授权中心', en: 'Attribute authority' },
  supervisor: { 'zh-CN': '监管者', en: 'Supervisor' },
} as const;

/** A chain kept here. Public keys are for everyone; the private ones are sealed with the key of this instance. */
export const LedgerRow = z.object({
  id: Id,
  organisationId: Id,
  domain: z.string(),
  title: z.string(),
  kind: z.enum(ledgerKinds),
  origin: z.string(),
  logKey: z.string(),
  witnessKey: z.string(),
  required: z.number().int(),
  /** Names of the organisations that endorse. */
  msps: z.array(z.string()),
  sealed: z.string(),
  createdAt: Timestamp,
});
export type LedgerRow = z.infer<typeof LedgerRow>;
export const LedgerView = LedgerRow.omit({ sealed: true }).extend({
  transactions: z.number().int(),
  blocks: z.number().int(),
  root: z.string(),
  founded: z.boolean(),
});

/** A user's key and certificate on one chain; the key sealed for this user. */
export const IdentityRow = z.object({
  id: Id,
  ledgerId: Id,
  userId: Id,
  did: z.string(),
  msp: z.string(),
  name: z.string(),
  /** Home organisation of the user, by name. */
  organisation: z.string(),
  certificate: z.string(),
  serial: z.string(),
  sealedKey: z.string(),
  notAfter: Timestamp,
  createdAt: Timestamp,
});
export type IdentityRow = z.infer<typeof IdentityRow>;
export const IdentityView = IdentityRow.omit({ sealedKey: true });

/** The log in a form that lists and filters; the log itself is the truth. */
export const TransactionRow = z.object({
  id: Id,
  ledgerId: Id,
  leaf: z.number().int(),
  transaction: z.string(),
  block: z.number().int(),
  code: z.string(),
  call: z.string(),
  signer: z.string(),
  event: z.string().nullable(),
  at: Timestamp,
});
export type TransactionRow = z.infer<typeof TransactionRow>;

/** What a witness cosigned last of each log. */
export const CosignedRow = z.object({
  witnessId: Id,
  origin: z.string(),
  size: z.number().int(),
  root: z.string(),
  note: z.string(),
});
/** Exchanges taken from other domains, and the checkpoint seen with each. */
export const ReceivedRow = z.object({
  id: z.string(),
  ledgerId: Id,
  fromDomain: z.string(),
  size: z.number().int(),
  root: z.string(),
  object: z.string(),
  at: Timestamp,
});

export const Proof = z.object({
  leaf: z.number().int(),
  entry: z.string(),
  path: z.array(z.string()),
  checkpoint: z.string(),
});
export const Trust = z.object({
  origin: z.string(),
  logKey: z.string(),
  witnessKeys: z.array(z.string()),
  quorum: z.number().int(),
});
export const Bundle = z.object({
  version: z.literal(1),
  from: z.string().max(100),
  to: z.string().max(100),
  at: z.number().int(),
  nonce: z.string().max(64),
  proof: Proof,
  growth: z.object({ from: z.number().int(), proof: z.array(z.string()) }).nullable(),
  policy: z.string().max(100),
  signature: z.string().max(200),
});
export const Step = z.object({
  transaction: z.string(),
  at: z.number().int(),
  action: z.string(),
  actor: z.string(),
  object: z.string().nullable(),
  attribute: z.string().nullable(),
  subject: z.string().nullable(),
  outcome: z.string(),
});
export const MemberView = z.object({
  did: z.string(),
  name: z.string(),
  organisation: z.string(),
  msp: z.string(),
  roles: z.array(z.enum(roles)),
  standing: z.enum(['active', 'restricted', 'removed']),
  serial: z.string(),
  since: z.number().int(),
});
export const ProposalView = z.object({
  id: z.string(),
  kind: z.enum(['register', 'remove', 'threshold']),
  subject: z.string(),
  by: z.string(),
  at: z.number().int(),
  yes: z.number().int(),
  no: z.number().int(),
  needed: z.number().int(),
  state: z.enum(['open', 'accepted', 'rejected']),
});
export const MarkView = z.object({
  id: z.string(),
  subject: z.string(),
  rule: z.enum(['refusals', 'many_objects', 'many_requests', 'outside_hours', 'invalid_certificate']),
  count: z.number().int(),
  limit: z.number().int(),
  evidence: z.array(z.string()),
  at: z.number().int(),
  by: z.string(),
  state: z.enum(['open', 'cleared']),
  note: z.string().nullable(),
});
export const ExchangeView = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  object: z.string(),
  recordDigest: z.string(),
  checkpointSize: z.number().int(),
  outcome: z.enum(['accepted', 'refused']),
  reason: z.string().nullable(),
  by: z.string(),
  at: z.number().int(),
});
