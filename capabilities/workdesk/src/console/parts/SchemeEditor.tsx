/**
 * Making an assessment: its period and, for each indicator, the weight and the two values that are worth everything and nothing.
 * @module
 */
import {
  Button,
  DayInput,
  Input,
  InputNumber,
  Labelled,
  Modal,
  Table,
  useFeedback,
  useMessages,
  useSay,
  useWrite,
} from '@hedun/ui';
import { checkScheme, type Indicator } from '@hedun/workdesk';
import { useState } from 'react';
import { type Metric, metrics, metricWords, type SchemeRow } from '../../assessment-shapes.ts';
import { type Workdesk, workdesk } from '../../capability.ts';

interface Row {
  readonly metric: Metric;
  readonly weight: number;
  readonly best: number;
  readonly worst: number;
}
/** A start: what an office usually weighs. Every number can be changed. */
const usual: readonly Row[] = [
  { metric: 'sign-days', weight: 10, best: 1, worst: 5 },
  { metric: 'fixed-in-time', weight: 30, best: 100, worst: 60 },
  { metric: 'returned', weight: 5, best: 0, worst: 50 },
  { metric: 'recurred', weight: 10, best: 0, worst: 30 },
  { metric: 'overdue-open', weight: 10, best: 0, worst: 3 },
  { metric: 'trained', weight: 10, best: 100, worst: 50 },
  { metric: 'safe-in-time', weight: 10, best: 100, worst: 80 },
  { metric: 'tasks-in-time', weight: 5, best: 100, worst: 60 },
  { metric: 'announcements-confirmed', weight: 0, best: 100, worst: 60 },
  { metric: 'review-in-time', weight: 5, best: 100, worst: 60 },
  { metric: 'review-completeness', weight: 5, best: 100, worst: 60 },
];

function indicatorOf({ metric, weight, best, worst }: Row, title: string): Indicator {
  const curve = [
    { value: best, points: 100 },
    { value: worst, points: 0 },
  ].sort((a, b) => a.value - b.value);
  return { id: metric, title, metric, weight, curve, withoutData: 'leave-out' };
}
function rowsOf(scheme: SchemeRow | null): readonly Row[] {
  if (!scheme) return usual;
  return metrics.map((metric) => {
    const found = scheme.indicators.find((each) => each.metric === metric);
    const at = (points: number) => found?.curve.find((each) => each.points === points)?.value;
    const start = usual.find((each) => each.metric === metric);
    return {
      metric,
      weight: found?.weight ?? 0,
      best: at(100) ?? start?.best ?? 100,
      worst: at(0) ?? start?.worst ?? 0,
    };
  });
}

export function SchemeEditor({
  scheme,
  open,
  onClose,
}: {
  readonly scheme: SchemeRow | null;
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const t = useMessages(workdesk);
  const say = useSay();
  const feedback = useFeedback();
  const [title, setTitle] = useState(scheme?.title ?? '');
  const [days, setDays] = useState<readonly [string, string]>([scheme?.fromDay ?? '', scheme?.toDay ?? '']);
  const [rows, setRows] = useState(rowsOf(scheme));
  const save = useWrite<Workdesk, 'saveScheme'>(workdesk, 'saveScheme', { onDone: onClose });
  const indicators = rows
    .filter(({ weight }) => weight > 0)
    .map((row) => indicatorOf(row, say(metricWords[row.metric])));
  const sum = rows.reduce((total, { weight }) => total + weight, 0);
  const usable =
    title.trim() !== '' && days[0] !== '' && days[1] !== '' && checkScheme(indicators, metrics).length === 0;
  const number = (name: 'weight' | 'best' | 'worst', heading: string) => ({
    title: heading,
    width: 130,
    render: (_: unknown, row: Row) => (
      <InputNumber
        aria-label={`${heading} ${say(metricWords[row.metric])}`}
        min={0}
        value={row[name]}
        onChange={(value) =>
          setRows(rows.map((each) => (each.metric === row.metric ? { ...each, [name]: value ?? 0 } : each)))
        }
      />
    ),
  });
  return (
    <Modal
      open={open}
      width={760}
      title={t.schemeEdit}
      okText={t.saveScheme}
      okButtonProps={{ disabled: !usable, loading: save.isPending }}
      onCancel={onClose}
      onOk={() =>
        save.mutate(
          {
            ...(scheme ? { id: scheme.id } : {}),
            title: title.trim(),
            fromDay: days[0],
            toDay: days[1],
            indicators: indicators.map((each) => ({ ...each, curve: [...each.curve] })),
          },
          { onError: (error) => feedback.failure(error) },
        )
      }
    >
      <div className="hd-stack">
        <Labelled label={t.schemeTitle}>
          {(id) => <Input id={id} value={title} onChange={({ target }) => setTitle(target.value)} />}
        </Labelled>
        <div className="hd-columns">
          {(['from', 'to'] as const).map((end, at) => (
            <Labelled key={end} label={t[end]}>
              {(id) => (
                <DayInput
                  id={id}
                  value={days[at] || undefined}
                  onChange={(day = '') => setDays(at === 0 ? [day, days[1]] : [days[0], day])}
                />
              )}
            </Labelled>
          ))}
        </div>
        <Table<Row>
          size="small"
          rowKey="metric"
          pagination={false}
          dataSource={[...rows]}
          columns={[
            { title: t.indicator, render: (_, row) => say(metricWords[row.metric]) },
            number('weight', t.weight),
            number('best', t.fullAt),
            number('worst', t.noneAt),
          ]}
        />
        <div className={sum === 100 ? 'hd-faint' : 'hd-tone-text-bad'}>{t.weightSum({ sum })}</div>
        <div className="hd-form-actions" style={{ justifyContent: 'flex-start' }}>
          <Button size="small" onClick={() => setRows(usual)}>
            {t.usualWeights}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
