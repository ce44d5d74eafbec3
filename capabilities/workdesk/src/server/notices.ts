/**
 * Giving notice: findings of a unit become one numbered notice with a deadline in working days, and how a notice is shown.
 * @module
 */
import { type Case, Failure, type Finding, handlers, type Severity } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { workdaysBetween } from '@hedun/workdays';
import { deadlineOf, noticeNumber, priorityOf } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../capability.ts';
import type { NoticeDetail, NoticeFinding, NoticeRow, NoticeSummary, PendingUnit } from '../shapes.ts';
import { calendar, type Here, instant, json, severitiesFrom, severityRank, today } from './here.ts';
import { verdictsOf } from './recheck.ts';
import { stepsOf, waitingFor } from './steps.ts';

/** More findings than this go into the next notice: a document of a thousand rows is still read by a person. */
const findingsInNotice = 1000;
const standardRequirement = {
  'zh-CN':
    '请立即组织核查，在规定期限内完成整改，消除隐患，并通过本平台反馈整改措施与佐证材料。逾期未完成或者整改不到位的，将按网络安全责任制有关规定予以督办。',
  en: 'Please check at once, fix it within the deadline, and report what was done with evidence here. What is late or insufficient is escalated.',
} as const;

export function summaryOf(row: NoticeRow, found: Case, context: Here): NoticeSummary {
  const open = found.status !== 'verified' && found.status !== 'archived';
  return {
    id: row.id,
    number: found.number,
    title: found.title,
    organisationId: row.organisationId,
    severity: found.severity,
    status: found.status,
    findingCount: row.findingCount,
    dueOn: row.dueOn,
    provisional: row.provisional,
    overdue: open && found.status !== 'submitted' && today(context) > row.dueOn,
    escalation: found.escalation,
    issuedAt: row.issuedAt,
  };
}

export async function noticeOf(context: Here, id: string, lock = false): Promise<NoticeRow> {
  const query = context.db.selectFrom('workdeskNotices').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}
export async function summaryById(context: Here, id: string): Promise<NoticeSummary> {
  return summaryOf(await noticeOf(context, id), await context.cases.get(id), context);
}

export async function nextSerial({ db }: Here, name: string): Promise<number> {
  const { rows } = await sql<{ last: number }>`INSERT INTO workdesk_counters (name, last) VALUES (${name}, 1)
    ON CONFLICT (name) DO UPDATE SET last = workdesk_counters.last + 1 RETURNING last`.execute(db);
  return rows[0]?.last ?? 1;
}

type Wanted = {
  readonly title?: string | undefined;
  readonly requirement: string;
  readonly workdays?: number | undefined;
  readonly attachmentIds: readonly string[];
};

