/**
 * Founds a consortium: administrators are picked from those who enrolled, and who of them also decides on attributes or supervises.
 * @module
 */
import { Form, OperationDialog, Select, useOperation } from '@hedun/ui';
import { type Exchange, exchange } from '../../capability.ts';
import { useLedgerWords } from './ledger-words.ts';

export function FoundDialog({ ledgerId, onClose }: { readonly ledgerId: string; readonly onClose: () => void }) {
  const t = useLedgerWords();
  const query = useOperation<Exchange, 'listIdentities'>(exchange, 'listIdentities', { ledgerId });
  const options = (query.data?.items ?? []).map(({ id, name, organisation }) => ({
    value: id,
    label: `${name}（${organisation}）`,
  }));
  const people = (name: string, label: string, required: boolean) => (
    <Form.Item name={name} label={label} rules={[{ required }]}>
      <Select aria-label={label} mode="multiple" options={options} placeholder={t.pickPeople} />
    </Form.Item>
  );
  return (
    <OperationDialog
      capability={exchange as Exchange}
      operation="foundLedger"
      open
      preset={{ ledgerId }}
      omit={['administrators']}
      prepare={founding}
      onCancel={onClose}
      onDone={onClose}
    >
      {people('founders', t.founders, true)}
      {people('authorities', t.alsoAuthority, false)}
      {people('supervisors', t.alsoSupervisor, false)}
    </OperationDialog>
  );
}

/** Whoever is named for a further role without being picked as administrator is one of the founders too: only founders can be written at once. */
export function founding(values: Record<string, unknown>): Record<string, unknown> {
  const { founders, authorities, supervisors, ...rest } = values as Record<string, unknown> &
    Partial<Record<'founders' | 'authorities' | 'supervisors', readonly string[]>>;
  const ids = new Set([...(founders ?? []), ...(authorities ?? []), ...(supervisors ?? [])]);
  const administrators = [...ids].map((identityId) => ({
    identityId,
    roles: [
      'member',
      ...(authorities?.includes(identityId) ? ['authority'] : []),
      ...(supervisors?.includes(identityId) ? ['supervisor'] : []),
    ],
  }));
  return { ...rest, administrators };
}
