/**
 * Readiness: each assessment today and on the day of its nearest limit, and the evidence that will have run out by then.
 * @module
 */
import {
  DayInput,
  EmptyView,
  ErrorView,
  Link,
  PageFrame,
  Progress,
  Section,
  Skeleton,
  Space,
  Table,
  useMessages,
  useOperation,
  useUrlState,
} from '@hedun/ui';
import { type Compliance, compliance } from '../../capability.ts';
import type { ReadinessRow } from '../../shapes.ts';
import { useWords } from '../parts/words.ts';

const percent = (part: number, all: number) => (all === 0 ? 0 : Math.round((part / all) * 100));

export function Page() {
  const t = useMessages(compliance);
  const words = useWords();
  const [{ on }, change] = useUrlState('on');
  const query = useOperation<Compliance, 'listReadiness'>(compliance, 'listReadiness', on ? { on } : {});
  return (
    <PageFrame
      title={words({ zh: '迎审准备', en: 'Readiness' })}
      note={t.readinessNote}
      actions={
        <Space>
          <span className="hd-faint">{t.pickDay}</span>
          <DayInput label={t.pickDay} value={on || undefined} onChange={(day) => change({ on: day ?? '' })} />
        </Space>
      }
    >
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton />}
      {query.data?.items.length === 0 && <EmptyView kind="nothing-yet" title={t.nothingToReady} />}
      {query.data?.items.map((row) => (
        <Ready key={row.summary.id} row={row} />
      ))}
    </PageFrame>
  );
}

function Ready({ row }: { readonly row: ReadinessRow }) {
  const t = useMessages(compliance);
  const { summary, applicable, ready, readyThen, next, on, lapsing } = row;
  const lost = ready > readyThen;
  return (
    <Section title={`${summary.name} · ${summary.instrumentTitle}`}>
      <div className="hd-fields">
        <div>
          <dt>{`${t.readyNow} ${ready} / ${applicable}`}</dt>
          <dd>
            <Progress percent={percent(ready, applicable)} size="small" />
          </dd>
        </div>
        <div>
          <dt>{`${t.readyThen} ${readyThen} / ${applicable}`}</dt>
          <dd>
            <Progress
              percent={percent(readyThen, applicable)}
              size="small"
              {...(lost ? { status: 'exception' as const } : {})}
            />
          </dd>
        </div>
        <div>
          <dt>{t.nextAudit}</dt>
          <dd>{next ? `${next.day} · ${next.clause}` : '—'}</dd>
        </div>
        <div>
          <dt>{t.onDay}</dt>
          <dd>
            {on} <Link to={`/compliance/assessments/${summary.id}` as never}>{summary.statusTitle}</Link>
          </dd>
        </div>
      </div>
      {lapsing.length === 0 ? (
        <p className="hd-faint">{t.noLapsing}</p>
      ) : (
        <Table
          size="small"
          rowKey="node"
          pagination={lapsing.length > 10 ? { pageSize: 10, size: 'small' } : false}
          scroll={{ x: 640 }}
          dataSource={[...lapsing]}
          columns={[
            { title: t.until, width: 120, render: (_, each) => each.until ?? '—' },
            { title: t.lapsing, width: 220, dataIndex: 'evidence' },
            { title: t.clause, width: 160, dataIndex: 'clause' },
            { title: t.requirement, render: (_, each) => each.requirement.slice(0, 120) },
          ]}
        />
      )}
    </Section>
  );
}
