/**
 * The first page: what is open, what is late, what is mine, and how the last thirty days went.
 * @module
 */
import { handlers, type Scope } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import { type SqlBool, sql } from 'kysely';
import { sessionOf } from '../session.ts';
import { scopeFor } from './narrow.ts';

const days = 30;
/** Organisations shown, those with most open findings first. */
const topOrganisations = 10;

export function overviewHandlers() {
  return handlers<Kernel>()({
    getOverview: async (_, context) => {
      const session = sessionOf(context);
      const { db, actor } = session;
      const now = session.now().toISOString();
      const inside = (permission: string) => rowsOf(scopeFor(context, permission));
      const since = new Date(session.now().getTime() - (days - 1) * 86_400_000);
      const counts = await sql<{ assets: number; open: number; overdue: number; mine: number }>`SELECT
        (SELECT count(*)::int FROM assets WHERE status <> 'retired' AND ${inside('asset.read')}) AS assets,
        (SELECT count(*)::int FROM cases WHERE status NOT IN ('verified', 'archived') AND ${inside('case.read')}) AS open,
        (SELECT count(*)::int FROM cases WHERE status NOT IN ('verified', 'archived') AND due_at < ${now}::timestamptz AND ${inside('case.read')}) AS overdue,
        (SELECT count(*)::int FROM cases WHERE status NOT IN ('verified', 'archived') AND assignee_ids @> ARRAY[${actor.id}]::uuid[] AND ${inside('case.read')}) AS mine`.execute(
        db,
      );
      const open = await sql<{ organisationId: string; severity: string; count: number }>`
        SELECT organisation_id, severity, count(*)::int AS count FROM findings
        WHERE status IN ('open', 'triaged', 'in_case') AND ${inside('finding.read')} GROUP BY organisation_id, severity`.execute(
        db,
      );
      const raised = await byDay('first_seen_at', since, inside('finding.read')).execute(db);
      const fixed = await byDay('fixed_at', since, inside('finding.read')).execute(db);
      const overdue = await sql<{ organisationId: string; count: number }>`
        SELECT organisation_id, count(*)::int AS count FROM cases
        WHERE status NOT IN ('verified', 'archived') AND due_at < ${now}::timestamptz AND ${inside('case.read')} GROUP BY organisation_id`.execute(
        db,
      );
      const names = await db.selectFrom('organisations').select(['id', 'name']).execute();
      const sums = (rows: readonly { organisationId: string; count: number }[], id: string) =>
        rows.filter((row) => row.organisationId === id).reduce((sum, { count }) => sum + count, 0);
      const severities = Map.groupBy(open.rows, ({ severity }) => severity);
      const row = counts.rows[0];
      const perDay = (rows: readonly { day: string; count: number }[]) =>
        new Map(rows.map((each) => [each.day, each.count]));
      const raisedBy = perDay(raised.rows);
      const fixedBy = perDay(fixed.rows);
      return {
        assets: row?.assets ?? 0,
        openFindings: Object.fromEntries(
          [...severities].map(([severity, rows]) => [severity, rows.reduce((sum, { count }) => sum + count, 0)]),
        ),
        openCases: row?.open ?? 0,
        overdueCases: row?.overdue ?? 0,
        myCases: row?.mine ?? 0,
        findingsByDay: Array.from({ length: days }, (_, index) => {
          const day = beijingDay(new Date(since.getTime() + index * 86_400_000));
          return { day, raised: raisedBy.get(day) ?? 0, fixed: fixedBy.get(day) ?? 0 };
        }),
        organisations: names
          .map(({ id, name }) => ({ id, name, open: sums(open.rows, id), overdue: sums(overdue.rows, id) }))
          .filter((each) => each.open > 0 || each.overdue > 0)
          .sort((a, b) => b.open - a.open || b.overdue - a.overdue || a.name.localeCompare(b.name))
          .slice(0, topOrganisations),
      };
    },
  });
}

function rowsOf(scope: Scope | null) {
  if (scope === null) return sql<SqlBool>`false`;
  return scope.kind === 'all' ? sql<SqlBool>`true` : sql<SqlBool>`organisation_id = ANY (${[...scope.ids]}::uuid[])`;
}

/** Days are Beijing's; the window begins at midnight there. */
function byDay(column: 'first_seen_at' | 'fixed_at', since: Date, inside: ReturnType<typeof rowsOf>) {
  const name = sql.ref(column);
  const start = `${beijingDay(since)}T00:00:00+08:00`;
  return sql<{
    day: string;
    count: number;
  }>`SELECT to_char(${name} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS day, count(*)::int AS count
    FROM findings WHERE ${name} >= ${start}::timestamptz AND ${inside} GROUP BY 1`;
}
function beijingDay(time: Date): string {
  return new Date(time.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
}
