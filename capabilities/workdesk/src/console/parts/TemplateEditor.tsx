/**
 * Writing a self-check: the designer, beside it the form as a unit will see it, to try out conditions and points.
 * @module
 */
import { ErrorView, OperationForm, Skeleton, useMessages, useOperation } from '@hedun/ui';
import { type Answers, type Form, scoreAnswers } from '@hedun/workdesk';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { TemplateRow } from '../../task-shapes.ts';
import { FormDesigner } from './FormDesigner.tsx';
import { FormFill } from './FormFill.tsx';

export function TemplateEditor({ id, onSaved }: { readonly id: string | null; readonly onSaved: () => void }) {
  return id === null ? <Editor template={null} onSaved={onSaved} /> : <Known id={id} onSaved={onSaved} />;
}

function Known({ id, onSaved }: { readonly id: string; readonly onSaved: () => void }) {
  const query = useOperation<Workdesk, 'getTemplate'>(workdesk, 'getTemplate', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Editor template={query.data} onSaved={onSaved} />;
}

function Editor({ template, onSaved }: { readonly template: TemplateRow | null; readonly onSaved: () => void }) {
  const t = useMessages(workdesk);
  const [form, setForm] = useState<Form>(template?.form ?? { sections: [] });
  const [tried, setTried] = useState<Answers>({});
  const score = scoreAnswers(form, tried);
  return (
    <div
      style={{
        display: 'grid',
        gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))',
        gap: 24,
        alignItems: 'start',
      }}
    >
      <div className="hd-stack">
        <OperationForm
          capability={workdesk as Workdesk}
          operation="saveTemplate"
          preset={template ? { id: template.id } : {}}
          omit={['form', ...(template ? [] : ['id'])]}
          {...(template ? { initial: { title: template.title, note: template.note } } : {})}
          prepare={(values) => ({ ...values, form })}
          onDone={onSaved}
        >
          <div style={{ marginBottom: 16 }}>
            <FormDesigner value={form} quiz={false} onChange={setForm} />
          </div>
        </OperationForm>
      </div>
      <div className="hd-card hd-stack" style={{ position: 'sticky', top: 0 }}>
        <h2>{t.preview}</h2>
        <div className="hd-faint">{t.previewHint}</div>
        <FormFill form={form} answers={tried} onChange={setTried} />
        {score.most > 0 && <div className="hd-faint">{t.previewScore(score)}</div>}
      </div>
    </div>
  );
}
