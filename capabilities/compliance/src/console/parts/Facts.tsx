/**
 * The facts of an assessment: state each once, correct it openly.
 * @module
 */
import type { Instrument } from '@hedun/compliance';
import { Fields, useFeedback, useWrite } from '@hedun/ui';
import { type Compliance, compliance } from '../../capability.ts';
import { type AssessmentDetail, derivedFacts } from '../../shapes.ts';
import { FactField, type FactValue } from './FactField.tsx';
import { useWords } from './words.ts';

export function Facts({ detail, instrument }: { readonly detail: AssessmentDetail; readonly instrument: Instrument }) {
  const words = useWords();
  const feedback = useFeedback();
  const write = useWrite<Compliance, 'stateFact'>(compliance, 'stateFact');
  const { id } = detail.summary;
  const replaced = new Set(detail.assessment.statements.flatMap((each) => each.replaces ?? []));
  const current = new Map(
    detail.assessment.statements.filter((each) => !replaced.has(each.id)).map((each) => [each.fact, each]),
  );
  return (
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
  );
}
