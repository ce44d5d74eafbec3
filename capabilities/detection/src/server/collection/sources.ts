/**
 * Operations on sources and parsers: kept, tried, pushed to.
 * @module
 */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  compilePattern,
  type NormalEvent,
  normalise,
  PatternRefused,
  SourceParser,
  suggestPattern,
} from '@hedun/detection';
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import { type Detection, detection } from '../../capability.ts';
import type { SourceHealthRow, SourceRow, SourceSummary } from '../../declared/source-shapes.ts';
import { type Here, instant, json } from '../here.ts';
import { beginHealth } from './health.ts';
import { append, linesOf, runtimeOf } from './runtime.ts';

/** A compressed push may grow this much and no more. */
const inflatedLimit = 256 << 20;

const summary = ({ secret, ...row }: SourceRow, health: SourceHealthRow | null): SourceSummary => ({
  ...row,
  hasSecret: secret !== null,
  health,
});

async function healthOf({ db }: Here, ids: readonly string[]): Promise<ReadonlyMap<string, SourceHealthRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('detectionSourceHealth')
    .selectAll()
    .where('sourceId', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.sourceId, row]));
}

async function sourceOf({ db }: Here, id: string): Promise<SourceRow> {
  const row = await db.selectFrom('detectionSources').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('record.not_found', { values: { what: `source ${id}` } });
  return row;
}

export const sourceHandlers = handlers<Detection>()({
  listSources: async (input, context) => {
    const page = await listing<SourceRow>(
      context,
      {
        from: sql`SELECT * FROM detection_sources`,
        fields: detection.operations.listSources.list,
        words: [sql`r.name`],
        sort: 'name',
      },
      input,
    );
    const health = await healthOf(
      context,
      page.items.map(({ id }) => id),
    );
    return { ...page, items: page.items.map((row) => summary(row, health.get(row.id) ?? null)) };
  },
  getSource: async ({ id }, context) =>
    summary(await sourceOf(context, id), (await healthOf(context, [id])).get(id) ?? null),
  saveSource: async ({ id, organisationId, secret, ...given }, context) => {
    const before = id ? await sourceOf(context, id) : null;
    const owner = before?.organisationId ?? organisationId ?? context.actor.organisationId;
    context.organisations.requireScope([owner]);
    checkSettings(given, secret ?? null, before);
    const named = await context.db
      .selectFrom('detectionSources')
      .select('id')
      .where('organisationId', '=', owner)
      .where('name', '=', given.name)
      .executeTakeFirst();
    if (named && named.id !== before?.id)
      throw new Failure('detection.source_named', { where: 'name', got: given.name });
    const own = before?.id ?? context.newId();
    const row: SourceRow = {
      id: own,
      organisationId: owner,
      ...given,
      secret: secret ? context.secrets.seal(secret, `source/${own}`) : (before?.secret ?? null),
      createdAt: before?.createdAt ?? instant(context),
      updatedAt: instant(context),
    };
    const values = { ...row, settings: json(row.settings), logsource: row.logsource && json(row.logsource) };
    const { id: _, ...changes } = values;
    await context.db
      .insertInto('detectionSources')
      .values(values)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    await beginHealth(context, row);
    context.audit({ source: row.name, kind: row.kind });
    return summary(row, (await healthOf(context, [own])).get(own) ?? null);
  },
  removeSource: async ({ id }, context) => {
    const { name } = await sourceOf(context, id);
    await context.db.deleteFrom('detectionSources').where('id', '=', id).execute();
    context.audit({ source: name });
    return { done: true as const };
  },
  testParser: async ({ line, pattern, format, zone }, context) => {
    const nothing = {
      at: null,
      format: null,
      time: null,
      fields: [],
      columns: [],
      classUid: null,
      suggested: suggestPattern(line),
    };
    let compiled: ReturnType<typeof compilePattern> | undefined;
    if (pattern !== '') {
      try {
        compiled = compilePattern(pattern);
      } catch (error) {
        if (!(error instanceof PatternRefused)) throw error;
        const { fault } = error;
        return { ...nothing, ok: false, reason: faultText(fault), at: 'at' in fault ? fault.at : null };
      }
    }
    const parser = new SourceParser({
      format: compiled ? 'pattern' : format,
      zone,
      encoding: 'utf-8',
      ...(compiled ? { pattern: compiled } : {}),
    });
    const { events, failure } = parser.push(Buffer.from(line), context.now().getTime());
    const event = events[0] ?? parser.flush()[0];
    if (failure || !event) return { ...nothing, ok: false, reason: failure?.reason ?? 'waiting' };
    const normal = normalise(event);
    return {
      ...nothing,
      ok: true,
      reason: null,
      format: event.format,
      time: event.time === undefined ? null : new Date(event.time).toISOString(),
      fields: Object.entries(event.fields).map(([name, value]) => ({ name, value: shown(value) })),
      columns: columnNames.flatMap((name) =>
        normal[name] === '' || normal[name] === 0 ? [] : [{ name, value: String(normal[name]) }],
      ),
      classUid: normal.classUid,
    };
  },
  listParsers: async (_input, { db }) => ({
    items: await db.selectFrom('detectionParsers').selectAll().orderBy('name').execute(),
  }),
  saveParser: async ({ id, name, pattern, sample, sourceId }, context) => {
    const source = sourceId ? await sourceOf(context, sourceId) : null;
    try {
      compilePattern(pattern).parse(sample);
    } catch (error) {
      if (error instanceof PatternRefused)
        throw new Failure('detection.pattern_refused', { where: 'pattern', got: faultText(error.fault) });
      // The pattern may be meant for the message behind a syslog header.
      const parser = new SourceParser({
        format: 'pattern',
        zone: 480,
        encoding: 'utf-8',
        pattern: compilePattern(pattern),
      });
      if (parser.push(Buffer.from(sample), context.now().getTime()).failure)
        throw new Failure('detection.pattern_does_not_read', {
          where: 'pattern',
          expected: 'fields of the sample',
          got: sample.slice(0, 200),
        });
    }
    const before = id
      ? await context.db.selectFrom('detectionParsers').selectAll().where('id', '=', id).executeTakeFirst()
      : undefined;
    if (id && !before) throw new Failure('record.not_found', { values: { what: `parser ${id}` } });
    const row = {
      id: before?.id ?? context.newId(),
      organisationId: before?.organisationId ?? source?.organisationId ?? context.actor.organisationId,
      name,
      pattern,
      sample,
      createdAt: before?.createdAt ?? instant(context),
      updatedAt: instant(context),
    };
    const named = await context.db
      .selectFrom('detectionParsers')
      .select('id')
      .where('organisationId', '=', row.organisationId)
      .where('name', '=', name)
      .executeTakeFirst();
    if (named && named.id !== row.id) throw new Failure('detection.parser_named', { where: 'name', got: name });
    const { id: _, ...changes } = row;
    await context.db
      .insertInto('detectionParsers')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    if (source)
      await context.db
        .updateTable('detectionSources')
        .set({ parserId: row.id, format: 'pattern', updatedAt: instant(context) })
        .where('id', '=', source.id)
        .execute();
    context.audit({ parser: name });
    return row;
  },
  removeParser: async ({ id }, context) => {
    const used = await context.db
      .selectFrom('detectionSources')
      .select('name')
      .where('parserId', '=', id)
      .executeTakeFirst();
    if (used) throw new Failure('detection.parser_used', { where: 'id', got: used.name });
    await context.db.deleteFrom('detectionParsers').where('id', '=', id).execute();
    return { done: true as const };
  },
  pushEvents: async ({ id, body }, context) => {
    const source = await sourceOf(context, id);
    if (source.kind !== 'http' || !source.enabled)
      throw new Failure('detection.source_closed', { where: 'id', got: source.name });
    const key = { sourceId: id, importId: null, peer: context.request?.address ?? '', kind: 'line' } as const;
    const { count } = await append(context, key, linesOf(inflated(body, context.request?.headers['content-encoding'])));
    const bytes = body.length;
    await sql`UPDATE detection_source_health SET received = received + ${count}, bytes = bytes + ${bytes}, last_at = ${instant(context)}::timestamptz WHERE source_id = ${id}::uuid`.execute(
      context.db,
    );
    context.audit({ source: source.name, lines: count });
    return { accepted: count };
  },
});

