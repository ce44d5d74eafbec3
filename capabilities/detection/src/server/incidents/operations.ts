/**
 * Operations on alerts and incidents: lists, chains, judgement, hand-over as finding and case with its evidence.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import { type Detection, detection } from '../../capability.ts';
import type { AlertRow, ChainShape, IncidentRow } from '../../declared/incident-shapes.ts';
import { type Here, instant } from '../here.ts';
import { chainOf } from './chain.ts';

/** A chain is drawn from at most so many alerts; the weightiest first where there are more. */
const chainAlerts = 5000;
const shownAlerts = 200;
const hour = 3_600_000;
const dayMs = 86_400_000;
const rank = sql`array_position(ARRAY['info','low','medium','high','critical'], severity)`;

async function incidentOf({ db }: Here, id: string): Promise<IncidentRow> {
  const row = await db.selectFrom('detectionIncidents').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('record.not_found', { values: { what: `incident ${id}` } });
  return row;
}

async function alertsOfIncident({ db }: Here, id: string, limit: number): Promise<readonly AlertRow[]> {
  const { rows } =
    await sql<AlertRow>`SELECT * FROM (SELECT * FROM detection_alerts WHERE incident_id = ${id}::uuid ORDER BY ${rank} DESC, time LIMIT ${limit}) heaviest ORDER BY time, sequence`.execute(
      db,
    );
  return rows;
}

