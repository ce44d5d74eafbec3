/**
 * What the workdesk refuses, in both languages.
 * @module
 */
import type { ErrorTable } from '@hedun/sdk';
import { dutyErrors } from './errors/duties.ts';

export const errors = {
  'workdesk.unknown': {
    status: 404,
    message: { 'zh-CN': '没有找到，或者不在您的数据范围内', en: 'Not found, or outside your data scope' },
    fix: { 'zh-CN': '核对编号。', en: 'Check the id.' },
  },
  'workdesk.scan_unknown': {
    status: 422,
    message: { 'zh-CN': '不是已知扫描器的输出', en: 'Not the output of a scanner known here' },
    fix: {
      'zh-CN': '上传扫描器导出的原始文件，或者指定格式。',
      en: 'Upload the file as the scanner wrote it, or name the format.',
    },
  },
  'workdesk.scan_broken': {
    status: 422,
    message: {
      'zh-CN': '扫描文件有 {issues} 处读不出来，未导入任何发现（其余 {found} 条完好）',
      en: '{issues} places of the scan cannot be read; nothing was imported ({found} findings are good)',
    },
    fix: {
      'zh-CN': '重新导出完整的文件，或者选择「只导入完好的部分」。',
      en: 'Export the file again, or choose to import the good part.',
    },
  },
  'workdesk.source_named': {
    status: 409,
    message: { 'zh-CN': '已有同名的数据来源', en: 'There is a source of this name already' },
    fix: { 'zh-CN': '换一个名称，或者修改已有的来源。', en: 'Choose another name, or change the existing source.' },
  },
  'workdesk.source_closed': {
    status: 409,
    message: { 'zh-CN': '该来源未启用，或者没有设定这种接入方式', en: 'The source is disabled, or has no such way in' },
    fix: {
      'zh-CN': '启用来源；推送需先生成推送密钥，拉取需填写地址。',
      en: 'Enable it; pushing needs a push secret, pulling an address.',
    },
  },
  'workdesk.push_refused': {
    status: 403,
    message: { 'zh-CN': '推送的签名不符或已过时', en: 'The signature of the push is wrong or too old' },
    fix: {
      'zh-CN': '核对密钥、签名算法与双方时钟（相差不超过 300 秒）。',
      en: 'Check the secret, the algorithm and both clocks (at most 300 seconds apart).',
    },
  },
  'workdesk.push_key_used': {
    status: 409,
    message: { 'zh-CN': '这个幂等键已用于另一份内容', en: 'This key was used for another content' },
    fix: { 'zh-CN': '每份新内容使用新的幂等键。', en: 'Use a new key for each new content.' },
  },
  'workdesk.pull_failed': {
    status: 502,
    message: { 'zh-CN': '拉取失败：对方的回答不是预期的内容', en: 'The platform did not answer as expected' },
    fix: {
      'zh-CN': '核对地址、凭据与列表路径，可先「试取第一页」。',
      en: 'Check address, credential and list path; fetch the first page to see.',
    },
  },
  'workdesk.archive_refused': {
    status: 422,
    message: { 'zh-CN': '压缩包不能展开', en: 'The archive cannot be unpacked' },
    fix: { 'zh-CN': '展开后逐个上传其中的扫描文件。', en: 'Unpack it and upload the scans in it one by one.' },
  },
  'workdesk.same_scan': {
    status: 409,
    message: {
      'zh-CN': '这份扫描文件已经导入过，不能作为复测依据',
      en: 'This scan was imported before and proves nothing new',
    },
    fix: { 'zh-CN': '整改后重新扫描，导入新的结果。', en: 'Scan again after the fix and import the new result.' },
  },
  'workdesk.range_invalid': {
    status: 422,
    message: { 'zh-CN': '不是网段或域名', en: 'Not a network or a domain' },
    fix: {
      'zh-CN': '填写如 10.12.0.0/16 或 cs.example.edu.cn。',
      en: 'Write it as 10.12.0.0/16 or cs.example.edu.cn.',
    },
  },
  'workdesk.nothing_to_tell': {
    status: 409,
    message: { 'zh-CN': '没有可通报的发现', en: 'There is nothing to give notice of' },
    fix: {
      'zh-CN': '这些单位没有达到所选级别且未建立通报的发现。',
      en: 'These units have no findings of that severity without a notice.',
    },
  },
  'workdesk.step_refused': {
    status: 409,
    message: { 'zh-CN': '通报现在不能走这一步', en: 'The notice cannot take this step now' },
    fix: { 'zh-CN': '按「应为」所列的状态办理。', en: 'It must be in one of the states named.' },
  },
  'workdesk.still_there': {
    status: 409,
    message: {
      'zh-CN': '复测仍能发现 {count} 项，不能通过复核',
      en: '{count} findings are still there in the re-check; it cannot be verified',
    },
    fix: { 'zh-CN': '退回单位继续整改。', en: 'Return it to the unit.' },
  },
  'workdesk.proof_missing': {
    status: 422,
    message: {
      'zh-CN': '有 {count} 项没有被复测扫描覆盖，须写明人工复核的依据',
      en: '{count} findings are not covered by a re-check scan; say how they were verified',
    },
    fix: {
      'zh-CN': '导入覆盖它们的新扫描，或者填写复核意见。',
      en: 'Import a scan that covers them, or write an opinion.',
    },
  },
  'workdesk.extension_waiting': {
    status: 409,
    message: { 'zh-CN': '已有一项延期申请在等待审批', en: 'A request for more time is waiting already' },
    fix: { 'zh-CN': '等待审批结果。', en: 'Wait for the decision.' },
  },
  'workdesk.list_unreadable': {
    status: 422,
    message: { 'zh-CN': '清单读不出来', en: 'The list cannot be read' },
    fix: {
      'zh-CN': '上传 CISA KEV 的 JSON 或 CSV 原始文件。',
      en: 'Upload the JSON or CSV of the CISA KEV list as published.',
    },
  },
  'workdesk.scheme_wrong': {
    status: 422,
    message: { 'zh-CN': '考核指标设置有误', en: 'The indicators are not usable' },
    fix: { 'zh-CN': '按所列位置修改；权重合计应为 100。', en: 'Change the places listed; the weights add up to 100.' },
  },
  'workdesk.scheme_step': {
    status: 409,
    message: { 'zh-CN': '当前状态不能这样做', en: 'Not possible in this state' },
    fix: { 'zh-CN': '先完成前一步：测算、公布、定案。', en: 'Take the step before: measure, publish, close.' },
  },
  'workdesk.appeal_ended': {
    status: 409,
    message: { 'zh-CN': '已申诉过，或者申诉期已过', en: 'Already appealed, or the time is over' },
    fix: { 'zh-CN': '联系安全管理部门。', en: 'Ask the security office.' },
  },
  'workdesk.appeals_open': {
    status: 409,
    message: { 'zh-CN': '还有申诉没有答复', en: 'Some appeals are not answered' },
    fix: { 'zh-CN': '先答复申诉再定案。', en: 'Answer them first.' },
  },
  'workdesk.form_wrong': {
    status: 422,
    message: { 'zh-CN': '表单设置有误', en: 'The form is not usable' },
    fix: { 'zh-CN': '按所列位置修改。', en: 'Change the places listed.' },
  },
  'workdesk.answers_wrong': {
    status: 422,
    message: { 'zh-CN': '有题目没有答或者答得不对', en: 'Some answers are missing or of the wrong kind' },
    fix: { 'zh-CN': '补全所列题目。', en: 'Answer the questions listed.' },
  },
  'workdesk.not_published': {
    status: 409,
    message: { 'zh-CN': '还没有发布', en: 'Not published yet' },
    fix: { 'zh-CN': '先发布。', en: 'Publish it first.' },
  },
  'workdesk.already_passed': {
    status: 409,
    message: { 'zh-CN': '已经通过', en: 'Already passed' },
    fix: { 'zh-CN': '无需再考。', en: 'No need to take it again.' },
  },
  'workdesk.no_attempts': {
    status: 409,
    message: { 'zh-CN': '{attempts} 次考试机会已用完', en: 'All {attempts} attempts are used' },
    fix: { 'zh-CN': '请安全管理部门重新布置。', en: 'Ask the security office to assign it again.' },
  },
  'workdesk.not_passed': {
    status: 409,
    message: { 'zh-CN': '还没有通过考试', en: 'Not passed yet' },
    fix: { 'zh-CN': '通过考试后生成证书。', en: 'The certificate comes with passing.' },
  },
  ...dutyErrors,
  'workdesk.filed_already': {
    status: 409,
    message: { 'zh-CN': '该对象已有备案或正在审批', en: 'This is filed already, or an application for it waits' },
    fix: { 'zh-CN': '对已有的备案办理变更、续期或注销。', en: 'Change, renew or retire the filing that is there.' },
  },
  'workdesk.filing_step': {
    status: 409,
    message: { 'zh-CN': '备案当前状态不能这样办理', en: 'The filing cannot take this step now' },
    fix: { 'zh-CN': '按「应为」所列的状态办理。', en: 'It must be in the state named.' },
  },
  'workdesk.filing_waiting': {
    status: 409,
    message: { 'zh-CN': '该备案已有一项申请待审批', en: 'An application for this filing waits already' },
    fix: { 'zh-CN': '等待审批，或者先撤回。', en: 'Wait for the decision, or withdraw it first.' },
  },
  'workdesk.review_step': {
    status: 409,
    message: { 'zh-CN': '年度审查当前状态不能这样办理', en: 'The review cannot take this step now' },
    fix: {
      'zh-CN': '顺序是：单位核对提交、负责人签字、安全管理部门审核。',
      en: 'The unit submits, its leader signs, the office accepts.',
    },
  },
  'workdesk.review_empty': {
    status: 409,
    message: { 'zh-CN': '台账里没有可审查的信息系统', en: 'There is no system in the register to review' },
    fix: { 'zh-CN': '先登记信息系统，或者指定单位范围。', en: 'Register systems first, or name the units.' },
  },
  'workdesk.review_unanswered': {
    status: 422,
    message: { 'zh-CN': '还有 {count} 个条目没有核对', en: '{count} entries are not checked yet' },
    fix: { 'zh-CN': '逐项确认或更正，也可以「其余全部属实」。', en: 'Confirm or correct each, or confirm the rest.' },
  },
  'workdesk.test_step': {
    status: 409,
    message: { 'zh-CN': '这项发现现在不能复测', en: 'This finding cannot be tested again now' },
    fix: { 'zh-CN': '单位整改后再复测。', en: 'Test it again once the unit works on it.' },
  },
} as const satisfies ErrorTable;
