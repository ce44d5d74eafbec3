/**
 * Long work at a glance: what runs, how far, cancel, retry, and where its result lies. It survives a reload, because the server keeps it.
 * @module
 */
import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  LoadingOutlined,
  StopFilled,
  UnorderedListOutlined,
} from '@ant-design/icons';
import type { FileReference, Job } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Link } from '@tanstack/react-router';
import { Badge, Button, Popover, Progress, Tooltip } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { FileLink } from '../parts/FileLink.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { useOperation, useWrite } from '../platform/api.ts';
import { useSession } from '../platform/session.tsx';
import { formatNumber } from '../texts/format.ts';
import { useSay, useText } from '../texts/index.ts';
import { isFinished } from './latest.ts';
import { takeJobs, useLiveJobs, useLiveStream } from './stream.ts';

export function JobTray() {
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const { user } = useSession();
  const [open, setOpen] = useState(false);
  const known = useOperation<Kernel, 'listJobs'>(kernel, 'listJobs', { limit: 20 });
  useEffect(() => {
    if (known.data) takeJobs(known.data.items as readonly Job[]);
  }, [known.data]);
  useLiveStream(
    user.id,
    useCallback(
      (job: Job) => {
        // What others and the clock start is in the tray; only one's own work is announced.
        if (job.startedBy !== user.id) return;
        const title = say(job.title);
        if (job.status === 'succeeded') feedback.success(t.jobSucceeded(title), { action: <JobResult job={job} /> });
        if (job.status === 'failed') feedback.failure(new Error(t.jobFailed(title, failureText(job) ?? '')));
      },
      [feedback, say, t, user.id],
    ),
  );
  const jobs = useLiveJobs().slice(0, 20);
  const running = jobs.filter((job) => !isFinished(job)).length;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title={t.jobs}
      content={
        <div className="hd-tray">
          {jobs.length === 0 && <p className="hd-faint">{t.noJobs}</p>}
          {jobs.map((job) => (
            <JobLine key={job.id} job={job} />
          ))}
          <Link to={'/jobs' as never} onClick={() => setOpen(false)}>
            {t.allJobs}
          </Link>
        </div>
      }
    >
      <Tooltip title={open ? '' : t.jobs}>
        <Button
          type="text"
          aria-label={t.jobs}
          icon={
            <Badge count={running} size="small" offset={[2, -2]}>
              {running > 0 ? <LoadingOutlined spin /> : <UnorderedListOutlined />}
            </Badge>
          }
        />
      </Tooltip>
    </Popover>
  );
}

export function JobLine({ job }: { readonly job: Job }) {
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const options = { onDone: (next: Job) => takeJobs([next]) };
  const cancel = useWrite<Kernel, 'cancelJob'>(kernel, 'cancelJob', options as never);
  const retry = useWrite<Kernel, 'retryJob'>(kernel, 'retryJob', options as never);
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  return (
    <div className="hd-job">
      <div className="hd-job-head">
        <JobIcon status={job.status} />
        <span className="hd-job-title">{say(job.title)}</span>
        <span className="hd-grow" />
        {!isFinished(job) && (
          <Button size="small" type="link" onClick={() => cancel.mutate({ id: job.id }, fail)}>
            {t.cancel}
          </Button>
        )}
        {(job.status === 'failed' || job.status === 'cancelled') && (
          <Button size="small" type="link" onClick={() => retry.mutate({ id: job.id }, fail)}>
            {t.retry}
          </Button>
        )}
      </div>
      <JobProgress job={job} />
      <JobResult job={job} />
    </div>
  );
}

/** n of total, rate and time left while it runs; what came of it afterwards. */
export function JobProgress({ job }: { readonly job: Job }) {
  const t = useText();
  const { locale } = usePreferences();
  if (isFinished(job)) {
    const failure = failureText(job);
    return (
      <div className="hd-job-line">
        <TimeText at={job.finishedAt} />
        {failure ? <span className="hd-tone-text-bad">{failure}</span> : job.message && <span>{job.message}</span>}
      </div>
    );
  }
  const number = (value: number) => formatNumber(Math.round(value), locale);
  const seconds = job.startedAt ? (Date.now() - Date.parse(job.startedAt)) / 1000 : 0;
  const rate = seconds > 1 ? job.done / seconds : 0;
  return (
    <div>
      <Progress percent={job.total > 0 ? Math.floor((job.done / job.total) * 100) : 0} size="small" status="active" />
      <div className="hd-job-line">
        {job.status === 'queued' ? t.job_queued : job.total > 0 && t.progressOf(number(job.done), number(job.total))}
        {rate > 0 && job.total > job.done && (
          <span>{t.progressRate(number(rate), Math.ceil((job.total - job.done) / rate))}</span>
        )}
        {job.message && <span>{job.message}</span>}
      </div>
    </div>
  );
}

function JobIcon({ status }: { readonly status: Job['status'] }) {
  if (status === 'running') return <LoadingOutlined className="hd-tone-text-accent" />;
  if (status === 'succeeded') return <CheckCircleFilled className="hd-tone-text-good" />;
  if (status === 'failed') return <CloseCircleFilled className="hd-tone-text-bad" />;
  return status === 'queued' ? <ClockCircleOutlined className="hd-faint" /> : <StopFilled className="hd-faint" />;
}

/** The file a job made, or of the counts it answered those that have a word; the record it worked on tells the rest. */
export function JobResult({ job }: { readonly job: Job }) {
  const { locale } = usePreferences();
  const t = useText() as unknown as Readonly<Record<string, string>>;
  if (job.status !== 'succeeded' || typeof job.result !== 'object' || job.result === null) return null;
  const result = job.result as Record<string, unknown>;
  const file = (isFile(result) ? result : isFile(result.file) ? result.file : null) as FileReference | null;
  if (file) return <FileLink file={file} />;
  const counts = Object.entries(result).flatMap(([name, value]) => {
    const word = t[`count_${name}`];
    return word && typeof value === 'number' ? [[word, value] as const] : [];
  });
  if (counts.length === 0) return null;
  return (
    <div className="hd-job-line">
      {counts.map(([word, value]) => (
        <span key={word}>{`${word} ${formatNumber(value, locale)}`}</span>
      ))}
    </div>
  );
}
function isFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sha256' in value && 'href' in value;
}

function failureText(job: Job): string | null {
  const error = job.error as { message?: string; code?: string } | string | null;
  if (!error) return null;
  return typeof error === 'string' ? error : (error.message ?? error.code ?? null);
}
