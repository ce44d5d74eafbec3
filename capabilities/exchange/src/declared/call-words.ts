/**
 * What the functions of the contracts and the codes of validation are called on the ledger's pages.
 * @module
 */
import type { Text } from '@hedun/sdk';

export const callWords: Readonly<Record<string, Text>> = {
  'members:initialise': { 'zh-CN': '创立联盟', en: 'Found the consortium' },
  'members:propose': { 'zh-CN': '提案', en: 'Propose' },
  'members:vote': { 'zh-CN': '投票', en: 'Vote' },
  'identity:registerDid': { 'zh-CN': '登记数字身份', en: 'Register an identifier' },
  'identity:updateDid': { 'zh-CN': '更新数字身份', en: 'Update an identifier' },
  'identity:deactivateDid': { 'zh-CN': '停用数字身份', en: 'Deactivate an identifier' },
  'identity:renewCertificate': { 'zh-CN': '更换证书', en: 'Renew a certificate' },
  'identity:revokeCertificate': { 'zh-CN': '吊销证书', en: 'Revoke a certificate' },
  'attributes:define': { 'zh-CN': '登记属性', en: 'Define an attribute' },
  'attributes:apply': { 'zh-CN': '申请属性', en: 'Apply for an attribute' },
  'attributes:decide': { 'zh-CN': '审批属性', en: 'Decide an application' },
  'attributes:grant': { 'zh-CN': '授予属性', en: 'Grant an attribute' },
  'attributes:renew': { 'zh-CN': '续期属性', en: 'Renew an attribute' },
  'attributes:revoke': { 'zh-CN': '撤销属性', en: 'Revoke an attribute' },
  'objects:definePolicy': { 'zh-CN': '设定策略', en: 'Define a policy' },
  'objects:publish': { 'zh-CN': '发布数据', en: 'Publish data' },
  'objects:withdraw': { 'zh-CN': '撤回数据', en: 'Withdraw data' },
  'objects:replaceHeader': { 'zh-CN': '更换密文头', en: 'Replace a header' },
  'access:request': { 'zh-CN': '请求访问', en: 'Request access' },
  'supervision:setRules': { 'zh-CN': '设定监管规则', en: 'Set the rules' },
  'supervision:inspect': { 'zh-CN': '审查成员', en: 'Inspect a member' },
  'supervision:clear': { 'zh-CN': '核销标记', en: 'Clear a mark' },
  'supervision:restrict': { 'zh-CN': '限制成员', en: 'Restrict a member' },
  'supervision:lift': { 'zh-CN': '解除限制', en: 'Lift a restriction' },
  'domains:register': { 'zh-CN': '登记业务域', en: 'Register a domain' },
  'domains:anchor': { 'zh-CN': '锚定检查点', en: 'Anchor a checkpoint' },
  'domains:distribute': { 'zh-CN': '下发策略', en: 'Distribute a policy' },
  'domains:recordExchange': { 'zh-CN': '记录跨域交换', en: 'Record an exchange' },
};

/** Validation codes as Fabric names them. */
export const codeWords: Readonly<Record<string, Text>> = {
  VALID: { 'zh-CN': '有效', en: 'Valid' },
  MVCC_READ_CONFLICT: { 'zh-CN': '读写冲突', en: 'Read conflict' },
  PHANTOM_READ_CONFLICT: { 'zh-CN': '范围读冲突', en: 'Phantom read' },
  BAD_CREATOR_SIGNATURE: { 'zh-CN': '签名无效', en: 'Bad signature' },
  ENDORSEMENT_POLICY_FAILURE: { 'zh-CN': '背书不足', en: 'Endorsements missing' },
  DUPLICATE_TXID: { 'zh-CN': '重复交易', en: 'Duplicate' },
  BAD_PAYLOAD: { 'zh-CN': '内容残缺', en: 'Malformed' },
  TARGET_CHAIN_NOT_FOUND: { 'zh-CN': '账本不符', en: 'Other ledger' },
};
