/**
 * The tables of alerts and incidents. An alert's id follows from rule and event, so that the same alert is never kept twice.
 * @module
 */
import type { Step } from '../migration-step.ts';

export const incidentSteps: readonly Step[] = [
  {
    table: 'incidents',
    up: /* sql */ `
      CREATE TABLE detection_incidents (
        id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, network text NOT NULL, title text NOT NULL, kind text NOT NULL, severity text NOT NULL, status text NOT NULL, opened_at timestamptz NOT NULL, start_at timestamptz NOT NULL, end_at timestamptz NOT NULL,
        alerts int NOT NULL, occurrences int NOT NULL, bits float8 NOT NULL, machines text[] NOT NULL, users text[] NOT NULL, rules text[] NOT NULL, tactics text[] NOT NULL, techniques text[] NOT NULL, verdict text, note text NOT NULL DEFAULT '', judged_by uuid,
        finding_id uuid, case_id uuid, updated_at timestamptz NOT NULL);
      CREATE INDEX detection_incidents_open ON detection_incidents (organisation_id, status, end_at DESC);`,
  },
  {
    table: 'alerts',
    up: /* sql */ `
      CREATE TABLE detection_alerts (
        id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, sequence int GENERATED ALWAYS AS IDENTITY, time timestamptz NOT NULL, detected_at timestamptz NOT NULL, network text NOT NULL, rule_key text NOT NULL, title text NOT NULL, severity text NOT NULL,
        tactics text[] NOT NULL, techniques text[] NOT NULL, mode text NOT NULL, exception_id uuid, host text NOT NULL, user_name text NOT NULL, address text NOT NULL, process text NOT NULL, summary text NOT NULL, source_id text NOT NULL, event_id text NOT NULL,
        group_values text[] NOT NULL, value float8, incident_id uuid REFERENCES detection_incidents, verdict jsonb NOT NULL DEFAULT '{}');
      CREATE INDEX detection_alerts_sequence ON detection_alerts (sequence);
      CREATE INDEX detection_alerts_time ON detection_alerts (organisation_id, time DESC);
      CREATE INDEX detection_alerts_incident ON detection_alerts (incident_id, time);`,
  },
  {
    table: 'feedback',
    up: /* sql */ `
      CREATE TABLE detection_feedback (
        id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, rule_title text NOT NULL, machine text, verdict text NOT NULL, until timestamptz NOT NULL, note text NOT NULL, created_by uuid, created_at timestamptz NOT NULL);`,
  },
];