/** For callers that changed something a thread should see at once. */
export const lookNow = (context: Here) => runtimeOf(context)?.look();

function inflated(body: Uint8Array, encoding: string | undefined): Uint8Array {
  const gzip = encoding?.includes('gzip') || (body[0] === 0x1f && body[1] === 0x8b);
  const zstd =
    encoding?.includes('zstd') || (body[0] === 0x28 && body[1] === 0xb5 && body[2] === 0x2f && body[3] === 0xfd);
  if (!gzip && !zstd) return body;
  try {
    return gzip
      ? gunzipSync(body, { maxOutputLength: inflatedLimit })
      : zstdDecompressSync(body, { maxOutputLength: inflatedLimit });
  } catch (cause) {
    throw new Failure('detection.push_unreadable', { where: 'body', expected: gzip ? 'gzip' : 'zstd', cause });
  }
}

const columnNames = [
  'host',
  'user',
  'srcIp',
  'srcPort',
  'dstIp',
  'dstPort',
  'process',
  'action',
  'signature',
  'domain',
  'url',
  'message',
] as const satisfies readonly (keyof NormalEvent)[];
const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 1000);

function faultText(fault: PatternRefused['fault']): string {
  switch (fault.kind) {
    case 'unknown-place':
      return `unknown place %{${fault.name}}`;
    case 'field-name':
      return `field name ${fault.name}`;
    case 'twice':
      return `field ${fault.name} twice`;
    case 'expression':
      return fault.reason;
    default:
      return fault.kind;
  }
}

function checkSettings(
  { kind, settings, format, parserId }: Pick<SourceRow, 'kind' | 'settings' | 'format' | 'parserId'>,
  secret: string | null,
  before: SourceRow | null,
): void {
  const refuse = (where: string, expected: string, got: string) => {
    throw new Failure('detection.source_incomplete', { where, expected, got });
  };
  if (format === 'pattern' && !parserId) refuse('parserId', 'a parser', 'none');
  if (kind === 'file' && !settings.path.startsWith('/'))
    refuse('settings.path', 'an absolute path', settings.path || 'nothing');
  if ((kind === 'kafka' || kind === 'nats') && (settings.servers.length === 0 || settings.topic === ''))
    refuse('settings.servers', 'servers and a topic', 'nothing');
  if (kind === 'syslog-tls') {
    const pem = secret ?? (before?.secret ? 'kept' : '');
    if (pem !== 'kept' && !(pem.includes('PRIVATE KEY') && pem.includes('CERTIFICATE')))
      refuse('secret', 'a certificate and its private key in PEM', pem === '' ? 'nothing' : 'something else');
  }
}
