/**
 * How rows come into a data set by themselves: the address for pushes, and MQTT subscriptions with what they brought and refused.
 * @module
 */
import {
  Button,
  ErrorView,
  OperationDialog,
  Section,
  Table,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Anomaly, anomaly } from '../../capability.ts';
import type { SetRow, SourceRow } from '../../shapes.ts';

export function Sources({ set }: { readonly set: SetRow }) {
  const t = useMessages(anomaly);
  const feedback = useFeedback();
  const may = usePermission('anomaly.write');
  const [adding, setAdding] = useState(false);
  const sources = useOperation<Anomaly, 'listSources'>(anomaly, 'listSources', { limit: 200 }, { refreshMs: 5000 });
  const remove = useWrite<Anomaly, 'removeSource'>(anomaly, 'removeSource');
  const own = ((sources.data?.items ?? []) as readonly SourceRow[]).filter((each) => each.setId === set.id);
  const example = JSON.stringify({
    rows: [Object.fromEntries(set.columns.slice(0, 3).map(({ name }, at) => [name, at + 1]))],
  });
  return (
    <Section
      title={t.sources}
      actions={
        may && (
          <Button size="small" onClick={() => setAdding(true)}>
            {t.addSource}
          </Button>
        )
      }
    >
      <p className="hd-faint">{t.pushHow}</p>
      <pre className="hd-code" style={{ overflowX: 'auto' }}>{`POST /api/anomaly/sets/${set.id}/rows\n${example}`}</pre>
      {sources.isError && <ErrorView error={sources.error} onRetry={() => void sources.refetch()} />}
      {sources.data && own.length === 0 && <p className="hd-faint">{t.noSources}</p>}
      {own.length > 0 && (
        <Table
          size="small"
          pagination={false}
          rowKey="id"
          dataSource={own}
          columns={[
            { title: t.address, dataIndex: 'url' },
            { title: t.topic, dataIndex: 'topic' },
            { title: t.user, dataIndex: 'username', render: (name: string) => name || '—' },
            { title: t.received, dataIndex: 'received', align: 'right', width: 100 },
            { title: t.refused, dataIndex: 'refused', align: 'right', width: 100 },
            { title: t.lastRefusal, dataIndex: 'lastRefusal', render: (reason: string) => reason || '—' },
            {
              title: '',
              dataIndex: 'id',
              width: 90,
              render: (id: string) =>
                may && (
                  <Button
                    size="small"
                    onClick={() => remove.mutate({ id }, { onError: (error) => feedback.failure(error) })}
                  >
                    {t.disconnect}
                  </Button>
                ),
            },
          ]}
        />
      )}
      <OperationDialog
        capability={anomaly as Anomaly}
        operation="addSource"
        open={adding}
        preset={{ setId: set.id }}
        onCancel={() => setAdding(false)}
        onDone={() => setAdding(false)}
      />
    </Section>
  );
}
