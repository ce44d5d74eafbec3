/**
 * The records and answers of announcements (通知公告) and their receipts.
 * @module
 */
import { field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { Day } from './shapes.ts';
import { Attachment } from './training-shapes.ts';

export const audienceWords = {
  contacts: { 'zh-CN': '单位联络员', en: 'Contacts' },
  leaders: { 'zh-CN': '单位负责人', en: 'Leaders' },
  both: { 'zh-CN': '联络员与负责人', en: 'Both' },
} as const;
export const Audience = z.enum(['contacts', 'leaders', 'both']);

export const announcementStatusWords = {
  draft: { 'zh-CN': '草稿', en: 'Draft' },
  published: { 'zh-CN': '已发布', en: 'Published' },
  withdrawn: { 'zh-CN': '已撤回', en: 'Withdrawn' },
} as const;
export const AnnouncementStatus = z.enum(['draft', 'published', 'withdrawn']);

export const AnnouncementRow = z.object({
  id: Id,
  title: field(z.string(), { 'zh-CN': '标题', en: 'Title' }),
  body: z.string(),
  /** Units addressed; none means every unit. */
  organisationIds: z.array(Id),
  audience: field(Audience, { 'zh-CN': '接收人员', en: 'Audience' }),
  /** Whoever receives it says that it was understood, not only opened. */
  confirm: field(z.boolean(), { 'zh-CN': '需确认', en: 'Asks to confirm' }),
  confirmBy: field(Day.nullable(), { 'zh-CN': '确认期限', en: 'Confirm by' }),
  status: field(AnnouncementStatus, { 'zh-CN': '状态', en: 'Status' }),
  attachments: z.array(Attachment),
  authorName: field(z.string(), { 'zh-CN': '作者', en: 'Author' }),
  publishedAt: field(Timestamp.nullable(), { 'zh-CN': '发布时间', en: 'Published' }),
  withdrawnReason: z.string().nullable(),
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type AnnouncementRow = z.infer<typeof AnnouncementRow>;
export const AnnouncementFileRow = z.object({
  announcementId: Id,
  position: z.number().int(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.instanceof(Uint8Array),
});
export const ReceiptRow = z.object({
  id: Id,
  organisationId: Id,
  announcementId: Id,
  userId: Id,
  userName: field(z.string(), { 'zh-CN': '姓名', en: 'Name' }),
  unitName: field(z.string(), { 'zh-CN': '单位', en: 'Unit' }),
  sentAt: field(Timestamp, { 'zh-CN': '送达时间', en: 'Sent' }),
  openedAt: field(Timestamp.nullable(), { 'zh-CN': '首次阅读', en: 'First opened' }),
  confirmedAt: field(Timestamp.nullable(), { 'zh-CN': '确认时间', en: 'Confirmed' }),
  reminders: field(z.number().int(), { 'zh-CN': '提醒次数', en: 'Reminders' }),
});
export type ReceiptRow = z.infer<typeof ReceiptRow>;

export const readingWords = {
  none: { 'zh-CN': '—', en: '—' },
  unread: { 'zh-CN': '未读', en: 'Unread' },
  unconfirmed: { 'zh-CN': '待确认', en: 'To confirm' },
  done: { 'zh-CN': '已完成', en: 'Done' },
} as const;
export const Reading = z.enum(['none', 'unread', 'unconfirmed', 'done']);

export const AnnouncementSummary = AnnouncementRow.omit({
  body: true,
  attachments: true,
  organisationIds: true,
}).extend({
  receivers: field(z.number().int(), { 'zh-CN': '应读', en: 'Receivers' }),
  opened: field(z.number().int(), { 'zh-CN': '已读', en: 'Read' }),
  confirmed: field(z.number().int(), { 'zh-CN': '已确认', en: 'Confirmed' }),
  /** What is left to do for whoever asks. */
  mine: field(Reading, { 'zh-CN': '本人', en: 'Mine' }),
});
export type AnnouncementSummary = z.infer<typeof AnnouncementSummary>;
export const ReceiptSummary = ReceiptRow.extend({ reading: field(Reading, { 'zh-CN': '状态', en: 'Status' }) });
export type ReceiptSummary = z.infer<typeof ReceiptSummary>;
export const UnitReading = z.object({
  organisationId: Id,
  unitName: z.string(),
  receivers: z.number().int(),
  opened: z.number().int(),
  confirmed: z.number().int(),
});
export type UnitReading = z.infer<typeof UnitReading>;
export const AnnouncementDetail = z.object({
  announcement: AnnouncementRow,
  /** The own receipt of whoever asks, if it was sent to them. */
  mine: ReceiptRow.nullable(),
  reading: Reading,
  /** Those with most left to read first. A unit sees itself. */
  units: z.array(UnitReading),
});
export type AnnouncementDetail = z.infer<typeof AnnouncementDetail>;
