/**
 * The tables of anomaly.
 * @module
 */
import type { ServerHalf } from '@hedun/sdk';
import type { Anomaly } from '../capability.ts';

export const migrations: ServerHalf<Anomaly>['migrations'] = {
  sets: [
    {
      id: 1,
      name: 'sets',
      up: /* sql */ `
        CREATE TABLE anomaly_sets (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, name text NOT NULL, origin text NOT NULL, columns jsonb NOT NULL, row_count int NOT NULL DEFAULT 0,
          labelled int NOT NULL DEFAULT 0, sha256 text NOT NULL DEFAULT '', odd int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL);
        CREATE INDEX anomaly_sets_organisation ON anomaly_sets (organisation_id, id);`,
    },
    {
      id: 7,
      name: 'scored-to',
      up: /* sql */ `
        ALTER TABLE anomaly_sets ADD COLUMN scored_to int NOT NULL DEFAULT 0, ADD COLUMN follows text NOT NULL DEFAULT '';
        UPDATE anomaly_sets SET scored_to = row_count;`,
    },
  ],
  portions: [
    {
      id: 2,
      name: 'portions',
      up: /* sql */ `
        CREATE TABLE anomaly_portions (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, set_id uuid NOT NULL REFERENCES anomaly_sets ON DELETE CASCADE, first int NOT NULL, rows int NOT NULL, body text NOT NULL,
          UNIQUE (set_id, first));`,
    },
  ],
  labels: [
    {
      id: 3,
      name: 'labels',
      up: /* sql */ `
        CREATE TABLE anomaly_labels (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, set_id uuid NOT NULL REFERENCES anomaly_sets ON DELETE CASCADE, row int NOT NULL, verdict text NOT NULL, origin text NOT NULL, created_at timestamptz NOT NULL,
          UNIQUE (set_id, row));`,
    },
  ],
  models: [
    {
      id: 4,
      name: 'models',
      up: /* sql */ `
        CREATE TABLE anomaly_models (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, set_id uuid NOT NULL REFERENCES anomaly_sets ON DELETE CASCADE, set_name text NOT NULL, detector text NOT NULL, version int NOT NULL, status text NOT NULL,
          seed int NOT NULL, lineage text NOT NULL, card jsonb NOT NULL, evidence_id uuid, created_at timestamptz NOT NULL, UNIQUE (set_id, version));
        CREATE UNIQUE INDEX anomaly_models_champion ON anomaly_models (set_id) WHERE status = 'champion';`,
    },
  ],
  anomalies: [
    {
      id: 5,
      name: 'anomalies',
      up: /* sql */ `
        CREATE TABLE anomaly_anomalies (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, set_id uuid NOT NULL REFERENCES anomaly_sets ON DELETE CASCADE, set_name text NOT NULL, model_id uuid NOT NULL REFERENCES anomaly_models ON DELETE CASCADE,
          row int NOT NULL, score double precision NOT NULL, reasons jsonb NOT NULL, nearest jsonb NOT NULL, finding_id uuid, verdict text, created_at timestamptz NOT NULL, UNIQUE (set_id, row));
        CREATE INDEX anomaly_anomalies_score ON anomaly_anomalies (score DESC);`,
    },
  ],
  sources: [
    {
      id: 6,
      name: 'sources',
      up: /* sql */ `
        CREATE TABLE anomaly_sources (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, set_id uuid NOT NULL REFERENCES anomaly_sets ON DELETE CASCADE, url text NOT NULL, topic text NOT NULL, enabled boolean NOT NULL DEFAULT true,
          received int NOT NULL DEFAULT 0, refused int NOT NULL DEFAULT 0, last_refusal text NOT NULL DEFAULT '', created_at timestamptz NOT NULL);`,
    },
    {
      id: 8,
      name: 'credentials',
      up: /* sql */ `ALTER TABLE anomaly_sources ADD COLUMN username text NOT NULL DEFAULT '', ADD COLUMN sealed text;`,
    },
  ],
  taken: [
    {
      id: 9,
      name: 'taken',
      up: /* sql */ `
        CREATE TABLE anomaly_taken (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, set_id uuid NOT NULL REFERENCES anomaly_sets ON DELETE CASCADE, finding_id uuid NOT NULL, UNIQUE (set_id, finding_id));`,
    },
  ],
  drifts: [
    {
      id: 10,
      name: 'drifts',
      up: /* sql */ `
        CREATE TABLE anomaly_drifts (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, set_id uuid NOT NULL REFERENCES anomaly_sets ON DELETE CASCADE, model_id uuid NOT NULL REFERENCES anomaly_models ON DELETE CASCADE,
          version int NOT NULL, new_rows int NOT NULL, scores double precision NOT NULL, drift text NOT NULL, columns jsonb NOT NULL, finding_id uuid, created_at timestamptz NOT NULL);
        CREATE INDEX anomaly_drifts_set ON anomaly_drifts (set_id, id DESC);`,
    },
  ],
};
