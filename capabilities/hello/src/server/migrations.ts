/**
 * The tables of `hello`.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Hello } from '../capability.ts';

export const migrations: ServerHalf<Hello>['migrations'] = {
  greetings: [
    {
      id: 1,
      name: 'greetings',
      up: /* sql */ `
        CREATE TABLE hello_greetings (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, text text NOT NULL, count int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL);
        CREATE INDEX hello_greetings_organisation ON hello_greetings (organisation_id, id);`,
    },
  ],
};
