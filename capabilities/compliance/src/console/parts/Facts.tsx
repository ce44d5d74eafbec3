/**
 * The facts of an assessment: state each once, correct it openly.
 * @module
 */
import type { Instrument } from '@hedun/compliance';
import {
  Button,
  Fields,
  FileUpload,
  Form,
  OperationDialog,
  Section,
  Segmented,
  Space,
  useFeedback,
  useMessages,
  usePermission,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import { type AssessmentDetail, derivedFacts } from '../../shapes.ts';
import { FactField, type FactValue } from './FactField.tsx';
import { useWords } from './words.ts';

export function Facts({ detail, instrument }: { readonly detail: AssessmentDetail; readonly instrument: Instrument }) {
  const words = useWords();
  const feedback = useFeedback();
  const write = useWrite<Compliance, 'stateFact'>(compliance, 'stateFact');
  const t = useMessages(compliance);
  const mayAssess = usePermission('compliance.write');
  const [importing, setImporting] = useState(false);
  const collect = useWrite<Compliance, 'collectFacts'>(compliance, 'collectFacts', {
    onDone: ({ items }) => feedback.success(t.collected({ count: items.length })),
  });
  const choose = useWrite<Compliance, 'chooseReadings'>(compliance, 'chooseReadings');
  const { id } = detail.summary;
  const replaced = new Set(detail.assessment.statements.flatMap((each) => each.replaces ?? []));
  const current = new Map(
    detail.assessment.statements.filter((each) => !replaced.has(each.id)).map((each) => [each.fact, each]),
  );
  return (
    <div className="hd-stack">
      {mayAssess && (
        <Space>
          <Button
            loading={collect.isPending}
            onClick={() => collect.mutate({ id } as never, { onError: (error) => feedback.failure(error) })}
          >
            {t.collect}
          </Button>
          <Button onClick={() => setImporting(true)}>{t.importFacts}</Button>
        </Space>
      )}
      <Fields
        rows={instrument.facts
          .filter(({ id: fact }) => !derivedFacts.includes(fact))
          .map((shape) => {
            const stated = current.get(shape.id);
            return [
              words(shape.title),
              <span key={shape.id}>
                <FactField
                  shape={shape}
                  value={stated?.value as FactValue | undefined}
                  onChange={(value) =>
                    write.mutate({ id, fact: shape.id, value, correct: stated !== undefined } as never, {
                      onError: (error) => feedback.failure(error),
                    })
                  }
                />
                {stated && <small className="hd-faint"> {`${stated.by} · ${stated.validFrom}`}</small>}
              </span>,
            ] as const;
          })}
      />
      {instrument.parameters.length > 0 && (
        <Section title={t.parameters}>
          <Fields
            rows={instrument.parameters.map(
              (each) =>
                [
                  words(each.title),
                  <span key={each.id}>
                    <Segmented
                      size="small"
                      aria-label={words(each.title)}
                      disabled={!mayAssess}
                      value={String(detail.assessment.parameters[each.id] ?? each.value)}
                      onChange={(next) => {
                        const value = (each.options ?? [each.value]).find((option) => String(option) === next);
                        choose.mutate({ id, parameters: { [each.id]: value } } as never, {
                          onError: (error) => feedback.failure(error),
                        });
                      }}
                      options={(each.options ?? [each.value]).map((option) => ({
                        value: String(option),
                        label: option === true ? t.yes : option === false ? t.no : String(option),
                      }))}
                    />
                    <small className="hd-faint"> {words(each.why)}</small>
                  </span>,
                ] as const,
            )}
          />
        </Section>
      )}
      {importing && (
        <OperationDialog
          capability={compliance as Compliance}
          operation="importFacts"
          open
          preset={{ id }}
          omit={['evidenceId']}
          onCancel={() => setImporting(false)}
          onDone={({ items }) => {
            setImporting(false);
            feedback.success(t.imported({ count: items.length }));
          }}
        >
          <Form.Item name="evidenceId" label={t.evidence}>
            <FileUpload organisationId={detail.summary.organisationId} accept=".csv,.xlsx" />
          </Form.Item>
        </OperationDialog>
      )}
    </div>
  );
}
