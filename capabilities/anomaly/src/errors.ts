/**
 * What this capability refuses, in both languages.
 * @module
 */
import type { ErrorTable } from '@hedun/sdk';

export const errors = {
  'anomaly.unknown': {
    status: 404,
    message: { 'zh-CN': '没有找到，或者不在您的数据范围内', en: 'Not found, or outside your data scope' },
    fix: { 'zh-CN': '核对编号。', en: 'Check the id.' },
  },
  'anomaly.data_unreadable': {
    status: 422,
    message: { 'zh-CN': '数据读不出来', en: 'The data cannot be read' },
    fix: { 'zh-CN': '按提示的位置和要求修正数据后再试。', en: 'Correct the data at the named place and try again.' },
  },
  'anomaly.columns_differ': {
    status: 422,
    message: { 'zh-CN': '列与数据集不一致', en: 'The columns are not those of the data set' },
    fix: {
      'zh-CN': '使用与数据集相同的列名；缺少的值留空即可。',
      en: 'Use the names of the data set; leave missing values empty.',
    },
  },
  'anomaly.too_few': {
    status: 422,
    message: { 'zh-CN': '数据不足，无法训练', en: 'Too little data to train on' },
    fix: {
      'zh-CN': '导入更多行，或标注更多异常，或改用不需要标签的检测器。',
      en: 'Bring more rows, label more anomalies, or choose a detector that needs no labels.',
    },
  },
  'anomaly.no_champion': {
    status: 409,
    message: { 'zh-CN': '该数据集还没有在用模型', en: 'The data set has no champion yet' },
    fix: { 'zh-CN': '先训练一个模型。', en: 'Train a model first.' },
  },
  'anomaly.tunnel_closed': {
    status: 409,
    message: { 'zh-CN': '隧道孪生没有运行', en: 'The tunnel twin is not running' },
    fix: { 'zh-CN': '先启动隧道孪生，等学习结束。', en: 'Start it and wait until it has learned.' },
  },
  'anomaly.broker_not_allowed': {
    status: 403,
    message: { 'zh-CN': '管理员没有允许接入这个 MQTT 服务', en: 'The administrator has not allowed this MQTT broker' },
    fix: {
      'zh-CN': '请管理员在设置中加入该服务的「主机:端口」；地址中不得写用户名和口令。',
      en: 'Ask the administrator to add its host:port in the settings; no user or password may stand in the address.',
    },
  },
  'anomaly.wrong_option': {
    status: 400,
    message: { 'zh-CN': '选项不对', en: 'The option is wrong' },
    fix: { 'zh-CN': '按提示的取值填写。', en: 'Use one of the named values.' },
  },
} as const satisfies ErrorTable;
