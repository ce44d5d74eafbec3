/**
 * The tables of the register, filing, the annual review and external tests.
 * @module
 */
export const registerMigrations = {
  systems: [
    {
      id: 25,
      name: 'systems',
      up: /* sql */ `
        CREATE TABLE workdesk_systems (
          id uuid PRIMARY KEY REFERENCES assets ON DELETE CASCADE, organisation_id uuid NOT NULL REFERENCES organisations, completeness smallint NOT NULL, missing text[] NOT NULL,
          filing text NOT NULL, filing_expires_on text, confirmed_on text);
        CREATE INDEX workdesk_systems_unit ON workdesk_systems (organisation_id);`,
    },
  ],
  filings: [
    {
      id: 26,
      name: 'filings',
      up: /* sql */ `
        CREATE TABLE workdesk_filings (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, kind text NOT NULL, number text NOT NULL, subject text NOT NULL, asset_id uuid, details jsonb NOT NULL,
          status text NOT NULL, expires_on text, told_on text, approved_at timestamptz, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
        CREATE INDEX workdesk_filings_unit ON workdesk_filings (organisation_id);
        CREATE INDEX workdesk_filings_asset ON workdesk_filings (asset_id);
        CREATE INDEX workdesk_filings_end ON workdesk_filings (expires_on) WHERE status = 'filed';`,
    },
  ],
  applications: [
    {
      id: 27,
      name: 'applications',
      // One application of a filing waits at a time.
      up: /* sql */ `
        CREATE TABLE workdesk_applications (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, filing_id uuid NOT NULL REFERENCES workdesk_filings ON DELETE CASCADE, action text NOT NULL, details jsonb NOT NULL,
          before jsonb NOT NULL, reason text NOT NULL, attachment_ids uuid[] NOT NULL, wanted_until text, status text NOT NULL, applied_by text NOT NULL, applied_at timestamptz NOT NULL, decided_by text,
          decided_at timestamptz, opinion text NOT NULL);
        CREATE UNIQUE INDEX workdesk_applications_waiting ON workdesk_applications (filing_id) WHERE status = 'waiting';
        CREATE INDEX workdesk_applications_filing ON workdesk_applications (filing_id);`,
    },
  ],
  reviews: [
    {
      id: 28,
      name: 'reviews',
      up: /* sql */ `
        CREATE TABLE workdesk_reviews (
          id uuid PRIMARY KEY, title text NOT NULL, requirement text NOT NULL, due_on text NOT NULL, organisation_ids uuid[] NOT NULL, status text NOT NULL, started_at timestamptz, closed_at timestamptz,
          updated_at timestamptz NOT NULL);`,
    },
  ],
  reviewSheets: [
    {
      id: 29,
      name: 'review-sheets',
      up: /* sql */ `
        CREATE TABLE workdesk_review_sheets (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, review_id uuid NOT NULL REFERENCES workdesk_reviews ON DELETE CASCADE, unit_name text NOT NULL, status text NOT NULL,
          submitted_by text, submitted_at timestamptz, signed_by text, signed_at timestamptz, accepted_by text, accepted_at timestamptz, opinion text NOT NULL, returns int NOT NULL, told_on text,
          UNIQUE (review_id, organisation_id));`,
    },
  ],
  reviewEntries: [
    {
      id: 30,
      name: 'review-entries',
      up: /* sql */ `
        CREATE TABLE workdesk_review_entries (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, sheet_id uuid NOT NULL REFERENCES workdesk_review_sheets ON DELETE CASCADE, asset_id uuid, name text NOT NULL,
          before jsonb, after jsonb, answer text NOT NULL, note text NOT NULL, answered_by text, answered_at timestamptz);
        CREATE INDEX workdesk_review_entries_sheet ON workdesk_review_entries (sheet_id);
        CREATE INDEX workdesk_review_entries_asset ON workdesk_review_entries (asset_id);`,
    },
  ],
  tests: [
    {
      id: 31,
      name: 'tests',
      up: /* sql */ `
        CREATE TABLE workdesk_tests (
          id uuid PRIMARY KEY, user_id uuid NOT NULL, finding_id uuid, title text NOT NULL, target text NOT NULL, severity text NOT NULL, detail jsonb NOT NULL, evidence_ids uuid[] NOT NULL,
          rounds jsonb NOT NULL, reported_at timestamptz NOT NULL);
        CREATE INDEX workdesk_tests_user ON workdesk_tests (user_id, reported_at);`,
    },
  ],
} as const;
