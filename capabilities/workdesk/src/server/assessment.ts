/**
 * The assessment of units: a scheme, its measurement from real records, publication, appeals, the ranking.
 * @module
 */
import { Failure, handlers, type ReportDocument } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { checkScheme, deadlineOf, rankUnits, scoreUnit } from '@hedun/workdesk';
import { sql } from 'kysely';
import { metrics, type ResultRow, type SchemeRow, type SchemeSummary } from '../assessment-shapes.ts';
import { type Workdesk, workdesk } from '../capability.ts';
import { longDay } from './documents.ts';
import { calendar, type Here, instant, json, today } from './here.ts';
import { measure, type Records, readRecords } from './measure.ts';

/** Records kept with a line; more would not be looked at one by one. */
const recordsKept = 200;

async function schemeOf({ db }: Here, id: string): Promise<SchemeRow> {
  const row = await db.selectFrom('workdeskSchemes').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}
async function resultOf({ db }: Here, id: string): Promise<ResultRow> {
  const row = await db.selectFrom('workdeskResults').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}
function requireStatus(scheme: SchemeRow, ...wanted: readonly SchemeRow['status'][]): void {
  if (!wanted.includes(scheme.status))
    throw new Failure('workdesk.scheme_step', { where: 'id', expected: wanted.join(', '), got: scheme.status });
}
async function setScheme(context: Here, id: string, changes: Partial<SchemeRow>): Promise<SchemeRow> {
  await context.db
    .updateTable('workdeskSchemes')
    .set({ ...changes, updatedAt: instant(context) } as never)
    .where('id', '=', id)
    .execute();
  return await schemeOf(context, id);
}
/** Places follow the totals after adjustments. */
async function setPlaces(context: Here, schemeId: string): Promise<void> {
  const rows = await context.db
    .selectFrom('workdeskResults')
    .select(['id', 'total', 'adjustment'])
    .where('schemeId', '=', schemeId)
    .execute();
  const placed = rankUnits(
    rows.map(({ id, total, adjustment }) => ({ id, total: total === null ? null : total + adjustment })),
  );
  for (const { id, place } of placed)
    await context.db.updateTable('workdeskResults').set({ place }).where('id', '=', id).execute();
}

