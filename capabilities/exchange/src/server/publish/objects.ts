/**
 * Data objects: published, found, fetched after the permission was checked, withdrawn. The server holds ciphertext only.
 * @module
 */
import { FormatError, OpenError } from '@hedun/exchange/abe';
import { blockSize, headerDigest, readHeader, tagSizes } from '@hedun/exchange/envelope';
import { PolicyError, parsePolicy } from '@hedun/exchange/policy';
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import { type Exchange, exchange } from '../../capability.ts';
import type { ObjectRow } from '../../shapes.ts';
import { found, fromBase64, type Here, instant, toBase64 } from '../here.ts';
import { epochsOf } from '../keys/issue.ts';
import { currentStore, storeNamed, told, withBackup } from '../storage/index.ts';
import { inBlocks } from '../storage/port.ts';
import { directory, heldBy, isMet, sentenceOf, wordsOf } from './policies.ts';

async function shown(context: Here, rows: readonly ObjectRow[]) {
  const words = wordsOf(await directory(context));
  return rows.map(({ cid: _cid, header: _header, ...row }) => ({
    ...row,
    // Large numbers come from the database as text.
    plainSize: Number(row.plainSize),
    storedSize: Number(row.storedSize),
    sentence: sentenceOf(parsePolicy(row.policy), words),
  }));
}
const one = async (context: Here, row: ObjectRow) =>
  (await shown(context, [row]))[0] as Awaited<ReturnType<typeof shown>>[number];

async function objectOf(context: Here, objectId: string): Promise<ObjectRow> {
  return found(
    await context.db.selectFrom('exchangeObjects').selectAll().where('id', '=', objectId).executeTakeFirst(),
    'data object',
    'objectId',
  );
}

/** The header, checked against what this instance knows: its authority, its attributes, their present epochs. */
async function checkedHeader(context: Here, bytes: Uint8Array) {
  let header: ReturnType<typeof readHeader>;
  try {
    header = readHeader(bytes);
  } catch (cause) {
    if (cause instanceof FormatError || cause instanceof PolicyError || cause instanceof OpenError)
      throw new Failure('exchange.header', {
        where: 'header',
        expected: 'a header of this system',
        got: cause.message,
        cause,
      });
    throw cause;
  }
  const wrong = (expected: string, got: string) => new Failure('exchange.header', { where: 'header', expected, got });
  const authorityId = header.authority.slice(header.authority.lastIndexOf('/') + 1);
  const authorities = await context.db.selectFrom('exchangeAuthorities').select(['id', 'name']).execute();
  const authority = authorities.find(({ id, name }) => id === authorityId && header.authority === `${name}/${id}`);
  if (!authority) throw wrong('an authority of this instance', header.authority);
  const attributes = await directory(context);
  const unknown = Object.keys(header.epochs).filter(
    (name) => !attributes.some((each) => each.name === name && each.authorityId === authority.id),
  );
  if (unknown.length > 0)
    throw new Failure('exchange.attribute_unknown', {
      where: 'policy',
      expected: `attributes of ${authority.name}`,
      got: unknown.join(', '),
    });
  const current = await epochsOf(context);
  const old = Object.entries(header.epochs).filter(([name, epoch]) => current[name] !== epoch);
  if (old.length > 0)
    throw wrong('the present epochs of its attributes', old.map(([name, epoch]) => `${name}@${epoch}`).join(', '));
  if (header.blockSize !== blockSize) throw wrong(`blocks of ${blockSize} bytes`, String(header.blockSize));
  return { header, authority };
}

