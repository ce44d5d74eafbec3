/**
 * Reviews that are due: units whose sheet is not signed are told 30, 15, 7, 3 days and 1 day before and on the day; afterwards their leader too, weekly.
 * @module
 */
import { filingDuty } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Here, today } from '../here.ts';

export async function remindReviews(context: Here): Promise<number> {
  const day = today(context);
  const { rows } = await sql<{
    id: string;
    organisationId: string;
    toldOn: string | null;
    title: string;
    dueOn: string;
    status: string;
  }>`SELECT s.id, s.organisation_id, s.told_on, s.status, v.title, v.due_on FROM workdesk_review_sheets s JOIN workdesk_reviews v ON v.id = s.review_id
    WHERE v.status = 'running' AND s.status IN ('waiting', 'returned', 'submitted') ORDER BY s.id`.execute(context.db);
  let told = 0;
  for (const row of rows) {
    const duty = filingDuty(row.dueOn, row.toldOn, day);
    if (!duty) continue;
    const late = duty.kind === 'expired';
    // A submitted sheet waits for the leader's signature, whoever filled it in.
    for (const permission of late || row.status === 'submitted'
      ? ['workdesk.unit', 'workdesk.lead']
      : ['workdesk.unit'])
      await context.notify({
        to: { organisationId: row.organisationId, permission },
        title: late
          ? { 'zh-CN': '年度审查已逾期：{title}', en: 'Annual review overdue: {title}' }
          : { 'zh-CN': '请完成年度审查：{title}', en: 'Please finish the annual review: {title}' },
        body: {
          'zh-CN': '截止 {day}，请核对台账并由单位负责人签字。',
          en: 'Due {day}: check your entries and have your leader sign.',
        },
        values: { title: row.title, day: row.dueOn },
        link: `/workdesk/reviews?sheet=${row.id}`,
        key: `workdesk/review/${row.id}/${day}`,
      });
    await context.db.updateTable('workdeskReviewSheets').set({ toldOn: day }).where('id', '=', row.id).execute();
    told += 1;
  }
  return told;
}
