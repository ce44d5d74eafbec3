/**
 * Import of assets in three steps: the file, what each column means with every bad row named, the job. Nothing is written before the last.
 * @module
 */
import type { Evidence } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Alert, Button, Checkbox, Modal, Select, Steps } from 'antd';
import { useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { JobLine } from '../live/JobTray.tsx';
import { useLiveJob } from '../live/stream.ts';
import { ErrorView, IssueList } from '../parts/ErrorView.tsx';
import { FileUpload } from '../parts/FileUpload.tsx';
import { OrganisationSelect } from '../parts/organisations.tsx';
import { Skeleton } from '../parts/states.tsx';
import { type OutputOf, useOperation, useWrite } from '../platform/api.ts';
import { useSession } from '../platform/session.tsx';
import { plain } from '../table/Row.tsx';
import { formatNumber } from '../texts/format.ts';
import { useSay, useText } from '../texts/index.ts';
import { useKindTitles } from './words.tsx';

type Preview = OutputOf<Kernel, 'previewAssetImport'>;
type Target = Preview['targets'][number];
const basicTargets = new Set([
  'name',
  'kind',
  'organisation',
  'organisationId',
  'identifiers',
  'status',
  'protectionLevel',
  'responsible',
  'tags',
]);
const shownIssues = 100;
const shownRows = 8;

export function AssetImport({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const { user } = useSession();
  const [organisationId, setOrganisationId] = useState<string | undefined>(user.organisationId);
  const [evidence, setEvidence] = useState<Evidence | null>(null);
  const [columns, setColumns] = useState<Readonly<Record<string, string>> | null>(null);
  const [skipBadRows, setSkipBadRows] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useLiveJob(jobId);
  const chosen = { ...(columns ? { columns } : {}), ...(organisationId ? { organisationId } : {}) };
  const preview = useOperation<Kernel, 'previewAssetImport'>(
    kernel,
    'previewAssetImport',
    { evidenceId: evidence?.id ?? '', ...chosen },
    { enabled: evidence !== null, keep: true },
  );
  const start = useWrite<Kernel, 'importAssets'>(kernel, 'importAssets', { onDone: ({ jobId: id }) => setJobId(id) });
  const step = jobId ? 2 : evidence ? 1 : 0;
  const bad = preview.data?.issueCount ?? 0;
  return (
    <Modal
      open
      title={t.importAssets}
      width={960}
      footer={null}
      mask={{ closable: false }}
      onCancel={onClose}
      style={{ top: 40 }}
    >
      <Steps
        size="small"
        current={step}
        items={[{ title: t.importStepFile }, { title: t.importStepCheck }, { title: t.importStepRun }]}
        style={{ margin: '8px 0 20px' }}
      />
      {step === 0 && (
        <div className="hd-stack">
          <label className="hd-field">
            <span>{t.importOwner}</span>
            <OrganisationSelect value={organisationId} onChange={setOrganisationId} allowClear />
          </label>
          <FileUpload
            accept=".csv,.xlsx"
            hint={t.importHint}
            organisationId={organisationId}
            onUploaded={setEvidence}
          />
        </div>
      )}
      {step === 1 && (
        <div className="hd-stack">
          {preview.isPending && <Skeleton rows={8} />}
          {preview.isError && <ErrorView error={preview.error} />}
          {preview.data && <PreviewView preview={preview.data} onColumns={setColumns} />}
          {preview.data && bad > 0 && (
            <Checkbox checked={skipBadRows} onChange={({ target }) => setSkipBadRows(target.checked)}>
              {t.skipBadRows}
            </Checkbox>
          )}
          {start.error && <ErrorView error={start.error} compact />}
          <div className="hd-form-actions">
            <Button
              onClick={() => {
                setEvidence(null);
                setColumns(null);
              }}
            >
              {t.otherFile}
            </Button>
            <Button
              type="primary"
              loading={start.isPending}
              disabled={!preview.data || preview.data.good === 0 || (bad > 0 && !skipBadRows)}
              onClick={() => evidence && start.mutate({ evidenceId: evidence.id, ...chosen, skipBadRows })}
            >
              {t.importGood(preview.data?.good ?? 0)}
            </Button>
          </div>
        </div>
      )}
      {step === 2 && (
        <div className="hd-stack">
          {job ? <JobLine job={job} /> : <p>{t.jobQueued(t.importAssets)}</p>}
          <p className="hd-faint">{t.importRuns}</p>
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

function PreviewView({
  preview,
  onColumns,
}: {
  readonly preview: Preview;
  readonly onColumns: (columns: Readonly<Record<string, string>>) => void;
}) {
  const t = useText();
  const say = useSay();
  const { locale } = usePreferences();
  const number = (value: number) => formatNumber(value, locale);
  const kindTitle = useKindTitles('assetKinds');
  /** What was expected in the reader's words: kinds by their titles, a range as such. */
  const readable = <I extends { readonly expected: string }>(issue: I): I => ({
    ...issue,
    expected: issue.expected
      .replace(/^(\d+) to (\d+)$/, (_, from: string, to: string) => t.rangeOf(from, to))
      .split(', ')
      .map(kindTitle)
      .join(t.listComma),
  });
  const options = preview.headers.map((header) => ({ value: header, label: header }));
  // The targets a file has, and those every asset has, come first; the attributes of single kinds stand behind a fold.
  const isCommon = ({ name, required }: Target) => required || name in preview.columns || basicTargets.has(name);
  const common = preview.targets.filter(isCommon);
  const rare = preview.targets.filter((target) => !isCommon(target));
  const choice = (target: Target) => (
    <label key={target.name}>
      <span>
        {say(target.title)}
        {target.required && <em className="hd-tone-text-bad"> *</em>}
      </span>
      <Select
        size="small"
        allowClear
        placeholder={t.notImported}
        value={preview.columns[target.name]}
        options={options}
        onChange={(header: string | undefined) => {
          const { [target.name]: _, ...others } = preview.columns;
          onColumns(header ? { ...others, [target.name]: header } : others);
        }}
      />
    </label>
  );
  return (
    <>
      <Alert
        type={preview.issueCount > 0 ? 'warning' : 'success'}
        showIcon
        title={
          preview.issueCount > 0
            ? t.previewSomeBad(number(preview.total), number(preview.good), number(preview.issueCount))
            : t.previewAllGood(number(preview.total))
        }
      />
      {preview.issues.length > 0 && (
        <>
          <h3>{t.badRows}</h3>
          <div className="hd-scroll-box">
            <IssueList issues={preview.issues.slice(0, shownIssues).map(readable)} />
          </div>
        </>
      )}
      <h3>{t.columnMapping}</h3>
      <div className="hd-mapping">{common.map(choice)}</div>
      <details>
        <summary className="hd-link">{t.moreColumns(rare.length)}</summary>
        <div className="hd-mapping">{rare.map(choice)}</div>
      </details>
      <h3>{t.firstRows}</h3>
      <div className="hd-scroll-box">
        <table className="hd-issues">
          <thead>
            <tr>
              {Object.keys(preview.rows[0] ?? {}).map((name) => {
                const target = preview.targets.find((each) => each.name === name);
                return <th key={name}>{target ? say(target.title) : name === 'line' ? t.line : name}</th>;
              })}
            </tr>
          </thead>
          <tbody>
            {preview.rows.slice(0, shownRows).map((row, index) => (
              <tr key={String(index)}>
                {Object.entries(row).map(([name, value]) => (
                  <td key={name}>{plain(value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
