/**
 * What this room refuses, in both languages.
 * @module
 */
import type { ErrorTable } from '@hedun/sdk';

export const errors = {
  'exchange.unknown': {
    status: 404,
    message: { 'zh-CN': '没有找到这项{what}', en: 'There is no such {what}' },
    fix: { 'zh-CN': '核对编号或名称。', en: 'Check the id or the name.' },
  },
  'exchange.policy': {
    status: 422,
    message: {
      'zh-CN': '访问策略在第 {position} 个字符处读不下去',
      en: 'The policy cannot be read at character {position}',
    },
    fix: {
      'zh-CN': '按提示修改这一处；也可以改用点选的方式搭建策略。',
      en: 'Correct that place as told, or build the policy by clicks.',
    },
  },
  'exchange.attribute_unknown': {
    status: 422,
    message: {
      'zh-CN': '策略用到了属性目录中没有的属性',
      en: 'The policy names attributes that the directory does not have',
    },
    fix: {
      'zh-CN': '请授权中心先登记该属性，或者改用已有属性。',
      en: 'Have the authority define it, or use another one.',
    },
  },
  'exchange.named': {
    status: 409,
    message: {
      'zh-CN': '名称「{name}」已被使用，属性和授权中心的名称全局唯一',
      en: 'The name “{name}” is taken; names are unique',
    },
    fix: { 'zh-CN': '换一个名称。', en: 'Choose another name.' },
  },
  'exchange.value': {
    status: 422,
    message: { 'zh-CN': '属性值不符合属性的定义', en: 'The value does not fit the definition of the attribute' },
    fix: { 'zh-CN': '按属性目录中的类型和可选值填写。', en: 'Use the kind and the values of the directory.' },
  },
  'exchange.no_holder_key': {
    status: 409,
    message: {
      'zh-CN': '该用户尚未登记持有者公钥，属性密钥无处送达',
      en: 'This user has not registered a public key, so a key has nowhere to go',
    },
    fix: {
      'zh-CN': '请本人在「我的属性」页面生成密钥对，私钥只保存在本人手里。',
      en: 'The user makes a pair on the page “My attributes”; the private half stays with the user.',
    },
  },
  'exchange.decided': {
    status: 409,
    message: {
      'zh-CN': '这条申请的状态是「{status}」，不能再做这一步',
      en: 'This application is “{status}” and cannot take this step',
    },
    fix: { 'zh-CN': '刷新后查看当前状态。', en: 'Reload and look at its state.' },
  },
  'exchange.header': {
    status: 422,
    message: {
      'zh-CN': '密文头不是本系统的格式，或者与所发布的内容不一致',
      en: 'The header is not in our form, or does not fit what is published',
    },
    fix: {
      'zh-CN': '用「发布数据」页面或 hedun exchange seal 重新加密。',
      en: 'Encrypt again, on the page or with hedun exchange seal.',
    },
  },
  'exchange.refused': {
    status: 403,
    message: {
      'zh-CN': '您的属性不满足该数据的访问策略，拒绝已记录',
      en: 'Your attributes do not meet the policy; the refusal is recorded',
    },
    fix: { 'zh-CN': '在「我的属性」中申请策略所需的属性。', en: 'Ask for the attributes the policy needs.' },
  },
  'exchange.withdrawn': {
    status: 410,
    message: { 'zh-CN': '该数据已被发布者撤回', en: 'Its publisher has withdrawn this data' },
    fix: { 'zh-CN': '联系发布单位。', en: 'Ask the organisation that published it.' },
  },
  'exchange.replaced': {
    status: 409,
    message: {
      'zh-CN': '该数据在此期间已被重新加密',
      en: 'This data was encrypted again in the meantime',
    },
    fix: { 'zh-CN': '刷新后查看；如仍需要，再做一次。', en: 'Reload; do it once more where it is still needed.' },
  },
  'exchange.storage': {
    status: 502,
    message: { 'zh-CN': '存储中的密文缺失或与其哈希不符', en: 'The stored ciphertext is missing or has another hash' },
    fix: { 'zh-CN': '检查存储和备份；数据未被交付。', en: 'Check storage and backup; nothing was handed out.' },
  },
  'exchange.cannot_open': {
    status: 422,
    message: {
      'zh-CN': '打不开：密钥不符、属性不满足，或者文件被改动',
      en: 'It does not open: another key, unmet policy, or a changed file',
    },
    fix: { 'zh-CN': '确认使用的是本人最新的密钥，并重新下载。', en: 'Use your newest key and download again.' },
  },
  'exchange.ledger': {
    status: 409,
    message: { 'zh-CN': '智能合约拒绝了这笔交易（{code}）', en: 'The contract refused this transaction ({code})' },
    fix: {
      'zh-CN': '核对本人的角色、证书和成员状态，以及提示中要求的内容。',
      en: 'Check your role, certificate and standing, and what was expected.',
    },
  },
  'exchange.no_central': {
    status: 409,
    message: { 'zh-CN': '还没有中心域账本', en: 'There is no ledger of the central domain' },
    fix: { 'zh-CN': '先建立一个类型为「中心域」的账本。', en: 'Create a ledger of the kind “central domain” first.' },
  },
  'exchange.enrolled': {
    status: 409,
    message: { 'zh-CN': '您在这本账上已有身份 {did}', en: 'You already have the identity {did} on this ledger' },
    fix: { 'zh-CN': '直接使用已有身份。', en: 'Use the one you have.' },
  },
  'exchange.not_enrolled': {
    status: 409,
    message: { 'zh-CN': '该用户在这本账上没有身份', en: 'This user has no identity on this ledger' },
    fix: { 'zh-CN': '请本人先申领账本身份。', en: 'The user enrols first.' },
  },
  'exchange.did': {
    status: 404,
    message: { 'zh-CN': '解析不到这个数字身份', en: 'This DID does not resolve' },
    fix: {
      'zh-CN': '核对拼写；did:web 和 did:hedun 须已登记在链上。',
      en: 'Check the spelling; did:web and did:hedun must be registered on chain.',
    },
  },
  'exchange.proof': {
    status: 409,
    message: {
      'zh-CN': '证明不成立，账本可能被改动或分叉',
      en: 'The proof does not hold; the log may have been changed or forked',
    },
    fix: {
      'zh-CN': '保存两份检查点并通知监管者，不要再信任该账本。',
      en: 'Keep both checkpoints, tell the supervisor, and trust this log no more.',
    },
  },
} as const satisfies ErrorTable;
