/**
 * Alerts into their table, once each.
 * @module
 */
import { sql } from 'kysely';
import { type Here, instant } from '../here.ts';
import type { NewAlert } from '../worker/shapes.ts';

const block = 500;

/** @returns those that were not there yet, in the order given */
export async function insertAlerts(context: Here, alerts: readonly NewAlert[]): Promise<readonly NewAlert[]> {
  const fresh: NewAlert[] = [];
  const at = instant(context);
  for (let from = 0; from < alerts.length; from += block) {
    const part = [...new Map(alerts.slice(from, from + block).map((alert) => [alert.id, alert])).values()];
    const rows = part.map((alert) => ({ ...alert, time: new Date(alert.time).toISOString() }));
    const { rows: inserted } = await sql<{ id: string }>`
      INSERT INTO detection_alerts (id, organisation_id, time, detected_at, network, rule_key, title, severity, tactics, techniques, mode, exception_id, host, user_name, address, process, summary, source_id, event_id, group_values, value)
      SELECT a.id, a."organisationId", a.time, ${at}::timestamptz, a.network, a."ruleKey", a.title, a.severity, a.tactics, a.techniques, a.mode, a."exceptionId", a.host, a."userName", a.address, a.process, a.summary, a."sourceId", a."eventId", a."groupValues", a.value
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS a(id uuid, "organisationId" uuid, time timestamptz, network text, "ruleKey" text, title text, severity text, tactics text[], techniques text[], mode text, "exceptionId" uuid, host text, "userName" text, address text, process text, summary text, "sourceId" text, "eventId" text, "groupValues" text[], value float8)
      ON CONFLICT (id) DO NOTHING RETURNING id`.execute(context.db);
    const there = new Set(inserted.map(({ id }) => id));
    for (const alert of part) if (there.has(alert.id)) fresh.push(alert);
  }
  return fresh;
}
