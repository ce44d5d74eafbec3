/**
 * The first page: how things stand, what is overdue, where it is worst, and what to do first on an empty platform.
 * @module
 */
import { AlertOutlined, BugOutlined, ClockCircleOutlined, DatabaseOutlined, UserOutlined } from '@ant-design/icons';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { ErrorView } from '../parts/ErrorView.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { SamplesCard } from '../parts/Samples.tsx';
import { SeverityShape, severities } from '../parts/SeverityTag.tsx';
import { EmptyView, Skeleton } from '../parts/states.tsx';
import { TrendChart } from '../parts/TrendChart.tsx';
import { type OutputOf, useOperation } from '../platform/api.ts';
import { usePermission, useSession } from '../platform/session.tsx';
import { formatCompact } from '../texts/format.ts';
import { useText } from '../texts/index.ts';

type Overview = OutputOf<Kernel, 'getOverview'>;

export function Page() {
  const t = useText();
  const { user } = useSession();
  const overview = useOperation<Kernel, 'getOverview'>(kernel, 'getOverview', {}, { refreshMs: 60_000 });
  return (
    <PageFrame title={t.overview} note={t.greeting(user.displayName)}>
      {overview.isPending && <Skeleton rows={12} />}
      {overview.isError && <ErrorView error={overview.error} onRetry={() => void overview.refetch()} />}
      {overview.data && <Board data={overview.data} />}
    </PageFrame>
  );
}

function Board({ data }: { readonly data: Overview }) {
  const t = useText();
  const open = Object.values(data.openFindings).reduce((sum, count) => sum + count, 0);
  const urgent = (data.openFindings.critical ?? 0) + (data.openFindings.high ?? 0);
  const fresh = data.assets === 0 && open === 0;
  return (
    <div className="hd-board">
      {fresh && <FirstSteps />}
      <div className="hd-figures">
        <Figure icon={<DatabaseOutlined />} label={t.assets} value={data.assets} to="/assets" />
        <Figure
          icon={<BugOutlined />}
          label={t.openFindings}
          value={open}
          to="/findings"
          note={urgent > 0 ? t.urgentOf(urgent) : t.noneUrgent}
          tone={urgent > 0 ? 'bad' : 'good'}
        />
        <Figure icon={<AlertOutlined />} label={t.openCases} value={data.openCases} to="/cases" />
        <Figure
          icon={<ClockCircleOutlined />}
          label={t.overdueCases}
          value={data.overdueCases}
          to="/cases"
          tone={data.overdueCases > 0 ? 'bad' : 'good'}
          note={data.overdueCases > 0 ? t.overdueNote : t.noneOverdue}
        />
        <Figure icon={<UserOutlined />} label={t.myCases} value={data.myCases} to="/cases" />
      </div>
      <div className="hd-board-columns">
        <section className="hd-card">
          <h2>{t.openBySeverity}</h2>
          <SeverityBars counts={data.openFindings} />
        </section>
        <section className="hd-card hd-card-wide">
          <h2>{t.findingsByDay}</h2>
          <DayChart days={data.findingsByDay} />
        </section>
      </div>
      <section className="hd-card">
        <h2>{t.byOrganisation}</h2>
        <OrganisationRanking rows={data.organisations} />
      </section>
    </div>
  );
}

function Figure({
  icon,
  label,
  value,
  to,
  note,
  tone,
}: {
  readonly icon: ReactNode;
  readonly label: string;
  readonly value: number;
  readonly to: string;
  readonly note?: string;
  readonly tone?: 'good' | 'bad';
}) {
  const { locale } = usePreferences();
  return (
    <Link to={to as never} className="hd-figure">
      <span className="hd-figure-label">
        {icon} {label}
      </span>
      <span className={`hd-figure-value ${tone === 'bad' && value > 0 ? 'hd-tone-text-bad' : ''}`}>
        {formatCompact(value, locale)}
      </span>
      <span className={`hd-figure-note ${tone ? `hd-tone-text-${tone}` : ''}`}>{note ?? ' '}</span>
    </Link>
  );
}

