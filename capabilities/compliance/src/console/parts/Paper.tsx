/**
 * The working paper of one check: what was done, on what population and sample, by whom, and who reviewed it.
 * @module
 */
import {
  Alert,
  Button,
  Fields,
  marks,
  OperationDialog,
  Section,
  Space,
  useFeedback,
  useMessages,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';

export function Paper({
  node,
  detail,
  mayAssess,
}: {
  readonly node: string;
  readonly detail: AssessmentDetail;
  readonly mayAssess: boolean;
}) {
  const t = useMessages(compliance);
  const feedback = useFeedback();
  const [open, setOpen] = useState(false);
  const review = useWrite<Compliance, 'reviewPaper'>(compliance, 'reviewPaper');
  const found = detail.papers.find(({ paper }) => paper.node === node);
  const { id } = detail.summary;
  return (
    <Section
      title={t.paper}
      actions={
        mayAssess && (
          <Space>
            <Button size="small" onClick={() => setOpen(true)}>
              {found ? t.change : t.writePaper}
            </Button>
            {found && (
              <Button
                size="small"
                loading={review.isPending}
                onClick={() => review.mutate({ id, node } as never, { onError: (error) => feedback.failure(error) })}
              >
                {t.reviewPaper}
              </Button>
            )}
          </Space>
        )
      }
    >
      {found ? (
        <>
          {found.problems.length > 0 && <Alert type="info" showIcon title={found.problems.join(marks().semicolon)} />}
          <Fields
            rows={[
              [t.procedure, found.paper.procedure],
              [t.population, found.paper.population ?? '—'],
              [t.sample, found.paper.sample ?? '—'],
              [t.controlRunBy, found.paper.controlRunBy?.join(marks().comma) ?? '—'],
              [t.preparedBy, `${found.paper.preparedBy} ${found.paper.preparedOn}`],
              [
                t.reviewedBy,
                found.paper.reviewedBy
                  ? `${found.paper.reviewedBy.join(marks().comma)} ${found.paper.reviewedOn ?? ''}`
                  : '—',
              ],
            ]}
          />
        </>
      ) : (
        <p className="hd-faint">{t.noPaper}</p>
      )}
      {open && (
        <OperationDialog
          capability={compliance as Compliance}
          operation="writePaper"
          open
          preset={{ id, node }}
          initial={found ? { ...found.paper } : {}}
          onCancel={() => setOpen(false)}
          onDone={() => setOpen(false)}
        />
      )}
    </Section>
  );
}
