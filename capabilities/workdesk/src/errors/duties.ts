/**
 * What announcements, safe reports and tasks refuse, in both languages.
 * @module
 */
import type { ErrorTable } from '@hedun/sdk';

export const dutyErrors = {
  'workdesk.announcement_step': {
    status: 409,
    message: { 'zh-CN': '公告在当前状态下不能这样做', en: 'Not possible in the state of this announcement' },
    fix: {
      'zh-CN': '草稿可以修改、发布；已发布的公告只能撤回后重新拟写。',
      en: 'A draft is changed and published; what is published can only be withdrawn and written anew.',
    },
  },
  'workdesk.no_receivers': {
    status: 422,
    message: { 'zh-CN': '所选单位中没有可以接收的人员', en: 'Nobody in the chosen units would receive it' },
    fix: {
      'zh-CN': '先为这些单位设置联络员或负责人，或者调整接收范围。',
      en: 'Give these units a contact or a leader, or choose others.',
    },
  },
  'workdesk.not_addressed': {
    status: 409,
    message: { 'zh-CN': '这份公告不需要您确认', en: 'This announcement asks nothing of you' },
    fix: { 'zh-CN': '确认只由接收人员本人完成。', en: 'Only those it was sent to confirm it.' },
  },
  'workdesk.period_ended': {
    status: 409,
    message: { 'zh-CN': '重保期已经结束', en: 'The period has ended' },
    fix: { 'zh-CN': '新建一个重保期。', en: 'Make a new period.' },
  },
  'workdesk.not_reporting': {
    status: 409,
    message: { 'zh-CN': '该单位不在本次报平安的范围内', en: 'This unit does not report in this period' },
    fix: { 'zh-CN': '请安全管理部门把单位加入重保期。', en: 'Ask the security office to add the unit.' },
  },
  'workdesk.not_open': {
    status: 409,
    message: { 'zh-CN': '现在没有可以报送的时点', en: 'No report is open now' },
    fix: {
      'zh-CN': '在开放时间内报送；当天逾时的可以补报，隔天不能。',
      en: 'Report while it is open; late on the same day, not later.',
    },
  },
  'workdesk.already_abnormal': {
    status: 409,
    message: { 'zh-CN': '这个时点已经报送异常', en: 'Something abnormal was reported for this time already' },
    fix: {
      'zh-CN': '异常不能改报平安；处置进展在对应的安全事件中补充。',
      en: 'It is not taken back; what follows belongs to the finding it raised.',
    },
  },
  'workdesk.task_closed': {
    status: 409,
    message: { 'zh-CN': '任务已经结束', en: 'The task is closed' },
    fix: { 'zh-CN': '重新下发一次任务。', en: 'Send it anew.' },
  },
  'workdesk.sheet_step': {
    status: 409,
    message: { 'zh-CN': '填报表在当前状态下不能这样做', en: 'Not possible in the state of this sheet' },
    fix: {
      'zh-CN': '单位在提交前或被退回后填写；安全管理部门审核已提交的填报。',
      en: 'The unit fills it in before it is handed in or after it came back; the office checks what was handed in.',
    },
  },
} as const satisfies ErrorTable;
