/**
 * Assessments of units: those there are, and each with its ranking.
 * @module
 */
import { DataTable, PageFrame, StatusTag, useMessages, usePermission, useSay } from '@hedun/ui';
import { useState } from 'react';
import { type SchemeSummary, schemeStatusWords } from '../../assessment-shapes.ts';
import { workdesk } from '../../capability.ts';
import { SchemeEditor } from '../parts/SchemeEditor.tsx';
import { SchemeRecord } from '../parts/SchemeRecord.tsx';

export function Page() {
  const t = useMessages(workdesk);
  const say = useSay();
  const may = usePermission('workdesk.issue');
  const [making, setMaking] = useState(false);
  return (
    <PageFrame title={t.assessment} fill>
      <DataTable<SchemeSummary>
        capability={workdesk}
        list="listSchemes"
        defaultSort="-toDay"
        emptyText={t.noSchemes}
        columns={[
          {
            id: 'title',
            title: '',
            narrow: 'title',
            render: ({ title }) => <strong className="hd-cell-main">{title}</strong>,
          },
          { id: 'fromDay', title: '', width: 120, sort: null },
          { id: 'toDay', title: '', width: 120, narrow: 'line' },
          {
            id: 'status',
            title: '',
            width: 110,
            narrow: 'line',
            sort: null,
            filterValue: ({ status }) => status,
            render: ({ status }) => (
              <StatusTag tone={status === 'closed' ? 'good' : 'accent'}>{say(schemeStatusWords[status])}</StatusTag>
            ),
          },
          { id: 'units', title: '', width: 90, align: 'right', sort: null },
          { id: 'appeals', title: '', width: 120, align: 'right', sort: null },
        ]}
        detail={(id) => <SchemeRecord id={id} />}
        {...(may ? { create: { title: t.newScheme, run: () => setMaking(true) } } : {})}
      />
      {making && <SchemeEditor scheme={null} open onClose={() => setMaking(false)} />}
    </PageFrame>
  );
}
