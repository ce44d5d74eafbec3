/**
 * The morning round: who has not signed, what is due, what is late, and whose leader is told.
 * @module
 */
import { handlers } from '@hedun/sdk';
import { type Duty, dutiesOn, type RunningNotice } from '@hedun/workdesk';
import type { Workdesk } from '../capability.ts';
import { calendar, type Here, today } from './here.ts';

const running = ['issued', 'acknowledged', 'remediating', 'returned'] as const;
const titles = {
  unsigned: { 'zh-CN': '请签收通报：{number}', en: 'Please sign for {number}' },
  'due-soon': { 'zh-CN': '整改即将到期：{number}', en: 'Nearly due: {number}' },
  overdue: { 'zh-CN': '整改已逾期：{number}', en: 'Overdue: {number}' },
} as const;
const bodies = {
  unsigned: {
    'zh-CN': '{unit}的通报「{title}」尚未签收，整改期限 {due}。',
    en: '“{title}” of {unit} is not signed for; due {due}.',
  },
  'due-soon': {
    'zh-CN': '{unit}的通报「{title}」还剩 {left} 个工作日，期限 {due}。',
    en: '“{title}” of {unit}: {left} working days left, due {due}.',
  },
  overdue: {
    'zh-CN': '{unit}的通报「{title}」已逾期 {left} 个工作日，期限 {due}。',
    en: '“{title}” of {unit} is {left} working days late, due {due}.',
  },
} as const;
const told = {
  contact: ['workdesk.unit'],
  leader: ['workdesk.unit', 'workdesk.lead'],
  office: ['workdesk.unit', 'workdesk.lead', 'workdesk.issue'],
} as const satisfies Readonly<Record<Duty['to'], readonly string[]>>;

export const reminderHandlers = handlers<Workdesk>()({
  remindNotices: async (_, context) => {
    const day = today(context);
    const rows = await context.transaction(({ db }) =>
      db
        .selectFrom('workdeskNotices')
        .innerJoin('cases', 'cases.id', 'workdeskNotices.id')
        .selectAll('workdeskNotices')
        .select(['cases.status', 'cases.number', 'cases.title', 'cases.escalation'])
        .where('cases.status', 'in', [...running])
        .orderBy('workdeskNotices.id')
        .execute(),
    );
    let reminded = 0;
    let escalated = 0;
    for (const [index, row] of rows.entries()) {
      const { duties, escalation } = dutiesOn(calendar, row as RunningNotice, day);
      if (duties.length === 0) continue;
      await context.transaction(async (inner) => {
        for (const duty of duties) await remind(inner, row, duty, day);
        if (escalation > row.escalation) {
          await inner.cases.escalate(
            row.id,
            escalation > 1 ? '逾期三个工作日，报安全管理部门督办' : '逾期，报单位负责人',
          );
          escalated += 1;
        }
      });
      reminded += duties.length;
      await context.progress(index + 1, rows.length);
    }
    return { notices: rows.length, reminded, escalated };
  },
});

async function remind(
  context: Here,
  row: {
    readonly id: string;
    readonly organisationId: string;
    readonly number: string;
    readonly title: string;
    readonly unitName: string;
    readonly dueOn: string;
  },
  duty: Duty,
  day: string,
): Promise<void> {
  for (const permission of told[duty.to])
    await context.notify({
      to: { organisationId: row.organisationId, permission },
      title: titles[duty.kind],
      body: bodies[duty.kind],
      values: { number: row.number, title: row.title, unit: row.unitName, due: row.dueOn, left: Math.abs(duty.left) },
      link: `/workdesk/notices?id=${row.id}`,
      key: `workdesk/${duty.kind}/${row.id}/${day}`,
    });
}
