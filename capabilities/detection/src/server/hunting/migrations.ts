/**
 * The table of saved hunts.
 * @module
 */
import type { Step } from '../migration-step.ts';

export const huntSteps: readonly Step[] = [
  {
    table: 'hunts',
    up: /* sql */ `
      CREATE TABLE detection_hunts (
        id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, name text NOT NULL, filter text NOT NULL, span_minutes int NOT NULL, every_minutes int, threshold int NOT NULL, next_run_at timestamptz, last_run_at timestamptz, last_count int, created_by uuid, created_at timestamptz NOT NULL,
        UNIQUE (organisation_id, name));`,
  },
];
