/**
 * The columns of findings, wherever findings are listed.
 * @module
 */
import type { Finding } from '@hedun/sdk';
import { useMemo } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { OrganisationName } from '../parts/organisations.tsx';
import { NounStatus, SeverityTag } from '../parts/SeverityTag.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import type { Column } from '../table/column.ts';
import { formatNumber } from '../texts/format.ts';
import { useText } from '../texts/index.ts';
import { useKindTitles } from './words.tsx';

export function useFindingColumns(): readonly Column<Finding>[] {
  const t = useText();
  const { locale } = usePreferences();
  const kindTitle = useKindTitles('findingKinds');
  return useMemo(
    () => [
      {
        id: 'severity',
        title: t.severity,
        width: 86,
        narrow: 'line',
        sort: 'severity',
        render: (finding) => <SeverityTag severity={finding.severity} />,
        filterValue: (finding) => finding.severity,
      },
      {
        id: 'title',
        title: t.title,
        narrow: 'title',
        sort: 'title',
        render: (finding) => (
          <strong className="hd-cell-main" title={finding.title}>
            {finding.title}
          </strong>
        ),
      },
      {
        id: 'kind',
        title: t.kind,
        width: 124,
        sort: 'kind',
        render: (finding) => kindTitle(finding.kind),
        filterValue: (finding) => finding.kind,
      },
      {
        id: 'status',
        title: t.status,
        width: 100,
        narrow: 'line',
        sort: 'status',
        render: (finding) => <NounStatus noun="finding" status={finding.status} />,
        filterValue: (finding) => finding.status,
      },
      {
        id: 'organisation',
        title: t.owner,
        width: 160,
        narrow: 'line',
        sort: null,
        render: (finding) => <OrganisationName id={finding.organisationId} />,
        filterValue: (finding) => finding.organisationId,
      },
      {
        id: 'sources',
        title: t.sources,
        width: 120,
        sort: null,
        hidden: true,
        render: (finding) =>
          finding.sources.map((source) => (source.startsWith('person:') ? t.byHand : source)).join(', '),
      },
      {
        id: 'occurrences',
        title: t.occurrences,
        width: 88,
        align: 'right',
        sort: 'occurrences',
        render: (finding) => formatNumber(finding.occurrences, locale),
      },
      {
        id: 'confidence',
        title: t.confidence,
        width: 88,
        align: 'right',
        sort: 'confidence',
        hidden: true,
        render: (finding) => `${Math.round(finding.confidence * 100)}%`,
      },
      {
        id: 'firstSeenAt',
        title: t.firstFound,
        width: 112,
        sort: 'firstSeenAt',
        hidden: true,
        render: (finding) => <TimeText at={finding.firstSeenAt} />,
      },
      {
        id: 'lastSeenAt',
        title: t.lastFound,
        width: 112,
        sort: 'lastSeenAt',
        render: (finding) => <TimeText at={finding.lastSeenAt} />,
      },
    ],
    [t, kindTitle, locale],
  );
}
