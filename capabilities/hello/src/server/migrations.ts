/**
 * The tables of `hello`.
 * @module
 */
import type { Migration } from '@hedun/sdk';

export const migrations: readonly Migration[] = [
  {
    id: 1,
    name: 'greetings',
    up: /* sql */ `
      CREATE TABLE hello_greetings (
        id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, text text NOT NULL, count int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL);
      CREATE INDEX hello_greetings_organisation ON hello_greetings (organisation_id, id);`,
  },
];
