/**
 * Declared: announcements of the office, their receipts, reminders and statistics.
 * @module
 */
import { Done, FileReference, field, Id, JobReference, ListInput, listOutput } from '@hedun/sdk';
import { formatWords } from '@hedun/sdk/kernel';
import { z } from 'zod';
import {
  AnnouncementDetail,
  AnnouncementRow,
  AnnouncementSummary,
  Audience,
  announcementStatusWords,
  audienceWords,
  ReceiptSummary,
  readingWords,
} from '../announcement-shapes.ts';
import { Day } from '../shapes.ts';

const { none: _, ...readings } = readingWords;
const one = z.strictObject({ id: Id });

export const announcementOperations = {
  listAnnouncements: {
    title: { 'zh-CN': '通知公告', en: 'Announcements' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /announcements',
    cli: 'workdesk announcement list',
    list: {
      title: { label: { 'zh-CN': '标题', en: 'Title' }, type: 'text', sortable: true },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: announcementStatusWords },
      mine: { label: { 'zh-CN': '本人', en: 'Mine' }, type: 'enum', values: readings },
      publishedAt: { label: { 'zh-CN': '发布时间', en: 'Published' }, type: 'time', sortable: true },
      updatedAt: { label: { 'zh-CN': '更新时间', en: 'Updated' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(AnnouncementSummary),
  },
  getAnnouncement: {
    title: { 'zh-CN': '公告', en: 'Announcement' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /announcements/:id',
    cli: 'workdesk announcement show',
    input: one,
    output: AnnouncementDetail,
  },
  saveAnnouncement: {
    title: { 'zh-CN': '保存公告', en: 'Save announcement' },
    description: {
      'zh-CN': '先存为草稿，核对后再发布；发布后不能修改，可撤回重发。',
      en: 'Kept as a draft until it is published; what is published is withdrawn, not changed.',
    },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /announcements',
    cli: 'workdesk announcement save',
    input: z.strictObject({
      id: Id.optional(),
      title: field(z.string().trim().min(1).max(200), { 'zh-CN': '标题', en: 'Title' }),
      body: field(
        z.string().trim().min(1).max(200_000),
        { 'zh-CN': '正文', en: 'Body' },
        {
          widget: 'markdown',
          help: {
            'zh-CN': '空行分段；以「# 」「- 」开头为标题、列表',
            en: 'Blank lines part paragraphs; “# ” and “- ” begin headings and lists',
          },
        },
      ),
      organisationIds: field(
        z.array(Id).max(500).default([]),
        { 'zh-CN': '接收单位', en: 'Units' },
        {
          widget: 'organisation',
          help: { 'zh-CN': '含下级单位；不选为全部单位', en: 'With everything below; none means every unit' },
        },
      ),
      audience: field(Audience.default('both'), { 'zh-CN': '接收人员', en: 'Audience' }, { options: audienceWords }),
      confirm: field(
        z.boolean().default(false),
        { 'zh-CN': '要求确认', en: 'Ask to confirm' },
        { help: { 'zh-CN': '接收人须点「我已知悉」', en: 'Receivers press “I have taken note”' } },
      ),
      confirmBy: field(Day.optional(), { 'zh-CN': '确认期限', en: 'Confirm by' }, { widget: 'date' }),
      attachmentIds: field(
        z.array(Id).max(10).optional(),
        { 'zh-CN': '附件', en: 'Attachments' },
        {
          widget: 'file',
          help: {
            'zh-CN': '重新上传会替换原有附件；单个不超过 20 MB',
            en: 'New ones replace the old; at most 20 MB each',
          },
        },
      ),
    }),
    output: AnnouncementRow,
  },
  deleteAnnouncement: {
    title: { 'zh-CN': '删除草稿', en: 'Delete draft' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'DELETE /announcements/:id',
    cli: 'workdesk announcement delete',
    input: one,
    output: Done,
  },
  publishAnnouncement: {
    title: { 'zh-CN': '发布公告', en: 'Publish' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /announcements/:id/publish',
    cli: 'workdesk announcement publish',
    input: one,
    output: z.object({ receivers: z.number().int(), units: z.number().int() }),
  },
  withdrawAnnouncement: {
    title: { 'zh-CN': '撤回公告', en: 'Withdraw' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /announcements/:id/withdraw',
    cli: 'workdesk announcement withdraw',
    input: z.strictObject({
      id: Id,
      reason: field(z.string().trim().min(1).max(500), { 'zh-CN': '撤回原因', en: 'Reason' }, { widget: 'textarea' }),
    }),
    output: AnnouncementRow,
  },
  openAnnouncement: {
    title: { 'zh-CN': '阅读公告', en: 'Read' },
    description: { 'zh-CN': '首次打开即记为已读。', en: 'The first opening counts as read.' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /announcements/:id/open',
    cli: 'workdesk announcement open',
    input: one,
    output: AnnouncementDetail,
  },
  confirmAnnouncement: {
    title: { 'zh-CN': '我已知悉', en: 'Take note' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /announcements/:id/confirm',
    cli: 'workdesk announcement confirm',
    input: one,
    output: AnnouncementDetail,
  },
  takeAnnouncementFile: {
    title: { 'zh-CN': '下载公告附件', en: 'Take a file' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /announcements/:id/files/:position',
    cli: 'workdesk announcement file',
    input: z.strictObject({ id: Id, position: z.coerce.number().int().min(0).max(9) }),
    output: FileReference,
  },
  listReceipts: {
    title: { 'zh-CN': '接收情况', en: 'Receipts' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /receipts',
    cli: 'workdesk announcement receipts',
    list: {
      announcementId: { label: { 'zh-CN': '公告', en: 'Announcement' }, type: 'id' },
      userName: { label: { 'zh-CN': '姓名', en: 'Name' }, type: 'text', sortable: true },
      organisation: { label: { 'zh-CN': '单位', en: 'Unit' }, type: 'organisation' },
      reading: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: readings },
      openedAt: { label: { 'zh-CN': '首次阅读', en: 'First opened' }, type: 'time' },
      sentAt: { label: { 'zh-CN': '送达时间', en: 'Sent' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(ReceiptSummary),
  },
  remindAnnouncement: {
    title: { 'zh-CN': '催阅', en: 'Remind' },
    description: { 'zh-CN': '提醒尚未阅读或尚未确认的人员。', en: 'Reminds those who have not read or not confirmed.' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /announcements/:id/remind',
    cli: 'workdesk announcement remind',
    input: one,
    output: z.object({ reminded: z.number().int() }),
  },
  writeReceipts: {
    title: { 'zh-CN': '导出接收情况', en: 'Export receipts' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /announcements/:id/export',
    cli: 'workdesk announcement export',
    input: z.strictObject({
      id: Id,
      format: field(
        z.enum(['xlsx', 'pdf', 'docx']).default('xlsx'),
        { 'zh-CN': '格式', en: 'Format' },
        { options: formatWords },
      ),
    }),
    output: FileReference,
  },
  remindDuties: {
    title: { 'zh-CN': '提醒公告与任务', en: 'Remind of announcements and tasks' },
    effect: 'job',
    permission: 'workdesk.issue',
    http: 'POST /duties/remind',
    cli: 'workdesk duties remind',
    schedule: '40 8 * * *',
    input: z.strictObject({}),
    output: JobReference,
  },
} as const;
