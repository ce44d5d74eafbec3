/**
 * The tables of this room. Step ids count through the whole room without gaps.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Exchange } from '../capability.ts';
import { ledgerMigrations } from './ledger/migrations.ts';

export const migrations: ServerHalf<Exchange>['migrations'] = {
  authorities: [
    {
      id: 1,
      name: 'authorities',
      up: /* sql */ `
        CREATE TABLE exchange_authorities (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, name text NOT NULL UNIQUE, parameters text NOT NULL,
          sealed_master text NOT NULL, created_at timestamptz NOT NULL);`,
    },
  ],
  attributes: [
    {
      id: 2,
      name: 'attributes',
      up: /* sql */ `
        CREATE TABLE exchange_attributes (
          id uuid PRIMARY KEY, authority_id uuid NOT NULL REFERENCES exchange_authorities, name text NOT NULL UNIQUE, kind text NOT NULL,
          title jsonb NOT NULL, options jsonb NOT NULL, epoch int NOT NULL, created_at timestamptz NOT NULL);`,
    },
  ],
  holders: [
    {
      id: 3,
      name: 'holders',
      up: /* sql */ `
        CREATE TABLE exchange_holders (
          id uuid PRIMARY KEY, user_id uuid NOT NULL UNIQUE, organisation_id uuid NOT NULL REFERENCES organisations, public_key text NOT NULL,
          serial int NOT NULL, created_at timestamptz NOT NULL);`,
    },
  ],
  grants: [
    {
      id: 4,
      name: 'grants',
      up: /* sql */ `
        CREATE TABLE exchange_grants (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, authority_id uuid NOT NULL REFERENCES exchange_authorities,
          attribute_id uuid NOT NULL REFERENCES exchange_attributes, user_id uuid NOT NULL, user_name text NOT NULL, attribute_name text NOT NULL,
          value text NOT NULL, status text NOT NULL, reason text NOT NULL, decision text, requested_at timestamptz NOT NULL,
          decided_at timestamptz, expires_on text);
        CREATE INDEX exchange_grants_user ON exchange_grants (user_id, status);
        CREATE INDEX exchange_grants_authority ON exchange_grants (authority_id, status);`,
    },
  ],
  keys: [
    {
      id: 5,
      name: 'keys',
      up: /* sql */ `
        CREATE TABLE exchange_keys (
          id uuid PRIMARY KEY, authority_id uuid NOT NULL REFERENCES exchange_authorities, user_id uuid NOT NULL, serial int NOT NULL,
          sealed text NOT NULL, issued_at timestamptz NOT NULL, UNIQUE (authority_id, user_id));`,
    },
  ],
  objects: [
    {
      id: 6,
      name: 'objects',
      up: /* sql */ `
        CREATE TABLE exchange_objects (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, authority_id uuid NOT NULL REFERENCES exchange_authorities,
          title text NOT NULL, file_name text NOT NULL, media_type text NOT NULL, policy text NOT NULL, plain_size bigint NOT NULL,
          stored_size bigint NOT NULL, cid text NOT NULL, storage text NOT NULL, suite text NOT NULL, header text NOT NULL,
          header_digest text NOT NULL, header_version int NOT NULL, status text NOT NULL, published_by uuid NOT NULL, publisher_name text NOT NULL,
          created_at timestamptz NOT NULL);
        CREATE INDEX exchange_objects_authority ON exchange_objects (authority_id, status);`,
    },
  ],
  accesses: [
    {
      id: 7,
      name: 'accesses',
      up: /* sql */ `
        CREATE TABLE exchange_accesses (
          id uuid PRIMARY KEY, object_id uuid NOT NULL, organisation_id uuid NOT NULL REFERENCES organisations, user_id uuid NOT NULL,
          user_name text NOT NULL, outcome text NOT NULL, reason text, purpose text NOT NULL, at timestamptz NOT NULL);
        CREATE INDEX exchange_accesses_object ON exchange_accesses (object_id, id);`,
    },
  ],
  backups: [
    {
      id: 8,
      name: 'backups',
      up: /* sql */ `
        CREATE TABLE exchange_backups (cid text NOT NULL, index int NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (cid, index));`,
    },
  ],
  ...ledgerMigrations,
};
