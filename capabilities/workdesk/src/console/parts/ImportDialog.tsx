/**
 * Importing in three steps: the file, what is in it and whose it will be, the job. Nothing is written before the last.
 * @module
 */
import {
  Alert,
  Button,
  Checkbox,
  ClientFailure,
  ErrorView,
  FileUpload,
  IssueList,
  Modal,
  OrganisationName,
  Section,
  SeverityTag,
  Skeleton,
  Steps,
  useMessages,
  useOperation,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { Preview } from '../../shapes.ts';
import { UnknownFile } from './UnknownFile.tsx';

const shownUnits = 12;
const codeOf = (error: unknown) => (error instanceof ClientFailure ? error.code : '');

export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useMessages(workdesk);
  const [evidenceId, setEvidenceId] = useState<string | null>(null);
  const [sourceId, setSourceId] = useState<string | null>(null);
  const [partial, setPartial] = useState(false);
  const format = sourceId === null ? {} : { format: `source:${sourceId}` };
  const [started, setStarted] = useState(false);
  const preview = useOperation<Workdesk, 'previewScan'>(
    workdesk,
    'previewScan',
    { evidenceId: evidenceId ?? '', ...format },
    { enabled: evidenceId !== null },
  );
  const start = useWrite<Workdesk, 'importScan'>(workdesk, 'importScan', { onDone: () => setStarted(true) });
  const broken = (preview.data?.issues.length ?? 0) > 0;
  const step = started ? 2 : evidenceId ? 1 : 0;
  return (
    <Modal
      open
      title={t.importScan}
      width={860}
      footer={null}
      mask={{ closable: false }}
      onCancel={onClose}
      style={{ top: 40 }}
    >
      <Steps
        size="small"
        current={step}
        items={[{ title: t.stepFile }, { title: t.stepCheck }, { title: t.stepRun }]}
        style={{ margin: '8px 0 20px' }}
      />
      {step === 0 && <FileUpload hint={t.fileHint} onUploaded={({ id }) => setEvidenceId(id)} />}
      {step === 1 && (
        <div className="hd-stack">
          {preview.isPending && <Skeleton rows={8} />}
          {preview.isError &&
            (evidenceId && codeOf(preview.error) === 'workdesk.scan_unknown' && sourceId === null ? (
              <UnknownFile evidenceId={evidenceId} onSource={setSourceId} />
            ) : (
              <ErrorView error={preview.error} />
            ))}
          {preview.data && <PreviewView preview={preview.data} />}
          {broken && (
            <Checkbox checked={partial} onChange={({ target }) => setPartial(target.checked)}>
              {t.goodPart}
            </Checkbox>
          )}
          {start.error && <ErrorView error={start.error} compact />}
          <div className="hd-form-actions">
            <Button
              onClick={() => {
                setEvidenceId(null);
                setSourceId(null);
              }}
            >
              {t.back}
            </Button>
            <Button
              type="primary"
              loading={start.isPending}
              disabled={!preview.data || preview.data.importedBefore !== null || (broken && !partial)}
              onClick={() => evidenceId && start.mutate({ evidenceId, partial, ...format })}
            >
              {t.start}
            </Button>
          </div>
        </div>
      )}
      {step === 2 && (
        <div className="hd-stack">
          <Alert type="success" showIcon title={t.running} />
          <div className="hd-form-actions">
            <Button type="primary" onClick={onClose}>
              {t.close}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}

function PreviewView({ preview }: { readonly preview: Preview }) {
  const t = useMessages(workdesk);
  const lost = preview.unresolved.reduce((sum, { findings }) => sum + findings, 0);
  return (
    <>
      <Alert
        type={preview.issues.length > 0 ? 'warning' : 'success'}
        showIcon
        title={t.recognised({ format: preview.formatTitle, found: preview.found, more: preview.complete ? 0 : 1 })}
        description={preview.importedBefore ? t.importedBefore : undefined}
      />
      {preview.issues.length > 0 && (
        <Section title={t.brokenPreview({ count: preview.issues.length })}>
          <div className="hd-scroll-box">
            <IssueList issues={preview.issues} />
          </div>
        </Section>
      )}
      <div className="hd-columns">
        <Section title={t.belongs}>
          <ul className="hd-plain-list">
            {preview.units.slice(0, shownUnits).map(({ organisationId, findings }) => (
              <li key={organisationId}>
                <OrganisationName id={organisationId} />
                <span className="hd-grow" />
                {t.findingsCount({ count: findings })}
              </li>
            ))}
          </ul>
        </Section>
        {lost > 0 && (
          <Section title={`${t.unassigned} (${lost})`}>
            <ul className="hd-plain-list">
              {preview.unresolved.slice(0, shownUnits).map(({ target, findings }) => (
                <li key={target}>
                  <code>{target || t.noAddress}</code>
                  <span className="hd-grow" />
                  {t.findingsCount({ count: findings })}
                </li>
              ))}
            </ul>
          </Section>
        )}
      </div>
      <Section title={t.sample}>
        <div className="hd-scroll-box">
          <ul className="hd-plain-list">
            {preview.sample.map((each, index) => (
              <li key={String(index)}>
                <SeverityTag severity={each.severity} />
                <span>{each.title}</span>
                <span className="hd-grow" />
                <code className="hd-faint">{each.target}</code>
              </li>
            ))}
          </ul>
        </div>
      </Section>
    </>
  );
}
