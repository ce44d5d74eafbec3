/**
 * How the security work of a month stands: figures that lead to their records, severities, units, and the report.
 * @module
 */
import {
  Alert,
  Button,
  ErrorView,
  Input,
  InputNumber,
  Link,
  OperationDialog,
  PageFrame,
  Segmented,
  Skeleton,
  Table,
  useMessages,
  useNavigate,
  usePermission,
  useSession,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { MonthFigures } from '../../figure-shapes.ts';
import { Severities, TrendChart, UnitChart } from '../parts/BoardCharts.tsx';
import { type Counted, CountedLink } from '../parts/CountedLink.tsx';
import { HeatTable } from '../parts/HeatTable.tsx';
import { useFigures, usePeriod } from '../parts/use-figures.ts';

export function Page() {
  const t = useMessages(workdesk);
  const navigate = useNavigate();
  const { user } = useSession();
  const mayReport = usePermission('report.write');
  const { period, present, yearly, choose } = usePeriod();
  const [writing, setWriting] = useState(false);
  const query = useFigures(period);
  const year = period.slice(0, 4);
  return (
    <PageFrame
      title={t.board}
      note={t.asOf}
      actions={
        <>
          <Segmented
            value={yearly ? 'year' : 'month'}
            onChange={(next) => choose(next === 'year' ? year : year === present.slice(0, 4) ? present : `${year}-12`)}
            options={[
              { value: 'month', label: t.byMonth },
              { value: 'year', label: t.byYear },
            ]}
          />
          {yearly ? (
            <InputNumber
              aria-label={t.year}
              value={Number(period)}
              min={2000}
              max={2999}
              onChange={(next) => next && choose(String(next))}
              style={{ width: 110 }}
            />
          ) : (
            <Input
              type="month"
              aria-label={t.month}
              value={period}
              onChange={({ target }) => choose(target.value)}
              style={{ width: 160 }}
            />
          )}
          <Button onClick={() => window.print()}>{t.print}</Button>
          <Button onClick={() => void navigate({ to: '/workdesk/screen' as never })}>{t.openScreen}</Button>
          {mayReport && (
            <Button type="primary" onClick={() => setWriting(true)}>
              {yearly ? t.writeYear : t.writeReport}
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
        operation={yearly ? 'writeYearReport' : 'writeMonthlyReport'}
        open={writing}
        initial={{ ...(yearly ? { year: Number(period) } : { month: period }), organisationId: user.organisationId }}
        onCancel={() => setWriting(false)}
        onDone={() => setWriting(false)}
      />
    </PageFrame>
  );
}

function Board({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk);
  const period = figures.month;
  return (
    <div className="hd-board">
      {figures.stale > 0 && <Alert type="info" showIcon title={t.counting({ units: figures.stale })} />}
      <div className="hd-figures" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(136px, 1fr))' }}>
        <Figure label={t.found} value={figures.found} of={{ figure: 'found', period }} />
        <Figure
          label={t.verified}
          value={figures.verified}
          note={t.within({ seven: figures.within7, thirty: figures.within30 })}
          of={{ figure: 'verified', period }}
        />
        <Figure
          label={t.openAtPeriodEnd}
          value={figures.openAtEnd}
          note={t.reopenedNote({ count: figures.reopened })}
          bad={figures.reopened > 0}
          of={{ figure: 'openAtEnd', period }}
        />
        <Figure label={t.fixDays} value={figures.fixDays ?? '—'} of={{ figure: 'verified', period }} />
        <Figure
          label={t.noticesIssued}
          value={figures.issued}
          note={t.signedNote({ count: figures.signed })}
          of={{ figure: 'issued', period }}
        />
        <Figure
          label={t.archived}
          value={figures.archived}
          note={t.inTime({ count: figures.archivedInTime })}
          of={{ figure: 'archived', period }}
        />
        <Figure
          label={t.overdueAtPeriodEnd}
          value={figures.overdueAtEnd}
          bad={figures.overdueAtEnd > 0}
          of={{ figure: 'overdueAtEnd', period }}
        />
      </div>
      <div className="hd-board-columns">
        <section className="hd-card">
          <h2>{t.bySeverity}</h2>
          <Severities figures={figures} />
        </section>
        <section className="hd-card hd-card-wide">
          <h2>{t.trend}</h2>
          <TrendChart figures={figures} />
        </section>
      </div>
      <section className="hd-card">
        <h2>{t.heat}</h2>
        <HeatTable period={period} />
      </section>
      <section className="hd-card">
        <h2>{t.byUnit}</h2>
        <UnitChart figures={figures} />
        <Units figures={figures} />
      </section>
    </div>
  );
}

function Figure({
  label,
  value,
  note,
  bad = false,
  of,
}: {
  readonly label: string;
  readonly value: number | string;
  readonly note?: string;
  readonly bad?: boolean;
  readonly of: Counted;
}) {
  return (
    <CountedLink of={of} className="hd-figure">
      <span className="hd-figure-label">{label}</span>
      <span className={`hd-figure-value ${bad ? 'hd-tone-text-bad' : ''}`}>{value}</span>
      <span className="hd-figure-note">{note ?? '\u00a0'}</span>
    </CountedLink>
  );
}

type Unit = MonthFigures['units'][number];
const figureOf = {
  found: 'found',
  verified: 'verified',
  openAtEnd: 'openAtEnd',
  issued: 'issued',
  inTime: 'archivedInTime',
  overdueAtEnd: 'overdueAtEnd',
} as const;
function Units({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk);
  const column = (name: keyof typeof figureOf, title: string) => ({
    title,
    dataIndex: name,
    align: 'right' as const,
    width: 110,
    sorter: (a: Unit, b: Unit) => a[name] - b[name],
    render: (value: number, { organisationId }: Unit) =>
      value === 0 ? (
        <span className="hd-faint">0</span>
      ) : (
        <CountedLink of={{ figure: figureOf[name], period: figures.month, unit: organisationId }}>{value}</CountedLink>
      ),
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
        column('openAtEnd', t.openAtPeriodEnd),
        { title: t.fixByUnit, align: 'right', width: 130, render: (_, { fixDays }) => fixDays ?? '—' },
        column('issued', t.noticesIssued),
        column('inTime', t.inTimeColumn),
        column('overdueAtEnd', t.overdueAtPeriodEnd),
        { title: t.meanDays, align: 'right', width: 130, render: (_, { meanDays }) => meanDays ?? '—' },
      ]}
    />
  );
}
