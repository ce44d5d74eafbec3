/**
 * A form to fill in: the questions these answers show, each with the control of its kind. Problems stand beside their question.
 * @module
 */
import { Checkbox, FieldControl, Input, InputNumber, Radio, useMessages } from '@hedun/ui';
import { type Answer, type Answers, type Form, type Question, visible } from '@hedun/workdesk';
import { workdesk } from '../../capability.ts';

export function FormFill({
  form,
  answers,
  missing = [],
  onChange,
}: {
  readonly form: Form;
  readonly answers: Answers;
  /** Questions to point at. */
  readonly missing?: readonly string[];
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
  value,
  onChange,
}: {
  readonly question: Question;
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
    case 'file':
      return (
        <FieldControl
          id={question.id}
          field={{
            name: question.id,
            label: question.title,
            widget: question.kind,
            required: question.required,
            many: question.kind === 'file',
          }}
          value={value ?? undefined}
          onChange={(next) =>
            onChange(
              question.kind === 'date' && typeof next === 'string' ? next.slice(0, 10) : ((next ?? null) as Answer),
            )
          }
        />
      );
    default:
      return (
        <Input id={question.id} value={(value as string) ?? ''} onChange={({ target }) => onChange(target.value)} />
      );
  }
}
