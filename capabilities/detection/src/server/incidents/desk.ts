/**
 * Alerts to incidents on the platform: feeds the reduction, keeps what it concludes, and lets severe alerts through where the reduction is
 * still learning or where a person imported evidence. In memory it holds only what it can read again from the alerts.
 * @module
 */
import {
  type Incident as Conclusion,
  type Feedback,
  Reducer,
  type Tactic,
  tactics,
  type Verdict,
} from '@hedun/detection';
import { sql } from 'kysely';
import type { IncidentRow } from '../../declared/incident-shapes.ts';
import type { Here } from '../here.ts';
import type { NewAlert } from '../worker/shapes.ts';
import { insertAlerts } from './alerts.ts';
import { growIncident, type IncidentPart, newIncident } from './rows.ts';

/** How far back alerts are read again at a start: what is usual in a network is learned from them. */
const memoryDays = 30;
const readLimit = 500_000;
const hour = 3_600_000;
const severe = new Set(['critical', 'high']);
const known: ReadonlySet<string> = new Set(tactics);

interface Kept {
  readonly reducer: Reducer;
  /** Episode of the reduction → ids of its alerts since the start, and the incident they were given. */
  readonly alertsOf: Map<number, string[]>;
  readonly incidentOf: Map<number, string>;
  /** Of the last alert it knows; only kept where other processes raise alerts too. */
  sequence: number;
}

