/**
 * Supervision and traces: the contracts decide, the supervisor is told.
 * @module
 */
import type { Mark, TrailStep } from '@hedun/exchange/contracts';
import { Failure, handlers } from '@hedun/sdk';
import type { Exchange } from '../../capability.ts';
import { evaluate, ledgerRow, submit, submitForList } from './open.ts';

const view = (mark: Mark) => ({ ...mark, evidence: [...mark.evidence] });
const paths = { attribute: 'attributePath', data: 'dataPath', user: 'userPath' } as const;

export const supervisionHandlers = handlers<Exchange>()({
  inspectMember: async ({ ledgerId, did }, context) => {
    const row = await ledgerRow(context, ledgerId);
    const marks = await submitForList<Mark>(context, row, 'supervision:inspect', [did]);
    for (const mark of marks)
      await context.notify({
        to: { organisationId: row.organisationId, permission: 'exchange.read' },
        title: { 'zh-CN': '数据共享告警', en: 'Alarm in data sharing' },
        body: {
          'zh-CN': '成员 {subject} 触发规则「{rule}」：{count} 次，上限 {limit} 次。标记已上链。',
          en: 'Member {subject} met the rule “{rule}”: {count} of {limit}. The mark is on chain.',
        },
        values: { subject: did, rule: mark.rule, count: mark.count, limit: mark.limit },
        link: '/exchange/supervision',
        key: `${row.id}:${mark.id}`,
      });
    return { items: marks.map(view) };
  },
  listMarks: async ({ ledgerId }, context) => {
    const marks = await evaluate<Mark[]>(context, await ledgerRow(context, ledgerId), 'supervision:marks');
    return { items: marks.map(view).sort((a, b) => b.at - a.at) };
  },
  clearMark: async ({ ledgerId, markId, note }, context) => {
    const parts = /^(.+)\/([a-z_]+)\/(\d{11})$/.exec(markId);
    if (!parts) throw new Failure('exchange.unknown', { where: 'markId', got: markId, values: { what: 'mark' } });
    const row = await ledgerRow(context, ledgerId);
    return view(await submit<Mark>(context, row, 'supervision:clear', [parts[1]!, parts[2]!, parts[3]!, note]));
  },
  restrictMember: async ({ ledgerId, did, reason }, context) => {
    await submit(context, await ledgerRow(context, ledgerId), 'supervision:restrict', [did, reason]);
    return { done: true as const };
  },
  liftMember: async ({ ledgerId, did, reason }, context) => {
    await submit(context, await ledgerRow(context, ledgerId), 'supervision:lift', [did, reason]);
    return { done: true as const };
  },
  trace: async ({ ledgerId, kind, of }, context) => {
    const row = await ledgerRow(context, ledgerId);
    return { steps: await evaluate<TrailStep[]>(context, row, `provenance:${paths[kind]}`, [of]) };
  },
});
