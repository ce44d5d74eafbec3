/**
 * One question of a form: its words, its kind, its options with their points, its limits, and on which answer it appears.
 * @module
 */
import { Button, Checkbox, Input, InputNumber, Select, useMessages } from '@hedun/ui';
import { type Option, type Question, questionKinds } from '@hedun/workdesk';
import type { ReactNode } from 'react';
import { workdesk } from '../../capability.ts';
import { freeName, replaced } from './form-edits.ts';
import { ShowIf } from './ShowIf.tsx';

const row = { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 8 } as const;
const withOptions = (kind: Question['kind']) => kind === 'single' || kind === 'multiple';

export function QuestionEditor({
  question,
  quiz,
  above,
  moves,
  onChange,
}: {
  readonly question: Question;
  readonly quiz: boolean;
  readonly above: readonly Question[];
  /** The buttons that move it up and down. */
  readonly moves: ReactNode;
  readonly onChange: (question: Question | null) => void;
}) {
  const t = useMessages(workdesk);
  const kinds = (quiz ? (['single', 'multiple', 'yes-no'] as const) : questionKinds).map((kind) => ({
    value: kind,
    label: t[`kind_${kind}`],
  }));
  const change = (kind: Question['kind']) => {
    const { options, ...rest } = question;
    onChange({
      ...rest,
      kind,
      ...(withOptions(kind)
        ? {
            options: options ?? [
              { value: 'a', label: '' },
              { value: 'b', label: '' },
            ],
          }
        : {}),
    });
  };
  return (
    <div className="hd-stack" style={{ gap: 8, paddingBlock: 12, borderTop: '1px solid var(--hd-border)' }}>
      <div style={row}>
        <Input
          aria-label={t.questionTitle}
          placeholder={t.questionTitle}
          style={{ flex: '1 1 200px' }}
          value={question.title}
          onChange={({ target }) => onChange({ ...question, title: target.value })}
        />
        <Select
          aria-label={t.questionKind}
          style={{ width: 112 }}
          value={question.kind}
          options={kinds}
          onChange={change}
        />
        <span style={{ display: 'inline-flex' }}>
          {moves}
          <Button danger type="text" onClick={() => onChange(null)}>
            {t.remove}
          </Button>
        </span>
      </div>
      {!quiz && <Details question={question} onChange={onChange} />}
      {question.options?.map((option, index) => (
        <OptionEditor
          key={option.value}
          option={option}
          quiz={quiz}
          onChange={(next) => onChange({ ...question, options: replaced(question.options ?? [], index, next) })}
        />
      ))}
      <div style={row}>
        {question.options && (
          <Button
            size="small"
            onClick={() => {
              const taken = (question.options ?? []).map(({ value }) => value);
              onChange({
                ...question,
                options: [...(question.options ?? []), { value: freeName('o', taken), label: '' }],
              });
            }}
          >
            {t.addOption}
          </Button>
        )}
        {(quiz || question.kind === 'yes-no') && (
          <InputNumber
            aria-label={t.points}
            prefix={t.points}
            style={{ width: 120 }}
            min={0}
            value={question.score ?? null}
            onChange={(score) => {
              const { score: _, ...rest } = question;
              onChange(score === null ? rest : { ...rest, score });
            }}
          />
        )}
        <Checkbox
          checked={question.required}
          onChange={({ target }) => onChange({ ...question, required: target.checked })}
        >
          {t.required}
        </Checkbox>
        {!quiz && (
          <ShowIf
            label={t.showIf}
            condition={question.showIf}
            above={above}
            onChange={(showIf) => {
              const { showIf: _, ...plain } = question;
              onChange(showIf ? { ...plain, showIf } : plain);
            }}
          />
        )}
      </div>
    </div>
  );
}

function OptionEditor({
  option,
  quiz,
  onChange,
}: {
  readonly option: Option;
  readonly quiz: boolean;
  readonly onChange: (option: Option | null) => void;
}) {
  const t = useMessages(workdesk);
  return (
    <div style={{ ...row, flexWrap: 'nowrap' }}>
      {quiz && (
        <Checkbox
          aria-label={t.correct}
          checked={option.correct ?? false}
          onChange={({ target }) => {
            const { correct: _, ...rest } = option;
            onChange(target.checked ? { ...rest, correct: true } : rest);
          }}
        >
          {t.correct}
        </Checkbox>
      )}
      <Input
        aria-label={t.optionLabel}
        placeholder={t.optionLabel}
        value={option.label}
        onChange={({ target }) => onChange({ ...option, label: target.value })}
      />
      {!quiz && (
        <InputNumber
          aria-label={t.points}
          placeholder={t.points}
          style={{ flex: '0 0 84px' }}
          min={0}
          value={option.score ?? null}
          onChange={(score) => {
            const { score: _, ...rest } = option;
            onChange(score === null ? rest : { ...rest, score });
          }}
        />
      )}
      <Button type="text" aria-label={t.remove} onClick={() => onChange(null)}>
        ×
      </Button>
    </div>
  );
}

/** Help for whoever fills it in, and the limits of a number. */
function Details({
  question,
  onChange,
}: {
  readonly question: Question;
  readonly onChange: (question: Question) => void;
}) {
  const t = useMessages(workdesk);
  const set = (name: 'help' | 'minimum' | 'maximum', value: string | number | null) => {
    const { [name]: _, ...rest } = question;
    onChange(value === null || value === '' ? rest : { ...rest, [name]: value });
  };
  return (
    <div style={row}>
      <Input
        aria-label={t.questionHelp}
        placeholder={t.questionHelp}
        style={{ flex: '1 1 220px' }}
        value={question.help ?? ''}
        onChange={({ target }) => set('help', target.value)}
      />
      {question.kind === 'number' &&
        (['minimum', 'maximum'] as const).map((name) => (
          <InputNumber
            key={name}
            aria-label={t[name]}
            placeholder={t[name]}
            value={question[name] ?? null}
            onChange={(value) => set(name, value)}
          />
        ))}
    </div>
  );
}
