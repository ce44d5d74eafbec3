/**
 * Findings: the list with severity at a glance, triage by one verb in four places, the record beside the list.
 * @module
 */
import type { Finding } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { OperationDialog } from '../form/OperationForm.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { SamplesCard } from '../parts/Samples.tsx';
import { SeverityShape, severities } from '../parts/SeverityTag.tsx';
import { useOperation } from '../platform/api.ts';
import { usePermission, useSession } from '../platform/session.tsx';
import { DataTable } from '../table/DataTable.tsx';
import { formatFilter, parseFilter, toggleValue, valuesOf } from '../table/filter-tokens.ts';
import { formatCompact } from '../texts/format.ts';
import { useText } from '../texts/index.ts';
import { caseFrom } from './case-rules.ts';
import { useFindingColumns } from './finding-columns.tsx';
import { FindingDetail } from './finding-detail.tsx';
import { allowsFinding } from './finding-rules.ts';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useText();
  const navigate = useNavigate();
  const { user } = useSession();
  const columns = useFindingColumns();
  const mayWrite = usePermission('finding.write');
  const [raising, setRaising] = useState(false);
  if (recordId)
    return (
      <PageFrame
        title={t.finding}
        actions={<Button onClick={() => void navigate({ to: '/findings' as never })}>{t.backToList}</Button>}
      >
        <FindingDetail id={recordId} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.findings} fill>
      <DataTable<Finding>
        capability={kernel}
        list="listFindings"
        noun="finding"
        columns={columns}
        defaultSort="-lastSeenAt"
        detail={(id) => <FindingDetail id={id} />}
        above={({ filter, setFilter }) => <SeverityFacet filter={filter} setFilter={setFilter} />}
        emptyText={t.noFindingsText}
        emptyAction={<SamplesCard />}
        allows={allowsFinding}
        initialFor={(verb, rows) => (verb.id === 'kernel.openCase' ? caseFrom(rows, t.caseTitleOf) : {})}
        {...(mayWrite ? { create: { title: t.raiseFinding, run: () => setRaising(true) } } : {})}
      />
      <OperationDialog
        capability={kernel as Kernel}
        operation="raiseFinding"
        open={raising}
        initial={{ organisationId: user.organisationId, severity: 'medium' }}
        onCancel={() => setRaising(false)}
        onDone={({ id }) => {
          setRaising(false);
          void navigate({ to: '/findings' as never, search: { id } as never });
        }}
      />
    </PageFrame>
  );
}

/** Counts by severity of what the other filters leave; a click turns one on or off. */
function SeverityFacet({
  filter,
  setFilter,
}: {
  readonly filter: string;
  readonly setFilter: (filter: string) => void;
}) {
  const t = useText();
  const { locale } = usePreferences();
  const others = formatFilter(parseFilter(filter).filter(({ field }) => field !== 'severity'));
  const counts = useOperation<Kernel, 'countFindings'>(
    kernel,
    'countFindings',
    { filter: others, by: 'severity' },
    { keep: true },
  );
  const on = valuesOf(filter, 'severity');
  const byKey = new Map(counts.data?.groups.map(({ key, count }) => [key, count]));
  return (
    <div className="hd-facet">
      {severities.map((severity) => (
        <button
          key={severity}
          type="button"
          className={`hd-severity-${severity}`}
          aria-pressed={on.includes(severity)}
          onClick={() => setFilter(toggleValue(filter, 'severity', severity))}
        >
          <SeverityShape severity={severity} />
          {t[`severity_${severity}`]}
          <strong>{formatCompact(byKey.get(severity) ?? 0, locale)}</strong>
        </button>
      ))}
    </div>
  );
}
