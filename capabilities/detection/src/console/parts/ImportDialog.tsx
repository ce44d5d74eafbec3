/**
 * Bringing a log file: upload, import as a job, and the way to what it showed.
 * @module
 */
import {
  Alert,
  Button,
  FileUpload,
  Modal,
  Select,
  Spin,
  useLiveJob,
  useMessages,
  useNavigate,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import { formatWords, type SourceSummary } from '../../declared/source-shapes.ts';

interface ImportResult {
  readonly records: number;
  readonly alerts: number;
  readonly incidents: readonly string[];
  readonly damaged: readonly string[];
}

export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useMessages(detection);
  const say = useSay();
  const go = useNavigate();
  const [evidenceId, setEvidenceId] = useState<string | null>(null);
  const [format, setFormat] = useState<SourceSummary['format']>('auto');
  const [jobId, setJobId] = useState<string | null>(null);
  const start = useWrite<Detection, 'importFile'>(detection, 'importFile', {
    onDone: (answer) => setJobId(answer.jobId),
  });
  const job = useLiveJob(jobId ?? '');
  const result = job?.status === 'succeeded' ? (job.result as ImportResult) : null;
  const incident = result?.incidents[0];
  return (
    <Modal
      open
      title={t.importFile}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={
        result ? (
          <Button
            type="primary"
            onClick={incident ? () => void go({ to: `/detection/incidents/${incident}` as never }) : onClose}
          >
            {incident ? t.importIncident : t.close}
          </Button>
        ) : (
          <Button
            type="primary"
            disabled={!evidenceId || jobId !== null}
            loading={start.isPending || (jobId !== null && job?.status !== 'failed')}
            onClick={() => evidenceId && start.mutate({ evidenceId, format })}
          >
            {t.importStart}
          </Button>
        )
      }
    >
      <div className="hd-stack">
        <FileUpload hint={t.importHelp} onUploaded={({ id }) => setEvidenceId(id)} />
        <Select
          value={format}
          onChange={setFormat}
          options={Object.entries(formatWords)
            .filter(([value]) => value !== 'pattern')
            .map(([value, label]) => ({ value: value as SourceSummary['format'], label: say(label) }))}
        />
        {jobId && !result && job?.status !== 'failed' && <Spin />}
        {job?.status === 'failed' && (
          <Alert type="error" showIcon title={String((job.error as { message?: string } | null)?.message ?? '')} />
        )}
        {result && (
          <Alert
            type={result.alerts > 0 ? 'warning' : 'success'}
            showIcon
            title={t.importDone({ records: result.records, alerts: result.alerts })}
            description={result.damaged.join('；')}
          />
        )}
      </div>
    </Modal>
  );
}