export const incidentHandlers = handlers<Detection>()({
  listIncidents: (input, context) =>
    listing<IncidentRow>(
      context,
      {
        from: sql`SELECT * FROM detection_incidents`,
        fields: detection.operations.listIncidents.list,
        columns: { severity: sql`array_position(ARRAY['info','low','medium','high','critical'], r.severity)` },
        words: [sql`r.title`, sql`array_to_string(r.rules, ' ')`],
        sort: '-openedAt',
      },
      input,
    ),
  getIncident: async ({ id }, context) => {
    const incident = await incidentOf(context, id);
    const alerts = await alertsOfIncident(context, id, chainAlerts);
    return { incident, chain: chainOf(alerts), alerts: alerts.slice(0, shownAlerts) };
  },
  chainOfAlert: async ({ id }, context) => {
    const alert = await context.db.selectFrom('detectionAlerts').selectAll().where('id', '=', id).executeTakeFirst();
    if (!alert) throw new Failure('record.not_found', { values: { what: `alert ${id}` } });
    if (alert.incidentId)
      return { alert, chain: chainOf(await alertsOfIncident(context, alert.incidentId, chainAlerts), id) };
    // Without an incident: what else the same machine, person or address did within the hour before and after.
    const time = Date.parse(alert.time);
    const { rows } =
      await sql<AlertRow>`SELECT * FROM detection_alerts WHERE organisation_id = ${alert.organisationId} AND time BETWEEN ${new Date(time - hour).toISOString()}::timestamptz AND ${new Date(time + hour).toISOString()}::timestamptz
        AND ((${alert.host} <> '' AND host = ${alert.host}) OR (${alert.userName} <> '' AND user_name = ${alert.userName}) OR (${alert.address} <> '' AND address = ${alert.address}) OR id = ${id}::uuid)
      ORDER BY time, sequence LIMIT ${chainAlerts}`.execute(context.db);
    return { alert, chain: chainOf(rows, id) };
  },
  listAlerts: (input, context) =>
    listing<AlertRow>(
      context,
      {
        from: sql`SELECT * FROM detection_alerts`,
        fields: detection.operations.listAlerts.list,
        words: [sql`r.title`, sql`r.summary`],
        sort: '-time',
      },
      input,
    ),
  judgeIncident: async ({ id, verdict, note, days }, context) => {
    const incident = await incidentOf(context, id);
    await context.db
      .updateTable('detectionIncidents')
      .set({
        verdict,
        note,
        judgedBy: context.actor.kind === 'user' ? context.actor.id : null,
        status: verdict === 'harmless' ? 'closed' : incident.status === 'open' ? 'investigating' : incident.status,
        updatedAt: instant(context),
      })
      .where('id', '=', id)
      .execute();
    const until = new Date(context.now().getTime() + days * dayMs).toISOString();
    for (const ruleTitle of incident.rules)
      for (const machine of incident.machines.slice(0, 50))
        await context.db
          .insertInto('detectionFeedback')
          .values({
            id: context.newId(),
            organisationId: incident.organisationId,
            ruleTitle,
            machine,
            verdict,
            until,
            note,
            createdBy: context.actor.kind === 'user' ? context.actor.id : null,
            createdAt: instant(context),
          })
          .execute();
    // The reduction hears it when it next reads its alerts.
    await context.events.publish('detection.incident.judged', id, {
      id,
      organisationId: incident.organisationId,
      verdict,
    });
    context.audit({ incident: incident.title, verdict });
    return await incidentOf(context, id);
  },
  handOverIncident: async ({ id, organisationId, note }, context) => {
    const incident = await incidentOf(context, id);
    if (incident.caseId) throw new Failure('detection.handed_over', { where: 'id', got: incident.caseId });
    const to = organisationId ?? incident.organisationId;
    context.organisations.requireScope([to]);
    const alerts = await alertsOfIncident(context, id, chainAlerts);
    const chain = chainOf(alerts);
    const evidence = await context.files.keep(Buffer.from(JSON.stringify({ incident, chain, alerts }, null, 1)), {
      organisationId: incident.organisationId,
      name: `incident-${id.slice(0, 8)}.json`,
      mediaType: 'application/json',
      description: incident.title,
    });
    const assets = await context.assets.resolve([...incident.machines]);
    const [asset] = assets.values();
    const story = storyOf(incident, chain);
    const [finding] = await context.findings.raise([
      {
        organisationId: to,
        assetId: asset?.organisationId === to ? asset.id : null,
        kind: 'detection.incident',
        title: incident.title,
        description: story,
        severity: incident.severity,
        confidence: incident.verdict === 'attack' ? 0.95 : 0.8,
        source: 'detection',
        references: incident.techniques.map((technique) => ({ kind: 'attack' as const, id: technique })),
        attributes: {
          incidentId: id,
          machines: incident.machines,
          users: incident.users,
          tactics: incident.tactics,
          alerts: incident.alerts,
        },
        evidenceIds: [evidence.id],
        identity: [id],
        seenAt: new Date(incident.endAt),
      },
    ]);
    if (!finding) throw new Failure('server.unexpected');
    const opened = await context.cases.open({
      organisationId: to,
      kind: 'incident',
      title: incident.title,
      summary: note === '' ? story : `${note}\n\n${story}`,
      severity: incident.severity,
      findingIds: [finding.id],
    });
    await context.cases.comment(opened.id, story.slice(0, 2000), [evidence.id]);
    await context.db
      .updateTable('detectionIncidents')
      .set({ status: 'handed_over', findingId: finding.id, caseId: opened.id, updatedAt: instant(context) })
      .where('id', '=', id)
      .execute();
    context.audit({ incident: incident.title, caseId: opened.id });
    return { incident: await incidentOf(context, id), case: await context.cases.get(opened.id) };
  },
  closeIncident: async ({ id, note }, context) => {
    const incident = await incidentOf(context, id);
    await context.db
      .updateTable('detectionIncidents')
      .set({ status: 'closed', note, updatedAt: instant(context) })
      .where('id', '=', id)
      .execute();
    context.audit({ incident: incident.title });
    return await incidentOf(context, id);
  },
});

/** The chain in words, for whoever gets the case: times in Beijing, one step a line. */
function storyOf(incident: IncidentRow, { steps, machines, users }: ChainShape): string {
  const beijing = (time: string) => new Date(Date.parse(time) + 8 * hour).toISOString().slice(0, 19).replace('T', ' ');
  const lines = steps.map(
    (step, index) =>
      `${index + 1}. ${beijing(step.start)} ${step.machines.join('、')}${step.users.length > 0 ? `（${step.users.join('、')}）` : ''}：${step.rules.slice(0, 4).join('、')}（${step.alerts} 条告警）`,
  );
  return [
    `涉及主机 ${machines.length} 台：${machines.slice(0, 20).join('、')}`,
    ...(users.length > 0 ? [`涉及账号：${users.slice(0, 20).join('、')}`] : []),
    `告警 ${incident.alerts} 条，${beijing(incident.startAt)} 至 ${beijing(incident.endAt)}（北京时间）`,
    '攻击链：',
    ...lines,
  ].join('\n');
}
