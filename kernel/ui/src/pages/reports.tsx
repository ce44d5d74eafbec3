/**
 * Reports: what has been made, and making one of findings.
 * @module
 */
import type { Report } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useMemo, useState } from 'react';
import { OperationDialog } from '../form/OperationForm.tsx';
import { fileHref } from '../parts/FileLink.tsx';
import { OrganisationName } from '../parts/organisations.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { usePermission, useSession } from '../platform/session.tsx';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/DataTable.tsx';
import { useText } from '../texts/index.ts';

export function Page() {
  const t = useText();
  const { user } = useSession();
  const mayWrite = usePermission('report.write');
  const [making, setMaking] = useState(false);
  const columns = useMemo<readonly Column<Report>[]>(
    () => [
      {
        id: 'title',
        title: t.title,
        narrow: 'title',
        sort: 'title',
        render: (report) => <strong className="hd-cell-main">{report.title}</strong>,
      },
      {
        id: 'format',
        title: t.format,
        width: 90,
        narrow: 'line',
        render: (report) => report.format.toUpperCase(),
        filterValue: (report) => report.format,
      },
      {
        id: 'organisation',
        title: t.owner,
        width: 180,
        narrow: 'line',
        sort: null,
        render: (report) => <OrganisationName id={report.organisationId} />,
        filterValue: (report) => report.organisationId,
      },
      {
        id: 'createdAt',
        title: t.madeAt,
        width: 130,
        narrow: 'line',
        sort: 'createdAt',
        render: (report) => <TimeText at={report.createdAt} />,
      },
      {
        id: 'file',
        title: t.file,
        width: 100,
        sort: null,
        render: (report) => (
          <a href={fileHref(report.evidenceId)} download>
            {t.download}
          </a>
        ),
      },
    ],
    [t],
  );
  return (
    <PageFrame title={t.reports} fill>
      <DataTable<Report>
        capability={kernel}
        list="listReports"
        columns={columns}
        defaultSort="-createdAt"
        emptyText={t.noReportsText}
        {...(mayWrite ? { create: { title: t.makeReport, run: () => setMaking(true) } } : {})}
      />
      <OperationDialog
        capability={kernel as Kernel}
        operation="makeFindingsReport"
        open={making}
        initial={{ organisationId: user.organisationId }}
        onCancel={() => setMaking(false)}
        onDone={(file) => {
          setMaking(false);
          location.assign(fileHref(file.id));
        }}
      />
    </PageFrame>
  );
}
