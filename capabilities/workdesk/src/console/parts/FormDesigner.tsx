/**
 * Building a form by hand: sections, questions, options, points, and on which answer a question appears. It edits a plain value; whether
 * the form can be used is said by the engine.
 * @module
 */
import { Button, Checkbox, Input, InputNumber, Select, useMessages } from '@hedun/ui';
import { checkForm, type Form, type Option, type Question, questionKinds, type Section } from '@hedun/workdesk';
import { workdesk } from '../../capability.ts';

const withOptions = (kind: Question['kind']) => kind === 'single' || kind === 'multiple';

/** The first free name of its sort: q1, q2 … */
function freeName(letter: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) if (!taken.includes(`${letter}${number}`)) return `${letter}${number}`;
}
const replaced = <T,>(items: readonly T[], at: number, next: T | null): T[] =>
  next === null ? items.filter((_, index) => index !== at) : items.map((each, index) => (index === at ? next : each));

export function FormDesigner({
  value,
  quiz,
  onChange,
}: {
  readonly value: Form;
  /** A quiz marks right options; a self-check gives each option its points. */
  readonly quiz: boolean;
  readonly onChange: (form: Form) => void;
}) {
  const t = useMessages(workdesk);
  const all = value.sections.flatMap(({ questions }) => questions);
  const problems = checkForm(value);
  const set = (at: number, next: Section | null) => onChange({ sections: replaced(value.sections, at, next) });
  const newQuestion = (): Question => ({
    id: freeName(
      'q',
      all.map(({ id }) => id),
    ),
    kind: 'single',
    title: '',
    required: true,
    options: [
      { value: 'a', label: '' },
      { value: 'b', label: '' },
    ],
    ...(quiz ? { score: 10 } : {}),
  });
  return (
    <div className="hd-stack">
      {value.sections.map((section, at) => (
        <section key={section.id} className="hd-card hd-stack">
          <div className="hd-form-actions" style={{ justifyContent: 'flex-start' }}>
            <Input
              aria-label={t.sectionTitle}
              placeholder={t.sectionTitle}
              value={section.title}
              onChange={({ target }) => set(at, { ...section, title: target.value })}
            />
            <Button danger type="text" onClick={() => set(at, null)}>
              {t.remove}
            </Button>
          </div>
          {section.questions.map((question, row) => (
            <QuestionEditor
              key={question.id}
              question={question}
              quiz={quiz}
              above={all.slice(
                0,
                all.findIndex(({ id }) => id === question.id),
              )}
              onChange={(next) => set(at, { ...section, questions: replaced(section.questions, row, next) })}
            />
          ))}
          <Button onClick={() => set(at, { ...section, questions: [...section.questions, newQuestion()] })}>
            {t.addQuestion}
          </Button>
        </section>
      ))}
      <Button
        onClick={() =>
          onChange({
            sections: [
              ...value.sections,
              {
                id: freeName(
                  's',
                  value.sections.map(({ id }) => id),
                ),
                title: '',
                questions: [newQuestion()],
              },
            ],
          })
        }
      >
        {t.addSection}
      </Button>
      {value.sections.length > 0 && problems.length > 0 && (
        <div className="hd-faint">{t.formProblems({ count: problems.length })}</div>
      )}
    </div>
  );
}

function QuestionEditor({
  question,
  quiz,
  above,
  onChange,
}: {
  readonly question: Question;
  readonly quiz: boolean;
  readonly above: readonly Question[];
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
    <div className="hd-stack" style={{ gap: 8, paddingBlock: 8, borderTop: '1px solid var(--hd-border)' }}>
      <div className="hd-columns">
        <Input
          aria-label={t.questionTitle}
          placeholder={t.questionTitle}
          value={question.title}
          onChange={({ target }) => onChange({ ...question, title: target.value })}
        />
        <Select aria-label={t.questionKind} value={question.kind} options={kinds} onChange={change} />
        {(quiz || question.kind === 'yes-no') && (
          <InputNumber
            aria-label={t.points}
            prefix={t.points}
            min={0}
            value={question.score ?? null}
            onChange={(score) => {
              const { score: _, ...rest } = question;
              onChange(score === null ? rest : { ...rest, score });
            }}
          />
        )}
      </div>
      {question.options?.map((option, index) => (
        <OptionEditor
          key={option.value}
          option={option}
          quiz={quiz}
          onChange={(next) => onChange({ ...question, options: replaced(question.options ?? [], index, next) })}
        />
      ))}
      <div className="hd-form-actions" style={{ justifyContent: 'flex-start', flexWrap: 'wrap' }}>
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
        <Checkbox
          checked={question.required}
          onChange={({ target }) => onChange({ ...question, required: target.checked })}
        >
          {t.required}
        </Checkbox>
        {!quiz && <ShowIf question={question} above={above} onChange={onChange} />}
        <span className="hd-grow" />
        <Button size="small" danger type="text" onClick={() => onChange(null)}>
          {t.remove}
        </Button>
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
    <div className="hd-form-actions" style={{ justifyContent: 'flex-start' }}>
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

/** On which answer of a choice further up this question appears. */
function ShowIf({
  question,
  above,
  onChange,
}: {
  readonly question: Question;
  readonly above: readonly Question[];
  readonly onChange: (question: Question) => void;
}) {
  const t = useMessages(workdesk);
  const choices = above.flatMap((each) => {
    if (each.kind === 'yes-no')
      return [
        { value: `${each.id}=yes`, label: `${each.title} = ${t.yes}` },
        { value: `${each.id}=no`, label: `${each.title} = ${t.no}` },
      ];
    return (each.options ?? []).map((option) => ({
      value: `${each.id}=${option.value}`,
      label: `${each.title} = ${option.label}`,
    }));
  });
  if (choices.length === 0) return null;
  const { showIf, ...rest } = question;
  const value = showIf?.is === 'one-of' ? `${showIf.question}=${showIf.values[0]}` : null;
  return (
    <Select
      size="small"
      style={{ minWidth: 220 }}
      aria-label={t.showIf}
      placeholder={t.showIf}
      allowClear
      value={value}
      options={choices}
      onChange={(next: string | undefined) => {
        const [on = '', ...parts] = (next ?? '').split('=');
        onChange(next ? { ...rest, showIf: { question: on, is: 'one-of', values: [parts.join('=')] } } : rest);
      }}
    />
  );
}
