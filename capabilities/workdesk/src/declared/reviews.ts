/**
 * Declared: the annual review (年度审查): each unit confirms or corrects its own entries, its leader signs, the office accepts.
 * @module
 */
import { FileReference, field, Id, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { systemInput } from '../register-shapes.ts';
import {
  ReviewDetail,
  ReviewRow,
  ReviewSheetDetail,
  ReviewSheetSummary,
  ReviewSummary,
  reviewSheetWords,
  reviewStatusWords,
} from '../review-shapes.ts';
import { Day } from '../shapes.ts';

const id = field(Id, { 'zh-CN': '编号', en: 'Id' }, { widget: 'hidden' });
const manage = { effect: 'write', permission: 'workdesk.issue' } as const;
const unit = { effect: 'write', permission: 'workdesk.unit' } as const;
const note = field(z.string().trim().max(2000).default(''), { 'zh-CN': '说明', en: 'Note' }, { widget: 'textarea' });

export const reviewOperations = {
  listReviews: {
    title: { 'zh-CN': '年度审查', en: 'Annual reviews' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /reviews',
    cli: 'workdesk review list',
    list: {
      title: { label: { 'zh-CN': '名称', en: 'Name' }, type: 'text', sortable: true },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: reviewStatusWords },
      dueOn: { label: { 'zh-CN': '截止日期', en: 'Due' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(ReviewSummary),
  },
  getReview: {
    title: { 'zh-CN': '年度审查', en: 'Annual review' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /reviews/:id',
    cli: 'workdesk review show',
    input: z.strictObject({ id }),
    output: ReviewDetail,
  },
  saveReview: {
    ...manage,
    title: { 'zh-CN': '新建年度审查', en: 'New annual review' },
    http: 'POST /reviews',
    cli: 'workdesk review save',
    input: z.strictObject({
      id: field(Id.optional(), { 'zh-CN': '编号', en: 'Id' }, { widget: 'hidden' }),
      title: field(z.string().trim().min(1).max(200), { 'zh-CN': '名称', en: 'Name' }),
      requirement: field(
        z.string().trim().max(4000).default(''),
        { 'zh-CN': '审查要求', en: 'What is asked' },
        { widget: 'textarea' },
      ),
      dueOn: field(Day, { 'zh-CN': '截止日期', en: 'Due' }, { widget: 'date' }),
      organisationIds: field(
        z.array(Id).max(2000).default([]),
        { 'zh-CN': '范围', en: 'Units' },
        {
          widget: 'organisation',
          help: { 'zh-CN': '不选则为台账中有系统的全部单位', en: 'Left out: every unit with a system in the register' },
        },
      ),
    }),
    output: ReviewRow,
  },
  startReview: {
    ...manage,
    title: { 'zh-CN': '启动审查', en: 'Start the review' },
    description: {
      'zh-CN': '为每个单位建立核对表，列出其在台账中的全部系统。',
      en: 'Makes a sheet for each unit with all its systems in the register.',
    },
    http: 'POST /reviews/:id/start',
    cli: 'workdesk review start',
    input: z.strictObject({ id }),
    output: ReviewDetail,
  },
  closeReview: {
    ...manage,
    title: { 'zh-CN': '结束审查', en: 'Close the review' },
    http: 'POST /reviews/:id/close',
    cli: 'workdesk review close',
    input: z.strictObject({ id }),
    output: ReviewDetail,
  },
  listReviewSheets: {
    title: { 'zh-CN': '各单位核对表', en: 'Sheets of the units' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /review-sheets',
    cli: 'workdesk review sheets',
    list: {
      review: { label: { 'zh-CN': '年度审查', en: 'Review' }, type: 'id' },
      organisation: { label: { 'zh-CN': '单位', en: 'Unit' }, type: 'organisation' },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: reviewSheetWords },
      overdue: { label: { 'zh-CN': '逾期', en: 'Overdue' }, type: 'boolean' },
      entries: { label: { 'zh-CN': '条目', en: 'Entries' }, type: 'number', sortable: true },
      changed: { label: { 'zh-CN': '有变化', en: 'Changed' }, type: 'number', sortable: true },
      unitName: { label: { 'zh-CN': '单位名称', en: 'Name' }, type: 'text', sortable: true },
    },
    input: ListInput,
    output: listOutput(ReviewSheetSummary),
  },
  getReviewSheet: {
    title: { 'zh-CN': '核对表', en: 'Sheet' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /review-sheets/:id',
    cli: 'workdesk review sheet',
    input: z.strictObject({ id }),
    output: ReviewSheetDetail,
  },
  answerEntry: {
    ...unit,
    title: { 'zh-CN': '确认属实', en: 'Confirm' },
    http: 'POST /review-entries/:id/answer',
    cli: 'workdesk review answer',
    input: z.strictObject({
      id,
      answer: field(
        z.enum(['confirmed', 'retired', 'waiting']),
        { 'zh-CN': '结论', en: 'Answer' },
        {
          options: {
            confirmed: { 'zh-CN': '属实', en: 'Correct' },
            retired: { 'zh-CN': '已停用', en: 'Retired' },
            waiting: { 'zh-CN': '撤回', en: 'Take back' },
          },
        },
      ),
      note,
    }),
    output: ReviewSheetDetail,
  },
  correctEntry: {
    ...unit,
    title: { 'zh-CN': '更正条目', en: 'Correct' },
    http: 'POST /review-entries/:id/correction',
    cli: 'workdesk review correct',
    input: z.strictObject({ id, ...systemInput, note }),
    output: ReviewSheetDetail,
  },
  addEntry: {
    ...unit,
    title: { 'zh-CN': '补充系统', en: 'Add a system' },
    http: 'POST /review-sheets/:id/entries',
    cli: 'workdesk review add',
    input: z.strictObject({ id, ...systemInput, note }),
    output: ReviewSheetDetail,
  },
  confirmRest: {
    ...unit,
    title: { 'zh-CN': '其余全部属实', en: 'Confirm the rest' },
    http: 'POST /review-sheets/:id/confirm-rest',
    cli: 'workdesk review confirm-rest',
    input: z.strictObject({ id }),
    output: ReviewSheetDetail,
  },
  submitReviewSheet: {
    ...unit,
    title: { 'zh-CN': '提交核对表', en: 'Submit the sheet' },
    http: 'POST /review-sheets/:id/submit',
    cli: 'workdesk review submit',
    input: z.strictObject({ id }),
    output: ReviewSheetDetail,
  },
  signReviewSheet: {
    effect: 'write',
    permission: 'workdesk.lead',
    title: { 'zh-CN': '负责人签字', en: 'Sign as the leader' },
    http: 'POST /review-sheets/:id/sign',
    cli: 'workdesk review sign',
    input: z.strictObject({ id, note }),
    output: ReviewSheetDetail,
  },
  acceptReviewSheet: {
    ...manage,
    title: { 'zh-CN': '审核通过', en: 'Accept' },
    description: {
      'zh-CN': '更正、新增和停用写入台账。',
      en: 'Corrections, additions and retirements are written into the register.',
    },
    http: 'POST /review-sheets/:id/accept',
    cli: 'workdesk review accept',
    input: z.strictObject({ id, note }),
    output: ReviewSheetDetail,
  },
  returnReviewSheet: {
    ...manage,
    title: { 'zh-CN': '退回', en: 'Return' },
    http: 'POST /review-sheets/:id/return',
    cli: 'workdesk review return',
    input: z.strictObject({
      id,
      reason: field(z.string().trim().min(1).max(2000), { 'zh-CN': '退回原因', en: 'Reason' }, { widget: 'textarea' }),
    }),
    output: ReviewSheetDetail,
  },
  writeReview: {
    ...manage,
    title: { 'zh-CN': '出具审查报告', en: 'Write the report' },
    http: 'POST /reviews/:id/document',
    cli: 'workdesk review document',
    input: z.strictObject({
      id,
      format: field(z.enum(['pdf', 'docx', 'xlsx']).default('pdf'), { 'zh-CN': '格式', en: 'Format' }),
    }),
    output: FileReference,
  },
} as const;
