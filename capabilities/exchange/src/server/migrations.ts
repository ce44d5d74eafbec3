/**
 * The tables of this room. Step ids count through the whole room without gaps.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Exchange } from '../capability.ts';

export const migrations: ServerHalf<Exchange>['migrations'] = {
  objects: [
    {
      id: 1,
      name: 'objects',
      up: /* sql */ `
        CREATE TABLE exchange_objects (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, title text NOT NULL, created_at timestamptz NOT NULL);`,
    },
  ],
};
