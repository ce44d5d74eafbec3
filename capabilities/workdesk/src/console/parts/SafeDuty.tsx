/**
 * What a unit has to report in one protection period: the button for now, the times of today, how well it went so far. Made for a thumb.
 * @module
 */
import {
  Alert,
  Button,
  Link,
  OperationDialog,
  Section,
  StatusTag,
  Tooltip,
  useFeedback,
  useMessages,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { type MySafePeriod, reportStatusWords, type SlotCell, slotStateWords } from '../../safe-report-shapes.ts';
import { beijingClock, slotTone } from './slot-look.ts';

export function SafeDuty({ duty }: { readonly duty: MySafePeriod }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const [telling, setTelling] = useState(false);
  const { period, current, organisationId, cells, discipline, next } = duty;
  const report = useWrite<Workdesk, 'reportSafe'>(workdesk, 'reportSafe', {
    onDone: () => feedback.success(t.reportedThanks),
  });
  const opened = cells.some(({ state }) => state !== 'upcoming');
  const abnormal = cells.some(({ report }) => report?.status === 'abnormal');
  const about = { periodId: period.id, organisationId };
  return (
    <article className="hd-card hd-stack">
      <div>
        <h2>{period.title}</h2>
        <div className="hd-faint">{`${duty.unitName} · ${period.fromDay} — ${period.toDay}`}</div>
      </div>
      {period.note && <div className="hd-prose">{period.note}</div>}
      {current ? (
        <>
          <Button
            type="primary"
            block
            loading={report.isPending}
            style={{ height: 72, fontSize: 20, fontWeight: 600 }}
            onClick={() =>
              report.mutate({ ...about, time: current.time }, { onError: (error) => feedback.failure(error) })
            }
          >
            {current.state === 'overdue' ? t.makeUp({ time: current.time }) : t.reportSafeNow({ time: current.time })}
          </Button>
          {current.state === 'open' && (
            <div className="hd-faint" style={{ textAlign: 'center' }}>
              {t.dueToday({ time: current.time })}
            </div>
          )}
        </>
      ) : (
        opened && (
          <Alert
            type={abnormal ? 'warning' : 'success'}
            showIcon
            title={abnormal ? t.abnormalReported : t.allReported}
          />
        )
      )}
      {opened && (
        <Button danger block size="large" onClick={() => setTelling(true)}>
          {t.reportAbnormalNow}
        </Button>
      )}
      {!current && (
        <div className="hd-faint" style={{ textAlign: 'center' }}>
          {next ? t.nextReport({ day: next.day, time: next.time, opens: beijingClock(next.opensAt) }) : t.noMoreReports}
        </div>
      )}
      {cells.map((cell) => (
        <TodayCell key={cell.time} cell={cell} />
      ))}
      <div className="hd-figures" style={{ gridTemplateColumns: 'repeat(4, minmax(0, 1fr))', gap: 8 }}>
        {(
          [
            [t.streak, discipline.streak],
            [t.askedCount, discipline.asked],
            [t.lateCount, discipline.late],
            [t.missingCount, discipline.missing],
          ] as const
        ).map(([label, value]) => (
          <div key={label} className="hd-figure" style={{ padding: '8px 10px' }}>
            <span className="hd-figure-label">{label}</span>
            <strong className="hd-number" style={{ fontSize: 20 }}>
              {value}
            </strong>
          </div>
        ))}
      </div>
      {duty.history.length > 0 && (
        <Section title={t.pastReports}>
          <Past cells={duty.history} />
        </Section>
      )}
      {telling && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="reportAbnormal"
          open
          title={t.reportAbnormalNow}
          submitText={t.reportAbnormalNow}
          preset={about}
          omit={['time']}
          onCancel={() => setTelling(false)}
          onDone={() => setTelling(false)}
        />
      )}
    </article>
  );
}

function TodayCell({ cell: { time, state, report } }: { readonly cell: SlotCell }) {
  const t = useMessages(workdesk);
  const say = useSay();
  return (
    <div className="hd-stack" style={{ gap: 4, paddingTop: 8, borderTop: '1px solid var(--hd-border)' }}>
      <div style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 8 }}>
        <strong className="hd-number">{time}</strong>
        {report ? (
          <StatusTag tone={report.status === 'safe' ? 'good' : 'bad'}>
            {say(reportStatusWords[report.status])}
          </StatusTag>
        ) : (
          <StatusTag tone={slotTone({ state, report })}>{say(slotStateWords[state])}</StatusTag>
        )}
        {report?.late && <StatusTag tone="warn">{t.lateCount}</StatusTag>}
        <span className="hd-grow" />
        {report && (
          <span className="hd-faint">{t.byAt({ name: report.byName, at: beijingClock(report.reportedAt) })}</span>
        )}
      </div>
      {report?.status === 'abnormal' && (
        <div className="hd-prose">
          {report.detail}
          {report.safeBefore && <div className="hd-faint">{t.safeBefore({ at: beijingClock(report.safeBefore) })}</div>}
          {report.findingId && (
            <div>
              <Link to={`/findings?id=${report.findingId}` as never}>{t.openFinding}</Link>
            </div>
          )}
        </div>
      )}
    </div>
  );
}

/** The last reports as squares, earliest first. */
function Past({ cells }: { readonly cells: readonly SlotCell[] }) {
  const say = useSay();
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
      {cells.toReversed().map((cell) => {
        const word = cell.report?.status === 'abnormal' ? reportStatusWords.abnormal : slotStateWords[cell.state];
        return (
          <Tooltip key={`${cell.day} ${cell.time}`} title={`${cell.day} ${cell.time} ${say(word)}`}>
            <span
              role="img"
              aria-label={`${cell.day} ${cell.time} ${say(word)}`}
              className={`hd-tone-${slotTone(cell)}`}
              style={{
                width: 18,
                height: 18,
                borderRadius: 4,
                background: 'color-mix(in srgb, var(--tone) 70%, var(--hd-surface))',
              }}
            />
          </Tooltip>
        );
      })}
    </div>
  );
}