export const objectHandlers = handlers<Exchange>()({
  publishObject: async ({ organisationId, title, fileName, mediaType, header: text, evidenceId }, context) => {
    context.organisations.requireScope([organisationId]);
    const bytes = fromBase64(text);
    const { header, authority } = await checkedHeader(context, bytes);
    const store = await currentStore(context);
    const { cid, size } = await store.put(inBlocks(context.files.stream(evidenceId), blockSize), { owned: true });
    const chunks = Math.max(1, Math.ceil(size / blockSize));
    const plainSize = size - chunks * tagSizes[header.suite];
    if (plainSize < 0)
      throw new Failure('exchange.header', { where: 'evidenceId', expected: 'a sealed file', got: `${size} bytes` });
    await withBackup(context, async (backup) => await backup.put(cid, told(store.get(cid))));
    const row: ObjectRow = {
      id: context.newId(),
      organisationId,
      authorityId: authority.id,
      title,
      fileName,
      mediaType,
      policy: header.policy,
      plainSize,
      storedSize: size,
      cid,
      storage: store.kind,
      suite: header.suite,
      header: toBase64(bytes),
      headerDigest: Buffer.from(headerDigest(bytes)).toString('hex'),
      headerVersion: 1,
      status: 'published',
      publishedBy: context.actor.id,
      publisherName: context.actor.name,
      createdAt: instant(context),
    };
    await context.db.insertInto('exchangeObjects').values(row).execute();
    context.audit({ cid, headerDigest: row.headerDigest, policy: row.policy });
    await context.events.publish('exchange.object.published', row.id, { id: row.id, organisationId });
    return await one(context, row);
  },
  listObjects: async (input, context) => {
    const page = await listing<ObjectRow>(
      context,
      {
        from: sql`SELECT * FROM exchange_objects`,
        fields: exchange.operations.listObjects.list,
        words: [sql`r.title`, sql`r.file_name`, sql`r.policy`],
        sort: '-createdAt',
      },
      input,
    );
    return { ...page, items: await shown(context, page.items) };
  },
  getObject: async ({ objectId }, context) => {
    const object = await objectOf(context, objectId);
    // Who asked for it is for the publisher's side and for those who supervise.
    const mayAll = context.can('exchange.read') || object.publishedBy === context.actor.id;
    const accesses = await context.db
      .selectFrom('exchangeAccesses')
      .selectAll()
      .where('objectId', '=', objectId)
      .$if(!mayAll, (query) => query.where('userId', '=', context.actor.id))
      .orderBy('id', 'desc')
      .limit(200)
      .execute();
    return { object: await one(context, object), accesses };
  },
  fetchObject: async ({ objectId, purpose }, context) => {
    const object = await objectOf(context, objectId);
    const isOwn = object.publishedBy === context.actor.id;
    const reason =
      object.status === 'withdrawn'
        ? 'withdrawn'
        : isOwn || isMet(parsePolicy(object.policy), await heldBy(context, context.actor.id, object.authorityId))
          ? null
          : 'policy_not_met';
    const access = {
      id: context.newId(),
      objectId,
      organisationId: context.actor.organisationId,
      userId: context.actor.id,
      userName: context.actor.name,
      outcome: reason === null ? ('permitted' as const) : ('refused' as const),
      reason,
      purpose,
      at: instant(context),
    };
    // A refusal is an answer, not a failure: a failure would take its own record back.
    await context.db.insertInto('exchangeAccesses').values(access).execute();
    await context.events.publish('exchange.object.asked', objectId, {
      id: access.id,
      objectId,
      outcome: access.outcome,
    });
    context.audit({ outcome: access.outcome, reason });
    const nothing = { cid: null, header: null, parameters: null, file: null };
    if (reason !== null) return { permitted: false, reason, accessId: access.id, ...nothing };
    const authority = await context.db
      .selectFrom('exchangeAuthorities')
      .select('parameters')
      .where('id', '=', object.authorityId)
      .executeTakeFirstOrThrow();
    const kept = await context.files.keep(await deliver(context, object), {
      organisationId: context.actor.organisationId,
      name: `${object.fileName}.sealed`,
      mediaType: 'application/octet-stream',
    });
    return {
      permitted: true,
      reason: null,
      accessId: access.id,
      cid: object.cid,
      header: object.header,
      parameters: authority.parameters,
      file: await context.files.reference(kept.id),
    };
  },
  withdrawObject: async ({ objectId }, context) => {
    const object = await objectOf(context, objectId);
    context.organisations.requireScope([object.organisationId]);
    await context.db.updateTable('exchangeObjects').set({ status: 'withdrawn' }).where('id', '=', objectId).execute();
    return await one(context, { ...object, status: 'withdrawn' });
  },
});

/** From the store, or from the backup where the store has lost it; checked against the address either way. */
async function deliver(context: Here, object: ObjectRow): Promise<AsyncIterable<Uint8Array>> {
  const store = await storeNamed(context, object.storage);
  if (await store.has(object.cid)) return told(store.get(object.cid));
  await withBackup(context, async (backup) => {
    context.log('ciphertext restored from backup', { cid: object.cid, backup: backup.kind });
    await store.put(told(backup.get(object.cid)));
  });
  return told(store.get(object.cid));
}
