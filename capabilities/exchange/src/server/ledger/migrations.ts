/**
 * Tables of ledgers: what is kept beside the logs. Step ids go on from the rest of the room.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Exchange } from '../../capability.ts';

export const ledgerMigrations: Pick<
  ServerHalf<Exchange>['migrations'],
  'ledgers' | 'identities' | 'transactions' | 'cosigned' | 'received'
> = {
  ledgers: [
    {
      id: 9,
      name: 'ledgers',
      up: /* sql */ `
        CREATE TABLE exchange_ledgers (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, domain text NOT NULL UNIQUE, title text NOT NULL,
          kind text NOT NULL, origin text NOT NULL UNIQUE, log_key text NOT NULL, witness_key text NOT NULL, required int NOT NULL,
          msps jsonb NOT NULL, sealed text NOT NULL, created_at timestamptz NOT NULL);
        CREATE UNIQUE INDEX exchange_ledgers_central ON exchange_ledgers (kind) WHERE kind = 'central';`,
    },
  ],
  identities: [
    {
      id: 10,
      name: 'identities',
      up: /* sql */ `
        CREATE TABLE exchange_identities (
          id uuid PRIMARY KEY, ledger_id uuid NOT NULL REFERENCES exchange_ledgers, user_id uuid NOT NULL, did text NOT NULL, msp text NOT NULL,
          name text NOT NULL, organisation text NOT NULL, certificate text NOT NULL, serial text NOT NULL, sealed_key text NOT NULL, not_after timestamptz NOT NULL,
          created_at timestamptz NOT NULL, UNIQUE (ledger_id, user_id));`,
    },
  ],
  transactions: [
    {
      id: 11,
      name: 'transactions',
      up: /* sql */ `
        CREATE TABLE exchange_transactions (
          id uuid PRIMARY KEY, ledger_id uuid NOT NULL REFERENCES exchange_ledgers, leaf bigint NOT NULL, transaction text NOT NULL,
          block bigint NOT NULL, code text NOT NULL, call text NOT NULL, signer text NOT NULL, event text, at timestamptz NOT NULL,
          UNIQUE (ledger_id, leaf));
        CREATE INDEX exchange_transactions_at ON exchange_transactions (at, id);`,
    },
  ],
  cosigned: [
    {
      id: 12,
      name: 'cosigned checkpoints',
      up: /* sql */ `
        CREATE TABLE exchange_cosigned (
          witness_id uuid NOT NULL REFERENCES exchange_ledgers, origin text NOT NULL, size bigint NOT NULL, root text NOT NULL, note text NOT NULL,
          PRIMARY KEY (witness_id, origin));`,
    },
  ],
  received: [
    {
      id: 13,
      name: 'received exchanges',
      up: /* sql */ `
        CREATE TABLE exchange_received (
          id text PRIMARY KEY, ledger_id uuid NOT NULL REFERENCES exchange_ledgers, from_domain text NOT NULL, size bigint NOT NULL,
          root text NOT NULL, object text NOT NULL, at timestamptz NOT NULL);
        CREATE INDEX exchange_received_from ON exchange_received (ledger_id, from_domain, size);`,
    },
  ],
};
