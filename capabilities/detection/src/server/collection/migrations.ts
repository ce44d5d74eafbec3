/**
 * The tables of collection.
 * @module
 */
import type { Step } from '../migration-step.ts';

/** Workers of a group: whoever took a partition's state last has it. */
export const groupSteps: readonly Step[] = [
  { table: 'workers', up: /* sql */ `ALTER TABLE detection_workers ADD COLUMN epoch int NOT NULL DEFAULT 0;` },
];

export const collectionSteps: readonly Step[] = [
  {
    table: 'parsers',
    up: /* sql */ `
      CREATE TABLE detection_parsers (
        id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, name text NOT NULL, pattern text NOT NULL, sample text NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
        UNIQUE (organisation_id, name));`,
  },
  {
    table: 'sources',
    up: /* sql */ `
      CREATE TABLE detection_sources (
        id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, name text NOT NULL, kind text NOT NULL, format text NOT NULL, zone int NOT NULL, encoding text NOT NULL, logsource jsonb,
        parser_id uuid REFERENCES detection_parsers, settings jsonb NOT NULL, secret text, enabled boolean NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
        UNIQUE (organisation_id, name));`,
  },
  {
    table: 'sourceHealth',
    up: /* sql */ `
      CREATE TABLE detection_source_health (
        source_id uuid PRIMARY KEY REFERENCES detection_sources ON DELETE CASCADE, organisation_id uuid NOT NULL, status text NOT NULL, detail text NOT NULL, port int NOT NULL, received float8 NOT NULL, parsed float8 NOT NULL, failed float8 NOT NULL,
        damaged float8 NOT NULL, dropped float8 NOT NULL, late float8 NOT NULL, bytes float8 NOT NULL, rate float8 NOT NULL, skew_ms float8 NOT NULL, last_at timestamptz, minutes jsonb NOT NULL, unparsed jsonb NOT NULL, sample jsonb NOT NULL, updated_at timestamptz NOT NULL);`,
  },
  {
    table: 'workers',
    up: /* sql */ `
      CREATE TABLE detection_workers (name text PRIMARY KEY, offsets jsonb NOT NULL, snapshot text NOT NULL, updated_at timestamptz NOT NULL);`,
  },
];
