/**
 * The supervision report: league tables from deadlines, and the list of what is overdue or was late, with how each day was counted.
 * @module
 */
import type { Deadline } from '../clocks.ts';
import type { Locale } from '../describe.ts';
import type { OpenInstrument } from '../instrument.ts';
import { type StatisticRow, statistics, type UseRow } from '../statistics.ts';
import { type Block, type DocumentModel, heading, note, pick, table } from './blocks.ts';
import { deadlineInWords, deadlineWords } from './words.ts';

function percent(rate: number | undefined): string {
  return rate === undefined ? '—' : `${(Math.round(rate * 1000) / 10).toFixed(1)}%`;
}

function leagueTable(rows: readonly StatisticRow[], locale: Locale, names: ReadonlyMap<string, string>): Block {
  const say = pick(locale);
  const columns = [
    say('名次', 'Rank'),
    say('单位', 'Group'),
    say('总数', 'All'),
    say('按时', 'In time'),
    say('逾期办结', 'Late'),
    say('逾期未办', 'Overdue'),
    say('在办', 'Open'),
    say('按时率', 'On time'),
    say('用时中位数（日）', 'Median days'),
  ];
  const cells = rows.map((row) => [
    row.rank === undefined ? '—' : String(row.rank),
    names.get(row.group) ?? (row.group === '' ? say('未注明', 'not stated') : row.group),
    ...[row.all, row.inTime, row.late, row.overdue, row.open].map(String),
    percent(row.onTimeRate),
    row.medianDays === undefined ? '—' : String(row.medianDays),
  ]);
  return table(columns, cells, say('本期没有数据。', 'No data in this period.'), [0, 2, 3, 4, 5, 6, 7, 8]);
}

function useTable(rows: readonly UseRow[], locale: Locale, names: ReadonlyMap<string, string>): Block {
  const say = pick(locale);
  const columns = [
    say('名次', 'Rank'),
    say('需求部门', 'Requester'),
    say('获得共享', 'Shared'),
    say('有使用记录', 'With records'),
    say('使用记录数', 'Records'),
    say('提出校核', 'Corrections'),
    say('被暂停', 'Suspended'),
    say('目的结束', 'Purpose ended'),
    say('已处置', 'Disposed'),
    say('记录率', 'Recorded'),
  ];
  const cells = rows.map((row) => [
    String(row.rank ?? '—'),
    names.get(row.group) ?? row.group,
    ...[row.shared, row.recorded, row.records, row.corrections, row.suspended, row.ended, row.disposed].map(String),
    percent(row.recordedRate),
  ]);
  return table(columns, cells, say('本期没有数据。', 'No data in this period.'), [0, 2, 3, 4, 5, 6, 7, 8, 9]);
}

/** @param names Display names of groups (departments), by their id. */
export function supervisionReport(
  open: OpenInstrument,
  deadlines: readonly Deadline[],
  about: {
    readonly period: string;
    readonly locale: Locale;
    readonly names?: ReadonlyMap<string, string>;
    /** Display names of matters (requests, entries), by subject. */
    readonly subjects?: ReadonlyMap<string, string>;
    readonly use?: readonly UseRow[];
  },
): DocumentModel {
  const { locale } = about;
  const say = pick(locale);
  const names = new Map([
    ...open.instrument.facts.flatMap((fact) =>
      (fact.options ?? []).map((option) => [option.id, option.title[locale]] as const),
    ),
    ...(about.names ?? []),
  ]);
  const title = say(`${open.instrument.title.zh}执行情况监督统计`, `Supervision figures: ${open.instrument.title.en}`);
  const blocks: Block[] = [heading(1, title), note(say(`统计期：${about.period}`, `Period: ${about.period}`))];
  for (const statistic of open.instrument.statistics)
    blocks.push(heading(2, statistic.title[locale]), leagueTable(statistics(statistic, deadlines), locale, names));
  if (about.use)
    blocks.push(
      heading(2, say('共享数据应用情况（按需求部门）', 'Use of shared data by requester')),
      useTable(about.use, locale, names),
    );
  const responsible = ({ trigger: { data } }: Deadline) => {
    const id = String(data?.provider ?? data?.department ?? '');
    return names.get(id) ?? (id || '—');
  };
  const bad = deadlines.filter((each) => each.status === 'overdue' || each.status === 'late');
  const rows = bad.map((each) => [
    open.nodes.get(each.node)?.trace ?? each.node,
    about.subjects?.get(each.subject) ?? each.subject,
    responsible(each),
    each.dueOn ?? '—',
    each.doneOn ?? '—',
    deadlineWords[each.status][locale],
    deadlineInWords(each, locale),
    each.liability.map((id) => open.nodes.get(id)?.trace ?? id).join('、'),
  ]);
  blocks.push(
    heading(2, say('逾期清单', 'Overdue and late')),
    table(
      [
        say('条款', 'Clause'),
        say('事项', 'Subject'),
        say('责任部门', 'Department'),
        say('期限', 'Due'),
        say('办结', 'Done'),
        say('状态', 'Status'),
        say('计算过程', 'How it was counted'),
        say('责任条款', 'Liability'),
      ],
      rows,
      say('没有逾期事项。', 'Nothing is overdue.'),
    ),
  );
  return { id: 'supervision', title, locale, blocks };
}
