/**
 * The board of a protection period: for one day who reported what, who is missing, and how disciplined each unit has been.
 * @module
 */
import {
  Alert,
  Button,
  Checkbox,
  EmptyView,
  ErrorView,
  fileHref,
  marks,
  OperationDialog,
  Select,
  Skeleton,
  StatusTag,
  Table,
  Tooltip,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import {
  periodStatusWords,
  reportStatusWords,
  type SafeBoard,
  type SafePeriodSummary,
  type SlotCell,
  slotStateWords,
  type UnitBoard,
} from '../../safe-report-shapes.ts';
import { PeriodDialog } from './PeriodDialog.tsx';
import { beijingClock, slotTone } from './slot-look.ts';

const dayMs = 86_400_000;
const moved = (day: string, by: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + by * dayMs).toISOString().slice(0, 10);

export function SafeBoardView({
  id,
  periods,
  onPeriod,
}: {
  readonly id: string;
  readonly periods: readonly SafePeriodSummary[];
  readonly onPeriod: (id: string) => void;
}) {
  const t = useMessages(workdesk);
  const say = useSay();
  const [day, setDay] = useState<string | null>(null);
  const query = useOperation<Workdesk, 'safeBoard'>(
    workdesk,
    'safeBoard',
    { id, ...(day ? { day } : {}) },
    { keep: true, refreshMs: 30_000 },
  );
  if (query.isPending) return <Skeleton rows={10} />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const board = query.data;
  const { period } = board;
  return (
    <div className="hd-board">
      <div className="hd-form-actions" style={{ justifyContent: 'flex-start', flexWrap: 'wrap', alignItems: 'center' }}>
        <Select
          aria-label={t.safeReports}
          style={{ minWidth: 240, maxWidth: '100%' }}
          value={id}
          onChange={onPeriod}
          options={periods.map((each) => ({
            value: each.id,
            label: `${each.title}${marks().aside(say(periodStatusWords[each.status]))}`,
          }))}
        />
        <Button disabled={board.day <= period.fromDay} onClick={() => setDay(moved(board.day, -1))}>
          {t.dayBefore}
        </Button>
        <strong className="hd-number">{board.day}</strong>
        <Button disabled={board.day >= period.toDay} onClick={() => setDay(moved(board.day, 1))}>
          {t.dayAfter}
        </Button>
        {day !== null && (
          <Button type="link" onClick={() => setDay(null)}>
            {t.today}
          </Button>
        )}
        <span className="hd-grow" />
        <Verbs board={board} />
      </div>
      {board.latest && <Latest latest={board.latest} />}
      {board.times.length === 0 ? <EmptyView kind="nothing-yet" title={t.noReportsThatDay} /> : <Units board={board} />}
    </div>
  );
}

function Latest({ latest }: { readonly latest: NonNullable<SafeBoard['latest']> }) {
  const t = useMessages(workdesk);
  const missing = latest.missing.length;
  const figures = [
    { label: `${latest.time} ${t.reportedSafe}`, value: latest.safe, tone: 'good' },
    { label: t.abnormalCount, value: latest.abnormal, tone: latest.abnormal > 0 ? 'bad' : '' },
    { label: t.lateCount, value: latest.late, tone: latest.late > 0 ? 'warn' : '' },
    { label: t.missingCount, value: missing, tone: missing > 0 ? 'bad' : '' },
  ];
  return (
    <>
      <div className="hd-figures">
        {figures.map(({ label, value, tone }) => (
          <div key={label} className="hd-figure">
            <span className="hd-figure-label">{label}</span>
            <span className={`hd-figure-value ${tone ? `hd-tone-text-${tone}` : ''}`}>{value}</span>
          </div>
        ))}
      </div>
      {missing > 0 ? (
        <Alert
          type="warning"
          showIcon
          title={t.missingUnits({ time: latest.time, count: missing })}
          description={latest.missing.map(({ unitName }) => unitName).join(marks().comma)}
        />
      ) : (
        <Alert type="success" showIcon title={t.nobodyMissing({ time: latest.time })} />
      )}
    </>
  );
}

function Verbs({ board: { period } }: { readonly board: SafeBoard }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const issues = usePermission('workdesk.issue');
  const [dialog, setDialog] = useState<'edit' | 'export' | null>(null);
  const remind = useWrite<Workdesk, 'remindSafe'>(workdesk, 'remindSafe', {
    onDone: ({ units }) => feedback.success(t.remindedUnits({ count: units })),
  });
  const end = useWrite<Workdesk, 'endSafePeriod'>(workdesk, 'endSafePeriod');
  if (!issues) return null;
  const running = period.status === 'running';
  return (
    <>
      {running && (
        <Button
          loading={remind.isPending}
          onClick={() => remind.mutate({ id: period.id }, { onError: (error) => feedback.failure(error) })}
        >
          {t.remindMissing}
        </Button>
      )}
      <Button onClick={() => setDialog('export')}>{t.exportBoard}</Button>
      {running && <Button onClick={() => setDialog('edit')}>{t.edit}</Button>}
      {running && (
        <Button
          danger
          onClick={() =>
            feedback.confirm({
              title: t.endPeriod,
              text: t.endPeriodText,
              verb: t.endPeriod,
              onYes: () => end.mutateAsync({ id: period.id }).catch((error) => feedback.failure(error)),
            })
          }
        >
          {t.endPeriod}
        </Button>
      )}
      {dialog === 'edit' && <PeriodDialog period={period} onClose={() => setDialog(null)} />}
      {dialog === 'export' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="writeSafeReport"
          open
          preset={{ id: period.id }}
          onCancel={() => setDialog(null)}
          onDone={(file) => {
            setDialog(null);
            location.assign(fileHref(file.id));
          }}
        />
      )}
    </>
  );
}

