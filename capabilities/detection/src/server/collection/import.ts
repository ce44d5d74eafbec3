/**
 * Files that people bring: Windows event logs and lines of text, through the same log, parsers and rules as everything else, under their own
 * time.
 * @module
 */
import { gunzipSync } from 'node:zlib';
import { type ParsedEvent, parseTime, readEvtx } from '@hedun/detection';
import { Failure, handlers } from '@hedun/sdk';
import type { Detection } from '../../capability.ts';
import { type Here, instant, json } from '../here.ts';
import { beginHealth } from './health.ts';
import { append, linesOf } from './runtime.ts';

const fileLimit = 512 << 20;
const evtxMagic = 'ElfFile\0';

export const importHandlers = handlers<Detection>()({
  importFile: async ({ evidenceId, format }, context) => {
    const { evidence, source } = await context.transaction(async (inner) => {
      const file = await inner.files.get(evidenceId);
      return { evidence: file, source: await uploadSource(inner, file.organisationId, format) };
    });
    if (evidence.size > fileLimit)
      throw new Failure('detection.import_too_large', {
        where: evidence.name,
        expected: `at most ${fileLimit} bytes`,
        got: `${evidence.size}`,
      });
    const marker = `import/${evidenceId}`;
    const before = await context.transaction(({ db }) =>
      db.selectFrom('detectionWorkers').select('offsets').where('name', '=', marker).executeTakeFirst(),
    );
    // The same bytes are the same evidence: a second import would count every event of it twice.
    if (before)
      return {
        ...(await outcomeOf(context, evidenceId)),
        records: before.offsets.records ?? 0,
        damaged: [],
        alreadyImported: true,
      };
    const parts: Uint8Array[] = [];
    await context.transaction(async (inner) => {
      for await (const part of inner.files.stream(evidenceId)) parts.push(part);
    });
    let bytes: Uint8Array = Buffer.concat(parts);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes, { maxOutputLength: fileLimit });
    const evtx = Buffer.from(bytes.subarray(0, 8)).toString('latin1') === evtxMagic;
    const damage: string[] = [];
    const lines = evtx ? evtxRecords(bytes, damage) : linesOf(bytes);
    const key = { sourceId: source, importId: evidenceId, peer: '', kind: evtx ? 'event' : 'line' } as const;
    const { count, offset, runtime } = await append(context, key, lines);
    await context.progress(1, 2);
    await runtime.processed(offset);
    await context.transaction(({ db }) =>
      db
        .insertInto('detectionWorkers')
        .values({ name: marker, offsets: json({ records: count }), snapshot: '', updatedAt: instant(context) })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute(),
    );
    return { ...(await outcomeOf(context, evidenceId)), records: count, damaged: damage, alreadyImported: false };
  },
});

async function outcomeOf(
  context: Here,
  evidenceId: string,
): Promise<{ readonly alerts: number; readonly incidents: readonly string[] }> {
  return await context.transaction(async ({ db }) => {
    const network = `import/${evidenceId}`;
    const alerts = await db.selectFrom('detectionAlerts').select('id').where('network', '=', network).execute();
    const incidents = await db.selectFrom('detectionIncidents').select('id').where('network', '=', network).execute();
    return { alerts: alerts.length, incidents: incidents.map(({ id }) => id) };
  });
}

function* evtxRecords(bytes: Uint8Array, damage: string[]): Iterable<Uint8Array> {
  // The reader calls back; records of a file of the allowed size fit in memory as it does.
  const records: Uint8Array[] = [];
  const report = readEvtx(bytes, ({ event, written }) => {
    const parsed: ParsedEvent = {
      format: 'windows',
      time: parseTime(event.TimeCreated) ?? parseTime(written),
      fields: event as Record<string, unknown>,
      logsource: undefined,
      raw: JSON.stringify(event),
    };
    records.push(Buffer.from(JSON.stringify(parsed)));
  });
  if (report.unreadable > 0) damage.push(`unreadable records: ${report.unreadable}`);
  if (report.truncatedBytes > 0) damage.push(`truncated bytes: ${report.truncatedBytes}`);
  if (report.chunksWithBadChecksum > 0) damage.push(`chunks with a bad checksum: ${report.chunksWithBadChecksum}`);
  yield* records;
}

/** One source for each organisation's uploads and format, so that its health and its events have a name. */
async function uploadSource(context: Here, organisationId: string, format: string): Promise<string> {
  const name = format === 'auto' ? '文件导入' : `文件导入（${format}）`;
  const found = await context.db
    .selectFrom('detectionSources')
    .select('id')
    .where('organisationId', '=', organisationId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (found) return found.id;
  const id = context.newId();
  await context.db
    .insertInto('detectionSources')
    .values({
      id,
      organisationId,
      name,
      kind: 'upload',
      format: format as 'auto',
      zone: 480,
      encoding: 'utf-8',
      logsource: null,
      parserId: null,
      settings: json({ address: '', port: 0, path: '', servers: [], topic: '' }),
      secret: null,
      enabled: true,
      createdAt: instant(context),
      updatedAt: instant(context),
    })
    .execute();
  await beginHealth(context, { id, organisationId, kind: 'upload' });
  return id;
}
