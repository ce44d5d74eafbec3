/**
 * Sample data one click away, labelled as such, and gone as a whole when no longer wanted.
 * @module
 */
import { ExperimentOutlined } from '@ant-design/icons';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Button } from 'antd';
import { useOperation, useWrite } from '../platform/api.ts';
import { usePermission } from '../platform/session.tsx';
import { useText } from '../texts/index.ts';
import { useFeedback } from './feedback.tsx';

export function SamplesCard() {
  const t = useText();
  const feedback = useFeedback();
  const may = usePermission('sample.write');
  const state = useOperation<Kernel, 'getSamples'>(kernel, 'getSamples', {});
  const load = useWrite<Kernel, 'loadSamples'>(kernel, 'loadSamples', {
    onDone: () => feedback.success(t.samplesLoaded),
  });
  const remove = useWrite<Kernel, 'removeSamples'>(kernel, 'removeSamples', {
    onDone: ({ removed }) => feedback.success(t.samplesRemoved(removed)),
  });
  if (!may || !state.data) return null;
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  return (
    <div className="hd-first-step">
      <span className="hd-first-number">
        <ExperimentOutlined />
      </span>
      <strong>{t.samples}</strong>
      <p>{t.samplesText}</p>
      {state.data.loaded ? (
        <Button
          size="small"
          danger
          loading={remove.isPending}
          onClick={() =>
            feedback.confirm({
              title: t.removeSamples,
              text: t.removeSamplesText,
              verb: t.remove,
              onYes: () => remove.mutateAsync({}).catch((error) => feedback.failure(error)),
            })
          }
        >
          {t.removeSamples}
        </Button>
      ) : (
        <Button size="small" loading={load.isPending} onClick={() => load.mutate({}, fail)}>
          {t.loadSamples}
        </Button>
      )}
    </div>
  );
}
