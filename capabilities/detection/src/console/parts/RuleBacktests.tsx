/**
 * The text of a rule tried on stored history: a span, the job, days and examples.
 * @module
 */
import {
  Button,
  EmptyView,
  ErrorView,
  Segmented,
  Skeleton,
  Space,
  Tag,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSession,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Detection, detection } from '../../capability.ts';

const dayMs = 86_400_000;

export function RuleBacktests({ ruleId, text }: { readonly ruleId: string; readonly text: string }) {
  const t = useMessages(detection);
  const may = usePermission('detection.rules');
  const session = useSession();
  const feedback = useFeedback();
  const [days, setDays] = useState('7');
  const list = useOperation<Detection, 'listBacktests'>(detection, 'listBacktests', { ruleId }, { refreshMs: 2000 });
  const start = useWrite<Detection, 'startBacktest'>(detection, 'startBacktest', {
    onDone: () => void list.refetch(),
  });
  if (list.isPending) return <Skeleton />;
  if (list.isError) return <ErrorView error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <div className="hd-stack">
      {may && (
        <Space wrap>
          <span>{t.ruleDays}</span>
          <Segmented
            value={days}
            onChange={(value) => setDays(String(value))}
            options={[
              { value: '1', label: t.ruleDay1 },
              { value: '7', label: t.ruleDay7 },
              { value: '30', label: t.ruleDay30 },
              { value: '365', label: t.ruleDay365 },
            ]}
          />
          <Button
            type="primary"
            loading={start.isPending}
            onClick={() =>
              start.mutate(
                {
                  organisationId: session.user.organisationId,
                  text,
                  ruleId,
                  from: new Date(Date.now() - Number(days) * dayMs).toISOString(),
                  to: new Date().toISOString(),
                },
                { onError: (error) => feedback.failure(error) },
              )
            }
          >
            {t.ruleBacktestRun}
          </Button>
        </Space>
      )}
      {list.data.items.length === 0 && <EmptyView kind="nothing-yet" text={t.ruleNoBacktests} />}
      {list.data.items.map((test) => (
        <div key={test.id} className="hd-stack">
          <Space wrap>
            <TimeText at={test.createdAt} />
            {test.status === 'done' ? (
              <span>{t.ruleBacktestDone({ events: test.events, matches: test.matches, excepted: test.excepted })}</span>
            ) : (
              <Tag color="blue">{t.ruleBacktestWait}</Tag>
            )}
          </Space>
          <Space wrap>
            {Object.entries(test.perDay).map(([day, count]) => (
              <Tag key={day}>
                {day} {count}
              </Tag>
            ))}
          </Space>
          {test.sample.slice(0, 5).map((match) => (
            <code key={`${match.time} ${JSON.stringify(match.event).slice(0, 80)}`} className="hd-code">
              {match.time} {JSON.stringify(match.event).slice(0, 400)}
            </code>
          ))}
        </div>
      ))}
    </div>
  );
}
