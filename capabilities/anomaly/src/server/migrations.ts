/**
 * The tables of `anomaly`.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Anomaly } from '../capability.ts';

export const migrations: ServerHalf<Anomaly>['migrations'] = {
  greetings: [
    {
      id: 1,
      name: 'greetings',
      up: /* sql */ `
        CREATE TABLE anomaly_greetings (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, text text NOT NULL, count int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL);
        CREATE INDEX anomaly_greetings_organisation ON anomaly_greetings (organisation_id, id);`,
    },
  ],
};
