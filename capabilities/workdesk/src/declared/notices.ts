/**
 * Declared: the rectification loop 通报 → 签收 → 限期整改 → 反馈 → 复核 → 归档.
 * @module
 */

import { FileReference, field, Id, JobReference, ListInput, listOutput, Severity } from '@hedun/sdk';
import { caseStatusWords, severityWords } from '@hedun/sdk/kernel';
import { z } from 'zod';
import { ImportRow, NoticeDetail, NoticeSummary, PendingUnit } from '../shapes.ts';

const note = field(z.string().max(4000).default(''), { 'zh-CN': '说明', en: 'Note' }, { widget: 'textarea' });
const reason = field(z.string().trim().min(1).max(2000), { 'zh-CN': '原因', en: 'Reason' }, { widget: 'textarea' });
const format = field(z.enum(['docx', 'pdf']).default('docx'), { 'zh-CN': '格式', en: 'Format' });
const workdays = field(
  z.coerce.number().int().min(1).max(60).optional(),
  { 'zh-CN': '整改期限（工作日）', en: 'Working days' },
  { help: { 'zh-CN': '不填则按最高级别的规定期限', en: 'By the worst severity when left out' } },
);
const notice = {
  title: field(z.string().trim().max(200).optional(), { 'zh-CN': '标题', en: 'Title' }),
  requirement: field(
    z.string().max(4000).default(''),
    { 'zh-CN': '整改要求', en: 'What is asked' },
    { widget: 'textarea', help: { 'zh-CN': '不填则使用通用要求', en: 'The standard wording when left out' } },
  ),
  workdays,
  attachmentIds: field(z.array(Id).max(20).default([]), { 'zh-CN': '附件', en: 'Attachments' }, { widget: 'file' }),
};
const Issued = z.object({ notices: z.array(NoticeSummary) });

