/**
 * Declared: templates of self-checks, tasks sent to units, their sheets, the merged table.
 * @module
 */
import { Done, FileReference, field, Id, ListInput, listOutput } from '@hedun/sdk';
import { formatWords } from '@hedun/sdk/kernel';
import { z } from 'zod';
import { AnswersShape, FormShape } from '../form-shapes.ts';
import {
  MergedTask,
  SheetDetail,
  SheetStatus,
  sheetStatusWords,
  TaskDetail,
  TaskRow,
  TaskSummary,
  TemplateRow,
  TemplateSummary,
  taskStatusWords,
} from '../task-shapes.ts';

const one = z.strictObject({ id: Id });
const title = field(z.string().trim().min(1).max(200), { 'zh-CN': '名称', en: 'Title' });
const workdays = field(z.coerce.number().int().min(1).max(250).default(10), {
  'zh-CN': '完成期限（工作日）',
  en: 'Working days',
});
const units = field(
  z.array(Id).max(500).default([]),
  { 'zh-CN': '下发单位', en: 'Units' },
  {
    widget: 'organisation',
    help: { 'zh-CN': '不选为全部有联络员的单位', en: 'None means every unit that has a contact' },
  },
);
const answers = AnswersShape;

export const taskOperations = {
  listTemplates: {
    title: { 'zh-CN': '自查模板', en: 'Templates' },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /templates',
    cli: 'workdesk template list',
    list: {
      title: { label: { 'zh-CN': '模板', en: 'Template' }, type: 'text', sortable: true },
      updatedAt: { label: { 'zh-CN': '更新时间', en: 'Updated' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(TemplateSummary),
  },
  getTemplate: {
    title: { 'zh-CN': '模板内容', en: 'Template' },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /templates/:id',
    cli: 'workdesk template show',
    input: one,
    output: TemplateRow,
  },
  saveTemplate: {
    title: { 'zh-CN': '保存模板', en: 'Save template' },
    description: {
      'zh-CN': '修改模板不影响已经下发的任务。',
      en: 'Changing a template changes no task that was sent.',
    },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /templates',
    cli: 'workdesk template save',
    input: z.strictObject({
      id: Id.optional(),
      title,
      note: field(z.string().max(2000).default(''), { 'zh-CN': '说明', en: 'Note' }, { widget: 'textarea' }),
      form: FormShape,
    }),
    output: TemplateRow,
  },
  deleteTemplate: {
    title: { 'zh-CN': '删除模板', en: 'Delete template' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'DELETE /templates/:id',
    cli: 'workdesk template delete',
    input: one,
    output: Done,
  },
  sendTask: {
    title: { 'zh-CN': '下发任务', en: 'Send task' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /tasks',
    cli: 'workdesk task send',
    input: z.strictObject({
      templateId: field(Id, { 'zh-CN': '模板', en: 'Template' }),
      title,
      requirement: field(
        z.string().max(4000).default(''),
        { 'zh-CN': '填报要求', en: 'What is asked' },
        { widget: 'textarea' },
      ),
      organisationIds: units,
      workdays,
    }),
    output: TaskRow,
  },
  addTaskUnits: {
    title: { 'zh-CN': '增加单位', en: 'Add units' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /tasks/:id/units',
    cli: 'workdesk task add',
    input: z.strictObject({ id: Id, organisationIds: units }),
    output: z.object({ added: z.number().int(), already: z.number().int() }),
  },
  extendTask: {
    title: { 'zh-CN': '延长期限', en: 'Extend' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /tasks/:id/extend',
    cli: 'workdesk task extend',
    input: z.strictObject({
      id: Id,
      workdays: field(z.coerce.number().int().min(1).max(60).default(3), {
        'zh-CN': '延长（工作日）',
        en: 'Working days more',
      }),
    }),
    output: TaskRow,
  },
  closeTask: {
    title: { 'zh-CN': '结束任务', en: 'Close task' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /tasks/:id/close',
    cli: 'workdesk task close',
    input: one,
    output: TaskRow,
  },
  listTasks: {
    title: { 'zh-CN': '任务自查', en: 'Tasks' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /tasks',
    cli: 'workdesk task list',
    list: {
      title: { label: { 'zh-CN': '任务', en: 'Task' }, type: 'text', sortable: true },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: taskStatusWords },
      mine: { label: { 'zh-CN': '本单位', en: 'Own unit' }, type: 'enum', values: sheetStatusWords },
      dueOn: { label: { 'zh-CN': '完成期限', en: 'Due' }, type: 'time', sortable: true },
      sentAt: { label: { 'zh-CN': '下发时间', en: 'Sent' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(TaskSummary),
  },
  getTask: {
    title: { 'zh-CN': '任务详情', en: 'Task' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /tasks/:id',
    cli: 'workdesk task show',
    input: one,
    output: TaskDetail,
  },
  getSheet: {
    title: { 'zh-CN': '填报表', en: 'Sheet' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /sheets/:id',
    cli: 'workdesk sheet show',
    input: one,
    output: SheetDetail,
  },
  saveSheet: {
    title: { 'zh-CN': '暂存', en: 'Save draft' },
    effect: 'write',
    permission: 'workdesk.unit',
    http: 'PUT /sheets/:id',
    cli: 'workdesk sheet save',
    input: z.strictObject({ id: Id, answers }),
    output: z.object({ status: SheetStatus }),
  },
  submitSheet: {
    title: { 'zh-CN': '提交', en: 'Hand in' },
    effect: 'write',
    permission: 'workdesk.unit',
    http: 'POST /sheets/:id/submit',
    cli: 'workdesk sheet submit',
    input: z.strictObject({ id: Id, answers }),
    output: z.object({ status: SheetStatus, late: z.boolean() }),
  },
  returnSheet: {
    title: { 'zh-CN': '退回', en: 'Return' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /sheets/:id/return',
    cli: 'workdesk sheet return',
    input: z.strictObject({
      id: Id,
      reason: field(z.string().trim().min(1).max(2000), { 'zh-CN': '退回原因', en: 'Reason' }, { widget: 'textarea' }),
    }),
    output: z.object({ status: SheetStatus }),
  },
  acceptSheet: {
    title: { 'zh-CN': '审核通过', en: 'Accept' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /sheets/:id/accept',
    cli: 'workdesk sheet accept',
    input: one,
    output: z.object({ status: SheetStatus }),
  },
  remindTask: {
    title: { 'zh-CN': '催办', en: 'Remind' },
    description: { 'zh-CN': '提醒尚未提交的单位。', en: 'Reminds the units that have not handed in.' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /tasks/:id/remind',
    cli: 'workdesk task remind',
    input: one,
    output: z.object({ units: z.number().int() }),
  },
  mergeTask: {
    title: { 'zh-CN': '汇总', en: 'Merge' },
    description: {
      'zh-CN': '把各单位已提交的填报合成一张表，并逐题统计。',
      en: 'All sheets that were handed in as one table, with counts for each question.',
    },
    effect: 'read',
    permission: 'workdesk.read',
    http: 'GET /tasks/:id/merged',
    cli: 'workdesk task merge',
    input: one,
    output: MergedTask,
  },
  exportTask: {
    title: { 'zh-CN': '导出汇总表', en: 'Export merged table' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /tasks/:id/export',
    cli: 'workdesk task export',
    input: z.strictObject({
      id: Id,
      format: field(
        z.enum(['xlsx', 'csv']).default('xlsx'),
        { 'zh-CN': '格式', en: 'Format' },
        { options: formatWords },
      ),
    }),
    output: FileReference,
  },
} as const;