async function newest({ db }: Here): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT coalesce(max(sequence), 0)::int AS n FROM detection_alerts`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}

export class IncidentDesk {
  #kept: Kept | undefined;
  readonly #shared: boolean;

  /** @param options.shared other processes raise alerts too: one takes alerts at a time, and reads first what the others raised */
  constructor(options: { readonly shared?: boolean } = {}) {
    this.#shared = options.shared ?? false;
  }

  forget(): void {
    this.#kept = undefined;
  }

  /** Inside the transaction of the worker's commit. */
  async take(context: Here, alerts: readonly NewAlert[]): Promise<void> {
    if (alerts.length === 0) return;
    if (this.#shared) await sql`SELECT pg_advisory_xact_lock(hashtext('hedun.detection.desk'))`.execute(context.db);
    const kept = this.#kept ?? (await this.#read(context));
    if (this.#shared && this.#kept) await this.#follow(context, kept);
    this.#kept = kept;
    const fresh = await insertAlerts(context, alerts);
    if (this.#shared) kept.sequence = await newest(context);
    const heard = fresh.filter(({ mode }) => mode === 'on' || mode === 'external');
    if (heard.length === 0) return;
    const episodes = new Map<string, number>();
    for (const alert of heard) episodes.set(alert.id, this.#push(kept, alert));
    await this.#conclude(context, kept, new Set(episodes.values()));
    await this.#early(context, kept, heard, episodes);
  }

  #push({ reducer, alertsOf }: Kept, alert: NewAlert): number {
    const tactic = alert.tactics.find((each) => known.has(each)) as Tactic | undefined;
    const episode = reducer.push(
      {
        time: alert.time,
        rule: alert.title,
        ...(alert.host ? { host: alert.host } : {}),
        ...(alert.address ? { address: alert.address } : {}),
        ...(alert.userName ? { user: alert.userName } : {}),
        ...(alert.process ? { process: alert.process } : {}),
        ...(tactic ? { tactic } : {}),
      },
      alert.network,
    );
    const ids = alertsOf.get(episode);
    if (ids) ids.push(alert.id);
    else alertsOf.set(episode, [alert.id]);
    return episode;
  }

  async #read(context: Here): Promise<Kept> {
    const feedback = await context.db.selectFrom('detectionFeedback').selectAll().orderBy('createdAt').execute();
    const reducer = new Reducer({
      feedback: feedback.map(
        (each): Feedback => ({
          rule: each.ruleTitle,
          ...(each.machine ? { machine: each.machine } : {}),
          verdict: each.verdict,
          until: Date.parse(each.until),
        }),
      ),
    });
    const kept: Kept = { reducer, alertsOf: new Map(), incidentOf: new Map(), sequence: 0 };
    const since = new Date(context.now().getTime() - memoryDays * 24 * hour).toISOString();
    const { rows } = await sql<NewAlert & { time: string; incidentId: string | null }>`
      SELECT id, time, network, title, tactics, host, user_name, address, process, incident_id FROM detection_alerts
      WHERE detected_at > ${since}::timestamptz AND mode IN ('on', 'external') ORDER BY sequence LIMIT ${readLimit}`.execute(
      context.db,
    );
    this.#learn(kept, rows);
    if (this.#shared) kept.sequence = await newest(context);
    return kept;
  }

  /** What other processes raised since this one last looked. */
  async #follow(context: Here, kept: Kept): Promise<void> {
    const { rows } = await sql<NewAlert & { time: string; incidentId: string | null }>`
      SELECT id, time, network, title, tactics, host, user_name, address, process, incident_id FROM detection_alerts
      WHERE sequence > ${kept.sequence} AND mode IN ('on', 'external') ORDER BY sequence LIMIT ${readLimit}`.execute(
      context.db,
    );
    if (rows.length > 0) this.#learn(kept, rows);
  }

  #learn(kept: Kept, rows: readonly (NewAlert & { time: string; incidentId: string | null })[]): void {
    const incidents = new Map<number, string>();
    for (const row of rows) {
      const episode = this.#push(kept, { ...row, time: Date.parse(row.time as unknown as string) });
      if (row.incidentId) incidents.set(episode, row.incidentId);
    }
    // The reduction numbers incidents anew; what an incident is called on the platform follows from its alerts.
    for (const incident of kept.reducer.incidents) {
      const id = incident.episodes.map((episode) => incidents.get(episode)).find((each) => each !== undefined);
      if (id) kept.incidentOf.set(incident.id, id);
    }
  }

  /** Verdicts of the episodes that changed, and the incidents they are in. */
  async #conclude(context: Here, kept: Kept, touched: ReadonlySet<number>): Promise<void> {
    const { reducer, alertsOf, incidentOf } = kept;
    const numbers = new Set<number>();
    for (const index of touched) {
      const verdict = reducer.episodes[index]?.verdict;
      if (verdict && 'incident' in verdict) numbers.add(verdict.incident);
      else if (verdict) await keepVerdict(context, alertsOf.get(index) ?? [], verdict);
    }
    if (numbers.size === 0) return;
    for (const incident of reducer.incidents) {
      if (!numbers.has(incident.id)) continue;
      const id = incidentOf.get(incident.id) ?? context.newId();
      const part = partOf(incident, reducer);
      if (incidentOf.has(incident.id)) await growIncident(context, id, part);
      else
        await newIncident(context, { ...part, id, organisationId: await this.#organisation(context, kept, incident) });
      incidentOf.set(incident.id, id);
      for (const episode of incident.episodes) {
        const ids = alertsOf.get(episode);
        const verdict = reducer.episodes[episode]?.verdict;
        if (ids && verdict) await keepVerdict(context, ids, verdict, id);
      }
    }
  }

  async #organisation({ db }: Here, { alertsOf }: Kept, { episodes }: Conclusion): Promise<string> {
    const id = episodes.flatMap((episode) => alertsOf.get(episode) ?? [])[0];
    const row = await db
      .selectFrom('detectionAlerts')
      .select('organisationId')
      .where('id', '=', id ?? '')
      .executeTakeFirstOrThrow();
    return row.organisationId;
  }

  /**
   * In a network's first day everything is new and the reduction concludes nothing; a rule of high level is knowledge all the same. Severe
   * alerts of one machine within an hour, with what else was seen there, are an incident; imported evidence is one whole.
   */
  async #early(
    context: Here,
    { reducer }: Kept,
    heard: readonly NewAlert[],
    episodes: ReadonlyMap<string, number>,
  ): Promise<void> {
    const groups = new Map<string, NewAlert[]>();
    for (const alert of heard) {
      const imported = alert.network.startsWith('import/');
      const verdict = reducer.episodes[episodes.get(alert.id) ?? -1]?.verdict;
      if (!imported && verdict?.kind !== 'learning') continue;
      if (verdict && 'incident' in verdict) continue;
      const key = imported ? alert.network : `${alert.organisationId} ${alert.host || alert.address}`;
      groups.set(key, [...(groups.get(key) ?? []), alert]);
    }
    for (const group of groups.values()) await this.#joinEarly(context, group);
  }

  async #joinEarly(context: Here, group: readonly NewAlert[]): Promise<void> {
    const [first] = group;
    if (!first) return;
    const imported = first.network.startsWith('import/');
    const machine = (first.host || first.address).toLowerCase();
    const times = group.map(({ time }) => time);
    const { rows } = await sql<Pick<IncidentRow, 'id'>>`
      SELECT id FROM detection_incidents WHERE organisation_id = ${first.organisationId} AND status <> 'closed' AND
        ${imported ? sql`kind = 'import' AND network = ${first.network}` : sql`kind = 'rule' AND machines @> ARRAY[${machine}] AND end_at > ${new Date(Math.min(...times) - hour).toISOString()}::timestamptz AND start_at < ${new Date(Math.max(...times) + hour).toISOString()}::timestamptz`}
      ORDER BY end_at DESC LIMIT 1`.execute(context.db);
    const found = rows[0]?.id;
    if (!found && !group.some(({ severity }) => severe.has(severity))) return;
    const id = found ?? context.newId();
    const part = partOfAlerts(group, imported ? 'import' : 'rule');
    if (found) await growIncident(context, id, part, true);
    else await newIncident(context, { ...part, id, organisationId: first.organisationId });
    await sql`UPDATE detection_alerts SET incident_id = ${id}::uuid, verdict = ${JSON.stringify({ kind: imported ? 'imported' : 'severe' })}::jsonb WHERE id = ANY (${group.map((alert) => alert.id)}::uuid[])`.execute(
      context.db,
    );
    if (found || imported) return;
    // What was seen on this machine within the hour before belongs to the story.
    await sql`UPDATE detection_alerts SET incident_id = ${id}::uuid, verdict = ${JSON.stringify({ kind: 'severe' })}::jsonb
      WHERE incident_id IS NULL AND organisation_id = ${first.organisationId} AND lower(coalesce(nullif(host, ''), address)) = ${machine} AND mode IN ('on', 'external')
        AND time BETWEEN ${new Date(Math.min(...times) - hour).toISOString()}::timestamptz AND ${new Date(Math.max(...times)).toISOString()}::timestamptz`.execute(
      context.db,
    );
    await sql`UPDATE detection_incidents i SET alerts = a.n, start_at = a.first FROM (SELECT count(*)::int AS n, min(time) AS first FROM detection_alerts WHERE incident_id = ${id}::uuid) a WHERE i.id = ${id}::uuid`.execute(
      context.db,
    );
  }
}

async function keepVerdict(
  { db }: Here,
  ids: readonly string[],
  verdict: Verdict,
  incidentId: string | null = null,
): Promise<void> {
  await sql`UPDATE detection_alerts SET verdict = ${JSON.stringify(verdict)}::jsonb, incident_id = coalesce(${incidentId}::uuid, incident_id) WHERE id = ANY (${[...ids]}::uuid[])`.execute(
    db,
  );
}

function partOf(incident: Conclusion, reducer: Reducer): IncidentPart {
  const users = new Set<string>();
  for (const index of incident.episodes) {
    const user = reducer.episodes[index]?.user;
    if (user) users.add(user);
  }
  return {
    network: incident.network,
    kind: incident.kind,
    opened: incident.opened,
    start: incident.start,
    end: incident.end,
    alerts: incident.alerts,
    occurrences: incident.occurrences,
    bits: incident.bits,
    machines: incident.machines,
    users: [...users],
    rules: incident.rules,
    tactics: incident.tactics,
    techniques: [],
    severity: 'medium',
  };
}

const ranks = ['info', 'low', 'medium', 'high', 'critical'] as const;
function partOfAlerts(group: readonly NewAlert[], kind: 'rule' | 'import'): IncidentPart {
  const times = group.map(({ time }) => time);
  const distinct = (pick: (alert: NewAlert) => readonly string[]) =>
    [...new Set(group.flatMap(pick))].filter((each) => each !== '');
  return {
    network: group[0]?.network ?? '',
    kind,
    opened: Math.max(...times),
    start: Math.min(...times),
    end: Math.max(...times),
    alerts: group.length,
    occurrences: 1,
    bits: 0,
    machines: distinct(({ host, address }) => [(host || address).toLowerCase()]),
    users: distinct(({ userName }) => [userName.toLowerCase()]),
    rules: distinct(({ title }) => [title]),
    tactics: distinct((alert) => alert.tactics),
    techniques: distinct((alert) => alert.techniques),
    severity: ranks[Math.max(...group.map(({ severity }) => ranks.indexOf(severity)))] ?? 'medium',
  };
}
