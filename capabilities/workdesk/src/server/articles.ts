/**
 * The knowledge base: articles of the office that every unit reads once they are published. Attachments are kept with the article and
 * copied to whoever takes them, because units see only their own evidence.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../capability.ts';
import type { ArticleRow } from '../training-shapes.ts';
import { type Here, instant, json } from './here.ts';

const attachmentLimit = 20 * 1024 * 1024;

async function articleOf(context: Here, id: string): Promise<ArticleRow> {
  const row = await context.db.selectFrom('workdeskArticles').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || (!row.published && !context.can('workdesk.write')))
    throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}

export async function bytesOf(context: Here, evidenceId: string): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of context.files.stream(evidenceId)) {
    size += part.length;
    if (size > attachmentLimit)
      throw new Failure('input.too_large', { where: 'attachmentIds', values: { limit: attachmentLimit } });
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

export const articleHandlers = handlers<Workdesk>()({
  listArticles: (input, context) =>
    listing(
      context,
      {
        from: context.can('workdesk.write')
          ? sql`SELECT id, title, category, tags, published, author_name, updated_at FROM workdesk_articles`
          : sql`SELECT id, title, category, tags, published, author_name, updated_at FROM workdesk_articles WHERE published`,
        fields: workdesk.operations.listArticles.list,
        words: [sql`r.title`, sql`array_to_string(r.tags, ' ')`],
        sort: '-updatedAt',
      },
      input,
    ),
  getArticle: ({ id }, context) => articleOf(context, id),
  saveArticle: async ({ id, attachmentIds, ...given }, context) => {
    const before = id ? await articleOf(context, id) : null;
    const articleId = before?.id ?? context.newId();
    const files = await Promise.all(
      (attachmentIds ?? []).map(async (each) => ({
        file: await context.files.get(each),
        bytes: await bytesOf(context, each),
      })),
    );
    const row: ArticleRow = {
      id: articleId,
      ...given,
      attachments: attachmentIds
        ? files.map(({ file, bytes }) => ({ name: file.name, mediaType: file.mediaType, size: bytes.length }))
        : (before?.attachments ?? []),
      authorName: context.actor.name,
      updatedAt: instant(context),
    };
    const { id: _, ...changes } = { ...row, attachments: json(row.attachments) };
    await context.db
      .insertInto('workdeskArticles')
      .values({ id: articleId, ...changes })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    if (attachmentIds) {
      await context.db.deleteFrom('workdeskAttachments').where('articleId', '=', articleId).execute();
      for (const [position, { file, bytes }] of files.entries())
        await context.db
          .insertInto('workdeskAttachments')
          .values({ articleId, position, name: file.name, mediaType: file.mediaType, bytes })
          .execute();
    }
    return row;
  },
  deleteArticle: async ({ id }, context) => {
    await articleOf(context, id);
    await context.db.deleteFrom('workdeskArticles').where('id', '=', id).execute();
    return { done: true };
  },
  takeAttachment: async ({ id, position }, context) => {
    await articleOf(context, id);
    const file = await context.db
      .selectFrom('workdeskAttachments')
      .selectAll()
      .where('articleId', '=', id)
      .where('position', '=', position)
      .executeTakeFirst();
    if (!file) throw new Failure('workdesk.unknown', { where: 'position', got: String(position) });
    const kept = await context.files.keep(new Uint8Array(file.bytes), {
      organisationId: context.actor.organisationId,
      name: file.name,
      mediaType: file.mediaType,
    });
    return await context.files.reference(kept.id);
  },
});
