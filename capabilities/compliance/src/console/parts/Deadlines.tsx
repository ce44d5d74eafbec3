/**
 * The deadlines of an assessment and the events they follow from.
 * @module
 */
import { useMessages, usePermission, useWrite } from '@hedun/ui';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';
import { Clocks } from './Clocks.tsx';
import { Events } from './Events.tsx';

export function Deadlines({ detail }: { readonly detail: AssessmentDetail }) {
  const t = useMessages(compliance);
  const mayRecord = usePermission('compliance.write');
  const write = useWrite<Compliance, 'recordEvent'>(compliance, 'recordEvent');
  const { id } = detail.summary;
  return (
    <>
      <Clocks deadlines={detail.deadlines} empty={t.noClocks} />
      <Events
        events={detail.events}
        forms={detail.recordable}
        mayRecord={mayRecord}
        withMatter
        record={(event) => write.mutateAsync({ id, ...event } as never)}
      />
    </>
  );
}
