/**
 * The records behind a figure: the same conditions the tallies and the notices are counted by, as a list. A figure and the length of its list are
 * one number by construction, and a test holds them together.
 * @module
 */
import { Failure, parseFilterText } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { type RawBuilder, sql } from 'kysely';
import { workdesk } from '../../capability.ts';
import { type CountedRow, figureWords, findingFigures, Period } from '../../figure-shapes.ts';
import { type Here, today } from '../here.ts';
import { spanOf } from './span.ts';

type Figure = keyof typeof figureWords;

/** What a filter names exactly once; without it there is nothing to list. */
function theOne(filter: string, field: 'figure' | 'period'): string {
  const tokens = parseFilterText(filter).filter((token) => token.field === field && !token.negated);
  const [value] = tokens[0]?.values ?? [];
  const good =
    tokens.length === 1 &&
    tokens[0]?.values.length === 1 &&
    value !== undefined &&
    (field === 'figure' ? value in figureWords : Period.safeParse(value).success);
  if (!good)
    throw new Failure('input.unknown_filter', {
      where: `filter.${field}`,
      expected: field === 'figure' ? Object.keys(figureWords).join(', ') : 'YYYY-MM | YYYY',
      got: value ?? 'nothing',
    });
  return value;
}

function findingsBehind(figure: Figure, period: string): RawBuilder<unknown> {
  const { start, end } = spanOf(period);
  const verified = sql`f.verified_at IS NOT NULL AND f.status <> 'dismissed'`;
  const dismissed = sql`f.status = 'dismissed' AND f.dismissal ? 'at'`;
  const dismissedAt = sql`(f.dismissal->>'at')::timestamptz`;
  const within = (time: RawBuilder<unknown>) => sql`${time} >= ${start} AND ${time} < ${end}`;
  const quick = (days: number) =>
    sql`${verified} AND ${within(sql`f.verified_at`)} AND f.verified_at - f.first_seen_at <= ${days} * interval '1 day'`;
  const [at, condition] = (
    {
      found: [sql`f.first_seen_at`, within(sql`f.first_seen_at`)],
      verified: [sql`f.verified_at`, sql`${verified} AND ${within(sql`f.verified_at`)}`],
      dismissed: [dismissedAt, sql`${dismissed} AND ${within(dismissedAt)}`],
      reopened: [
        sql`f.last_seen_at`,
        sql`f.recurrences > 0 AND f.status IN ('open', 'triaged', 'in_case') AND ${within(sql`f.last_seen_at`)}`,
      ],
      openAtEnd: [
        sql`f.first_seen_at`,
        sql`f.first_seen_at < ${end} AND NOT coalesce(${verified} AND f.verified_at < ${end}, false) AND NOT coalesce(${dismissed} AND ${dismissedAt} < ${end}, false)`,
      ],
      within7: [sql`f.verified_at`, quick(7)],
      within30: [sql`f.verified_at`, quick(30)],
    } as Readonly<Record<string, readonly [RawBuilder<unknown>, RawBuilder<unknown>]>>
  )[figure] as readonly [RawBuilder<unknown>, RawBuilder<unknown>];
  return sql`SELECT f.id, 'finding' AS noun, f.title, f.organisation_id, f.severity, f.kind, f.status, ${at} AS at FROM findings f WHERE ${condition}`;
}

/** Not handed in, or handed in later, or returned; due before the end of the period, or before today while it runs. */
export function overdueCondition(context: Pick<Here, 'now'>, period: string): RawBuilder<unknown> {
  const { after, end, lastDay } = spanOf(period);
  const day = today(context);
  return sql`n.issued_at < ${end} AND n.due_on < ${day <= lastDay ? day : after} AND (n.submitted_at IS NULL OR n.submitted_at >= ${end} OR c.status = 'returned') AND (n.verified_at IS NULL OR n.verified_at >= ${end})`;
}

function noticesBehind(context: Here, figure: Figure, period: string): RawBuilder<unknown> {
  const { start, end } = spanOf(period);
  const within = (time: RawBuilder<unknown>) => sql`${time} >= ${start} AND ${time} < ${end}`;
  const [at, condition] = (
    {
      issued: [sql`n.issued_at`, within(sql`n.issued_at`)],
      signed: [sql`n.signed_at`, within(sql`n.signed_at`)],
      archived: [sql`n.archived_at`, within(sql`n.archived_at`)],
      archivedInTime: [
        sql`n.archived_at`,
        sql`${within(sql`n.archived_at`)} AND to_char(n.submitted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') <= n.due_on`,
      ],
      overdueAtEnd: [sql`n.issued_at`, overdueCondition(context, period)],
    } as Readonly<Record<string, readonly [RawBuilder<unknown>, RawBuilder<unknown>]>>
  )[figure] as readonly [RawBuilder<unknown>, RawBuilder<unknown>];
  return sql`SELECT n.id, 'notice' AS noun, c.number || ' ' || c.title AS title, n.organisation_id, c.severity, 'notice' AS kind, c.status, ${at} AS at
    FROM workdesk_notices n JOIN cases c ON c.id = n.id WHERE ${condition}`;
}

export async function listCounted(input: Parameters<typeof listing>[2], context: Here) {
  const figure = theOne(input.filter, 'figure') as Figure;
  const period = theOne(input.filter, 'period');
  const behind = (findingFigures as readonly string[]).includes(figure)
    ? findingsBehind(figure, period)
    : noticesBehind(context, figure, period);
  return await listing<CountedRow>(
    context,
    {
      from: behind,
      fields: workdesk.operations.listCounted.list,
      columns: {
        figure: sql`${figure}::text`,
        period: sql`${period}::text`,
        kind: sql`ARRAY[r.kind]`,
        unit: sql`r.organisation_id`,
        organisation: sql`r.organisation_id`,
      },
      words: [sql`r.title`],
      sort: '-at',
    },
    input,
  );
}