async function issueOne(
  context: Here,
  organisationId: string,
  findings: readonly Finding[],
  wanted: Wanted,
): Promise<NoticeSummary> {
  const unit = await context.organisations.get(organisationId);
  const issuer = await context.organisations.get(context.actor.organisationId);
  const worst = findings.reduce<Severity>(
    (found, { severity }) => (severityRank[severity] > severityRank[found] ? severity : found),
    'info',
  );
  const limits = (await context.setting('deadlineDays')) as Readonly<Record<Severity, number>>;
  const now = instant(context);
  const deadline = deadlineOf(
    calendar,
    now,
    wanted.workdays ?? Math.min(limits[worst], upstreamWorkdays(findings, today(context))),
  );
  const year = Number(deadline.startedOn.slice(0, 4));
  const word = (await context.setting('noticeWord')) as string;
  const number = noticeNumber(word, year, await nextSerial(context, `notice:${word}:${year}`));
  const zh = context.locale !== 'en';
  const title =
    wanted.title ||
    (zh ? `关于${unit.name}网络安全隐患限期整改的通报` : `Security weaknesses of ${unit.name} to be fixed`);
  const opened = await context.cases.open({
    organisationId,
    kind: 'notice',
    title,
    summary: wanted.requirement || standardRequirement[context.locale],
    severity: worst,
    findingIds: findings.map(({ id }) => id),
    assigneeIds: (await context.users.holding('workdesk.unit', organisationId)).map(({ id }) => id).slice(0, 50),
    dueAt: new Date(deadline.dueAt),
    number,
  });
  const attachmentIds: string[] = [];
  for (const id of wanted.attachmentIds) {
    // The unit sees only its own evidence: it gets the same bytes under its own name.
    const original = await context.files.get(id);
    const kept = await context.files.keep(context.files.stream(id), {
      organisationId,
      name: original.name,
      mediaType: original.mediaType,
    });
    attachmentIds.push(kept.id);
  }
  const row: NoticeRow = {
    id: opened.id,
    organisationId,
    issuerName: issuer.name,
    unitName: unit.name,
    findingCount: findings.length,
    requirement: wanted.requirement || standardRequirement[context.locale],
    attachmentIds,
    targets: [
      ...new Set(
        findings.flatMap(({ attributes }) =>
          typeof attributes.target === 'string' && attributes.target ? [attributes.target] : [],
        ),
      ),
    ].slice(0, 500),
    startedOn: deadline.startedOn,
    workdays: deadline.workdays,
    dueOn: deadline.dueOn,
    provisional: deadline.provisional,
    issuedAt: now,
    signedAt: null,
    signedBy: null,
    submittedAt: null,
    verifiedAt: null,
    archivedAt: null,
    returns: 0,
    measures: null,
    opinion: null,
    extensions: [],
    rechecks: [],
  };
  await context.db
    .insertInto('workdeskNotices')
    .values({ ...row, extensions: json(row.extensions), rechecks: json(row.rechecks) })
    .execute();
  const issued = await context.cases.move(opened.id, 'issued', '', attachmentIds);
  await context.notify({
    to: { organisationId, permission: 'workdesk.unit' },
    title: { 'zh-CN': '收到通报：{number}', en: 'Notice received: {number}' },
    body: {
      'zh-CN': '{title}，共 {count} 项，请于 {due} 前完成整改。请尽快签收。',
      en: '{title}: {count} findings, to be fixed by {due}. Please sign for it.',
    },
    values: { number, title, count: findings.length, due: deadline.dueOn },
    link: `/workdesk/notices?id=${opened.id}`,
  });
  await context.events.publish('workdesk.notice.issued', opened.id, { id: opened.id, organisationId, number });
  return summaryOf(row, issued, context);
}

/** Working days until the earliest day a platform above set; one at least, because a notice of today cannot have been due before. */
function upstreamWorkdays(findings: readonly Finding[], day: string): number {
  const days = findings.flatMap(({ attributes: { upstreamDueOn } }) =>
    typeof upstreamDueOn === 'string' ? [upstreamDueOn] : [],
  );
  const earliest = days.sort()[0];
  if (earliest === undefined) return Number.POSITIVE_INFINITY;
  return earliest <= day ? 1 : Math.max(1, workdaysBetween(calendar, day, earliest).count);
}

const tellable = ['open', 'triaged'] as const;

