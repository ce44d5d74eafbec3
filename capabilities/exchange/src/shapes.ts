/**
 * The rows this room keeps and the shapes its operations answer with.
 * @module
 */
import { Id, TextSchema, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

export const attributeKinds = ['word', 'number', 'date'] as const;
export const attributeKindWords = {
  word: { 'zh-CN': '取值', en: 'Word' },
  number: { 'zh-CN': '数字', en: 'Number' },
  date: { 'zh-CN': '日期', en: 'Date' },
} as const;
export const grantStatuses = ['requested', 'granted', 'refused', 'revoked'] as const;
export const grantStatusWords = {
  requested: { 'zh-CN': '待审批', en: 'Requested' },
  granted: { 'zh-CN': '已授予', en: 'Granted' },
  refused: { 'zh-CN': '已驳回', en: 'Refused' },
  revoked: { 'zh-CN': '已撤销', en: 'Revoked' },
} as const;
export const suiteNames = ['aes-256-gcm', 'sm4-ctr-hmac-sm3'] as const;

/** An attribute authority. Its parameters are public; its master secret is sealed with the key of this instance. */
export const AuthorityRow = z.object({
  id: Id,
  organisationId: Id,
  name: z.string(),
  /** Base64 of the public form. */
  parameters: z.string(),
  sealedMaster: z.string(),
  createdAt: Timestamp,
});
export const AuthorityView = AuthorityRow.omit({ sealedMaster: true });

export const AttributeRow = z.object({
  id: Id,
  authorityId: Id,
  /** As policies name it; unique on this instance. */
  name: z.string(),
  kind: z.enum(attributeKinds),
  title: TextSchema,
  /** The words an attribute of kind `word` may have, with their titles. Empty: any. */
  options: z.array(z.object({ value: z.string(), title: TextSchema })),
  /** Goes up with every revocation. */
  epoch: z.number().int(),
  createdAt: Timestamp,
});

/** Where keys for a user go: the public half of a pair whose private half the user keeps. */
export const HolderRow = z.object({
  id: Id,
  userId: Id,
  organisationId: Id,
  publicKey: z.string(),
  serial: z.number().int(),
  createdAt: Timestamp,
});

export const GrantRow = z.object({
  id: Id,
  organisationId: Id,
  authorityId: Id,
  attributeId: Id,
  userId: Id,
  userName: z.string(),
  attributeName: z.string(),
  value: z.string(),
  status: z.enum(grantStatuses),
  reason: z.string(),
  decision: z.string().nullable(),
  requestedAt: Timestamp,
  decidedAt: Timestamp.nullable(),
  expiresOn: z.iso.date().nullable(),
});

/** A holder's attribute key, sealed to the holder. */
export const KeyRow = z.object({
  id: Id,
  authorityId: Id,
  userId: Id,
  serial: z.number().int(),
  sealed: z.string(),
  issuedAt: Timestamp,
});

/** One published data object: what everybody in the catalogue may know of it. The bytes themselves stand in storage, always as ciphertext. */
export const ObjectRow = z.object({
  id: Id,
  organisationId: Id,
  authorityId: Id,
  title: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  policy: z.string(),
  /** Bytes of the plain file and of its sealed form. */
  plainSize: z.number().int(),
  storedSize: z.number().int(),
  cid: z.string(),
  storage: z.string(),
  suite: z.enum(suiteNames),
  /** Base64; replaced when it is encrypted again. */
  header: z.string(),
  headerDigest: z.string(),
  headerVersion: z.number().int(),
  status: z.enum(['published', 'withdrawn']),
  publishedBy: Id,
  publisherName: z.string(),
  createdAt: Timestamp,
});
export type ObjectRow = z.infer<typeof ObjectRow>;
/** The address is for those whose attributes meet the policy. */
export const ObjectView = ObjectRow.omit({ cid: true, header: true }).extend({ sentence: TextSchema });

export const AccessRow = z.object({
  id: Id,
  objectId: Id,
  organisationId: Id,
  userId: Id,
  userName: z.string(),
  outcome: z.enum(['permitted', 'refused']),
  reason: z.string().nullable(),
  purpose: z.string(),
  at: Timestamp,
});

export const BackupRow = z.object({
  cid: z.string(),
  index: z.number().int(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});

export const PolicyReport = z.object({
  valid: z.boolean(),
  /** Canonical form and sentence, where it reads. */
  policy: z.string().nullable(),
  sentence: TextSchema.nullable(),
  attributes: z.array(z.string()),
  unknown: z.array(z.string()),
  rows: z.number().int(),
  headerSize: z.number().int(),
  problem: z.object({ position: z.number().int(), expected: z.string(), got: z.string() }).nullable(),
});
