/**
 * The tables of the workdesk.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Workdesk } from '../capability.ts';
import { announcementMigrations } from './announcements/migrations.ts';
import { registerMigrations } from './registers/migrations.ts';
import { safeReportMigrations } from './safe-reports/migrations.ts';
import { taskMigrations } from './tasks/migrations.ts';

export const migrations: ServerHalf<Workdesk>['migrations'] = {
  imports: [
    {
      id: 1,
      name: 'imports',
      // One finished import of the same bytes: the second finds the first instead of beginning again.
      up: /* sql */ `
        CREATE TABLE workdesk_imports (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, evidence_id uuid NOT NULL REFERENCES evidence, sha256 text NOT NULL, name text NOT NULL,
          format text NOT NULL DEFAULT '', source text NOT NULL DEFAULT '', status text NOT NULL, partial boolean NOT NULL, minimum_severity text NOT NULL, asset_id uuid, notice_id uuid, covered text[] NOT NULL DEFAULT '{}',
          found int NOT NULL DEFAULT 0, applied int NOT NULL DEFAULT 0, raised int NOT NULL DEFAULT 0, again int NOT NULL DEFAULT 0, reopened int NOT NULL DEFAULT 0, suppressed int NOT NULL DEFAULT 0,
          unresolved int NOT NULL DEFAULT 0, below int NOT NULL DEFAULT 0, issue_count int NOT NULL DEFAULT 0, issues jsonb NOT NULL DEFAULT '[]', created_by uuid, created_at timestamptz NOT NULL, finished_at timestamptz);
        CREATE UNIQUE INDEX workdesk_imports_bytes ON workdesk_imports (organisation_id, sha256) WHERE notice_id IS NULL;
        CREATE INDEX workdesk_imports_created ON workdesk_imports (created_at, id);`,
    },
  ],
  inbox: [
    {
      id: 2,
      name: 'inbox',
      up: /* sql */ `
        CREATE TABLE workdesk_inbox (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, key text NOT NULL, target text NOT NULL, title text NOT NULL, severity text NOT NULL, severity_rank smallint NOT NULL,
          source text NOT NULL, finding jsonb NOT NULL, import_id uuid NOT NULL, status text NOT NULL DEFAULT 'waiting', occurrences int NOT NULL DEFAULT 1, first_seen_at timestamptz NOT NULL, last_seen_at timestamptz NOT NULL,
          UNIQUE (organisation_id, key));
        CREATE INDEX workdesk_inbox_target ON workdesk_inbox (target) WHERE status = 'waiting';`,
    },
  ],
  ranges: [
    {
      id: 3,
      name: 'ranges',
      up: /* sql */ `
        CREATE TABLE workdesk_ranges (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, value text NOT NULL UNIQUE, note text NOT NULL, created_at timestamptz NOT NULL);`,
    },
  ],
  exploited: [
    {
      id: 4,
      name: 'exploited',
      up: /* sql */ `CREATE TABLE workdesk_exploited (cve text PRIMARY KEY, added_on text NOT NULL, due_on text NOT NULL, name text NOT NULL);`,
    },
  ],
  notices: [
    {
      id: 5,
      name: 'notices',
      up: /* sql */ `
        CREATE TABLE workdesk_notices (
          id uuid PRIMARY KEY REFERENCES cases, organisation_id uuid NOT NULL REFERENCES organisations, issuer_name text NOT NULL, unit_name text NOT NULL, finding_count int NOT NULL, requirement text NOT NULL,
          attachment_ids uuid[] NOT NULL, targets text[] NOT NULL, started_on text NOT NULL, workdays int NOT NULL, due_on text NOT NULL, provisional boolean NOT NULL, issued_at timestamptz NOT NULL,
          signed_at timestamptz, signed_by text, submitted_at timestamptz, verified_at timestamptz, archived_at timestamptz, returns int NOT NULL DEFAULT 0, measures text, opinion text,
          extensions jsonb NOT NULL DEFAULT '[]', rechecks jsonb NOT NULL DEFAULT '[]');
        CREATE INDEX workdesk_notices_unit ON workdesk_notices (organisation_id, issued_at);`,
    },
  ],
  tallies: [
    {
      id: 7,
      name: 'tallies',
      up: /* sql */ `
        CREATE TABLE workdesk_tallies (
          organisation_id uuid NOT NULL REFERENCES organisations, month text NOT NULL, severity text NOT NULL, kind text NOT NULL,
          found int NOT NULL, verified int NOT NULL, dismissed int NOT NULL, reopened int NOT NULL, PRIMARY KEY (organisation_id, month, severity, kind));`,
    },
    {
      id: 32,
      name: 'tallies-time-to-fix',
      // Days from first seen to verified, and how many took at most a week or thirty days, of those verified in the month. Counted again tonight.
      up: /* sql */ `
        ALTER TABLE workdesk_tallies ADD COLUMN fix_days float8 NOT NULL DEFAULT 0, ADD COLUMN within7 int NOT NULL DEFAULT 0, ADD COLUMN within30 int NOT NULL DEFAULT 0;`,
    },
  ],
  stale: [
    {
      id: 8,
      name: 'stale',
      up: /* sql */ `CREATE TABLE workdesk_stale (organisation_id uuid PRIMARY KEY REFERENCES organisations, since timestamptz NOT NULL);`,
    },
  ],
  counters: [
    {
      id: 6,
      name: 'counters',
      up: /* sql */ `CREATE TABLE workdesk_counters (name text PRIMARY KEY, last bigint NOT NULL);`,
    },
  ],
  articles: [
    {
      id: 9,
      name: 'articles',
      up: /* sql */ `
        CREATE TABLE workdesk_articles (
          id uuid PRIMARY KEY, title text NOT NULL, category text NOT NULL, body text NOT NULL, tags text[] NOT NULL, published boolean NOT NULL, attachments jsonb NOT NULL,
          author_name text NOT NULL, updated_at timestamptz NOT NULL);`,
    },
  ],
  attachments: [
    {
      id: 10,
      name: 'attachments',
      up: /* sql */ `
        CREATE TABLE workdesk_attachments (
          article_id uuid NOT NULL REFERENCES workdesk_articles ON DELETE CASCADE, position int NOT NULL, name text NOT NULL, media_type text NOT NULL, bytes bytea NOT NULL,
          PRIMARY KEY (article_id, position));`,
    },
  ],
  courses: [
    {
      id: 11,
      name: 'courses',
      up: /* sql */ `
        CREATE TABLE workdesk_courses (
          id uuid PRIMARY KEY, title text NOT NULL, summary text NOT NULL, body text NOT NULL, quiz jsonb NOT NULL, pass_percent int NOT NULL, valid_months int, attempts int NOT NULL,
          published boolean NOT NULL, updated_at timestamptz NOT NULL);`,
    },
  ],
  enrolments: [
    {
      id: 12,
      name: 'enrolments',
      up: /* sql */ `
        CREATE TABLE workdesk_enrolments (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, course_id uuid NOT NULL REFERENCES workdesk_courses, user_id uuid NOT NULL, user_name text NOT NULL,
          reason text NOT NULL, status text NOT NULL, due_on text NOT NULL, attempts int NOT NULL, percent real, answers jsonb, certificate text UNIQUE, assigned_at timestamptz NOT NULL,
          passed_at timestamptz, valid_to text);
        CREATE INDEX workdesk_enrolments_course ON workdesk_enrolments (course_id, user_id);
        CREATE INDEX workdesk_enrolments_user ON workdesk_enrolments (user_id);
        CREATE INDEX workdesk_enrolments_unit ON workdesk_enrolments (organisation_id, assigned_at);`,
    },
  ],
  schemes: [
    {
      id: 13,
      name: 'schemes',
      up: /* sql */ `
        CREATE TABLE workdesk_schemes (
          id uuid PRIMARY KEY, title text NOT NULL, from_day text NOT NULL, to_day text NOT NULL, status text NOT NULL, indicators jsonb NOT NULL, appeal_to text, updated_at timestamptz NOT NULL);`,
    },
  ],
  results: [
    {
      id: 14,
      name: 'results',
      up: /* sql */ `
        CREATE TABLE workdesk_results (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, scheme_id uuid NOT NULL REFERENCES workdesk_schemes ON DELETE CASCADE, unit_name text NOT NULL,
          total real, adjustment real NOT NULL, place int, lines jsonb NOT NULL, appeal jsonb, measured_at timestamptz NOT NULL, UNIQUE (scheme_id, organisation_id));`,
    },
  ],
  sources: [
    {
      id: 15,
      name: 'sources',
      up: /* sql */ `
        CREATE TABLE workdesk_sources (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, name text NOT NULL UNIQUE, mapping jsonb NOT NULL, connection jsonb, credential text, push_secret text,
          enabled boolean NOT NULL, next_run_at timestamptz, last_run_at timestamptz, last_success_at timestamptz, last_error text, created_at timestamptz NOT NULL);`,
    },
  ],
  pushes: [
    {
      id: 16,
      name: 'pushes',
      up: /* sql */ `
        CREATE TABLE workdesk_pushes (
          source_id uuid NOT NULL REFERENCES workdesk_sources ON DELETE CASCADE, key text NOT NULL, sha256 text NOT NULL, import_id uuid NOT NULL, received_at timestamptz NOT NULL, PRIMARY KEY (source_id, key));`,
    },
  ],
  ...announcementMigrations,
  ...safeReportMigrations,
  ...taskMigrations,
  ...registerMigrations,
};
