/**
 * The declaration of `exchange`: files shared as ciphertext under attribute policies, and the ledger that several organisations keep of it.
 * @module
 */
import { defineCapability, Id } from '@hedun/sdk';
import { z } from 'zod';
import { attributeOperations } from './declared/attributes.ts';
import { ledgerOperations } from './declared/ledger.ts';
import { memberOperations } from './declared/members.ts';
import { objectOperations } from './declared/objects.ts';
import { supervisionOperations } from './declared/supervision.ts';
import { errors } from './errors.ts';
import { CosignedRow, IdentityRow, LedgerRow, ReceivedRow, TransactionRow } from './ledger-shapes.ts';
import { en, zh } from './messages.ts';
import { AccessRow, AttributeRow, AuthorityRow, BackupRow, GrantRow, HolderRow, KeyRow, ObjectRow } from './shapes.ts';

export const exchange = defineCapability({
  id: 'exchange',
  title: { 'zh-CN': '数据安全共享', en: 'Exchange' },
  permissions: {
    'exchange.view': { 'zh-CN': '查看共享目录与账本', en: 'View the catalogue and the ledger' },
    'exchange.unit': {
      'zh-CN': '申请属性，发布、获取并解密数据',
      en: 'Ask for attributes; publish, fetch and decrypt data',
    },
    'exchange.authority': { 'zh-CN': '登记、授予与撤销属性', en: 'Define, grant and revoke attributes' },
    'exchange.govern': { 'zh-CN': '联盟管理：授权中心、成员表决、跨域', en: 'Govern: authorities, votes, domains' },
    'exchange.read': {
      'zh-CN': '监管：访问记录、异常、告警与溯源',
      en: 'Supervise: accesses, anomalies, alarms and traces',
    },
  },
  messages: { 'zh-CN': zh, en },
  // Shared data is for other organisations; what of it a person may see and do is decided by permission, attributes and policy.
  tables: {
    ledgers: { row: LedgerRow, scope: 'shared' },
    identities: { row: IdentityRow, scope: 'shared' },
    transactions: { row: TransactionRow, scope: 'shared' },
    cosigned: { row: CosignedRow, scope: 'shared' },
    received: { row: ReceivedRow, scope: 'shared' },
    authorities: { row: AuthorityRow, scope: 'shared' },
    attributes: { row: AttributeRow, scope: 'shared' },
    holders: { row: HolderRow, scope: 'shared' },
    grants: { row: GrantRow, scope: 'shared' },
    keys: { row: KeyRow, scope: 'shared' },
    objects: { row: ObjectRow, scope: 'shared' },
    accesses: { row: AccessRow, scope: 'shared' },
    backups: { row: BackupRow, scope: 'shared' },
  },
  operations: {
    ...ledgerOperations,
    ...memberOperations,
    ...supervisionOperations,
    ...objectOperations,
    ...attributeOperations,
  },
  pages: {
    ledger: {
      title: { 'zh-CN': '账本', en: 'Ledger' },
      path: '/exchange/ledger',
      permission: 'exchange.view',
      navigation: { group: 'share', order: 4, icon: 'list' },
    },
    members: {
      title: { 'zh-CN': '联盟成员', en: 'Members' },
      path: '/exchange/members',
      permission: 'exchange.view',
      navigation: { group: 'share', order: 3, icon: 'solution' },
    },
    provenance: {
      title: { 'zh-CN': '溯源', en: 'Provenance' },
      path: '/exchange/provenance',
      permission: 'exchange.view',
      navigation: { group: 'share', order: 5, icon: 'search' },
    },
    supervision: {
      title: { 'zh-CN': '共享监管', en: 'Supervision' },
      path: '/exchange/supervision',
      permission: 'exchange.read',
      navigation: { group: 'share', order: 6, icon: 'shield' },
    },
    objects: {
      title: { 'zh-CN': '共享数据', en: 'Shared data' },
      path: '/exchange/objects',
      permission: 'exchange.view',
      navigation: { group: 'share', order: 1, icon: 'share' },
    },
    mine: {
      title: { 'zh-CN': '我的属性', en: 'My attributes' },
      path: '/exchange/mine',
      permission: 'exchange.unit',
      navigation: { group: 'share', order: 2, icon: 'key' },
    },
    attributes: {
      title: { 'zh-CN': '属性管理', en: 'Attributes' },
      path: '/exchange/attributes',
      permission: 'exchange.authority',
      navigation: { group: 'share', order: 2, icon: 'tags' },
    },
  },
  errors,
  settings: {
    storage: {
      title: { 'zh-CN': '密文存放位置', en: 'Where ciphertexts are kept' },
      schema: z.enum(['folder', 'ipfs', 's3']).default('folder'),
    },
    ipfsUrl: {
      title: { 'zh-CN': 'IPFS 节点的 RPC 地址', en: 'RPC address of the IPFS node' },
      schema: z.union([z.literal(''), z.url()]).default(''),
    },
    s3Endpoint: {
      title: { 'zh-CN': 'S3 兼容存储的地址', en: 'Address of the S3-compatible storage' },
      schema: z.union([z.literal(''), z.url()]).default(''),
    },
    s3Bucket: {
      title: { 'zh-CN': 'S3 存储桶', en: 'S3 bucket' },
      schema: z.string().max(63).default(''),
    },
    s3Region: {
      title: { 'zh-CN': 'S3 区域', en: 'S3 region' },
      schema: z.string().max(63).default('us-east-1'),
    },
    s3AccessKey: {
      title: { 'zh-CN': 'S3 访问密钥 ID', en: 'S3 access key id' },
      schema: z.string().max(200).default(''),
    },
    s3SecretKey: {
      title: { 'zh-CN': 'S3 访问密钥', en: 'S3 secret key' },
      schema: z.string().max(200).default(''),
      secret: true,
    },
    backup: {
      title: { 'zh-CN': '密文备份', en: 'Backup of ciphertexts' },
      schema: z.enum(['none', 'database', 'mongodb']).default('none'),
    },
    mongodbUrl: {
      title: { 'zh-CN': 'MongoDB 连接串', en: 'MongoDB connection string' },
      schema: z.string().max(500).default(''),
      secret: true,
    },
    fabric: {
      title: {
        'zh-CN': 'Hyperledger Fabric 连接配置（JSON；留空则使用内置账本）',
        en: 'Connection profile of Hyperledger Fabric (JSON; empty: the embedded ledger)',
      },
      schema: z.string().max(200_000).default(''),
      secret: true,
    },
  },
  emits: {
    'exchange.object.published': z.object({ id: Id, organisationId: Id }),
    'exchange.object.asked': z.object({ id: Id, objectId: Id, outcome: z.enum(['permitted', 'refused']) }),
  },
});
export type Exchange = typeof exchange;
