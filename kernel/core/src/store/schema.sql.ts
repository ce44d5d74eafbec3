/**
 * The kernel's tables. Row-level security is put on them by `scope.ts`; indexes for lists stand beside the lists that need them.
 * @module
 */
import type { Migration } from '@hedun/sdk';

const tables = /* sql */ `
CREATE EXTENSION IF NOT EXISTS pg_trgm;
-- What trigram indexes hold: lower case, each ideograph three times, so that words of one or two of them are found by trigrams too.
CREATE FUNCTION hedun_words(content text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN regexp_replace(lower(content), '([\u3400-\u9fff])', '\\1\\1\\1', 'g');
CREATE TABLE organisations (
  id uuid PRIMARY KEY, parent_id uuid REFERENCES organisations, name text NOT NULL, short_name text, kind text NOT NULL,
  credit_code text, contact text, path text COLLATE "C" NOT NULL, synthetic boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, UNIQUE (parent_id, name));
CREATE UNIQUE INDEX organisations_one_root ON organisations ((parent_id IS NULL)) WHERE parent_id IS NULL;
CREATE INDEX organisations_path ON organisations (path);

CREATE TABLE users (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, name text NOT NULL, display_name text NOT NULL,
  email text, phone text, locale text NOT NULL DEFAULT 'zh-CN', status text NOT NULL DEFAULT 'invited',
  password_hash text, password_changed_at timestamptz, must_change_password boolean NOT NULL DEFAULT false,
  failures int NOT NULL DEFAULT 0, locked_until timestamptz, totp_secret bytea, totp_enabled boolean NOT NULL DEFAULT false, totp_last_step bigint,
  recovery_hashes text[] NOT NULL DEFAULT '{}', oidc_issuer text, oidc_subject text,
  last_sign_in_at timestamptz, created_at timestamptz NOT NULL, UNIQUE (oidc_issuer, oidc_subject));
CREATE UNIQUE INDEX users_name ON users (lower(name));
CREATE TABLE roles (id uuid PRIMARY KEY, name text NOT NULL UNIQUE, title jsonb NOT NULL, built_in boolean NOT NULL DEFAULT false, permissions text[] NOT NULL DEFAULT '{}');
CREATE TABLE grants (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, role_id uuid NOT NULL REFERENCES roles, organisation_id uuid NOT NULL REFERENCES organisations,
  PRIMARY KEY (user_id, role_id, organisation_id));
CREATE TABLE sessions (
  id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, token_hash bytea NOT NULL UNIQUE, previous_hash bytea,
  address text, agent text, created_at timestamptz NOT NULL, last_seen_at timestamptz NOT NULL, rotated_at timestamptz NOT NULL, expires_at timestamptz NOT NULL);
CREATE TABLE tokens (
  id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, name text NOT NULL, prefix text NOT NULL, token_hash bytea NOT NULL UNIQUE,
  permissions text[] NOT NULL, organisation_id uuid NOT NULL REFERENCES organisations, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, last_used_at timestamptz, revoked_at timestamptz);
-- One-time secrets: set-up links, invitations, second-factor challenges, OIDC states. Only hashes are kept.
CREATE TABLE one_time_secrets (
  hash bytea PRIMARY KEY, purpose text NOT NULL, user_id uuid REFERENCES users ON DELETE CASCADE, data jsonb NOT NULL DEFAULT '{}', tries int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL);
CREATE TABLE preferences (user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, name text NOT NULL, value jsonb, PRIMARY KEY (user_id, name));
CREATE TABLE views (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, list text NOT NULL, name text NOT NULL, shared boolean NOT NULL, state jsonb NOT NULL);

CREATE TABLE assets (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, kind text NOT NULL, name text NOT NULL, status text NOT NULL DEFAULT 'active',
  protection_level int, identifiers text[] NOT NULL DEFAULT '{}', responsible_user_ids uuid[] NOT NULL DEFAULT '{}', tags text[] NOT NULL DEFAULT '{}', attributes jsonb NOT NULL DEFAULT '{}',
  first_seen_at timestamptz NOT NULL, last_seen_at timestamptz NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
CREATE INDEX assets_identifiers ON assets USING gin (identifiers);
CREATE INDEX assets_own_name ON assets (organisation_id, kind, name);
CREATE INDEX assets_last_seen ON assets (last_seen_at, id);
CREATE INDEX assets_name ON assets (name, id);
CREATE INDEX assets_words ON assets USING gin (hedun_words(name) gin_trgm_ops);
CREATE TABLE relations (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, from_asset_id uuid NOT NULL REFERENCES assets ON DELETE CASCADE, to_asset_id uuid NOT NULL REFERENCES assets ON DELETE CASCADE,
  kind text NOT NULL, UNIQUE (from_asset_id, kind, to_asset_id));
CREATE INDEX relations_to ON relations (to_asset_id);
CREATE TABLE evidence (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, sha256 text NOT NULL, name text NOT NULL, media_type text NOT NULL, size bigint NOT NULL,
  description text, created_by uuid, created_at timestamptz NOT NULL);
CREATE INDEX evidence_sha256 ON evidence (sha256);
CREATE TABLE observations (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, asset_id uuid REFERENCES assets ON DELETE SET NULL, source text NOT NULL, kind text NOT NULL,
  seen_at timestamptz NOT NULL, received_at timestamptz NOT NULL, data jsonb NOT NULL, evidence_id uuid REFERENCES evidence);
CREATE INDEX observations_seen ON observations (seen_at, id);
CREATE INDEX observations_organisation ON observations (organisation_id, seen_at DESC);
CREATE INDEX observations_asset ON observations (asset_id, seen_at DESC) WHERE asset_id IS NOT NULL;
CREATE TABLE findings (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, asset_id uuid REFERENCES assets ON DELETE SET NULL, kind text NOT NULL, title text NOT NULL,
  description text NOT NULL DEFAULT '', remediation text, severity text NOT NULL, severity_rank smallint NOT NULL, confidence real NOT NULL DEFAULT 1, status text NOT NULL DEFAULT 'open',
  fingerprint text NOT NULL, sources text[] NOT NULL DEFAULT '{}', "references" jsonb NOT NULL DEFAULT '[]', attributes jsonb NOT NULL DEFAULT '{}', evidence_ids uuid[] NOT NULL DEFAULT '{}',
  case_id uuid, merged_into uuid, dismissal jsonb, occurrences int NOT NULL DEFAULT 1, recurrences int NOT NULL DEFAULT 0,
  first_seen_at timestamptz NOT NULL, last_seen_at timestamptz NOT NULL, fixed_at timestamptz, verified_at timestamptz, UNIQUE (organisation_id, fingerprint));
-- One index serves both directions of a list; its columns are never null.
-- Behind the order stand the columns people filter by, so that a row that does not match is passed over without reading it.
CREATE INDEX findings_last_seen ON findings (last_seen_at, id, status, severity_rank, kind);
CREATE INDEX findings_first_seen ON findings (first_seen_at, id, status, severity_rank, kind);
CREATE INDEX findings_severity ON findings (severity_rank, id, status, kind, first_seen_at, last_seen_at, organisation_id);
CREATE INDEX findings_status ON findings (status, id, severity_rank, kind);
CREATE INDEX findings_kind ON findings (kind, id, status, severity_rank);
CREATE INDEX findings_title ON findings (title, id, status, severity_rank, kind);
CREATE INDEX findings_words ON findings USING gin (hedun_words(title) gin_trgm_ops);
CREATE INDEX findings_occurrences ON findings (occurrences, id, status, severity_rank, kind);
CREATE INDEX findings_recurrences ON findings (recurrences, id, status, severity_rank, kind);
CREATE INDEX findings_confidence ON findings (confidence, id, status, severity_rank, kind);
CREATE INDEX findings_asset ON findings (asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX findings_case ON findings (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX findings_merged ON findings (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX findings_dismissed ON findings ((dismissal->>'expiresAt')) WHERE status = 'dismissed';
CREATE TABLE cases (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, issuer_organisation_id uuid NOT NULL REFERENCES organisations, number text NOT NULL UNIQUE, kind text NOT NULL,
  title text NOT NULL, summary text NOT NULL DEFAULT '', severity text NOT NULL, severity_rank smallint NOT NULL, status text NOT NULL DEFAULT 'drafted', assignee_ids uuid[] NOT NULL DEFAULT '{}',
  due_at timestamptz, escalation int NOT NULL DEFAULT 0, opened_by uuid, opened_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, closed_at timestamptz);
CREATE INDEX cases_organisation ON cases (organisation_id);
CREATE INDEX cases_opened ON cases (opened_at, id);
CREATE TABLE serials (name text PRIMARY KEY, last bigint NOT NULL);
-- History of findings and cases; subject_kind says whose.
CREATE TABLE timeline (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, subject_kind text NOT NULL, subject_id uuid NOT NULL, at timestamptz NOT NULL,
  actor_id uuid, actor_name text NOT NULL, kind text NOT NULL, text text NOT NULL DEFAULT '', data jsonb NOT NULL DEFAULT '{}');
CREATE INDEX timeline_subject ON timeline (subject_id, at);
CREATE TABLE reports (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, title text NOT NULL, format text NOT NULL, evidence_id uuid NOT NULL REFERENCES evidence, created_by uuid, created_at timestamptz NOT NULL);

CREATE TABLE jobs (
  id uuid PRIMARY KEY, organisation_id uuid REFERENCES organisations, operation text NOT NULL, title jsonb NOT NULL, key text, input jsonb NOT NULL, status text NOT NULL DEFAULT 'queued',
  done double precision NOT NULL DEFAULT 0, total double precision NOT NULL DEFAULT 0, message text, attempt int NOT NULL DEFAULT 0, attempts int NOT NULL DEFAULT 3,
  actor jsonb NOT NULL, started_by uuid, run_at timestamptz NOT NULL, created_at timestamptz NOT NULL, started_at timestamptz, finished_at timestamptz, heartbeat_at timestamptz, worker text,
  cancel_requested boolean NOT NULL DEFAULT false, result jsonb, error jsonb);
CREATE INDEX jobs_due ON jobs (run_at) WHERE status = 'queued';
CREATE INDEX jobs_running ON jobs (heartbeat_at) WHERE status = 'running';
CREATE UNIQUE INDEX jobs_key ON jobs (key) WHERE key IS NOT NULL AND status IN ('queued', 'running');
CREATE TABLE job_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE, at timestamptz NOT NULL, text text NOT NULL);
CREATE INDEX job_log_job ON job_log (job_id, id);
CREATE TABLE schedules (operation text PRIMARY KEY, schedule text NOT NULL, enabled boolean NOT NULL DEFAULT true, next_at timestamptz, last_at timestamptz);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event text NOT NULL, key text NOT NULL, payload jsonb NOT NULL, organisation_id uuid, created_at timestamptz NOT NULL, published_at timestamptz);
CREATE INDEX outbox_waiting ON outbox (id) WHERE published_at IS NULL;
CREATE TABLE consumed_events (consumer text NOT NULL, event_id text NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (consumer, event_id));

CREATE TABLE audit_records (
  sequence bigint PRIMARY KEY, at timestamptz NOT NULL, actor_id uuid, actor_name text NOT NULL, organisation_id uuid, action text NOT NULL, outcome text NOT NULL, target text,
  request_id text, address text, details jsonb NOT NULL, previous_hash text NOT NULL, hash text NOT NULL);
CREATE TABLE audit_head (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), sequence bigint NOT NULL, hash text NOT NULL);
INSERT INTO audit_head (sequence, hash) VALUES (0, '');
CREATE TABLE audit_checkpoints (sequence bigint PRIMARY KEY, hash text NOT NULL, at timestamptz NOT NULL, public_key text NOT NULL, signature text NOT NULL);

CREATE TABLE notices (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, key text, title jsonb NOT NULL, body jsonb NOT NULL, link text, created_at timestamptz NOT NULL, read_at timestamptz);
CREATE INDEX notices_user ON notices (user_id, created_at DESC);
CREATE TABLE channels (id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, kind text NOT NULL, name text NOT NULL, enabled boolean NOT NULL DEFAULT true, config jsonb NOT NULL, secret bytea, created_at timestamptz NOT NULL);
CREATE TABLE deliveries (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, channel_id uuid REFERENCES channels ON DELETE SET NULL, kind text NOT NULL, recipient text NOT NULL, title text NOT NULL, body text NOT NULL, status text NOT NULL DEFAULT 'queued',
  attempts int NOT NULL DEFAULT 0, error text, next_at timestamptz NOT NULL, created_at timestamptz NOT NULL, delivered_at timestamptz);
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE status = 'queued';
CREATE TABLE settings (id text PRIMARY KEY, value jsonb, secret bytea, updated_at timestamptz NOT NULL);
`;

/**
 * A walk along a state or kind passes many rows: what filters them stands in the index, so that no row is fetched to be passed over.
 * Beginnings of titles are a range of the ordinary index where texts are ordered by their bytes (the embedded database), and of one of
 * its own where they are not.
 */
const wideIndexes = `
DROP INDEX findings_status;
DROP INDEX findings_kind;
CREATE INDEX findings_status ON findings (status, id, severity_rank, kind, confidence, first_seen_at, last_seen_at, organisation_id);
CREATE INDEX findings_kind ON findings (kind, id, status, severity_rank, confidence, first_seen_at, last_seen_at, organisation_id);
DO $$ BEGIN
  IF (SELECT datcollate NOT IN ('C', 'POSIX') FROM pg_database WHERE datname = current_database()) THEN
    CREATE INDEX findings_title_beginning ON findings (title text_pattern_ops);
    CREATE INDEX assets_name_beginning ON assets (name text_pattern_ops);
  END IF;
END $$;
`;

export const kernelMigrations: readonly Migration[] = [
  { id: 1, name: 'kernel tables', up: tables },
  { id: 2, name: 'wider indexes of findings, beginnings of titles', up: wideIndexes },
];
