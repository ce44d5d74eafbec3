/**
 * The members of a ledger with their roles and standing; what may be done to each comes from the page.
 * @module
 */
import { ErrorView, Section, Skeleton, StatusTag, Table, useOperation } from '@hedun/ui';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { type Exchange, exchange } from '../../capability.ts';
import type { MemberView } from '../../ledger-shapes.ts';
import { useLedgerWords, useSpoken } from './ledger-words.ts';

export function MembersTable({
  ledgerId,
  title,
  verbs,
}: {
  readonly ledgerId: string;
  readonly title: string;
  readonly verbs: (member: z.output<typeof MemberView>) => ReactNode;
}) {
  const t = useLedgerWords();
  const spoken = useSpoken();
  const query = useOperation<Exchange, 'listMembers'>(exchange, 'listMembers', { ledgerId });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Section title={title}>
      <Table
        size="small"
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        scroll={{ x: 760 }}
        rowKey="did"
        dataSource={[...query.data.items]}
        columns={[
          { title: t.subject, render: (_, row) => `${row.name}（${row.organisation}）` },
          { title: t.organisation, dataIndex: 'msp', width: 120 },
          { title: t.role, render: (_, row) => row.roles.map(spoken).join('、') || '—' },
          {
            title: t.standing,
            width: 110,
            render: (_, row) => (
              <StatusTag tone={row.standing === 'active' ? 'good' : 'bad'}>{spoken(row.standing)}</StatusTag>
            ),
          },
          { title: '', width: 200, render: (_, row) => verbs(row) },
        ]}
      />
    </Section>
  );
}
