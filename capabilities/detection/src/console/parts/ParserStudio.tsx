/**
 * Writing a parser on a line nobody could read: the pattern on one side, what it makes of the line on the other, as one types.
 * @module
 */
import {
  Alert,
  Button,
  Fields,
  Input,
  Labelled,
  Modal,
  Section,
  Tag,
  useMessages,
  useOperation,
  useWrite,
} from '@hedun/ui';
import { useEffect, useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import { placeNames } from '../../declared/page-words.ts';

const quietMs = 300;

export function ParserStudio({
  line: first,
  sourceId,
  onClose,
}: {
  readonly line: string;
  readonly sourceId: string;
  readonly onClose: () => void;
}) {
  const t = useMessages(detection);
  const [line, setLine] = useState(first);
  const [pattern, setPattern] = useState('');
  const [name, setName] = useState('');
  const [asked, setAsked] = useState({ line: first, pattern: '' });
  useEffect(() => {
    const timer = setTimeout(() => setAsked({ line, pattern }), quietMs);
    return () => clearTimeout(timer);
  }, [line, pattern]);
  const tried = useOperation<Detection, 'testParser'>(detection, 'testParser', asked, {
    keep: true,
    enabled: asked.line.trim() !== '',
  });
  const answer = tried.data;
  const suggested = answer?.suggested ?? '';
  // The suggestion is where a person begins.
  useEffect(() => {
    if (suggested !== '') setPattern((before) => (before === '' ? suggested : before));
  }, [suggested]);
  const save = useWrite<Detection, 'saveParser'>(detection, 'saveParser', { onDone: onClose });
  return (
    <Modal
      open
      width={980}
      style={{ top: 32 }}
      title={t.parserTitle}
      mask={{ closable: false }}
      onCancel={onClose}
      okText={t.parserSave}
      okButtonProps={{ disabled: !answer?.ok || asked.pattern === '' || name.trim() === '', loading: save.isPending }}
      onOk={() => save.mutate({ name: name.trim(), pattern, sample: line, sourceId })}
    >
      <div className="hd-stack">
        <Labelled label={t.parserLine}>
          {(id) => (
            <Input.TextArea
              id={id}
              autoSize={{ minRows: 2, maxRows: 5 }}
              value={line}
              onChange={({ target }) => setLine(target.value)}
              className="hd-code"
            />
          )}
        </Labelled>
        <Labelled label={t.parserPattern}>
          {(id) => (
            <Input.TextArea
              id={id}
              autoSize={{ minRows: 2, maxRows: 6 }}
              value={pattern}
              onChange={({ target }) => setPattern(target.value)}
              className="hd-code"
            />
          )}
        </Labelled>
        <div>
          <Button size="small" onClick={() => setPattern(suggested)}>
            {t.parserSuggest}
          </Button>{' '}
          <span className="hd-faint">{t.parserPlaces}：</span>
          {placeNames.map((kind) => (
            <Tag key={kind} onClick={() => setPattern((before) => `${before}%{${kind}:}`)}>
              {`%{${kind}}`}
            </Tag>
          ))}
        </div>
        {answer && !answer.ok && (
          <Alert
            type="warning"
            showIcon
            title={t.parserFault}
            description={`${answer.reason ?? ''}${answer.at === null ? '' : ` @ ${answer.at + 1}`}`}
          />
        )}
        {answer?.ok && (
          <>
            <Section title={t.parserReads}>
              <Fields
                rows={answer.fields.map(({ name: field, value }) => [field, <code key={field}>{value}</code>] as const)}
              />
            </Section>
            <Section title={t.parserBecomes}>
              <Fields
                rows={answer.columns.map(
                  ({ name: field, value }) => [field, <code key={field}>{value}</code>] as const,
                )}
              />
            </Section>
          </>
        )}
        <Labelled label={t.parserName}>
          {(id) => <Input id={id} value={name} maxLength={60} onChange={({ target }) => setName(target.value)} />}
        </Labelled>
        {save.isError && <Alert type="error" showIcon title={save.error.message} />}
      </div>
    </Modal>
  );
}