function SeverityBars({ counts }: { readonly counts: Readonly<Record<string, number>> }) {
  const t = useText();
  const { locale } = usePreferences();
  const most = Math.max(1, ...severities.map((severity) => counts[severity] ?? 0));
  return (
    <div className="hd-bars">
      {severities.map((severity) => {
        const count = counts[severity] ?? 0;
        return (
          <Link
            key={severity}
            to={'/findings' as never}
            search={{ filter: `severity:${severity}` } as never}
            className={`hd-bar hd-severity-${severity}`}
          >
            <span className="hd-bar-label">
              <SeverityShape severity={severity} /> {t[`severity_${severity}`]}
            </span>
            <span className="hd-bar-track">
              <span style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <span className="hd-bar-value">{formatCompact(count, locale)}</span>
          </Link>
        );
      })}
    </div>
  );
}

function DayChart({ days }: { readonly days: Overview['findingsByDay'] }) {
  const t = useText();
  if (days.length === 0) return <EmptyView kind="nothing-yet" title={t.noTrend} />;
  return (
    <TrendChart
      label={t.findingsByDay}
      days={days.map(({ day }) => day)}
      series={[
        { name: t.raised, tone: 'accent', values: days.map(({ raised }) => raised) },
        { name: t.fixed, tone: 'good', values: days.map(({ fixed }) => fixed) },
      ]}
    />
  );
}

function OrganisationRanking({ rows }: { readonly rows: Overview['organisations'] }) {
  const t = useText();
  const { locale } = usePreferences();
  if (rows.length === 0) return <EmptyView kind="nothing-yet" title={t.noRanking} />;
  const most = Math.max(1, ...rows.map(({ open }) => open));
  return (
    <div className="hd-ranking">
      {rows.map((row, index) => (
        <Link key={row.id} to={'/findings' as never} search={{ filter: `organisation:${row.id}` } as never}>
          <span className="hd-ranking-place">{index + 1}</span>
          <span className="hd-ranking-name">{row.name}</span>
          <span className="hd-bar-track">
            <span style={{ width: `${(row.open / most) * 100}%` }} />
          </span>
          <span className="hd-bar-value">{formatCompact(row.open, locale)}</span>
          <span className={row.overdue > 0 ? 'hd-tone-text-bad' : 'hd-faint'}>
            {row.overdue > 0 ? t.overdueCount(row.overdue) : t.noneOverdue}
          </span>
        </Link>
      ))}
    </div>
  );
}

/** What to do on an empty platform, each step one click, only those this person may do. */
function FirstSteps() {
  const t = useText();
  const mayOrganise = usePermission('organisation.write');
  const mayInvite = usePermission('user.write');
  const mayAsset = usePermission('asset.write');
  return (
    <section className="hd-card hd-first">
      <h2>{t.firstSteps}</h2>
      <p className="hd-faint">{t.firstStepsText}</p>
      <div className="hd-first-steps">
        {mayOrganise && (
          <FirstStep
            number={1}
            title={t.stepOrganisations}
            text={t.stepOrganisationsText}
            to="/organisations"
            verb={t.toOrganisations}
          />
        )}
        {mayInvite && <FirstStep number={2} title={t.stepUsers} text={t.stepUsersText} to="/users" verb={t.toUsers} />}
        {mayAsset && (
          <FirstStep number={3} title={t.stepAssets} text={t.stepAssetsText} to="/assets" verb={t.toAssets} />
        )}
        <SamplesCard />
      </div>
    </section>
  );
}

function FirstStep({
  number,
  title,
  text,
  to,
  verb,
}: {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly to: string;
  readonly verb: string;
}) {
  return (
    <div className="hd-first-step">
      <span className="hd-first-number">{number}</span>
      <strong>{title}</strong>
      <p>{text}</p>
      <Link to={to as never}>
        <Button size="small">{verb}</Button>
      </Link>
    </div>
  );
}
