/**
 * Filings that end: the unit is told 30, 15, 7, 3 days and 1 day before and on the last day; after the end the leader and the office too, weekly.
 * @module
 */
import { filingDuty } from '@hedun/workdesk';
import { type Here, today } from '../here.ts';

export async function remindFilings(context: Here): Promise<number> {
  const day = today(context);
  const rows = await context.db
    .selectFrom('workdeskFilings')
    .selectAll()
    .where('status', '=', 'filed')
    .where('expiresOn', 'is not', null)
    .orderBy('id')
    .execute();
  let told = 0;
  for (const row of rows) {
    const duty = filingDuty(row.expiresOn, row.toldOn, day);
    if (!duty) continue;
    const late = duty.kind === 'expired';
    for (const permission of late ? ['workdesk.unit', 'workdesk.lead', 'workdesk.issue'] : ['workdesk.unit'])
      await context.notify({
        to: { organisationId: row.organisationId, permission },
        title: late
          ? { 'zh-CN': '备案已过期：{subject}', en: 'Filing expired: {subject}' }
          : { 'zh-CN': '备案即将到期：{subject}', en: 'Filing ends soon: {subject}' },
        body: late
          ? {
              'zh-CN': '{number} 已于 {day} 到期，请办理续期或注销。',
              en: '{number} ended on {day}; renew or retire it.',
            }
          : {
              'zh-CN': '{number} 将于 {day} 到期（还有 {left} 天），请办理续期。',
              en: '{number} ends on {day}, in {left} days; please renew it.',
            },
        values: {
          subject: row.subject,
          number: row.number,
          day: row.expiresOn ?? '',
          left: duty.kind === 'expiring' ? duty.left : 0,
        },
        link: `/workdesk/filings?id=${row.id}`,
        key: `workdesk/filing/${row.id}/${day}`,
      });
    await context.db.updateTable('workdeskFilings').set({ toldOn: day }).where('id', '=', row.id).execute();
    told += 1;
  }
  return told;
}
