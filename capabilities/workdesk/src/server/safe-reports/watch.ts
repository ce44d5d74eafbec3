/**
 * Who is told in a protection period, and when: a report opens, it is nearly due and missing, it is overdue. Each once for each report;
 * one call for all units, so that the robot of a group says it once.
 * @module
 */
import { handlers } from '@hedun/sdk';
import { type Slot, slotsOn } from '@hedun/workdesk';
import type { Workdesk } from '../../capability.ts';
import type { SafePeriodRow } from '../../safe-report-shapes.ts';
import { calendar, firstTime, type Here, instant, today } from '../here.ts';
import { peopleOf } from '../people.ts';
import { runningPeriods, unitNames } from './rows.ts';

/** Names in one message; a robot of WeCom takes 4096 bytes. */
const namesInMessage = 60;
const link = '/workdesk/safe-reports';
type Phase = 'open' | 'remind' | 'overdue';

const texts = {
  open: {
    title: { 'zh-CN': '请报平安：{period} {time}', en: 'Please report: {period} {time}' },
    body: {
      'zh-CN': '现在可以报送，截止时间今天 {time}。一切正常点一下即可。',
      en: 'Open now, in time until {time} today. One press if all is well.',
    },
  },
  remind: {
    title: { 'zh-CN': '催报平安：{period} {time}', en: 'Not reported yet: {period} {time}' },
    body: {
      'zh-CN': '您单位尚未报送，截止时间今天 {time}。',
      en: 'Your unit has not reported; in time until {time} today.',
    },
  },
  overdue: {
    title: { 'zh-CN': '报平安已逾时：{period} {time}', en: 'Overdue: {period} {time}' },
    body: {
      'zh-CN': '您单位未在 {time} 前报送，请立即补报。',
      en: 'Your unit did not report by {time}; please do so now.',
    },
  },
} as const;

/** A new period is announced to all its units at once. */
export async function tellOpening(context: Here, period: SafePeriodRow): Promise<void> {
  const people = await peopleOf(context, period.organisationIds, 'both');
  await context.notify({
    to: { userIds: people.map(({ id }) => id) },
    title: { 'zh-CN': '重保期报平安：{period}', en: 'Protection period: {period}' },
    body: {
      'zh-CN': '{from} 至 {to}，每次截止 {times}。请安排专人按时报送。',
      en: '{from} to {to}, each time until {times}. Please see to it that somebody reports in time.',
    },
    values: { period: period.title, from: period.fromDay, to: period.toDay, times: period.times.join('、') },
    link,
  });
}

async function missingUnits(context: Here, period: SafePeriodRow, slots: readonly Slot[]) {
  const day = today(context);
  const made = await context.db
    .selectFrom('workdeskSafeReports')
    .select(['organisationId', 'time'])
    .where('periodId', '=', period.id)
    .where('day', '=', day)
    .execute();
  const done = new Set(made.map(({ organisationId, time }) => `${organisationId} ${time}`));
  return period.organisationIds.filter((id) => slots.some(({ time }) => !done.has(`${id} ${time}`)));
}

/** Tells the people of the units that miss a report of today, and answers how many units that were. */
export async function tellMissing(context: Here, period: SafePeriodRow, occasion: string): Promise<number> {
  const now = Date.parse(instant(context));
  const opened = slotsOn(calendar, period, today(context)).filter(({ opensAt }) => opensAt <= now);
  const units = await missingUnits(context, period, opened);
  const people = await peopleOf(context, units, 'both');
  const last = opened.at(-1);
  if (people.length > 0 && last)
    await context.notify({
      to: { userIds: people.map(({ id }) => id) },
      ...texts[now > last.dueAt ? 'overdue' : 'remind'],
      values: { period: period.title, time: last.time },
      link,
      key: `workdesk/safe/${period.id}/${occasion}`,
    });
  return units.length;
}

async function tell(context: Here, period: SafePeriodRow, slot: Slot, phase: Phase): Promise<number> {
  const key = `workdesk/safe/${period.id}/${slot.day}/${slot.time}/${phase}`;
  if (!(await firstTime(context, key))) return 0;
  const units = phase === 'open' ? period.organisationIds : await missingUnits(context, period, [slot]);
  if (units.length === 0) return 0;
  // The leaders are told only when it is too late.
  const people = await peopleOf(context, units, phase === 'overdue' ? 'both' : 'contacts');
  const values = { period: period.title, time: slot.time };
  if (people.length > 0)
    await context.notify({ to: { userIds: people.map(({ id }) => id) }, ...texts[phase], values, link });
  if (phase === 'overdue') {
    const names = (await unitNames(context, units)).map(({ name }) => name);
    const shown = names.slice(0, namesInMessage).join('、');
    await context.notify({
      to: { organisationId: units[0] as string, permission: 'workdesk.issue' },
      title: { 'zh-CN': '{period} {time}：{count} 个单位未报平安', en: '{period} {time}: {count} units missing' },
      body: { 'zh-CN': '{names}{more}', en: '{names}{more}' },
      values: { ...values, count: names.length, names: shown, more: names.length > namesInMessage ? ' …' : '' },
      link: `${link}?period=${period.id}`,
    });
  }
  return units.length;
}

/** What has come of a report by now: the latest phase only, so that a server that slept does not tell what is past. */
function phaseOf(slot: Slot, now: number): Phase | null {
  if (now > slot.dueAt) return now <= slot.closesAt ? 'overdue' : null;
  if (now >= slot.remindAt) return 'remind';
  return now >= slot.opensAt ? 'open' : null;
}

export const safeWatchHandlers = handlers<Workdesk>()({
  watchSafeReports: async (_, context) => {
    const day = today(context);
    const now = Date.parse(instant(context));
    const periods = await context.transaction((inner) => runningPeriods(inner));
    let told = 0;
    for (const period of periods) {
      if (day > period.toDay) {
        await context.transaction(({ db }) =>
          db
            .updateTable('workdeskSafePeriods')
            .set({ status: 'ended', updatedAt: instant(context) })
            .where('id', '=', period.id)
            .execute(),
        );
        continue;
      }
      for (const slot of slotsOn(calendar, period, day)) {
        const phase = phaseOf(slot, now);
        if (phase) told += await context.transaction((inner) => tell(inner, period, slot, phase));
      }
    }
    return { periods: periods.length, units: told };
  },
});
