/**
 * The tables of compliance.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Compliance } from '../capability.ts';

export const migrations: ServerHalf<Compliance>['migrations'] = {
  assessments: [
    {
      id: 1,
      name: 'assessments',
      up: /* sql */ `
        CREATE TABLE compliance_assessments (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, instrument text NOT NULL, name text NOT NULL, status text NOT NULL,
          body jsonb NOT NULL, state jsonb, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
        CREATE INDEX compliance_assessments_organisation ON compliance_assessments (organisation_id, id);`,
    },
  ],
  entries: [
    {
      id: 2,
      name: 'entries',
      up: /* sql */ `
        CREATE TABLE compliance_entries (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, name text NOT NULL, attribute text NOT NULL, status text NOT NULL,
          body jsonb NOT NULL, state jsonb NOT NULL, events jsonb NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
        CREATE INDEX compliance_entries_organisation ON compliance_entries (organisation_id, id);`,
    },
  ],
  catalogue: [
    {
      id: 3,
      name: 'catalogue',
      // A substring is found by the pairs of letters in it: trigrams would miss the two-letter words Chinese is made of.
      up: /* sql */ `
        CREATE TABLE compliance_catalogue (
          id uuid PRIMARY KEY, provider_organisation_id uuid NOT NULL REFERENCES organisations, name text NOT NULL, provider text NOT NULL, attribute text NOT NULL,
          method text, level text NOT NULL, body jsonb NOT NULL, search text NOT NULL, grams text[] NOT NULL, published_at timestamptz NOT NULL);
        CREATE INDEX compliance_catalogue_grams ON compliance_catalogue USING gin (grams);
        CREATE INDEX compliance_catalogue_attribute ON compliance_catalogue (attribute, id);
        CREATE INDEX compliance_catalogue_method ON compliance_catalogue (method, id);`,
    },
  ],
  requests: [
    {
      id: 4,
      name: 'requests',
      up: /* sql */ `
        CREATE TABLE compliance_requests (
          id uuid PRIMARY KEY, requester_organisation_id uuid NOT NULL REFERENCES organisations, provider_organisation_id uuid NOT NULL REFERENCES organisations,
          entry_id uuid NOT NULL, title text NOT NULL, attribute text NOT NULL, status text NOT NULL, body jsonb NOT NULL, facts jsonb NOT NULL, state jsonb NOT NULL,
          events jsonb NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
        CREATE INDEX compliance_requests_requester ON compliance_requests (requester_organisation_id, id);
        CREATE INDEX compliance_requests_provider ON compliance_requests (provider_organisation_id, id);`,
    },
  ],
};