function Units({ board }: { readonly board: SafeBoard }) {
  const t = useMessages(workdesk);
  const [onlyMissing, setOnlyMissing] = useState(false);
  const missing = new Set(board.latest?.missing.map(({ organisationId }) => organisationId));
  const shown = onlyMissing ? board.units.filter(({ organisationId }) => missing.has(organisationId)) : board.units;
  // Those who are missing stand first, then those with something abnormal.
  const weight = (unit: UnitBoard) =>
    (missing.has(unit.organisationId) ? 2 : 0) +
    (unit.cells.some(({ report }) => report?.status === 'abnormal') ? 1 : 0);
  const number = (title: string, name: 'streak' | 'late' | 'missing' | 'abnormal') => ({
    title,
    width: 96,
    align: 'right' as const,
    sorter: (a: UnitBoard, b: UnitBoard) => a.discipline[name] - b.discipline[name],
    render: (_: unknown, { discipline }: UnitBoard) => discipline[name],
  });
  return (
    <section className="hd-card hd-stack">
      <div>
        <Checkbox checked={onlyMissing} onChange={({ target }) => setOnlyMissing(target.checked)}>
          {t.onlyMissing}
        </Checkbox>
      </div>
      <Table<UnitBoard>
        size="middle"
        rowKey="organisationId"
        scroll={{ x: 'max-content' }}
        pagination={shown.length > 50 ? { pageSize: 50 } : false}
        dataSource={shown.toSorted((a, b) => weight(b) - weight(a))}
        columns={[
          { title: t.unit, dataIndex: 'unitName', fixed: 'left' as const },
          ...board.times.map((time, at) => ({
            title: time,
            width: 150,
            render: (_: unknown, unit: UnitBoard) => {
              const cell = unit.cells[at];
              return cell && <Cell cell={cell} />;
            },
          })),
          {
            title: t.inTimeShare,
            width: 96,
            align: 'right' as const,
            render: (_: unknown, { discipline: { inTime, asked } }: UnitBoard) =>
              asked === 0 ? '—' : `${Math.round((inTime / asked) * 100)}%`,
          },
          number(t.streak, 'streak'),
          number(t.lateCount, 'late'),
          number(t.missingCount, 'missing'),
          number(t.abnormalCount, 'abnormal'),
        ]}
      />
    </section>
  );
}

function Cell({ cell: { state, report } }: { readonly cell: SlotCell }) {
  const t = useMessages(workdesk);
  const say = useSay();
  if (!report) return <StatusTag tone={slotTone({ state, report })}>{say(slotStateWords[state])}</StatusTag>;
  const tag = (
    <StatusTag tone={report.status === 'safe' ? 'good' : 'bad'}>{say(reportStatusWords[report.status])}</StatusTag>
  );
  return (
    <span style={{ display: 'inline-flex', gap: 6, alignItems: 'center' }}>
      {report.status === 'abnormal' ? <Tooltip title={report.detail}>{tag}</Tooltip> : tag}
      {report.late && <StatusTag tone="warn">{t.lateCount}</StatusTag>}
      <span className="hd-faint hd-number">{beijingClock(report.reportedAt)}</span>
    </span>
  );
}
