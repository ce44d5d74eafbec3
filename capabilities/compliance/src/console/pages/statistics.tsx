/**
 * Figures of all assessments by instrument: how far, what falls short, what is late, and the scores where there are any.
 * @module
 */
import {
  EmptyView,
  ErrorView,
  PageFrame,
  Section,
  Skeleton,
  StatusTag,
  Table,
  useMessages,
  useOperation,
} from '@hedun/ui';
import { type Compliance, compliance } from '../../capability.ts';
import type { StatisticsRow } from '../../shapes.ts';
import { useWords } from '../parts/words.ts';

const percent = (rate: number | null) => (rate === null ? '—' : `${(rate * 100).toFixed(1)}%`);

export function Page() {
  const t = useMessages(compliance);
  const words = useWords();
  const query = useOperation<Compliance, 'statistics'>(compliance, 'statistics', {});
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { asOf, items } = query.data;
  const number = (title: string, name: 'assessments' | 'major' | 'minor' | 'undecided' | 'overdue') => ({
    title,
    dataIndex: name,
    width: 110,
    align: 'right' as const,
  });
  return (
    <PageFrame title={words({ zh: '合规统计', en: 'Compliance figures' })} note={t.asOf({ day: asOf })}>
      {items.length === 0 ? (
        <EmptyView kind="nothing-yet" title={t.noFigures} />
      ) : (
        <Table<StatisticsRow>
          size="small"
          rowKey="instrument"
          pagination={false}
          scroll={{ x: 1100 }}
          dataSource={items}
          columns={[
            { title: words({ zh: '规范', en: 'Instrument' }), render: (_, row) => words(row.title) },
            number(t.assessments, 'assessments'),
            {
              title: t.stateOf,
              width: 200,
              render: (_, row) =>
                row.states.map((each) => (
                  <StatusTag key={each.title} tone="neutral">
                    {`${each.title} ${each.count}`}
                  </StatusTag>
                )),
            },
            { title: t.ready, width: 120, align: 'right', render: (_, row) => `${row.ready} / ${row.applicable}` },
            number(t.major, 'major'),
            number(t.minor, 'minor'),
            number(t.undecided, 'undecided'),
            number(t.overdue, 'overdue'),
            { title: t.rate, width: 90, align: 'right', render: (_, row) => percent(row.onTimeRate) },
          ]}
        />
      )}
      {items
        .filter((row) => row.scores.length > 0)
        .map((row) => (
          <Section key={row.instrument} title={`${words(row.title)} · ${t.scores}`}>
            <Table
              size="small"
              rowKey="name"
              pagination={false}
              dataSource={row.scores}
              columns={[
                { title: t.item, dataIndex: 'name' },
                { title: t.total, width: 110, align: 'right', render: (_, each) => each.total.toFixed(2) },
                {
                  title: t.verdict,
                  width: 140,
                  render: (_, each) => (
                    <StatusTag tone={each.openHighRisks > 0 ? 'bad' : 'neutral'}>{each.verdict}</StatusTag>
                  ),
                },
                { title: t.riskHigh, width: 110, align: 'right', dataIndex: 'openHighRisks' },
              ]}
            />
          </Section>
        ))}
    </PageFrame>
  );
}
