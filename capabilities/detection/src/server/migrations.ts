/**
 * The tables of `detection`.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Detection } from '../capability.ts';

export const migrations: ServerHalf<Detection>['migrations'] = {
  greetings: [
    {
      id: 1,
      name: 'greetings',
      up: /* sql */ `
        CREATE TABLE detection_greetings (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, text text NOT NULL, count int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL);
        CREATE INDEX detection_greetings_organisation ON detection_greetings (organisation_id, id);`,
    },
  ],
};