export const noticeOperations = {
  listPendingUnits: {
    title: { 'zh-CN': '待通报', en: 'To be told' },
    description: {
      'zh-CN': '尚未建立通报的发现，按责任单位归集。',
      en: 'Findings without a notice, by responsible unit.',
    },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /pending',
    cli: 'workdesk pending',
    input: ListInput,
    output: listOutput(PendingUnit),
  },
  issueNotices: {
    title: { 'zh-CN': '下发通报', en: 'Issue notices' },
    description: {
      'zh-CN': '每个单位一份通报，自动编号，期限按工作日计算。',
      en: 'One notice for each unit, numbered, with a deadline in working days.',
    },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /notices',
    cli: 'workdesk notice issue',
    input: z.strictObject({
      organisationIds: field(
        z.array(Id).min(1).max(500),
        { 'zh-CN': '责任单位', en: 'Units' },
        { widget: 'organisation' },
      ),
      minimumSeverity: field(
        Severity.default('low'),
        { 'zh-CN': '最低级别', en: 'Lowest severity' },
        { options: severityWords },
      ),
      ...notice,
    }),
    output: Issued,
  },
  notifyFindings: {
    title: { 'zh-CN': '通报所选发现', en: 'Give notice' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /notices/of-findings',
    cli: 'workdesk notice findings',
    on: 'finding',
    input: z.strictObject({
      findingIds: field(z.array(Id).min(1).max(1000), { 'zh-CN': '发现', en: 'Findings' }, { widget: 'finding' }),
      ...notice,
    }),
    output: Issued,
  },
  listNotices: {
    title: { 'zh-CN': '通报整改', en: 'Notices' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /notices',
    cli: 'workdesk notice list',
    list: {
      number: { label: { 'zh-CN': '文号', en: 'Number' }, type: 'text', sortable: true },
      title: { label: { 'zh-CN': '标题', en: 'Title' }, type: 'text', sortable: true },
      severity: { label: { 'zh-CN': '最高级别', en: 'Worst' }, type: 'enum', values: severityWords },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: caseStatusWords },
      organisation: { label: { 'zh-CN': '单位', en: 'Unit' }, type: 'organisation' },
      overdue: { label: { 'zh-CN': '逾期', en: 'Overdue' }, type: 'boolean' },
      dueOn: { label: { 'zh-CN': '整改期限', en: 'Deadline' }, type: 'time', sortable: true },
      issuedAt: { label: { 'zh-CN': '通报时间', en: 'Issued' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(NoticeSummary),
  },
  getNotice: {
    title: { 'zh-CN': '通报详情', en: 'Notice' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /notices/:id',
    cli: 'workdesk notice show',
    input: z.strictObject({ id: Id }),
    output: NoticeDetail,
  },
  signNotice: {
    title: { 'zh-CN': '签收', en: 'Sign for it' },
    effect: 'write',
    permission: 'workdesk.unit',
    http: 'POST /notices/:id/sign',
    cli: 'workdesk notice sign',
    input: z.strictObject({ id: Id, note }),
    output: NoticeSummary,
  },
  submitFix: {
    title: { 'zh-CN': '反馈整改情况', en: 'Report the fix' },
    effect: 'write',
    permission: 'workdesk.unit',
    http: 'POST /notices/:id/submit',
    cli: 'workdesk notice submit',
    input: z.strictObject({
      id: Id,
      note: field(
        z.string().trim().min(1).max(4000),
        { 'zh-CN': '整改措施', en: 'What was done' },
        { widget: 'textarea' },
      ),
      evidenceIds: field(
        z.array(Id).min(1).max(50),
        { 'zh-CN': '佐证材料', en: 'Evidence' },
        {
          widget: 'file',
          help: { 'zh-CN': '截图、配置、升级记录等，至少一份', en: 'Screenshots, settings, records; at least one' },
        },
      ),
    }),
    output: NoticeSummary,
  },
  requestExtension: {
    title: { 'zh-CN': '申请延期', en: 'Ask for more time' },
    effect: 'write',
    permission: 'workdesk.unit',
    http: 'POST /notices/:id/extensions',
    cli: 'workdesk notice extend',
    input: z.strictObject({
      id: Id,
      workdays: field(z.coerce.number().int().min(1).max(30), { 'zh-CN': '延长（工作日）', en: 'Working days' }),
      reason,
    }),
    output: NoticeSummary,
  },
  decideExtension: {
    title: { 'zh-CN': '审批延期', en: 'Decide on more time' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /notices/:id/extensions/decide',
    cli: 'workdesk notice decide-extension',
    input: z.strictObject({
      id: Id,
      approve: field(z.boolean(), { 'zh-CN': '同意', en: 'Approve' }, { widget: 'switch' }),
      note,
    }),
    output: NoticeSummary,
  },
  returnNotice: {
    title: { 'zh-CN': '退回', en: 'Return' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /notices/:id/return',
    cli: 'workdesk notice return',
    input: z.strictObject({ id: Id, reason }),
    output: NoticeSummary,
  },
  recheckNotice: {
    title: { 'zh-CN': '以新扫描复测', en: 'Re-check by a new scan' },
    description: {
      'zh-CN': '导入整改后的新扫描：同一工具、同一目标中不再出现的发现判定为已消除，仍出现的自动恢复为待整改。',
      en: 'Imports a scan made after the fix: what the same tool no longer reports on the same target is gone, what it reports is open again.',
    },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /notices/:id/recheck',
    cli: 'workdesk notice recheck',
    input: z.strictObject({
      id: Id,
      evidenceId: field(Id, { 'zh-CN': '新的扫描文件', en: 'New scan' }, { widget: 'file' }),
      coversAll: field(
        z.boolean().default(true),
        { 'zh-CN': '本次扫描覆盖了通报中的全部目标', en: 'The scan covered all targets of the notice' },
        {
          widget: 'switch',
          help: {
            'zh-CN': '扫描器不列出没有问题的主机，须由复核人确认扫描范围',
            en: 'Scanners do not list clean hosts; whoever checks says what was scanned',
          },
        },
      ),
    }),
    output: ImportRow,
  },
  verifyNotice: {
    title: { 'zh-CN': '复核通过', en: 'Verify' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /notices/:id/verify',
    cli: 'workdesk notice verify',
    input: z.strictObject({
      id: Id,
      note: field(
        z.string().max(4000).default(''),
        { 'zh-CN': '复核意见', en: 'Opinion' },
        {
          widget: 'textarea',
          help: {
            'zh-CN': '未经扫描复测或有目标未覆盖时，须写明人工复核的依据',
            en: 'Needed where no scan covers every finding',
          },
        },
      ),
    }),
    output: NoticeSummary,
  },
  archiveNotice: {
    title: { 'zh-CN': '归档', en: 'Archive' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /notices/:id/archive',
    cli: 'workdesk notice archive',
    input: z.strictObject({ id: Id, note }),
    output: NoticeSummary,
  },
  writeNotice: {
    title: { 'zh-CN': '出具文书', en: 'Write the document' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /notices/:id/document',
    cli: 'workdesk notice document',
    input: z.strictObject({
      id: Id,
      document: field(
        z.enum(['notice', 'receipt']).default('notice'),
        { 'zh-CN': '文书', en: 'Document' },
        { options: { notice: { 'zh-CN': '通报', en: 'Notice' }, receipt: { 'zh-CN': '整改反馈单', en: 'Receipt' } } },
      ),
      format,
    }),
    output: FileReference,
  },
  remindNotices: {
    title: { 'zh-CN': '催办与升级', en: 'Remind and escalate' },
    description: {
      'zh-CN': '每个工作日上午运行：未签收、将到期、已逾期分别提醒联络员、单位负责人和安全管理部门。',
      en: 'Runs on the morning of every working day: contacts, leaders and the office are told what is unsigned, due or late.',
    },
    effect: 'job',
    permission: 'workdesk.issue',
    http: 'POST /notices/remind',
    cli: 'workdesk notice remind',
    schedule: '30 8 * * *',
    input: z.strictObject({}),
    output: JobReference,
  },
  countAgain: {
    title: { 'zh-CN': '更新统计', en: 'Count again' },
    description: {
      'zh-CN': '重新统计发现有变化的单位；每夜全部重算一次。',
      en: 'Counts the units whose findings changed; every night all of them.',
    },
    effect: 'job',
    permission: 'workdesk.issue',
    http: 'POST /tallies',
    cli: 'workdesk count-again',
    schedule: '40 3 * * *',
    input: z.strictObject({
      all: field(z.boolean().default(true), { 'zh-CN': '全部单位', en: 'All units' }, { widget: 'switch' }),
    }),
    output: JobReference,
  },
} as const;
