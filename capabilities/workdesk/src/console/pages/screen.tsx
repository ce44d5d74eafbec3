/**
 * The posture on a wall (态势大屏): the figures of the month, what is open by unit and kind, what is late, the latest notices. Dark whatever the theme, it
 * fills the window, asks again every minute, and every number leads to its list.
 * @module
 */
import {
  Button,
  ErrorView,
  formatTime,
  Link,
  palettes,
  Skeleton,
  useMessages,
  useNavigate,
  useNow,
  useOperation,
} from '@hedun/ui';
import type { CSSProperties } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { MonthFigures } from '../../figure-shapes.ts';
import type { NoticeSummary } from '../../shapes.ts';
import { type Counted, CountedLink } from '../parts/CountedLink.tsx';
import { HeatTable, useKindTitle } from '../parts/HeatTable.tsx';
import { useFigures, usePeriod } from '../parts/use-figures.ts';

const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** The dark palette as custom properties of this one element. */
const ground = Object.fromEntries(
  Object.entries(palettes.dark).map(([name, value]) => [`--hd-${dashed(name)}`, value]),
) as CSSProperties;

export function Page() {
  const t = useMessages(workdesk);
  const navigate = useNavigate();
  const now = useNow();
  const { period } = usePeriod();
  const query = useFigures(period);
  return (
    <div className="hd-screen" style={ground}>
      <header className="hd-screen-head">
        <h1>{t.screenTitle}</h1>
        <span className="hd-faint">{period}</span>
        <span className="hd-grow" />
        <span className="hd-number">{formatTime(new Date(now).toISOString())}</span>
        <Button ghost onClick={() => void document.documentElement.requestFullscreen?.()}>
          {t.fullScreen}
        </Button>
        <Button ghost onClick={() => void navigate({ to: '/workdesk/board' as never })}>
          {t.leaveScreen}
        </Button>
      </header>
      {query.isPending && <Skeleton rows={12} />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Wall figures={query.data} />}
    </div>
  );
}

function Wall({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk);
  const period = figures.month;
  const words = t as unknown as Readonly<Record<string, string>>;
  const kindTitle = useKindTitle();
  const bar = (key: string, label: string, value: number, most: number, of: Counted) => (
    <CountedLink key={key} of={of} className="hd-bar">
      <span className="hd-bar-label">{label}</span>
      <span className="hd-bar-track">
        <span
          style={{
            width: `${(value / most) * 100}%`,
            background: of.severity ? `var(--hd-${of.severity})` : 'var(--hd-accent)',
          }}
        />
      </span>
      <span className="hd-bar-value">{value}</span>
    </CountedLink>
  );
  const units = figures.units.filter(({ openAtEnd }) => openAtEnd > 0).slice(0, 8);
  const mostUnit = Math.max(1, ...units.map(({ openAtEnd }) => openAtEnd));
  const kinds = figures.kinds.filter(({ openAtEnd }) => openAtEnd > 0).slice(0, 6);
  const mostKind = Math.max(1, ...kinds.map(({ openAtEnd }) => openAtEnd));
  const mostTrend = Math.max(1, ...figures.trend.flatMap(({ found, verified }) => [found, verified]));
  return (
    <div className="hd-screen-wall">
      <div className="hd-figures hd-screen-figures">
        {(
          [
            [t.found, figures.found, 'found', false],
            [t.verified, figures.verified, 'verified', false],
            [t.openAtPeriodEnd, figures.openAtEnd, 'openAtEnd', false],
            [t.fixDays, figures.fixDays ?? '—', 'verified', false],
            [t.noticesIssued, figures.issued, 'issued', false],
            [t.archived, figures.archived, 'archived', false],
            [t.overdueAtPeriodEnd, figures.overdueAtEnd, 'overdueAtEnd', figures.overdueAtEnd > 0],
          ] as const
        ).map(([label, value, figure, bad]) => (
          <CountedLink key={label} of={{ figure, period }} className="hd-figure">
            <span className="hd-figure-label">{label}</span>
            <span className={`hd-figure-value ${bad ? 'hd-tone-text-bad' : ''}`}>{value}</span>
          </CountedLink>
        ))}
      </div>
      <section className="hd-card">
        <h2>{t.bySeverity}</h2>
        <div className="hd-bars">
          {figures.severities.map(({ severity, openAtEnd }) =>
            bar(
              severity,
              words[severity] ?? severity,
              openAtEnd,
              Math.max(1, ...figures.severities.map((each) => each.openAtEnd)),
              { figure: 'openAtEnd', period, severity },
            ),
          )}
        </div>
      </section>
      <section className="hd-card">
        <h2>{t.trend}</h2>
        <div className="hd-trend hd-trend-legend">
          <span className="hd-trend-accent">
            <i /> {t.found}
          </span>
          <span className="hd-trend-good">
            <i /> {t.verified}
          </span>
        </div>
        <div className="hd-screen-trend">
          {figures.trend.map(({ month, found, verified }) => (
            <div key={month} title={`${month} ${t.found} ${found} ${t.verified} ${verified}`}>
              <span>
                <i style={{ height: `${(found / mostTrend) * 100}%`, background: 'var(--hd-accent)' }} />
                <i style={{ height: `${(verified / mostTrend) * 100}%`, background: 'var(--hd-good)' }} />
              </span>
              <small>{month.slice(5)}</small>
            </div>
          ))}
        </div>
      </section>
      <section className="hd-card">
        <h2>{t.screenKinds}</h2>
        <div className="hd-bars">
          {kinds.map(({ kind, openAtEnd }) =>
            bar(kind, kindTitle(kind), openAtEnd, mostKind, { figure: 'openAtEnd', period, kind }),
          )}
        </div>
      </section>
      <section className="hd-card">
        <h2>{t.screenUnits}</h2>
        <div className="hd-bars">
          {units.map(({ organisationId, name, openAtEnd }) =>
            bar(organisationId, name, openAtEnd, mostUnit, { figure: 'openAtEnd', period, unit: organisationId }),
          )}
        </div>
      </section>
      <section className="hd-card hd-screen-wide">
        <h2>{t.heat}</h2>
        <HeatTable period={period} />
      </section>
      <Notices title={t.screenOverdue} filter="overdue:true" empty={t.nothingOverdue} bad />
      <Notices title={t.screenLatest} filter="" empty={t.noNotices} />
    </div>
  );
}

function Notices({
  title,
  filter,
  empty,
  bad = false,
}: {
  readonly title: string;
  readonly filter: string;
  readonly empty: string;
  readonly bad?: boolean;
}) {
  const query = useOperation<Workdesk, 'listNotices'>(
    workdesk,
    'listNotices',
    { filter, limit: 8, sort: '-issuedAt' },
    { keep: true, refreshMs: 60_000 },
  );
  const items = (query.data?.items ?? []) as readonly NoticeSummary[];
  return (
    <section className="hd-card">
      <h2>{title}</h2>
      {query.isPending && <Skeleton rows={3} />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <p className="hd-faint">{empty}</p>}
      <ul className="hd-plain-list">
        {items.map(({ id, number, title: about, dueOn }) => (
          <li key={id}>
            <Link to={'/workdesk/notices' as never} search={{ id } as never}>
              {number}
            </Link>
            <span className="hd-screen-line">{about}</span>
            <span className={bad ? 'hd-tone-text-bad' : 'hd-faint'}>{dueOn}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
