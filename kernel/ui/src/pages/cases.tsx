/**
 * Cases: who has to do what by when, and the loop from issued to verified.
 * @module
 */
import type { Case } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { OperationDialog } from '../form/OperationForm.tsx';
import { OrganisationName } from '../parts/organisations.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { NounStatus, SeverityTag } from '../parts/SeverityTag.tsx';
import { DeadlineText, TimeText } from '../parts/TimeText.tsx';
import { usePermission, useSession } from '../platform/session.tsx';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/DataTable.tsx';
import { useText } from '../texts/index.ts';
import { CaseDetail } from './case-detail.tsx';
import { isClosed } from './case-rules.ts';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useText();
  const navigate = useNavigate();
  const { user } = useSession();
  const mayIssue = usePermission('case.issue');
  const columns = useCaseColumns();
  const [opening, setOpening] = useState(false);
  if (recordId)
    return (
      <PageFrame
        title={t.case}
        actions={<Button onClick={() => void navigate({ to: '/cases' as never })}>{t.backToList}</Button>}
      >
        <CaseDetail id={recordId} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.cases} fill>
      <DataTable<Case>
        capability={kernel}
        list="listCases"
        noun="case"
        columns={columns}
        defaultSort="-updatedAt"
        allows={({ id }, current) => id !== 'kernel.setCaseDeadline' || !isClosed(current)}
        detail={(id) => <CaseDetail id={id} />}
        emptyText={t.noCasesText}
        {...(mayIssue ? { create: { title: t.newCase, run: () => setOpening(true) } } : {})}
      />
      <OperationDialog
        capability={kernel as Kernel}
        operation="openCase"
        open={opening}
        omit={['findingIds', 'kind']}
        initial={{ organisationId: user.organisationId, severity: 'medium' }}
        onCancel={() => setOpening(false)}
        onDone={({ id }) => {
          setOpening(false);
          void navigate({ to: '/cases' as never, search: { id } as never });
        }}
      />
    </PageFrame>
  );
}

function useCaseColumns(): readonly Column<Case>[] {
  const t = useText();
  return useMemo(
    () => [
      {
        id: 'number',
        title: t.number,
        width: 150,
        narrow: 'line',
        sort: 'number',
        render: (each) => <code>{each.number}</code>,
      },
      {
        id: 'title',
        title: t.title,
        narrow: 'title',
        sort: 'title',
        render: (each) => <strong className="hd-cell-main">{each.title}</strong>,
      },
      {
        id: 'severity',
        title: t.severity,
        width: 86,
        narrow: 'line',
        sort: 'severity',
        render: (each) => <SeverityTag severity={each.severity} />,
        filterValue: (each) => each.severity,
      },
      {
        id: 'status',
        title: t.status,
        width: 100,
        narrow: 'line',
        sort: 'status',
        render: (each) => <NounStatus noun="case" status={each.status} />,
        filterValue: (each) => each.status,
      },
      {
        id: 'organisation',
        title: t.recipient,
        width: 170,
        sort: null,
        render: (each) => <OrganisationName id={each.organisationId} />,
        filterValue: (each) => each.organisationId,
      },
      {
        id: 'issuer',
        title: t.issuer,
        width: 150,
        sort: null,
        hidden: true,
        render: (each) => <OrganisationName id={each.issuerOrganisationId} />,
      },
      {
        id: 'dueAt',
        title: t.deadline,
        width: 140,
        narrow: 'line',
        sort: 'dueAt',
        render: (each) => <DeadlineText at={each.dueAt} closed={isClosed(each)} />,
      },
      { id: 'escalation', title: t.escalation, width: 80, align: 'right', sort: 'escalation', hidden: true },
      {
        id: 'updatedAt',
        title: t.updatedAt,
        width: 112,
        sort: 'updatedAt',
        render: (each) => <TimeText at={each.updatedAt} />,
      },
      {
        id: 'openedAt',
        title: t.openedAt,
        width: 112,
        sort: 'openedAt',
        hidden: true,
        render: (each) => <TimeText at={each.openedAt} />,
      },
    ],
    [t],
  );
}
