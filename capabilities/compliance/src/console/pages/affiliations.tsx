/**
 * Which audit institutions belong together, and from when to when: what the rule on consecutive audits counts as one.
 * @module
 */
import { Button, OperationDialog, OperationList, RecordHead, useMessages, usePermission } from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';

export function Page() {
  return (
    <OperationList
      capability={compliance}
      list="listAffiliations"
      create="stateAffiliation"
      columns={['one', 'other', 'basis', 'validFrom', 'validTo']}
      detail={(id) => <Ending id={id} />}
    />
  );
}

function Ending({ id }: { readonly id: string }) {
  const t = useMessages(compliance);
  const mayAssess = usePermission('compliance.write');
  const [open, setOpen] = useState(false);
  return (
    <div className="hd-record">
      <RecordHead title={t.endIt} actions={mayAssess && <Button onClick={() => setOpen(true)}>{t.endIt}</Button>} />
      <OperationDialog
        capability={compliance as Compliance}
        operation="endAffiliation"
        open={open}
        preset={{ id }}
        onCancel={() => setOpen(false)}
        onDone={() => setOpen(false)}
      />
    </div>
  );
}
