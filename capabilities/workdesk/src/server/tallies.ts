/**
 * Findings counted ahead by unit and month, so that a board over a million findings answers at once. Events mark a unit as changed; a job counts
 * it again from its findings, never by adding and subtracting: a tally cannot drift.
 * @module
 */
import { handlers, type ServerHalf } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Workdesk } from '../capability.ts';
import { type Here, instant } from './here.ts';

/** Units counted in one transaction: a unit of two thousand findings takes some ten milliseconds. */
const unitsAtOnce = 20;
/** Events arrive in bursts; one count serves them all. */
const waitMs = 2000;

const monthOf = (time: ReturnType<typeof sql>) => sql`to_char(${time} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')`;

/** One row for each month in which something happened to a finding: it was found, verified, dismissed, or came back. */
export function tallySql(organisations: readonly string[]) {
  const days = sql`extract(epoch FROM f.verified_at - f.first_seen_at) / 86400`;
  return sql`SELECT f.organisation_id, e.month, f.severity, f.kind, sum(e.found)::int AS found, sum(e.verified)::int AS verified, sum(e.dismissed)::int AS dismissed, sum(e.reopened)::int AS reopened,
      sum(e.days)::float8 AS fix_days, count(*) FILTER (WHERE e.verified = 1 AND e.days <= 7)::int AS within7, count(*) FILTER (WHERE e.verified = 1 AND e.days <= 30)::int AS within30
    FROM findings f CROSS JOIN LATERAL (
      SELECT ${monthOf(sql`f.first_seen_at`)} AS month, 1 AS found, 0 AS verified, 0 AS dismissed, 0 AS reopened, 0 AS days
      UNION ALL SELECT ${monthOf(sql`f.verified_at`)}, 0, 1, 0, 0, ${days} WHERE f.verified_at IS NOT NULL AND f.status <> 'dismissed'
      UNION ALL SELECT ${monthOf(sql`(f.dismissal->>'at')::timestamptz`)}, 0, 0, 1, 0, 0 WHERE f.status = 'dismissed' AND f.dismissal ? 'at'
      UNION ALL SELECT ${monthOf(sql`f.last_seen_at`)}, 0, 0, 0, 1, 0 WHERE f.recurrences > 0 AND f.status IN ('open', 'triaged', 'in_case')) e
    WHERE f.organisation_id = ANY (${[...organisations]}::uuid[]) GROUP BY f.organisation_id, e.month, f.severity, f.kind`;
}

export async function countUnits(context: Here, organisations: readonly string[]): Promise<void> {
  const list = sql`ANY (${[...organisations]}::uuid[])`;
  await sql`DELETE FROM workdesk_stale WHERE organisation_id = ${list}`.execute(context.db);
  await sql`DELETE FROM workdesk_tallies WHERE organisation_id = ${list}`.execute(context.db);
  await sql`INSERT INTO workdesk_tallies (organisation_id, month, severity, kind, found, verified, dismissed, reopened, fix_days, within7, within30) ${tallySql(organisations)}`.execute(
    context.db,
  );
}

async function markStale(context: Here, organisations: readonly string[]): Promise<void> {
  if (organisations.length === 0) return;
  await sql`INSERT INTO workdesk_stale (organisation_id, since) SELECT o.id, ${instant(context)}::timestamptz FROM organisations o WHERE o.id = ANY (${[...organisations]}::uuid[])
    ON CONFLICT DO NOTHING`.execute(context.db);
  await context.jobs.start(
    'countAgain',
    { all: false },
    { key: 'workdesk/tallies', runAt: new Date(context.now().getTime() + waitMs) },
  );
}

export const tallyListeners: Omit<NonNullable<ServerHalf<Workdesk>['listeners']>, 'workdesk.import.received'> = {
  'kernel.finding.raised': ({ organisationIds }, context) => markStale(context, organisationIds),
  'kernel.finding.status_changed': ({ organisationIds }, context) => markStale(context, organisationIds),
  // An asset that moved took its findings along: the unit that had them is one whose tallies name more than it holds, so all are looked at tonight.
  'kernel.asset.changed': ({ organisationIds }, context) => markStale(context, organisationIds),
};

export const tallyHandlers = handlers<Workdesk>()({
  countAgain: async ({ all }, context) => {
    if (all)
      await context.transaction(({ db }) =>
        sql`INSERT INTO workdesk_stale (organisation_id, since) SELECT id, ${instant(context)}::timestamptz FROM organisations ON CONFLICT DO NOTHING`.execute(
          db,
        ),
      );
    let counted = 0;
    for (;;) {
      const done = await context.transaction(async (inner) => {
        const { rows } = await sql<{
          id: string;
        }>`SELECT organisation_id AS id FROM workdesk_stale ORDER BY since, organisation_id LIMIT ${unitsAtOnce}`.execute(
          inner.db,
        );
        if (rows.length > 0)
          await countUnits(
            inner,
            rows.map(({ id }) => id),
          );
        return rows.length;
      });
      if (done === 0) return { counted };
      counted += done;
      await context.progress(counted, counted);
    }
  },
});
