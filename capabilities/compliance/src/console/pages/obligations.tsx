/**
 * Obligations: every statutory deadline in the reader's scope, what has passed first, with how each day was counted.
 * @module
 */
import {
  EmptyView,
  ErrorView,
  PageFrame,
  Segmented,
  Skeleton,
  Space,
  StatusTag,
  useMessages,
  useOperation,
  useUrlState,
} from '@hedun/ui';
import { type Compliance, compliance } from '../../capability.ts';
import { Clocks } from '../parts/Clocks.tsx';
import { useWords } from '../parts/words.ts';

type Show = 'waiting' | 'overdue' | 'all';

export function Page() {
  const t = useMessages(compliance);
  const words = useWords();
  const [state, change] = useUrlState('show');
  const show: Show = state.show === 'overdue' || state.show === 'all' ? state.show : 'waiting';
  const query = useOperation<Compliance, 'listObligations'>(compliance, 'listObligations', { show });
  return (
    <PageFrame
      title={words({ zh: '义务与期限', en: 'Obligations' })}
      {...(query.data ? { note: t.asOf({ day: query.data.asOf }) } : {})}
      actions={
        <Segmented
          value={show}
          onChange={(next) => change({ show: next })}
          options={[
            { value: 'waiting', label: t.showWaiting },
            { value: 'overdue', label: t.showOverdue },
            { value: 'all', label: t.showAll },
          ]}
        />
      }
    >
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton />}
      {query.data && (
        <div className="hd-stack">
          <Space wrap>
            <StatusTag tone={query.data.counts.overdue ? 'bad' : 'good'}>
              {`${t.showOverdue} ${query.data.counts.overdue ?? 0}`}
            </StatusTag>
            <StatusTag tone="accent">{`${t.open} ${query.data.counts.open ?? 0}`}</StatusTag>
            <StatusTag tone="neutral">{`${t.inTime} ${query.data.counts.met ?? 0}`}</StatusTag>
            <StatusTag tone={query.data.counts.late ? 'warn' : 'neutral'}>
              {`${t.late} ${query.data.counts.late ?? 0}`}
            </StatusTag>
            {query.data.total > query.data.items.length && (
              <span className="hd-faint">
                {t.truncated({ shown: query.data.items.length, total: query.data.total })}
              </span>
            )}
          </Space>
          {query.data.items.length === 0 ? (
            <EmptyView kind="nothing-yet" title={t.nothingDue} />
          ) : (
            <Clocks deadlines={query.data.items} withSubject paged />
          )}
        </div>
      )}
    </PageFrame>
  );
}
