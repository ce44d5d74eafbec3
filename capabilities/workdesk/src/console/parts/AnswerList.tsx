/**
 * A sheet to read: each question that was shown with its answer in words, its files, and what it was worth where that may be seen.
 * @module
 */
import { EmptyView, FileLink, useMessages } from '@hedun/ui';
import { inWords, isAnswered, visible } from '@hedun/workdesk';
import { workdesk } from '../../capability.ts';
import type { SheetDetail } from '../../task-shapes.ts';

export function AnswerList({ detail: { task, sheet, files, lines } }: { readonly detail: SheetDetail }) {
  const t = useMessages(workdesk);
  const words = { yes: t.yes, no: t.no };
  const fileOf = new Map(files.map((file) => [file.id, file]));
  const points = new Map(lines.map((line) => [line.question, line]));
  if (!Object.values(sheet.answers).some(isAnswered)) return <EmptyView kind="nothing-yet" title={t.notFilled} />;
  let number = 0;
  return (
    <div className="hd-stack" style={{ gap: 20 }}>
      {visible(task.form, sheet.answers).map((section) => (
        <section key={section.id} className="hd-stack">
          <h3>{section.title}</h3>
          {section.questions.map((question) => {
            number += 1;
            const answer = sheet.answers[question.id];
            const line = points.get(question.id);
            const attached = question.kind === 'file' && Array.isArray(answer) ? answer : [];
            return (
              <div key={question.id} className="hd-stack" style={{ gap: 4 }} data-question={question.id}>
                <div style={{ display: 'flex', gap: 12, flexWrap: 'wrap' }}>
                  <span className="hd-faint">{`${number}. ${question.title}`}</span>
                  <span className="hd-grow" />
                  {line && (
                    <span className={`hd-number ${line.score < line.most ? 'hd-tone-text-warn' : 'hd-tone-text-good'}`}>
                      {t.scoreLine(line)}
                    </span>
                  )}
                </div>
                {attached.length > 0 ? (
                  attached.map((id) => {
                    const file = fileOf.get(id);
                    return file && <FileLink key={id} file={file} />;
                  })
                ) : (
                  <div className="hd-prose">{inWords(question, answer, words) || '—'}</div>
                )}
              </div>
            );
          })}
        </section>
      ))}
    </div>
  );
}