export const assessmentHandlers = handlers<Workdesk>()({
  listSchemes: (input, context) =>
    listing<SchemeSummary>(
      context,
      {
        from: sql`SELECT s.id, s.title, s.from_day, s.to_day, s.status, s.appeal_to, s.updated_at,
            (SELECT count(*)::int FROM workdesk_results r WHERE r.scheme_id = s.id) AS units,
            (SELECT count(*)::int FROM workdesk_results r WHERE r.scheme_id = s.id AND r.appeal->>'decision' = 'waiting') AS appeals
          FROM workdesk_schemes s WHERE ${context.can('workdesk.read') ? sql`true` : sql`s.status IN ('published', 'closed')`}`,
        fields: workdesk.operations.listSchemes.list,
        words: [sql`r.title`],
        sort: '-toDay',
      },
      input,
    ),
  getScheme: async ({ id }, context) => {
    const scheme = await schemeOf(context, id);
    if (!context.can('workdesk.read') && scheme.status !== 'published' && scheme.status !== 'closed')
      throw new Failure('workdesk.unknown', { where: 'id', got: id });
    const results = await context.db
      .selectFrom('workdeskResults')
      .selectAll()
      .where('schemeId', '=', id)
      .orderBy(sql`place NULLS LAST`)
      .orderBy('unitName')
      .execute();
    return { scheme, results, measuredUnits: results.length };
  },
  saveScheme: async ({ id, ...given }, context) => {
    const before = id ? await schemeOf(context, id) : null;
    if (before) requireStatus(before, 'draft', 'measured');
    const problems = checkScheme(given.indicators, metrics);
    if (given.toDay < given.fromDay)
      throw new Failure('input.invalid', { where: 'toDay', expected: `>= ${given.fromDay}`, got: given.toDay });
    if (problems.length > 0) throw new Failure('workdesk.scheme_wrong', { where: 'indicators', issues: problems });
    const row: SchemeRow = {
      id: before?.id ?? context.newId(),
      ...given,
      status: 'draft',
      appealTo: null,
      updatedAt: instant(context),
    };
    const { id: own, ...changes } = { ...row, indicators: json(row.indicators) };
    await context.db
      .insertInto('workdeskSchemes')
      .values({ id: own, ...changes })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    await context.db.deleteFrom('workdeskResults').where('schemeId', '=', own).execute();
    return row;
  },
  measureScheme: async ({ id }, context) => {
    const { scheme, units, records } = await context.transaction(async (inner) => {
      const found = await schemeOf(inner, id);
      requireStatus(found, 'draft', 'measured');
      const all = await inner.organisations.list();
      return {
        scheme: found,
        units: all.filter(({ parentId }) => parentId !== null),
        records: await readRecords(inner, found.fromDay, found.toDay),
      };
    });
    const own = groupByUnit(records);
    await context.transaction(async (inner) => {
      await inner.db.deleteFrom('workdeskResults').where('schemeId', '=', id).execute();
      for (const [index, unit] of units.entries()) {
        const measured = measure(own(unit.id), scheme.fromDay, scheme.toDay);
        const { total, lines } = scoreUnit(scheme.indicators, measured);
        await inner.db
          .insertInto('workdeskResults')
          .values({
            id: inner.newId(),
            organisationId: unit.id,
            schemeId: id,
            unitName: unit.name,
            // Without a single record of its own a unit is not ranked.
            total: Object.values(measured).every(({ value }) => value === null) ? null : total,
            adjustment: 0,
            place: null,
            lines: json(lines.map((line) => ({ ...line, records: line.records.slice(0, recordsKept) }))),
            appeal: null,
            measuredAt: instant(inner),
          })
          .execute();
        await context.progress(index + 1, units.length);
      }
      await setPlaces(inner, id);
      await setScheme(inner, id, { status: 'measured' });
    });
    return { units: units.length };
  },
  publishScheme: async ({ id, workdays }, context) => {
    const scheme = await schemeOf(context, id);
    requireStatus(scheme, 'measured');
    const { dueOn } = deadlineOf(calendar, instant(context), workdays);
    const results = await context.db
      .selectFrom('workdeskResults')
      .select('organisationId')
      .where('schemeId', '=', id)
      .where('total', 'is not', null)
      .execute();
    for (const { organisationId } of results)
      await context.notify({
        to: { organisationId, permission: 'workdesk.unit' },
        title: { 'zh-CN': '考核结果已公布：{title}', en: 'Assessment published: {title}' },
        body: { 'zh-CN': '如有异议，请于 {day} 前申诉。', en: 'Appeal by {day} if you disagree.' },
        values: { title: scheme.title, day: dueOn },
        link: `/workdesk/assessment?id=${id}`,
      });
    context.audit({ scheme: scheme.title, units: results.length });
    return await setScheme(context, id, { status: 'published', appealTo: dueOn });
  },
  closeScheme: async ({ id }, context) => {
    const scheme = await schemeOf(context, id);
    requireStatus(scheme, 'published');
    const waiting = await context.db
      .selectFrom('workdeskResults')
      .select('unitName')
      .where('schemeId', '=', id)
      .where(sql<boolean>`appeal->>'decision' = 'waiting'`)
      .execute();
    if (waiting.length > 0)
      throw new Failure('workdesk.appeals_open', {
        where: 'id',
        got: waiting.map(({ unitName }) => unitName).join('、'),
      });
    return await setScheme(context, id, { status: 'closed' });
  },
  appealResult: async ({ id, reason }, context) => {
    const result = await resultOf(context, id);
    const scheme = await schemeOf(context, result.schemeId);
    requireStatus(scheme, 'published');
    if (result.appeal || (scheme.appealTo !== null && today(context) > scheme.appealTo))
      throw new Failure('workdesk.appeal_ended', {
        where: 'id',
        got: result.appeal ? result.appeal.decision : (scheme.appealTo ?? ''),
      });
    const appeal = {
      reason,
      by: context.actor.name,
      at: instant(context),
      decision: 'waiting' as const,
      answer: '',
      adjustment: 0,
    };
    await context.db
      .updateTable('workdeskResults')
      .set({ appeal: json(appeal) })
      .where('id', '=', id)
      .execute();
    return { ...result, appeal };
  },
  decideAppeal: async ({ id, accepted, adjustment, answer }, context) => {
    const result = await resultOf(context, id);
    const scheme = await schemeOf(context, result.schemeId);
    requireStatus(scheme, 'published');
    if (result.appeal?.decision !== 'waiting')
      throw new Failure('workdesk.appeal_ended', { where: 'id', got: result.appeal?.decision ?? 'none' });
    const given = accepted ? adjustment : 0;
    const appeal = {
      ...result.appeal,
      decision: accepted ? ('accepted' as const) : ('refused' as const),
      answer,
      adjustment: given,
    };
    await context.db
      .updateTable('workdeskResults')
      .set({ appeal: json(appeal), adjustment: given })
      .where('id', '=', id)
      .execute();
    await setPlaces(context, scheme.id);
    await context.notify({
      to: { organisationId: result.organisationId, permission: 'workdesk.unit' },
      title: { 'zh-CN': '申诉已答复：{title}', en: 'Your appeal is answered: {title}' },
      body: { 'zh-CN': '{answer}', en: '{answer}' },
      values: { title: scheme.title, answer },
      link: `/workdesk/assessment?id=${scheme.id}`,
    });
    context.audit({ unit: result.unitName, accepted, adjustment: given });
    return await resultOf(context, id);
  },
  writeRanking: async ({ id, format }, context) => {
    const scheme = await schemeOf(context, id);
    requireStatus(scheme, 'measured', 'published', 'closed');
    const results = await context.db
      .selectFrom('workdeskResults')
      .selectAll()
      .where('schemeId', '=', id)
      .orderBy(sql`place NULLS LAST`)
      .orderBy('unitName')
      .execute();
    const home = context.actor.organisationId;
    const issuer = await context.organisations.get(home);
    return await context.reports.make(
      ranking(scheme, results, issuer.name, today(context), context.locale),
      format,
      home,
      scheme.title,
    );
  },
});

