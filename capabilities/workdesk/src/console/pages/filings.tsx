/**
 * Filings of systems, domains and opened ports: those in force, what waits, what ends.
 * @module
 */
import {
  Button,
  DataTable,
  Dropdown,
  OperationDialog,
  OrganisationName,
  PageFrame,
  StatusTag,
  TimeText,
  useMessages,
  usePermission,
  useSay,
  useSession,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { type FilingSummary, filingActionWords, filingKindWords, filingStatusWords } from '../../filing-shapes.ts';
import { FilingRecord, filingStatusTones } from '../parts/FilingRecord.tsx';

const forms = { system: 'fileSystem', domain: 'fileDomain', port: 'filePort' } as const;

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const { user } = useSession();
  const unit = usePermission('workdesk.unit');
  const [kind, setKind] = useState<keyof typeof forms | null>(null);
  if (recordId)
    return (
      <PageFrame title={t.filings}>
        <FilingRecord id={recordId} />
      </PageFrame>
    );
  const toolbar = unit && (
    <Dropdown
      trigger={['click']}
      menu={{
        items: (Object.keys(forms) as (keyof typeof forms)[]).map((each) => ({
          key: each,
          label: say(filingKindWords[each]),
          onClick: () => setKind(each),
        })),
      }}
    >
      <Button type="primary">{t.newFiling}</Button>
    </Dropdown>
  );
  return (
    <PageFrame title={t.filings} fill>
      <DataTable<FilingSummary>
        capability={workdesk}
        list="listFilings"
        toolbar={toolbar}
        defaultSort="-updatedAt"
        emptyText={t.noFilings}
        detail={(id) => <FilingRecord id={id} />}
        columns={[
          {
            id: 'number',
            title: '',
            width: 170,
            narrow: 'line',
            render: ({ number }) => (number ? <code>{number}</code> : <span className="hd-faint">—</span>),
          },
          {
            id: 'subject',
            title: '',
            narrow: 'title',
            render: ({ subject }) => <strong className="hd-cell-main">{subject}</strong>,
          },
          {
            id: 'kind',
            title: '',
            width: 110,
            narrow: 'line',
            sort: null,
            filterValue: ({ kind: each }) => each,
            render: ({ kind: each }) => say(filingKindWords[each]),
          },
          {
            id: 'organisationId',
            title: '',
            width: 160,
            narrow: 'none',
            sort: null,
            render: ({ organisationId }) => <OrganisationName id={organisationId} />,
          },
          {
            id: 'status',
            title: '',
            width: 160,
            narrow: 'line',
            sort: null,
            filterValue: ({ status }) => status,
            render: ({ status, waiting, expired }) => (
              <>
                <StatusTag tone={filingStatusTones[status]}>{say(filingStatusWords[status])}</StatusTag>{' '}
                {waiting && status !== 'applied' && (
                  <StatusTag tone="accent">{say(filingActionWords[waiting])}</StatusTag>
                )}
                {expired && <StatusTag tone="bad">{t.expired}</StatusTag>}
              </>
            ),
          },
          { id: 'expiresOn', title: '', width: 120, narrow: 'none', render: ({ expiresOn }) => expiresOn ?? '—' },
          {
            id: 'updatedAt',
            title: '',
            width: 110,
            narrow: 'none',
            render: ({ updatedAt }) => <TimeText at={updatedAt} />,
          },
        ]}
      />
      {kind && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={forms[kind]}
          open
          width={640}
          initial={{ organisationId: user.organisationId }}
          onCancel={() => setKind(null)}
          onDone={() => setKind(null)}
        />
      )}
    </PageFrame>
  );
}
