/**
 * Making a source: an example of what it sends, by file or from its address, and the mapping of its fields.
 * @module
 */
import {
  Button,
  ErrorView,
  FileUpload,
  Input,
  InputNumber,
  Labelled,
  Modal,
  Segmented,
  Select,
  Skeleton,
  Switch,
  useMessages,
  useOperation,
  useWrite,
} from '@hedun/ui';
import { useEffect, useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { Connection, ContentsShape, SourceSummary } from '../../source-shapes.ts';
import { type Mapping, MappingFields, mappingFrom } from './MappingFields.tsx';

const emptyConnection: Connection = { url: '', header: 'Authorization', paging: { kind: 'none' }, everyMinutes: 60 };

export function SourceEditor({
  source,
  onClose,
}: {
  readonly source: SourceSummary | null;
  readonly onClose: (saved?: SourceSummary) => void;
}) {
  const t = useMessages(workdesk);
  const [name, setName] = useState(source?.name ?? '');
  const [way, setWay] = useState<'file' | 'pull'>(source?.connection ? 'pull' : 'file');
  const [connection, setConnection] = useState<Connection>(source?.connection ?? emptyConnection);
  const [credential, setCredential] = useState('');
  const [enabled, setEnabled] = useState(source?.enabled ?? true);
  const [evidenceId, setEvidenceId] = useState<string | null>(null);
  const [contents, setContents] = useState<ContentsShape | null>(null);
  const [mapping, setMapping] = useState<Mapping | null>(source?.mapping ?? null);
  const take = (found: ContentsShape) => {
    setContents(found);
    if (!source) setMapping(mappingFrom(found));
  };
  const described = useOperation<Workdesk, 'describeFile'>(
    workdesk,
    'describeFile',
    { evidenceId: evidenceId ?? '' },
    { enabled: evidenceId !== null },
  );
  // The answer of a file becomes the beginning of what the person changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer.
  useEffect(() => {
    if (described.data) take(described.data);
  }, [described.data]);
  const probe = useWrite<Workdesk, 'describeAddress'>(workdesk, 'describeAddress', { onDone: take });
  const save = useWrite<Workdesk, 'saveSource'>(workdesk, 'saveSource', { onDone: onClose });
  const secret = credential === '' ? {} : { credential };
  const usable = name.trim() !== '' && mapping?.fields.title !== undefined && (way === 'file' || connection.url !== '');
  return (
    <Modal
      open
      width={820}
      style={{ top: 40 }}
      title={source ? source.name : t.newSource}
      mask={{ closable: false }}
      okText={t.saveSource}
      okButtonProps={{ disabled: !usable, loading: save.isPending }}
      onCancel={() => onClose()}
      onOk={() =>
        mapping &&
        save.mutate({
          ...(source ? { id: source.id } : {}),
          name: name.trim(),
          mapping: { ...mapping, fields: { ...mapping.fields }, severities: { ...mapping.severities } },
          connection: way === 'pull' ? connection : null,
          ...secret,
          enabled,
        })
      }
    >
      <div className="hd-stack">
        <div className="hd-columns">
          <Labelled label={t.sourceName}>
            {(id) => (
              <Input
                id={id}
                value={name}
                placeholder={t.sourceNameHint}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Labelled>
          <Labelled label={t.sourceWay}>
            {(id) => (
              <Segmented
                id={id}
                block
                value={way}
                onChange={(next) => setWay(next as 'file' | 'pull')}
                options={[
                  { value: 'file', label: t.wayFile },
                  { value: 'pull', label: t.wayPull },
                ]}
              />
            )}
          </Labelled>
        </div>
        {way === 'file' ? (
          <FileUpload hint={t.exampleHint} onUploaded={({ id }) => setEvidenceId(id)} />
        ) : (
          <ConnectionFields
            connection={connection}
            onChange={setConnection}
            credential={credential}
            onCredential={setCredential}
            hasCredential={source?.hasCredential ?? false}
            probing={probe.isPending}
            onProbe={() => probe.mutate({ connection, ...secret, ...(source ? { sourceId: source.id } : {}) })}
          />
        )}
        {evidenceId !== null && described.isPending && <Skeleton rows={4} />}
        {described.isError && <ErrorView error={described.error} compact />}
        {probe.error && <ErrorView error={probe.error} compact />}
        {mapping && <MappingFields contents={contents} mapping={mapping} onChange={setMapping} />}
        {source && (
          <div className="hd-form-actions" style={{ justifyContent: 'flex-start' }}>
            <Switch aria-label={t.sourceEnabled} checked={enabled} onChange={setEnabled} /> {t.sourceEnabled}
          </div>
        )}
        {save.error && <ErrorView error={save.error} compact />}
      </div>
    </Modal>
  );
}

function ConnectionFields({
  connection,
  onChange,
  credential,
  onCredential,
  hasCredential,
  probing,
  onProbe,
}: {
  readonly connection: Connection;
  readonly onChange: (connection: Connection) => void;
  readonly credential: string;
  readonly onCredential: (credential: string) => void;
  readonly hasCredential: boolean;
  readonly probing: boolean;
  readonly onProbe: () => void;
}) {
  const t = useMessages(workdesk);
  const { paging } = connection;
  const pagings: Readonly<Record<Connection['paging']['kind'], Connection['paging']>> = {
    none: { kind: 'none' },
    page: { kind: 'page', parameter: 'page', first: 1 },
    cursor: { kind: 'cursor', parameter: 'cursor', path: 'next' },
    link: { kind: 'link' },
  };
  return (
    <>
      <Labelled label={t.address}>
        {(id) => (
          <Input
            id={id}
            value={connection.url}
            placeholder="https://platform.example.cn/api/vulnerabilities?since={since}"
            onChange={({ target }) => onChange({ ...connection, url: target.value.trim() })}
          />
        )}
      </Labelled>
      <div className="hd-columns">
        <Labelled label={t.credentialHeader}>
          {(id) => (
            <Input
              id={id}
              value={connection.header}
              onChange={({ target }) => onChange({ ...connection, header: target.value })}
            />
          )}
        </Labelled>
        <Labelled label={t.credential}>
          {(id) => (
            <Input.Password
              id={id}
              autoComplete="new-password"
              value={credential}
              placeholder={hasCredential ? t.credentialKept : ''}
              onChange={({ target }) => onCredential(target.value)}
            />
          )}
        </Labelled>
        <Labelled label={t.everyMinutes}>
          {(id) => (
            <InputNumber
              id={id}
              style={{ width: '100%' }}
              min={5}
              max={10_080}
              value={connection.everyMinutes}
              onChange={(everyMinutes) => onChange({ ...connection, everyMinutes: everyMinutes ?? 60 })}
            />
          )}
        </Labelled>
      </div>
      <div className="hd-columns">
        <Labelled label={t.paging}>
          {(id) => (
            <Select
              id={id}
              style={{ width: '100%' }}
              value={paging.kind}
              options={(['none', 'page', 'cursor', 'link'] as const).map((value) => ({
                value,
                label: t[`paging_${value}`],
              }))}
              onChange={(kind) => onChange({ ...connection, paging: pagings[kind] })}
            />
          )}
        </Labelled>
        {'parameter' in paging && (
          <Labelled label={t.pagingParameter}>
            {(id) => (
              <Input
                id={id}
                value={paging.parameter}
                onChange={({ target }) => onChange({ ...connection, paging: { ...paging, parameter: target.value } })}
              />
            )}
          </Labelled>
        )}
        {paging.kind === 'cursor' && (
          <Labelled label={t.pagingPath}>
            {(id) => (
              <Input
                id={id}
                value={paging.path}
                onChange={({ target }) => onChange({ ...connection, paging: { ...paging, path: target.value } })}
              />
            )}
          </Labelled>
        )}
      </div>
      <div className="hd-form-actions" style={{ justifyContent: 'flex-start' }}>
        <Button loading={probing} disabled={connection.url === ''} onClick={onProbe}>
          {t.probe}
        </Button>
      </div>
    </>
  );
}
