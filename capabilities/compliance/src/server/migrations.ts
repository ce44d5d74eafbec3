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
    {
      id: 5,
      name: 'published',
      // Its provider is its owner: read by all, changed inside that organisation's scope alone.
      up: 'ALTER TABLE compliance_catalogue RENAME COLUMN provider_organisation_id TO organisation_id',
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
    {
      id: 6,
      name: 'parties',
      up: /* sql */ `
        ALTER TABLE compliance_requests ADD party_ids uuid[];
        UPDATE compliance_requests SET party_ids = ARRAY[requester_organisation_id, provider_organisation_id];
        ALTER TABLE compliance_requests ALTER party_ids SET NOT NULL;
        CREATE INDEX compliance_requests_parties ON compliance_requests USING gin (party_ids);`,
    },
  ],
  disputes: [
    {
      id: 7,
      name: 'disputes',
      up: /* sql */ `
        CREATE TABLE compliance_disputes (
          id uuid PRIMARY KEY, request_id uuid NOT NULL REFERENCES compliance_requests, party_ids uuid[] NOT NULL, opened_by uuid NOT NULL REFERENCES organisations,
          title text NOT NULL, claim text NOT NULL, status text NOT NULL, outcome text, state jsonb NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
        CREATE INDEX compliance_disputes_request ON compliance_disputes (request_id);
        CREATE INDEX compliance_disputes_parties ON compliance_disputes USING gin (party_ids);`,
    },
  ],
  complaints: [
    {
      id: 8,
      name: 'complaints',
      up: /* sql */ `
        CREATE TABLE compliance_complaints (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, title text NOT NULL, complainant text NOT NULL, channel text NOT NULL, text text NOT NULL,
          status text NOT NULL, outcome text, evidence_ids jsonb NOT NULL, events jsonb NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
        CREATE INDEX compliance_complaints_organisation ON compliance_complaints (organisation_id, id);`,
    },
  ],
  affiliations: [
    {
      id: 9,
      name: 'affiliations',
      up: /* sql */ `
        CREATE TABLE compliance_affiliations (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, one text NOT NULL, other text NOT NULL, basis text NOT NULL,
          valid_from text NOT NULL, valid_to text, created_at timestamptz NOT NULL);
        CREATE INDEX compliance_affiliations_organisation ON compliance_affiliations (organisation_id, id);`,
    },
  ],
};
