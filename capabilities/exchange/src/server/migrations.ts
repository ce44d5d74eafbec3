/**
 * The tables of `exchange`.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Exchange } from '../capability.ts';

export const migrations: ServerHalf<Exchange>['migrations'] = {
  greetings: [
    {
      id: 1,
      name: 'greetings',
      up: /* sql */ `
        CREATE TABLE exchange_greetings (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, text text NOT NULL, count int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL);
        CREATE INDEX exchange_greetings_organisation ON exchange_greetings (organisation_id, id);`,
    },
  ],
};