export const noticeHandlers = handlers<Workdesk>()({
  listPendingUnits: async (input, context) => {
    const from = sql`SELECT f.organisation_id AS id, f.organisation_id, o.name, count(*)::int AS findings,
        count(*) FILTER (WHERE f.severity = 'critical')::int AS critical, count(*) FILTER (WHERE f.severity = 'high')::int AS high,
        count(*) FILTER (WHERE f.severity = 'medium')::int AS medium, count(*) FILTER (WHERE f.severity IN ('low', 'info'))::int AS low,
        count(*) FILTER (WHERE EXISTS (SELECT 1 FROM jsonb_array_elements(f."references") each JOIN workdesk_exploited k ON k.cve = each->>'id'))::int AS exploited,
        count(*) FILTER (WHERE f.recurrences > 0)::int AS recurrences, min(f.first_seen_at) AS oldest
      FROM findings f JOIN organisations o ON o.id = f.organisation_id WHERE f.status IN ('open', 'triaged') AND f.severity <> 'info' GROUP BY f.organisation_id, o.name`;
    const page = await listing<PendingUnit & { name: string }>(
      context,
      {
        from,
        fields: { findings: { label: { 'zh-CN': '待通报', en: 'To be told' }, type: 'number', sortable: true } },
        words: [sql`r.name`],
        sort: '-findings',
      },
      input,
    );
    return { ...page, items: page.items.map(({ name: _, ...row }) => row) };
  },
  issueNotices: async ({ organisationIds, minimumSeverity, ...wanted }, context) => {
    context.organisations.requireScope(organisationIds);
    const notices: NoticeSummary[] = [];
    for (const organisationId of [...new Set(organisationIds)]) {
      const findings = await context.db
        .selectFrom('findings')
        .selectAll()
        .where('organisationId', '=', organisationId)
        .where('status', 'in', [...tellable])
        .where('severity', 'in', severitiesFrom(minimumSeverity) as Severity[])
        .orderBy('id')
        .limit(findingsInNotice)
        .execute();
      if (findings.length > 0) notices.push(await issueOne(context, organisationId, findings, wanted));
    }
    if (notices.length === 0) throw new Failure('workdesk.nothing_to_tell', { where: 'organisationIds' });
    return { notices };
  },
  notifyFindings: async ({ findingIds, ...wanted }, context) => {
    const findings = await context.db
      .selectFrom('findings')
      .selectAll()
      .where('id', '=', sql<string>`ANY (${[...findingIds]}::uuid[])`)
      .orderBy('id')
      .execute();
    if (findings.length === 0) throw new Failure('workdesk.nothing_to_tell', { where: 'findingIds' });
    const notices: NoticeSummary[] = [];
    for (const [organisationId, own] of Map.groupBy(findings, (each) => each.organisationId))
      notices.push(await issueOne(context, organisationId, own, wanted));
    return { notices };
  },
  listNotices: async (input, context) => {
    const day = today(context);
    const from = sql`SELECT n.id, c.number, c.title, n.organisation_id, c.severity, c.status, n.finding_count, n.due_on, n.provisional,
        (c.status NOT IN ('submitted', 'verified', 'archived') AND n.due_on < ${day}) AS overdue, c.escalation, n.issued_at, n.unit_name
      FROM workdesk_notices n JOIN cases c ON c.id = n.id`;
    const page = await listing<NoticeSummary & { unitName: string }>(
      context,
      {
        from,
        fields: workdesk.operations.listNotices.list,
        columns: { organisation: sql`r.organisation_id` },
        words: [sql`r.number`, sql`r.title`, sql`r.unit_name`],
        sort: '-issuedAt',
      },
      input,
    );
    return { ...page, items: page.items.map(({ unitName: _, ...row }) => row) };
  },
  getNotice: async ({ id }, context): Promise<NoticeDetail> => {
    const notice = await noticeOf(context, id);
    const found = await context.cases.get(id);
    const findings = await findingsOf(context, notice);
    return {
      summary: summaryOf(notice, found, context),
      notice,
      findings,
      attachments: await Promise.all(notice.attachmentIds.map((each) => context.files.reference(each))),
      steps: stepsOf(found.status, notice, context),
      waiting: waitingFor(found.status, findings),
    };
  },
});

/** The findings of a notice with how urgent each is and what the re-checks said. */
export async function findingsOf(context: Here, notice: NoticeRow): Promise<NoticeFinding[]> {
  const rows = await context.db
    .selectFrom('findings')
    .leftJoin('assets', 'assets.id', 'findings.assetId')
    .selectAll('findings')
    .select(['assets.protectionLevel', 'assets.name as assetName'])
    .where('findings.caseId', '=', notice.id)
    .execute();
  const cves = [
    ...new Set(rows.flatMap(({ references }) => references.filter(({ kind }) => kind === 'cve').map(({ id }) => id))),
  ];
  const exploited = new Set(
    cves.length === 0
      ? []
      : (await context.db.selectFrom('workdeskExploited').select('cve').where('cve', 'in', cves).execute()).map(
          ({ cve }) => cve,
        ),
  );
  const verdicts = verdictsOf(notice.rechecks);
  return rows
    .map((row): NoticeFinding => {
      const { level, reasons } = priorityOf({
        severity: row.severity,
        cvss: typeof row.attributes.cvss === 'number' ? row.attributes.cvss : null,
        exploited: row.references.some(({ id }) => exploited.has(id)),
        protectionLevel: row.protectionLevel,
        recurrences: row.recurrences,
      });
      return {
        id: row.id,
        title: row.title,
        severity: row.severity,
        status: row.status,
        target: targetText(row.attributes) || (row.assetName ?? ''),
        sources: row.sources,
        references: row.references
          .filter(({ kind }) => kind === 'cve' || kind === 'cnvd' || kind === 'cnnvd')
          .map(({ id }) => id),
        remediation: row.remediation,
        recurrences: row.recurrences,
        priority: level,
        reasons: [...reasons],
        verdict: verdicts.get(row.id) ?? null,
      };
    })
    .sort(
      (a, b) =>
        a.priority - b.priority || severityRank[b.severity] - severityRank[a.severity] || (a.id < b.id ? -1 : 1),
    );
}

function targetText({ url, target, port, file, line, component }: Readonly<Record<string, unknown>>): string {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  if (text(url)) return text(url);
  if (text(target)) return text(port) ? `${text(target)}:${text(port)}` : text(target);
  return text(file) ? [text(file), text(line)].filter(Boolean).join(':') : text(component);
}
