/**
 * The tables of protection periods and safe reports.
 * @module
 */
export const safeReportMigrations = {
  safePeriods: [
    {
      id: 20,
      name: 'safe-periods',
      up: /* sql */ `
        CREATE TABLE workdesk_safe_periods (
          id uuid PRIMARY KEY, title text NOT NULL, note text NOT NULL, from_day text NOT NULL, to_day text NOT NULL, days text NOT NULL, weekdays int[] NOT NULL, times text[] NOT NULL,
          open_minutes int NOT NULL, remind_minutes int NOT NULL, organisation_ids uuid[] NOT NULL, status text NOT NULL, updated_at timestamptz NOT NULL);`,
    },
  ],
  safeReports: [
    {
      id: 21,
      name: 'safe-reports',
      // One report for each unit and slot: pressing twice reports once.
      up: /* sql */ `
        CREATE TABLE workdesk_safe_reports (
          id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisations, period_id uuid NOT NULL REFERENCES workdesk_safe_periods ON DELETE CASCADE, day text NOT NULL, time text NOT NULL,
          status text NOT NULL, late boolean NOT NULL, severity text, detail text NOT NULL, evidence_ids uuid[] NOT NULL, finding_id uuid, by_name text NOT NULL,
          reported_at timestamptz NOT NULL, safe_before timestamptz, UNIQUE (period_id, organisation_id, day, time));
        CREATE INDEX workdesk_safe_reports_day ON workdesk_safe_reports (day);`,
    },
  ],
} as const;
