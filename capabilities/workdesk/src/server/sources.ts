/**
 * Sources beside scanner files: their mapping, what an unknown file holds, what a platform pushes.
 * @module
 */
import { createHash } from 'node:crypto';
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { type Contents, contentsOfJson, contentsOfTable, jsonValues, suggestFields, verifyPush } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../capability.ts';
import type { ContentsShape, SourceRow, SourceSummary } from '../source-shapes.ts';
import { type Here, instant, json } from './here.ts';
import { importOf, sameBytes, startImport } from './imports.ts';
import { fetchPage } from './pull.ts';
import { textOfEvidence } from './scan-source.ts';
import { formatOfSource, sourceOfId, summaryOfSource } from './source-rows.ts';

/** A file is looked into whole; larger ones are tables nobody maps by hand. */
const describedBytes = 32 * 1024 * 1024;
const secretBytes = 32;

export const sourceHandlers = handlers<Workdesk>()({
  listSources: async (input, context) => {
    const page = await listing<SourceRow>(
      context,
      {
        from: sql`SELECT * FROM workdesk_sources`,
        fields: workdesk.operations.listSources.list,
        words: [sql`r.name`],
        sort: 'name',
      },
      input,
    );
    return { ...page, items: page.items.map(summaryOfSource) };
  },
  getSource: async ({ id }, context) => summaryOfSource(await sourceOfId(context, id)),
  saveSource: async ({ id, name, mapping, connection, credential, enabled }, context): Promise<SourceSummary> => {
    const before = id ? await sourceOfId(context, id) : null;
    const same = await context.db
      .selectFrom('workdeskSources')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirst();
    if (same && same.id !== before?.id) throw new Failure('workdesk.source_named', { where: 'name', got: name });
    const own = before?.id ?? context.newId();
    const row: SourceRow = {
      id: own,
      organisationId: before?.organisationId ?? context.actor.organisationId,
      name,
      mapping,
      connection,
      credential: credential ? context.secrets.seal(credential, `source/${own}`) : (before?.credential ?? null),
      pushSecret: before?.pushSecret ?? null,
      enabled,
      nextRunAt: connection && enabled ? instant(context) : null,
      lastRunAt: before?.lastRunAt ?? null,
      lastSuccessAt: before?.lastSuccessAt ?? null,
      lastError: null,
      createdAt: before?.createdAt ?? instant(context),
    };
    const { id: _, ...changes } = {
      ...row,
      mapping: json(row.mapping),
      connection: row.connection && json(row.connection),
    };
    await context.db
      .insertInto('workdeskSources')
      .values({ id: own, ...changes })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    context.audit({ source: name, url: connection?.url ?? null });
    return summaryOfSource(row);
  },
  removeSource: async ({ id }, context) => {
    const { name } = await sourceOfId(context, id);
    await context.db.deleteFrom('workdeskSources').where('id', '=', id).execute();
    context.audit({ source: name });
    return { done: true as const };
  },
  describeFile: async ({ evidenceId }, context) => described(context, await contentsOf(context, evidenceId)),
  describeAddress: async ({ connection, credential, sourceId }, context) => {
    const kept = sourceId ? (await sourceOfId(context, sourceId)).credential : null;
    const secret = credential ?? (sourceId && kept ? context.secrets.open(kept, `source/${sourceId}`) : null);
    const { document } = await fetchPage(context, connection, secret, null, null);
    return described(context, contentsOfJson(document));
  },
  renewPushSecret: async ({ id }, context) => {
    const { name } = await sourceOfId(context, id);
    const secret = Buffer.from(context.randomBytes(secretBytes)).toString('base64url');
    await context.db
      .updateTable('workdeskSources')
      .set({ pushSecret: context.secrets.seal(secret, `push/${id}`) })
      .where('id', '=', id)
      .execute();
    context.audit({ source: name });
    return { secret };
  },
  pushFindings: async ({ id, signature, algorithm, ...push }, context) => {
    const source = await sourceOfId(context, id);
    if (!source.enabled || !source.pushSecret)
      throw new Failure('workdesk.source_closed', { where: 'id', got: source.name });
    const secret = context.secrets.open(source.pushSecret, `push/${id}`);
    const verdict = verifyPush(secret, push, signature, Math.floor(context.now().getTime() / 1000), algorithm);
    if (verdict !== 'good')
      throw new Failure('workdesk.push_refused', {
        where: verdict === 'late' ? 'timestamp' : 'signature',
        got: verdict,
      });
    const sha256 = createHash('sha256').update(push.content, 'utf8').digest('hex');
    // Two sends of one key at once: the second waits for the first and finds it.
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`workdesk-push/${id}/${push.key}`}, 0))`.execute(
      context.db,
    );
    const before = await context.db
      .selectFrom('workdeskPushes')
      .selectAll()
      .where('sourceId', '=', id)
      .where('key', '=', push.key)
      .executeTakeFirst();
    if (before && before.sha256 !== sha256)
      throw new Failure('workdesk.push_key_used', { where: 'key', got: push.key });
    if (before) return { import: await importOf(context, before.importId), repeated: true };
    const evidence = await context.files.keep(new TextEncoder().encode(push.content), {
      organisationId: source.organisationId,
      name: `${source.name}-${push.key}.${source.mapping.shape === 'json' ? 'json' : 'csv'}`,
      mediaType: source.mapping.shape === 'json' ? 'application/json' : 'text/csv',
    });
    const row =
      (await sameBytes(context, evidence)) ??
      (await startImport(context, evidence, {
        format: formatOfSource(id),
        partial: true,
        minimumSeverity: 'info',
        assetId: null,
        noticeId: null,
        covered: [],
      }));
    await context.db
      .insertInto('workdeskPushes')
      .values({ sourceId: id, key: push.key, sha256, importId: row.id, receivedAt: instant(context) })
      .execute();
    context.audit({ source: source.name, key: push.key, importId: row.id });
    return { import: row, repeated: false };
  },
});

async function contentsOf(context: Here, evidenceId: string): Promise<Contents> {
  const { name, size } = await context.files.get(evidenceId);
  if (size > describedBytes)
    throw new Failure('workdesk.scan_unknown', {
      where: name,
      expected: `at most ${describedBytes} bytes`,
      got: `${size}`,
    });
  const text = await textOfEvidence(context, evidenceId);
  if (/^\s*[[{]/.test(text)) {
    const documents: unknown[] = [];
    for await (const each of jsonValues([text])) if ('value' in each) documents.push(each.value);
    if (documents.length > 0) return contentsOfJson(documents.length === 1 ? documents[0] : documents);
  }
  const { headers, rows } = await context.files.table(evidenceId);
  return contentsOfTable(headers, rows);
}

async function described(context: Here, contents: Contents): Promise<ContentsShape> {
  const names = new Set(contents.columns.map(({ name }) => name));
  const sources = await context.db.selectFrom('workdeskSources').select(['id', 'name', 'mapping']).execute();
  const known = sources.find(
    ({ mapping }) =>
      mapping.shape === contents.shape &&
      mapping.items === contents.items &&
      Object.values(mapping.fields).every((name) => names.has(name)),
  );
  return {
    ...contents,
    columns: contents.columns.map(({ name, samples }) => ({ name, samples: [...samples] })),
    suggested: { ...suggestFields(contents.columns) },
    knownAs: known ? { id: known.id, name: known.name } : null,
  };
}
