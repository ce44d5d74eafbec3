/**
 * Which ledger a page speaks of; kept in the address bar.
 * @module
 */
import { Select, useOperation, useUrlState } from '@hedun/ui';
import { type Exchange, exchange } from '../../capability.ts';
import { useLedgerWords } from './ledger-words.ts';

export function useLedger() {
  const [{ ledger }, setUrl] = useUrlState('ledger');
  const query = useOperation<Exchange, 'listLedgers'>(exchange, 'listLedgers', {});
  const items = query.data?.items ?? [];
  const chosen = items.find(({ id }) => id === ledger) ?? items.find(({ kind }) => kind === 'business') ?? items[0];
  return { query, items, chosen, choose: (id: string) => setUrl({ ledger: id }) };
}

export function LedgerSelect({
  items,
  chosen,
  choose,
}: Pick<ReturnType<typeof useLedger>, 'items' | 'chosen' | 'choose'>) {
  const t = useLedgerWords();
  return (
    <Select
      aria-label={t.pickLedger}
      style={{ minWidth: 180 }}
      value={chosen?.id ?? null}
      onChange={(id) => id && choose(id)}
      options={items.map(({ id, title }) => ({ value: id, label: title }))}
    />
  );
}
