/**
 * How the security work of a month stands: figures that lead to their records, severities, units, and the report.
 * @module
 */
import {
  axisLook,
  Button,
  Chart,
  EmptyView,
  ErrorView,
  Input,
  Link,
  OperationDialog,
  PageFrame,
  type Palette,
  SeverityShape,
  Skeleton,
  Table,
  useMessages,
  useNow,
  useOperation,
  usePermission,
  useSession,
  useUrlState,
} from '@hedun/ui';
import { useCallback, useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { MonthFigures } from '../../shapes.ts';

const beijing = 8 * 3_600_000;

export function Page() {
  const t = useMessages(workdesk);
  const { user } = useSession();
  const mayReport = usePermission('report.write');
  const present = new Date(useNow() + beijing).toISOString().slice(0, 7);
  const [{ month: chosen }, change] = useUrlState('month');
  const month = /^\d{4}-\d{2}$/.test(chosen) ? chosen : present;
  const [writing, setWriting] = useState(false);
  const query = useOperation<Workdesk, 'monthFigures'>(
    workdesk,
    'monthFigures',
    { month },
    { keep: true, refreshMs: 60_000 },
  );
  return (
    <PageFrame
      title={t.board}
      note={t.asOf}
      actions={
        <>
          <Input
            type="month"
            aria-label={t.month}
            value={month}
            onChange={({ target }) => change({ month: target.value })}
            style={{ width: 160 }}
          />
          {mayReport && (
            <Button type="primary" onClick={() => setWriting(true)}>
              {t.writeReport}
            </Button>
          )}
        </>
      }
    >
      {query.isPending && <Skeleton rows={12} />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Board figures={query.data} />}
      <OperationDialog
        capability={workdesk as Workdesk}
        operation="writeMonthlyReport"
        open={writing}
        initial={{ month, organisationId: user.organisationId }}
        onCancel={() => setWriting(false)}
        onDone={() => setWriting(false)}
      />
    </PageFrame>
  );
}

function Board({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk);
  const inMonth = (field: string) => `${field}:>=${figures.from} ${field}:<${nextDay(figures.to)}`;
  return (
    <div className="hd-board">
      <div className="hd-figures">
        <Figure label={t.found} value={figures.found} to="/findings" filter={inMonth('firstSeenAt')} />
        <Figure label={t.verified} value={figures.verified} to="/findings" filter="status:verified" />
        <Figure
          label={t.openAtEnd}
          value={figures.openAtEnd}
          note={t.reopenedNote({ count: figures.reopened })}
          bad={figures.reopened > 0}
          to="/findings"
          filter="-status:verified,dismissed"
        />
        <Figure
          label={t.noticesIssued}
          value={figures.issued}
          note={t.signedNote({ count: figures.signed })}
          to="/workdesk/notices"
          filter={inMonth('issuedAt')}
        />
        <Figure
          label={t.archived}
          value={figures.archived}
          note={t.inTime({ count: figures.archivedInTime })}
          to="/workdesk/notices"
          filter="status:archived"
        />
        <Figure
          label={t.overdueAtEnd}
          value={figures.overdueAtEnd}
          bad={figures.overdueAtEnd > 0}
          to="/workdesk/notices"
          filter="overdue:true"
        />
      </div>
      <div className="hd-board-columns">
        <section className="hd-card">
          <h2>{t.bySeverity}</h2>
          <Severities figures={figures} />
        </section>
        <section className="hd-card hd-card-wide">
          <h2>{t.openAtEnd}</h2>
          <UnitChart figures={figures} />
        </section>
      </div>
      <section className="hd-card">
        <h2>{t.byUnit}</h2>
        <Units figures={figures} />
      </section>
    </div>
  );
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function Figure({
  label,
  value,
  note,
  bad = false,
  to,
  filter,
}: {
  readonly label: string;
  readonly value: number;
  readonly note?: string;
  readonly bad?: boolean;
  readonly to: string;
  readonly filter: string;
}) {
  return (
    <Link to={to as never} search={{ filter } as never} className="hd-figure">
      <span className="hd-figure-label">{label}</span>
      <span className={`hd-figure-value ${bad ? 'hd-tone-text-bad' : ''}`}>{value}</span>
      <span className="hd-figure-note">{note ?? ' '}</span>
    </Link>
  );
}

function Severities({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk) as unknown as Readonly<Record<string, string>>;
  const most = Math.max(1, ...figures.severities.map(({ openAtEnd }) => openAtEnd));
  return (
    <div className="hd-bars">
      {figures.severities
        .filter(({ severity }) => severity !== 'info')
        .map(({ severity, openAtEnd }) => (
          <Link
            key={severity}
            to={'/findings' as never}
            search={{ filter: `severity:${severity} -status:verified,dismissed` } as never}
            className={`hd-bar hd-severity-${severity}`}
          >
            <span className="hd-bar-label">
              <SeverityShape severity={severity} /> {t[severity]}
            </span>
            <span className="hd-bar-track">
              <span style={{ width: `${(openAtEnd / most) * 100}%` }} />
            </span>
            <span className="hd-bar-value">{openAtEnd}</span>
          </Link>
        ))}
    </div>
  );
}

const chartUnits = 12;
function UnitChart({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk);
  const option = useCallback(
    (palette: Palette) => {
      const units = figures.units.slice(0, chartUnits);
      return {
        grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
        xAxis: {
          type: 'category',
          data: units.map(({ name }) => name),
          ...axisLook(palette),
          splitLine: { show: false },
        },
        yAxis: { type: 'value', minInterval: 1, ...axisLook(palette), axisLine: { show: false } },
        series: [{ name: t.openAtEnd, type: 'bar', barMaxWidth: 36, data: units.map(({ openAtEnd }) => openAtEnd) }],
      };
    },
    [figures, t],
  );
  if (figures.units.length === 0) return <EmptyView kind="nothing-yet" title={t.noUnits} />;
  return <Chart option={option} height={208} label={t.openAtEnd} />;
}

type Unit = MonthFigures['units'][number];
function Units({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk);
  const column = (name: 'found' | 'verified' | 'openAtEnd' | 'issued' | 'inTime' | 'overdueAtEnd', title: string) => ({
    title,
    dataIndex: name,
    align: 'right' as const,
    width: 110,
    sorter: (a: Unit, b: Unit) => a[name] - b[name],
  });
  return (
    <Table<Unit>
      size="small"
      rowKey="organisationId"
      pagination={false}
      scroll={{ x: 860 }}
      locale={{ emptyText: t.noUnits }}
      dataSource={[...figures.units]}
      columns={[
        {
          title: t.unit,
          render: (_, unit) => (
            <Link to={'/workdesk/notices' as never} search={{ filter: `organisation:${unit.organisationId}` } as never}>
              {unit.name}
            </Link>
          ),
        },
        column('found', t.found),
        column('verified', t.verified),
        column('openAtEnd', t.openAtEnd),
        column('issued', t.noticesIssued),
        column('inTime', t.inTimeColumn),
        column('overdueAtEnd', t.overdueAtEnd),
        { title: t.meanDays, align: 'right', width: 130, render: (_, { meanDays }) => meanDays ?? '—' },
      ]}
    />
  );
}
