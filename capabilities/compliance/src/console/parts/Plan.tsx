/**
 * The improvement plan of an assessment: what falls short, why it matters, and the measure, person and day for each.
 * @module
 */
import {
  Alert,
  Button,
  DayInput,
  EmptyView,
  Form,
  Input,
  Modal,
  Space,
  StatusTag,
  Table,
  type Tone,
  useFeedback,
  useMessages,
  usePermission,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';

type Line = AssessmentDetail['plan'][number];
const tones: Readonly<Record<Line['status'], Tone>> = {
  missing: 'warn',
  planned: 'accent',
  overdue: 'bad',
  done: 'good',
  late: 'warn',
};

export function Plan({ detail }: { readonly detail: AssessmentDetail }) {
  const t = useMessages(compliance);
  const mayAssess = usePermission('compliance.write');
  const [chosen, setChosen] = useState<Line | null>(null);
  const { plan } = detail;
  if (plan.length === 0) return <EmptyView kind="nothing-yet" title={t.nothingToImprove} />;
  const bare = plan.filter((each) => each.status === 'missing').length;
  const reason = (line: Line) =>
    line.blocking
      ? t.blockingRisk
      : line.judgement
        ? t[line.judgement]
        : line.gain === undefined
          ? '—'
          : t.gainOf({ gain: line.gain.toFixed(2) });
  return (
    <div className="hd-stack">
      {bare > 0 && <Alert type="info" showIcon title={t.bareMeasures({ count: bare })} />}
      <Table<Line>
        size="small"
        rowKey="node"
        pagination={plan.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
        scroll={{ x: 1000 }}
        dataSource={[...plan]}
        columns={[
          { title: t.item, render: (_, line) => <span title={line.title}>{line.title.slice(0, 80)}</span> },
          { title: t.why, width: 170, render: (_, line) => reason(line) },
          { title: t.measure, width: 220, render: (_, line) => line.measure?.measure ?? '—' },
          { title: t.responsible, width: 100, render: (_, line) => line.measure?.responsible ?? '—' },
          { title: t.dueOn, width: 120, render: (_, line) => line.measure?.dueOn ?? '—' },
          {
            title: t.progressState,
            width: 120,
            render: (_, line) => <StatusTag tone={tones[line.status]}>{line.statusTitle}</StatusTag>,
          },
          {
            title: '',
            width: 110,
            render: (_, line) =>
              mayAssess && (
                <Button size="small" onClick={() => setChosen(line)}>
                  {line.measure ? t.change : t.setMeasure}
                </Button>
              ),
          },
        ]}
      />
      {chosen && <MeasureDialog key={chosen.node} line={chosen} detail={detail} close={() => setChosen(null)} />}
    </div>
  );
}

function MeasureDialog({
  line,
  detail,
  close,
}: {
  readonly line: Line;
  readonly detail: AssessmentDetail;
  readonly close: () => void;
}) {
  const t = useMessages(compliance);
  const feedback = useFeedback();
  const write = useWrite<Compliance, 'planMeasures'>(compliance, 'planMeasures', { onDone: close });
  const [given, setGiven] = useState({
    measure: line.measure?.measure ?? '',
    responsible: line.measure?.responsible ?? '',
    dueOn: line.measure?.dueOn ?? '',
    doneOn: line.measure?.doneOn ?? '',
  });
  const set = (name: keyof typeof given) => (event: { readonly target: { readonly value: string } }) =>
    setGiven((before) => ({ ...before, [name]: event.target.value }));
  const setDay = (name: 'dueOn' | 'doneOn') => (day: string | undefined) =>
    setGiven((before) => ({ ...before, [name]: day ?? '' }));
  const save = () => {
    const others = detail.plan.flatMap((each) => (each.measure && each.node !== line.node ? [each.measure] : []));
    const { doneOn, ...rest } = given;
    const own = { node: line.node, ...rest, ...(doneOn ? { doneOn } : {}) };
    write.mutate({ id: detail.summary.id, measures: [...others, own] } as never, {
      onError: (error) => feedback.failure(error),
    });
  };
  return (
    <Modal
      open
      title={t.setMeasure}
      onCancel={close}
      onOk={save}
      okText={t.setMeasure}
      confirmLoading={write.isPending}
    >
      <p className="hd-prose">{line.title}</p>
      <Form layout="vertical">
        <Form.Item label={t.measure}>
          <Input.TextArea aria-label={t.measure} value={given.measure} onChange={set('measure')} />
        </Form.Item>
        <Form.Item label={t.responsible}>
          <Input aria-label={t.responsible} value={given.responsible} onChange={set('responsible')} />
        </Form.Item>
        <Space>
          <Form.Item label={t.dueOn}>
            <DayInput label={t.dueOn} value={given.dueOn || undefined} onChange={setDay('dueOn')} />
          </Form.Item>
          <Form.Item label={t.doneOn}>
            <DayInput label={t.doneOn} value={given.doneOn || undefined} onChange={setDay('doneOn')} />
          </Form.Item>
        </Space>
      </Form>
    </Modal>
  );
}
