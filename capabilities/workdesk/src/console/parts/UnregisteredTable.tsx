/**
 * What scans saw and nobody registered, and open ports without a filing: claimed, registered or filed from here.
 * @module
 */
import {
  Button,
  DataTable,
  OperationDialog,
  OrganisationName,
  SeverityTag,
  TimeText,
  useMessages,
  usePermission,
  useSession,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { Unregistered } from '../../register-shapes.ts';

export function UnregisteredTable() {
  const t = useMessages(workdesk);
  const { user } = useSession();
  const office = usePermission('workdesk.write');
  const unit = usePermission('workdesk.unit');
  const [chosen, setChosen] = useState<Unregistered | null>(null);
  const isPort = chosen?.what === 'port';
  const [port, protocol] = (chosen?.port ?? '').split('/');
  return (
    <>
      <DataTable<Unregistered>
        key="unregistered"
        capability={workdesk}
        list="listUnregistered"
        defaultSort="-lastSeenAt"
        emptyText={t.noUnregistered}
        columns={[
          { id: 'target', title: '', narrow: 'title', render: ({ target }) => <code>{target}</code> },
          {
            id: 'port',
            title: '',
            width: 100,
            sort: null,
            narrow: 'line',
            render: ({ port: each }) => <code>{each}</code>,
          },
          {
            id: 'organisationId',
            title: '',
            width: 150,
            sort: null,
            narrow: 'line',
            render: ({ organisationId }) =>
              organisationId ? <OrganisationName id={organisationId} /> : <span className="hd-faint">—</span>,
          },
          {
            id: 'worst',
            title: '',
            width: 100,
            sort: null,
            filterValue: ({ worst }) => worst,
            render: ({ worst }) => <SeverityTag severity={worst} />,
          },
          { id: 'findings', title: '', width: 80, align: 'right' },
          { id: 'sources', title: '', width: 120, sort: null, narrow: 'none' },
          {
            id: 'lastSeenAt',
            title: '',
            width: 110,
            narrow: 'none',
            render: ({ lastSeenAt }) => <TimeText at={lastSeenAt} />,
          },
          {
            id: 'act',
            title: office ? t.register : t.claim,
            width: 120,
            sort: null,
            narrow: 'line',
            render: (row) =>
              ((row.what === 'target' && (office || unit)) || (row.what === 'port' && unit)) && (
                <Button size="small" onClick={() => setChosen(row)}>
                  {row.what === 'port' ? t.filePortNow : office ? t.register : t.claim}
                </Button>
              ),
          },
        ]}
      />
      {chosen && !isPort && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={office ? 'registerTarget' : 'claimTarget'}
          open
          preset={{ target: chosen.target }}
          initial={{ organisationId: chosen.organisationId ?? user.organisationId }}
          onCancel={() => setChosen(null)}
          onDone={() => setChosen(null)}
        />
      )}
      {chosen && isPort && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="filePort"
          open
          initial={{
            organisationId: chosen.organisationId ?? user.organisationId,
            address: chosen.target,
            port: Number(port),
            protocol: protocol === 'udp' ? 'udp' : 'tcp',
          }}
          onCancel={() => setChosen(null)}
          onDone={() => setChosen(null)}
        />
      )}
    </>
  );
}
