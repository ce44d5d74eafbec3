/**
 * A file no scanner format claims: read by a source that fits, or mapped here once.
 * @module
 */
import { Alert, Button, ErrorView, Input, Skeleton, useMessages, useOperation, useWrite } from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { ContentsShape } from '../../source-shapes.ts';
import { type Mapping, MappingFields, mappingFrom } from './MappingFields.tsx';

export function UnknownFile({
  evidenceId,
  onSource,
}: {
  readonly evidenceId: string;
  /** The source to read the file by. */
  readonly onSource: (sourceId: string) => void;
}) {
  const described = useOperation<Workdesk, 'describeFile'>(workdesk, 'describeFile', { evidenceId });
  if (described.isPending) return <Skeleton rows={6} />;
  if (described.isError) return <ErrorView error={described.error} />;
  return <Mapped key={evidenceId} contents={described.data} onSource={onSource} />;
}

function Mapped({ contents, onSource }: { readonly contents: ContentsShape; readonly onSource: (id: string) => void }) {
  const t = useMessages(workdesk);
  const [name, setName] = useState('');
  const [mapping, setMapping] = useState<Mapping>(mappingFrom(contents));
  const save = useWrite<Workdesk, 'saveSource'>(workdesk, 'saveSource', { onDone: ({ id }) => onSource(id) });
  const { knownAs } = contents;
  return (
    <div className="hd-stack">
      <Alert
        type="info"
        showIcon
        title={knownAs ? t.fitsSource({ name: knownAs.name }) : t.unknownFile}
        {...(knownAs
          ? {
              action: (
                <Button type="primary" size="small" onClick={() => onSource(knownAs.id)}>
                  {t.readAsSource}
                </Button>
              ),
            }
          : {})}
      />
      <MappingFields contents={contents} mapping={mapping} onChange={setMapping} />
      {save.error && <ErrorView error={save.error} compact />}
      <div className="hd-form-actions">
        <Input
          aria-label={t.sourceName}
          placeholder={t.sourceNameHint}
          value={name}
          style={{ maxWidth: 260 }}
          onChange={({ target }) => setName(target.value)}
        />
        <Button
          type={knownAs ? 'default' : 'primary'}
          loading={save.isPending}
          disabled={name.trim() === '' || mapping.fields.title === undefined}
          onClick={() =>
            save.mutate({
              name: name.trim(),
              mapping: { ...mapping, fields: { ...mapping.fields }, severities: { ...mapping.severities } },
            })
          }
        >
          {t.saveAndRead}
        </Button>
      </div>
    </div>
  );
}
