/**
 * The register: systems, who is responsible for what, and what scans saw that nobody registered.
 * @module
 */
import {
  Button,
  DataTable,
  FileLink,
  marks,
  NounStatus,
  OperationDialog,
  OrganisationName,
  PageFrame,
  Progress,
  Segmented,
  StatusTag,
  Tooltip,
  useFeedback,
  useMessages,
  usePermission,
  useSay,
  useSession,
  useUrlState,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { type DutyRow, filingStateWords, type SystemSummary } from '../../register-shapes.ts';
import { itemTitle } from '../../register-words.ts';
import { filingTones, SystemRecord } from '../parts/SystemRecord.tsx';
import { UnregisteredTable } from '../parts/UnregisteredTable.tsx';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const { user } = useSession();
  const office = usePermission('workdesk.write');
  const unit = usePermission('workdesk.unit');
  const [{ show }, change] = useUrlState('show');
  const [dialog, setDialog] = useState<'new' | 'export' | null>(null);
  if (recordId)
    return (
      <PageFrame title={t.systems}>
        <SystemRecord id={recordId} />
      </PageFrame>
    );
  const toolbar = (
    <>
      <Segmented
        value={show || 'systems'}
        onChange={(next) => change({ show: String(next) })}
        options={[
          { value: 'systems', label: t.systems },
          { value: 'duties', label: t.duties },
          { value: 'unregistered', label: t.unregistered },
        ]}
      />
      {(show || 'systems') === 'systems' && <Button onClick={() => setDialog('export')}>{t.exportRegister}</Button>}
    </>
  );
  return (
    <PageFrame
      title={show === 'duties' ? t.duties : show === 'unregistered' ? t.unregistered : t.systems}
      actions={toolbar}
      fill
    >
      {show === 'duties' ? (
        <Duties />
      ) : show === 'unregistered' ? (
        <UnregisteredTable />
      ) : (
        <Systems create={office || unit ? { title: t.newSystem, run: () => setDialog('new') } : undefined} />
      )}
      {dialog === 'new' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={office ? 'saveSystem' : 'saveOwnSystem'}
          open
          width={640}
          initial={{ organisationId: user.organisationId }}
          onCancel={() => setDialog(null)}
          onDone={() => setDialog(null)}
        />
      )}
      {dialog === 'export' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="writeRegister"
          open
          initial={{ organisationId: user.organisationId }}
          onCancel={() => setDialog(null)}
          onDone={(file) => {
            setDialog(null);
            feedback.success(file.name, { action: <FileLink file={file} /> });
          }}
        />
      )}
    </PageFrame>
  );
}

function Systems({ create }: { readonly create: { readonly title: string; readonly run: () => void } | undefined }) {
  const t = useMessages(workdesk);
  const say = useSay();
  return (
    <DataTable<SystemSummary>
      key="systems"
      capability={workdesk}
      list="listSystems"
      defaultSort="name"
      emptyText={t.noSystems}
      detail={(id) => <SystemRecord id={id} />}
      {...(create ? { create } : {})}
      columns={[
        {
          id: 'name',
          title: '',
          narrow: 'title',
          render: ({ name }) => <strong className="hd-cell-main">{name}</strong>,
        },
        {
          id: 'organisationId',
          title: '',
          width: 150,
          narrow: 'line',
          sort: null,
          render: ({ organisationId }) => <OrganisationName id={organisationId} />,
        },
        {
          id: 'protectionLevel',
          title: '',
          width: 96,
          narrow: 'none',
          render: ({ protectionLevel }) =>
            protectionLevel ? t.level({ level: protectionLevel }) : <span className="hd-faint">{t.notGraded}</span>,
        },
        {
          id: 'completeness',
          title: '',
          width: 140,
          narrow: 'line',
          render: ({ completeness, missing }) => (
            <Tooltip title={missing.map((item) => say(itemTitle(item))).join(marks().comma)}>
              <Progress percent={completeness} size="small" status={completeness === 100 ? 'success' : 'normal'} />
            </Tooltip>
          ),
        },
        {
          id: 'filing',
          title: '',
          width: 130,
          narrow: 'line',
          sort: null,
          filterValue: ({ filing }) => filing,
          render: ({ filing }) => <StatusTag tone={filingTones[filing]}>{say(filingStateWords[filing])}</StatusTag>,
        },
        { id: 'confirmedOn', title: '', width: 110, narrow: 'none', render: ({ confirmedOn }) => confirmedOn ?? '—' },
        { id: 'technician', title: '', width: 130, narrow: 'none', sort: null },
        { id: 'openFindings', title: '', width: 100, align: 'right', narrow: 'none' },
        {
          id: 'status',
          title: '',
          width: 90,
          narrow: 'none',
          sort: null,
          filterValue: ({ status }) => status,
          render: ({ status }) => <NounStatus noun="asset" status={status} />,
        },
      ]}
    />
  );
}

function Duties() {
  const t = useMessages(workdesk);
  const people = (names: readonly string[]) =>
    names.length > 0 ? names.join(marks().comma) : <span className="hd-tone-text-bad">—</span>;
  const warn = (count: number) => <span className={count > 0 ? 'hd-tone-text-bad' : 'hd-faint'}>{count}</span>;
  return (
    <DataTable<DutyRow>
      key="duties"
      capability={workdesk}
      list="listDuties"
      defaultSort="-systems"
      emptyText={t.noDuties}
      columns={[
        {
          id: 'organisationId',
          title: '',
          narrow: 'title',
          sort: null,
          render: ({ organisationId }) => <OrganisationName id={organisationId} />,
        },
        { id: 'leaders', title: '', width: 120, narrow: 'line', sort: null, render: ({ leaders }) => people(leaders) },
        {
          id: 'contacts',
          title: '',
          width: 120,
          narrow: 'line',
          sort: null,
          render: ({ contacts }) => people(contacts),
        },
        { id: 'systems', title: '', width: 100, align: 'right', narrow: 'none' },
        { id: 'important', title: '', width: 110, align: 'right', narrow: 'none' },
        {
          id: 'withoutLeader',
          title: '',
          width: 110,
          align: 'right',
          render: ({ withoutLeader }) => warn(withoutLeader),
        },
        {
          id: 'withoutTechnician',
          title: '',
          width: 120,
          align: 'right',
          render: ({ withoutTechnician }) => warn(withoutTechnician),
        },
        {
          id: 'completeness',
          title: '',
          width: 100,
          sort: null,
          align: 'right',
          render: ({ completeness }) => (completeness === null ? '—' : `${completeness}%`),
        },
        {
          id: 'gap',
          title: '',
          width: 120,
          sort: null,
          narrow: 'line',
          render: ({ gap }) => gap && <StatusTag tone="bad">{t.gap}</StatusTag>,
        },
      ]}
    />
  );
}
