/**
 * Incidents in their table: new ones, and those that grow. What people said of an incident stays when it grows.
 * @module
 */
import { sql } from 'kysely';
import type { IncidentRow } from '../../declared/incident-shapes.ts';
import { type Here, instant } from '../here.ts';

export interface IncidentPart {
  readonly network: string;
  readonly kind: IncidentRow['kind'];
  readonly opened: number;
  readonly start: number;
  readonly end: number;
  readonly alerts: number;
  readonly occurrences: number;
  readonly bits: number;
  readonly machines: readonly string[];
  readonly users: readonly string[];
  readonly rules: readonly string[];
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly severity: IncidentRow['severity'];
}
const iso = (time: number) => new Date(time).toISOString();
const shownRules = 3;

/** The commonest rules name it; people see what it is about before they open it. */
function titleOf({ machines, rules }: Pick<IncidentPart, 'machines' | 'rules'>): string {
  const where =
    machines.length === 0
      ? ''
      : machines.length === 1
        ? `${machines[0]}：`
        : `${machines[0]} 等 ${machines.length} 台：`;
  const more = rules.length > shownRules ? ` 等 ${rules.length} 项` : '';
  return `${where}${rules.slice(0, shownRules).join('、')}${more}`.slice(0, 300);
}

/** What bits of surprise or severities say together. */
function severityOf(part: IncidentPart): IncidentRow['severity'] {
  if (part.kind === 'rule' || part.kind === 'import') return part.severity;
  const late = part.tactics.some((tactic) =>
    ['impact', 'exfiltration', 'lateral-movement', 'credential-access'].includes(tactic),
  );
  if (part.bits >= 56 && late) return 'critical';
  return part.bits >= 28 || late ? 'high' : 'medium';
}

export async function newIncident(
  context: Here,
  part: IncidentPart & { readonly id: string; readonly organisationId: string },
): Promise<void> {
  await context.db
    .insertInto('detectionIncidents')
    .values({
      id: part.id,
      organisationId: part.organisationId,
      network: part.network,
      title: titleOf(part),
      kind: part.kind,
      severity: severityOf(part),
      status: 'open',
      openedAt: iso(part.opened),
      startAt: iso(part.start),
      endAt: iso(part.end),
      alerts: part.alerts,
      occurrences: part.occurrences,
      bits: part.bits,
      machines: [...part.machines],
      users: [...part.users],
      rules: [...part.rules],
      tactics: [...part.tactics],
      techniques: [...part.techniques],
      verdict: null,
      note: '',
      judgedBy: null,
      findingId: null,
      caseId: null,
      updatedAt: instant(context),
    })
    .execute();
  await context.events.publish('detection.incident.opened', part.id, {
    id: part.id,
    organisationId: part.organisationId,
  });
}

const ranks = "ARRAY['info','low','medium','high','critical']";

/** @param adds whether the part is only what came now, to be added to what is there */
export async function growIncident(context: Here, id: string, part: IncidentPart, adds = false): Promise<void> {
  const union = (column: string, values: readonly string[]) =>
    adds
      ? sql`(SELECT coalesce(array_agg(DISTINCT each), '{}') FROM unnest(${sql.ref(column)} || ${[...values]}::text[]) each)`
      : sql`${[...values]}::text[]`;
  const { rows } = await sql<Pick<IncidentRow, 'machines' | 'rules'>>`UPDATE detection_incidents SET
      start_at = least(start_at, ${iso(part.start)}::timestamptz), end_at = greatest(end_at, ${iso(part.end)}::timestamptz),
      alerts = ${adds ? sql`alerts + ${part.alerts}` : sql`${part.alerts}`}, occurrences = ${adds ? sql`occurrences` : sql`${part.occurrences}`}, bits = ${part.bits},
      machines = ${union('machines', part.machines)}, users = ${union('users', part.users)}, rules = ${union('rules', part.rules)}, tactics = ${union('tactics', part.tactics)}, techniques = ${adds ? union('techniques', part.techniques) : sql`techniques`},
      severity = (${sql.raw(ranks)})[greatest(array_position(${sql.raw(ranks)}, severity), array_position(${sql.raw(ranks)}, ${severityOf(part)}::text))],
      updated_at = ${instant(context)}::timestamptz
    WHERE id = ${id}::uuid RETURNING machines, rules`.execute(context.db);
  if (rows[0])
    await sql`UPDATE detection_incidents SET title = ${titleOf(rows[0])} WHERE id = ${id}::uuid AND verdict IS NULL`.execute(
      context.db,
    );
}
