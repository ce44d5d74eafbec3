/**
 * A form to fill in: the questions these answers show, each with the control of its kind. Problems stand beside their question, files that
 * were attached before beside the place for new ones.
 * @module
 */
import type { FileReference } from '@hedun/sdk';
import { Button, Checkbox, FieldControl, FileLink, Input, InputNumber, Radio, useMessages } from '@hedun/ui';
import { type Answer, type Answers, type Form, type Question, visible } from '@hedun/workdesk';
import { useState } from 'react';
import { workdesk } from '../../capability.ts';

export function FormFill({
  form,
  answers,
  missing = [],
  files = [],
  onChange,
}: {
  readonly form: Form;
  readonly answers: Answers;
  /** Questions to point at. */
  readonly missing?: readonly string[];
  /** Files the answers already name. */
  readonly files?: readonly FileReference[];
  readonly onChange: (answers: Answers) => void;
}) {
  const t = useMessages(workdesk);
  let number = 0;
  return (
    <div className="hd-stack">
      {visible(form, answers).map((section) => (
        <section key={section.id} className="hd-stack">
          <h3>{section.title}</h3>
          {section.questions.map((question) => {
            number += 1;
            return (
              <div key={question.id} className="hd-stack" style={{ gap: 6 }} data-question={question.id}>
                <label htmlFor={question.id}>
                  <strong>{`${number}. ${question.title}`}</strong>
                  {question.required && <span className="hd-tone-text-bad"> *</span>}
                </label>
                {question.help && <div className="hd-faint">{question.help}</div>}
                <Control
                  question={question}
                  files={files}
                  value={answers[question.id] ?? null}
                  onChange={(value) => onChange({ ...answers, [question.id]: value })}
                />
                {missing.includes(question.id) && <div className="hd-tone-text-bad">{t.pleaseAnswer}</div>}
              </div>
            );
          })}
        </section>
      ))}
    </div>
  );
}

function Control({
  question,
  files,
  value,
  onChange,
}: {
  readonly question: Question;
  readonly files: readonly FileReference[];
  readonly value: Answer;
  readonly onChange: (value: Answer) => void;
}) {
  const t = useMessages(workdesk);
  const options = (question.options ?? []).map(({ value: each, label }) => ({ value: each, label }));
  const upright = { display: 'flex', flexDirection: 'column', gap: 6 } as const;
  switch (question.kind) {
    case 'single':
      return (
        <Radio.Group
          style={upright}
          options={options}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      );
    case 'multiple':
      return (
        <Checkbox.Group
          style={upright}
          options={options}
          value={(value as string[] | null) ?? []}
          onChange={(next) => onChange(next.map(String))}
        />
      );
    case 'yes-no':
      return (
        <Radio.Group
          options={[
            { value: true, label: t.yes },
            { value: false, label: t.no },
          ]}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      );
    case 'number':
      return (
        <InputNumber
          id={question.id}
          value={value as number | null}
          {...(question.minimum === undefined ? {} : { min: question.minimum })}
          {...(question.maximum === undefined ? {} : { max: question.maximum })}
          onChange={(next) => onChange(next ?? null)}
        />
      );
    case 'paragraph':
      return (
        <Input.TextArea
          id={question.id}
          autoSize={{ minRows: 2, maxRows: 10 }}
          value={(value as string) ?? ''}
          onChange={({ target }) => onChange(target.value)}
        />
      );
    case 'date':
      return (
        <FieldControl
          id={question.id}
          field={{
            name: question.id,
            label: question.title,
            widget: 'date',
            required: question.required,
            many: false,
          }}
          value={value ?? undefined}
          onChange={(next) => onChange(typeof next === 'string' ? next.slice(0, 10) : null)}
        />
      );
    case 'file':
      return <FileAnswer question={question} files={files} value={value} onChange={onChange} />;
    default:
      return (
        <Input id={question.id} value={(value as string) ?? ''} onChange={({ target }) => onChange(target.value)} />
      );
  }
}

/** Files attached before stay until they are taken away; new ones come beside them. */
function FileAnswer({
  question,
  files,
  value,
  onChange,
}: {
  readonly question: Question;
  readonly files: readonly FileReference[];
  readonly value: Answer;
  readonly onChange: (value: Answer) => void;
}) {
  const t = useMessages(workdesk);
  const [kept, setKept] = useState<readonly string[]>(Array.isArray(value) ? value : []);
  const [added, setAdded] = useState<readonly string[]>([]);
  const change = (nextKept: readonly string[], nextAdded: readonly string[]) => {
    setKept(nextKept);
    setAdded(nextAdded);
    const all = [...nextKept, ...nextAdded];
    onChange(all.length > 0 ? all : null);
  };
  return (
    <div className="hd-stack" style={{ gap: 6 }}>
      {kept.map((id) => {
        const file = files.find((each) => each.id === id);
        return (
          file && (
            <div key={id} style={{ display: 'flex', alignItems: 'center', gap: 8, flexWrap: 'wrap' }}>
              <FileLink file={file} />
              <Button
                size="small"
                type="text"
                danger
                onClick={() =>
                  change(
                    kept.filter((each) => each !== id),
                    added,
                  )
                }
              >
                {t.removeFile}
              </Button>
            </div>
          )
        );
      })}
      <FieldControl
        id={question.id}
        field={{
          name: question.id,
          label: question.title,
          widget: 'file',
          required: question.required,
          many: true,
        }}
        onChange={(next) => change(kept, Array.isArray(next) ? next.map(String) : [])}
      />
    </div>
  );
}