function groupByUnit(records: Records): (organisationId: string) => Records {
  const by = <T extends { readonly organisationId: string }>(items: readonly T[]) =>
    Map.groupBy(items, ({ organisationId }) => organisationId);
  const [notices, findings, learners] = [by(records.notices), by(records.findings), by(records.learners)];
  const duties = by(records.duties);
  return (id) => ({
    notices: notices.get(id) ?? [],
    findings: findings.get(id) ?? [],
    learners: learners.get(id) ?? [],
    duties: duties.get(id) ?? [],
  });
}

function ranking(
  scheme: SchemeRow,
  results: readonly ResultRow[],
  issuer: string,
  day: string,
  locale: Here['locale'],
): ReportDocument {
  const say = (zh: string, en: string) => (locale === 'en' ? en : zh);
  const tenth = (value: number | null | undefined) =>
    value === null || value === undefined ? '—' : String(Math.round(value * 10) / 10);
  return {
    title: scheme.title,
    issuer,
    date: longDay(day, locale),
    locale,
    blocks: [
      {
        kind: 'paragraph',
        text: say(
          `考核期：${longDay(scheme.fromDay, locale)}至${longDay(scheme.toDay, locale)}。各项得分由考核期内的平台记录计算，未发生相应事项的指标按方案处理。`,
          `Period: ${scheme.fromDay} to ${scheme.toDay}. Points are computed from the records of that period.`,
        ),
      },
      {
        kind: 'table',
        title: say('考核结果', 'Ranking'),
        columns: [
          { title: say('名次', 'Place'), width: 8, align: 'center' },
          { title: say('单位', 'Unit'), width: 26 },
          { title: say('得分', 'Score'), width: 10, align: 'right' },
          { title: say('调整', 'Adjusted'), width: 10, align: 'right' },
          ...scheme.indicators.map(({ title, weight }) => ({
            title: `${title}（${weight}）`,
            width: 12,
            align: 'right' as const,
          })),
        ],
        rows: results.map((result) => [
          result.place ?? '—',
          result.unitName,
          tenth(result.total === null ? null : result.total + result.adjustment),
          tenth(result.adjustment),
          ...scheme.indicators.map(({ id }) => tenth(result.lines.find(({ indicator }) => indicator === id)?.points)),
        ]),
      },
      { kind: 'signature', lines: [issuer, longDay(day, locale)] },
    ],
  };
}
