/**
 * Asking a platform for its findings, page by page, on its schedule. What was fetched is kept as evidence before it is read.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { firstPage, jsonValues, nextPage, type Page, valueAt } from '@hedun/workdesk';
import type { Workdesk } from '../capability.ts';
import type { Connection, SourceRow } from '../source-shapes.ts';
import { type Here, instant } from './here.ts';
import { sameBytes, startImport } from './imports.ts';
import { formatOfSource, sourceOfId } from './source-rows.ts';

const pageBytes = 32 * 1024 * 1024;
const allBytes = 128 * 1024 * 1024;
const pagesAtOnce = 2000;

/** One page. The credential goes into one header and never into an address, where logs would keep it. */
export async function fetchPage(
  context: Here,
  { url, header, paging }: Connection,
  credential: string | null,
  page: Page | null,
  since: string | null,
) {
  const asked = page ?? firstPage(url, paging, since);
  const bare = header.toLowerCase() === 'authorization' && credential !== null && !/\s/.test(credential);
  const answer = await context.fetch(asked.url, {
    headers: {
      accept: 'application/json',
      ...(credential === null ? {} : { [header]: bare ? `Bearer ${credential}` : credential }),
    },
    timeoutMs: 60_000,
    maxBytes: pageBytes,
  });
  const text = new TextDecoder().decode(answer.body);
  if (answer.status < 200 || answer.status > 299)
    throw new Failure('workdesk.pull_failed', {
      where: asked.url,
      expected: '200',
      got: `${answer.status} ${text.slice(0, 120)}`,
    });
  const documents: unknown[] = [];
  for await (const each of jsonValues([text])) {
    if ('issue' in each)
      throw new Failure('workdesk.pull_failed', { ...each.issue, where: `${asked.url} ${each.issue.where}` });
    documents.push(each.value);
  }
  return { page: asked, document: documents.length === 1 ? documents[0] : documents, link: answer.headers.link };
}

async function entriesOf(
  context: Here,
  source: SourceRow & { readonly connection: Connection },
): Promise<readonly string[]> {
  const { connection, mapping } = source;
  const credential = source.credential === null ? null : context.secrets.open(source.credential, `source/${source.id}`);
  const lines: string[] = [];
  let bytes = 0;
  let page: Page | null = null;
  for (let count = 1; ; count += 1) {
    const got = await fetchPage(context, connection, credential, page, source.lastSuccessAt);
    const list: unknown = valueAt(got.document, mapping.items);
    if (!Array.isArray(list))
      throw new Failure('workdesk.pull_failed', {
        where: `${got.page.url} ${mapping.items}`,
        expected: 'a list',
        got: typeof list,
      });
    for (const entry of list) {
      const line = JSON.stringify(entry);
      bytes += line.length;
      lines.push(line);
    }
    if (bytes > allBytes)
      throw new Failure('workdesk.pull_failed', {
        where: connection.url,
        expected: `at most ${allBytes} characters`,
        got: 'more',
      });
    await context.progress(count, count + 1, `${lines.length}`);
    page = nextPage(connection.paging, got.page, { document: got.document, entries: list.length, link: got.link });
    if (page === null) return lines;
    if (count >= pagesAtOnce)
      throw new Failure('workdesk.pull_failed', {
        where: connection.url,
        expected: `at most ${pagesAtOnce} pages`,
        got: 'more',
      });
  }
}

export const pullHandlers = handlers<Workdesk>()({
  pullSource: async ({ id }, context) => {
    const begun = instant(context);
    const source = await context.transaction((inner) => sourceOfId(inner, id));
    const { connection } = source;
    if (!connection || !source.enabled) throw new Failure('workdesk.source_closed', { where: 'id', got: source.name });
    const set = (changes: Partial<SourceRow>) =>
      context.transaction((inner) =>
        inner.db
          .updateTable('workdeskSources')
          .set(changes as never)
          .where('id', '=', id)
          .execute(),
      );
    const next = new Date(context.now().getTime() + connection.everyMinutes * 60_000).toISOString();
    try {
      const lines = await entriesOf(context, { ...source, connection });
      const importId = await context.transaction(async (inner) => {
        if (lines.length === 0) return null;
        const evidence = await inner.files.keep(new TextEncoder().encode(`${lines.join('\n')}\n`), {
          organisationId: source.organisationId,
          name: `${source.name}-${begun.slice(0, 19).replace(/[:T]/g, '-')}.jsonl`,
          mediaType: 'application/json',
        });
        const row =
          (await sameBytes(inner, evidence)) ??
          (await startImport(inner, evidence, {
            format: formatOfSource(id, true),
            partial: true,
            minimumSeverity: 'info',
            assetId: null,
            noticeId: null,
            covered: [],
          }));
        return row.id;
      });
      // What appears while pages are read is newer than the beginning of this run, and comes with the next.
      await set({ lastRunAt: begun, lastSuccessAt: begun, lastError: null, nextRunAt: next });
      return { entries: lines.length, importId };
    } catch (error) {
      const failure = error instanceof Failure ? error : null;
      await set({
        lastRunAt: begun,
        lastError: failure
          ? [failure.code, failure.where, failure.got].filter(Boolean).join(' · ').slice(0, 500)
          : 'server.unexpected',
        nextRunAt: next,
      });
      throw error;
    }
  },
  pullDueSources: async (_, context) => {
    const started = await context.transaction(async (inner) => {
      const due = await inner.db
        .selectFrom('workdeskSources')
        .select('id')
        .where('enabled', '=', true)
        .where('nextRunAt', '<=', instant(context))
        .orderBy('nextRunAt')
        .execute();
      for (const { id } of due) await inner.jobs.start('pullSource', { id }, { key: `pull/${id}` });
      return due.length;
    });
    return { started };
  },
});
