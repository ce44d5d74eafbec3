/**
 * Building a form by hand: sections, questions, options, points, and on which answer a question appears. It edits a plain value; whether
 * the form can be used is said by the engine.
 * @module
 */
import { Button, Input, useMessages } from '@hedun/ui';
import { checkForm, type Form, type Question, type Section } from '@hedun/workdesk';
import { workdesk } from '../../capability.ts';
import { freeName, replaced, swapped } from './form-edits.ts';
import { QuestionEditor } from './QuestionEditor.tsx';
import { ShowIf } from './ShowIf.tsx';

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
          <div style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
            <Input
              aria-label={t.sectionTitle}
              placeholder={t.sectionTitle}
              value={section.title}
              onChange={({ target }) => set(at, { ...section, title: target.value })}
            />
            <Moves
              at={at}
              length={value.sections.length}
              onMove={(by) => onChange({ sections: swapped(value.sections, at, by) })}
            />
            <Button danger type="text" onClick={() => set(at, null)}>
              {t.remove}
            </Button>
          </div>
          {!quiz && (
            <ShowIf
              label={t.showSectionIf}
              condition={section.showIf}
              above={value.sections.slice(0, at).flatMap(({ questions }) => questions)}
              onChange={(showIf) => {
                const { showIf: _, ...plain } = section;
                set(at, showIf ? { ...plain, showIf } : plain);
              }}
            />
          )}
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
              moves={
                <Moves
                  at={row}
                  length={section.questions.length}
                  onMove={(by) => set(at, { ...section, questions: swapped(section.questions, row, by) })}
                />
              }
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

function Moves({
  at,
  length,
  onMove,
}: {
  readonly at: number;
  readonly length: number;
  readonly onMove: (by: -1 | 1) => void;
}) {
  const t = useMessages(workdesk);
  if (length < 2) return null;
  return (
    <>
      <Button type="text" aria-label={t.moveUp} title={t.moveUp} disabled={at === 0} onClick={() => onMove(-1)}>
        ↑
      </Button>
      <Button
        type="text"
        aria-label={t.moveDown}
        title={t.moveDown}
        disabled={at === length - 1}
        onClick={() => onMove(1)}
      >
        ↓
      </Button>
    </>
  );
}
