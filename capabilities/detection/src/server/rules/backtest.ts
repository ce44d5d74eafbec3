/**
 * Handlers: a rule tried on stored history, in the background, with what it would have said and how often. Stores nothing but the answer.
 * @module
 */
import {
  detectionRecord,
  type EventRecord,
  type LogSource,
  normalise,
  parseSigma,
  type SigmaDocument,
  SourceParser,
} from '@hedun/detection';
import { Failure, handlers } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Detection } from '../../capability.ts';
import type { BacktestRow } from '../../declared/rules-shapes.ts';
import { eventStoreOf } from '../collection/runtime.ts';
import { type Here, instant, json } from '../here.ts';
import type { StoredEvent } from '../store/event-store.ts';
import { soundRule } from './catalogue.ts';
import { type ActiveException, RuleDetection } from './detection.ts';

const block = 5000;
const sampleKept = 50;
const longestDays = 400;
const day = 86_400_000;

/** An event as the detection saw it: read from its line again, and where that is not possible from its kept fields. */
export function recordOf(event: StoredEvent): { readonly record: EventRecord; readonly source: LogSource | undefined } {
  const fields = JSON.parse(event.fields) as EventRecord;
  if (fields.Channel !== undefined) return { record: fields, source: undefined };
  const { events } = new SourceParser({ format: 'auto', zone: 480, encoding: 'utf-8' }).push(
    new TextEncoder().encode(event.raw),
    event.received,
  );
  const [again] = events;
  if (!again || events.length !== 1) return { record: fields, source: undefined };
  return { record: detectionRecord(normalise(again)), source: again.logsource };
}

export const backtestHandlers = handlers<Detection>()({
  startBacktest: async ({ organisationId, text, ruleId, from, to }, context) => {
    context.organisations.requireScope([organisationId]);
    const { words } = await soundRule(context, text, ruleId);
    const span = Date.parse(to) - Date.parse(from);
    if (!(span > 0 && span <= longestDays * day))
      throw new Failure('detection.backtest_refused', {
        where: 'to',
        expected: `a time after "from", at most ${longestDays} days`,
        got: to,
      });
    const row: BacktestRow = {
      id: context.newId(),
      organisationId,
      ruleId: ruleId ?? null,
      title: words.titleZh || words.title,
      text,
      fromTime: new Date(from).toISOString(),
      toTime: new Date(to).toISOString(),
      status: 'queued',
      events: 0,
      matches: 0,
      excepted: 0,
      sample: [],
      perDay: {},
      problem: null,
      createdBy: context.actor.kind === 'system' ? null : context.actor.id,
      createdAt: instant(context),
      finishedAt: null,
    };
    await context.db
      .insertInto('detectionBacktests')
      .values({ ...row, sample: json(row.sample), perDay: json(row.perDay) })
      .execute();
    await context.jobs.start('runBacktest', { id: row.id }, { key: `backtest/${row.id}` });
    return row;
  },
  runBacktest: async ({ id }, context) => {
    const { test, organisations, exceptions, others } = await context.transaction((inner) => prepare(inner, id));
    const documents = [...others, ...parseSigma(test.text, 'text').rules];
    const detection = new RuleDetection({ version: '', documents, shadow: new Set(), exceptions });
    const own = new Set(parseSigma(test.text, 'text').rules.map((rule) => rule.id ?? rule.name ?? rule.title));
    const perDay: Record<string, number> = {};
    const sample: BacktestRow['sample'] = [];
    let events = 0;
    let matches = 0;
    let excepted = 0;
    const from = Date.parse(test.fromTime);
    const to = Date.parse(test.toTime);
    const store = await eventStoreOf(context);
    for await (const part of store.scan({ from, to, filter: [], organisations }, block)) {
      for (const stored of part) {
        const { record, source } = recordOf(stored);
        for (const match of detection.push(record, stored.time, source, stored.organisationId)) {
          if (!own.has(match.rule.id ?? match.rule.name ?? match.rule.title)) continue;
          if (match.exceptionId !== undefined) {
            excepted += 1;
            continue;
          }
          matches += 1;
          const time = new Date(match.time).toISOString();
          perDay[time.slice(0, 10)] = (perDay[time.slice(0, 10)] ?? 0) + 1;
          if (sample.length < sampleKept) sample.push({ time, rule: match.rule.title, event: { ...match.event } });
        }
      }
      events += part.length;
      const newest = part.at(-1)?.time ?? from;
      await context.progress(Math.round((100 * (newest - from)) / (to - from)), 100);
    }
    await context.transaction(({ db }) =>
      db
        .updateTable('detectionBacktests')
        .set({
          status: 'done',
          events,
          matches,
          excepted,
          sample: json(sample),
          perDay: json(perDay),
          finishedAt: instant(context),
        })
        .where('id', '=', id)
        .execute(),
    );
    return { events, matches, excepted };
  },
  listBacktests: async ({ ruleId }, { db }) => {
    let query = db.selectFrom('detectionBacktests').selectAll();
    if (ruleId !== undefined) query = query.where('ruleId', '=', ruleId);
    return { items: await query.orderBy('createdAt', 'desc').limit(50).execute() };
  },
});

async function prepare(context: Here, id: string) {
  const test = await context.db.selectFrom('detectionBacktests').selectAll().where('id', '=', id).executeTakeFirst();
  if (!test) throw new Failure('detection.rule_unknown', { where: 'id', got: id });
  const below = await sql<{
    id: string;
  }>`SELECT o.id FROM organisations o JOIN organisations top ON top.id = ${test.organisationId} WHERE starts_with(o.path, top.path)`.execute(
    context.db,
  );
  const organisations = below.rows.map((each) => each.id);
  const { rules } = parseSigma(test.text, 'text');
  const needed = new Set(rules.flatMap((each) => (each.kind === 'correlation' ? each.rules : [])));
  const own = new Set(rules.flatMap((each) => [each.id, each.name]));
  const kept = await context.db.selectFrom('detectionRules').select('documents').where('refusal', 'is', null).execute();
  const others = kept
    .flatMap((row) => row.documents as readonly SigmaDocument[])
    .filter((each) => (needed.has(each.id ?? '') || needed.has(each.name ?? '')) && !own.has(each.id));
  const rows = await context.db.selectFrom('detectionExceptions').selectAll().execute();
  const exceptions: readonly ActiveException[] = rows
    .filter((each) => Date.parse(each.expiresAt) > context.now().getTime())
    .map((each) => ({
      id: each.id,
      organisationId: each.organisationId,
      organisationIds: organisations,
      ruleKey: each.ruleKey,
      condition: each.condition,
      // In a back-test an exception that runs today excuses the past too: that is what is asked.
      expiresAt: Number.POSITIVE_INFINITY,
    }));
  await context.db.updateTable('detectionBacktests').set({ status: 'running' }).where('id', '=', id).execute();
  return { test, organisations, exceptions, others };
}
