/**
 * Applications for attributes: asked, granted, refused, revoked. A revocation ends access at once, raises the epoch, and starts the renewal
 * of keys and headers.
 * @module
 */
import { headerDigest, readHeader, resealHeader } from '@hedun/exchange/envelope';
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import type { z } from 'zod';
import { type Exchange, exchange } from '../../capability.ts';
import type { GrantRow } from '../../shapes.ts';
import { found, fromBase64, type Here, instant, toBase64 } from '../here.ts';
import { checkValue, masterOf } from './authorities.ts';
import { epochsOf, issueTo } from './issue.ts';

type Grant = z.infer<typeof GrantRow>;
/** X25519 public keys have 32 bytes. */
const publicKeySize = 32;

async function grantOf(context: Here, grantId: string): Promise<Grant> {
  return found(
    await context.db.selectFrom('exchangeGrants').selectAll().where('id', '=', grantId).forUpdate().executeTakeFirst(),
    'application',
    'grantId',
  );
}
/** Those who decide are those whose scope holds the authority's organisation. */
async function requireAuthority(context: Here, authorityId: string): Promise<void> {
  const { organisationId } = found(
    await context.db
      .selectFrom('exchangeAuthorities')
      .select('organisationId')
      .where('id', '=', authorityId)
      .executeTakeFirst(),
    'authority',
    'authorityId',
  );
  context.organisations.requireScope([organisationId]);
}
async function decide(context: Here, grant: Grant, from: Grant['status'], changes: Partial<Grant>): Promise<Grant> {
  await requireAuthority(context, grant.authorityId);
  if (grant.status !== from)
    throw new Failure('exchange.decided', {
      where: 'grantId',
      expected: from,
      got: grant.status,
      values: { status: grant.status },
    });
  const next = { ...grant, ...changes, decidedAt: instant(context) };
  await context.db
    .updateTable('exchangeGrants')
    .set({ ...changes, decidedAt: next.decidedAt })
    .where('id', '=', grant.id)
    .execute();
  return next;
}

export const grantHandlers = handlers<Exchange>()({
  registerHolder: async ({ publicKey }, context) => {
    if (fromBase64(publicKey).length !== publicKeySize)
      throw new Failure('exchange.value', { where: 'publicKey', expected: `${publicKeySize} bytes`, got: publicKey });
    const { id: userId, organisationId } = context.actor;
    const before = await context.db
      .selectFrom('exchangeHolders')
      .selectAll()
      .where('userId', '=', userId)
      .forUpdate()
      .executeTakeFirst();
    if (before?.publicKey === publicKey) return { serial: before.serial };
    const row = {
      userId,
      organisationId,
      publicKey,
      // A new pair means the old one may be lost: a new serial makes what was issued before worthless beside what comes now.
      serial: (before?.serial ?? 0) + 1,
      createdAt: instant(context),
    };
    await context.db
      .insertInto('exchangeHolders')
      .values({ id: context.newId(), ...row })
      .onConflict((conflict) => conflict.column('userId').doUpdateSet(row))
      .execute();
    const authorities = await context.db.selectFrom('exchangeAuthorities').select('id').execute();
    for (const { id } of authorities) await issueTo(context, id, userId);
    return { serial: row.serial };
  },
  forgetHolder: async (_input, context) => {
    await context.db.deleteFrom('exchangeKeys').where('userId', '=', context.actor.id).execute();
    // The serial must go on where it stood, so the row stays and only its key goes out of use.
    await context.db
      .updateTable('exchangeHolders')
      .set((row) => ({ publicKey: '', serial: row('serial', '+', 1) }))
      .where('userId', '=', context.actor.id)
      .execute();
    return { done: true };
  },
  requestAttribute: async ({ attributeId, value, reason }, context) => {
    const attribute = found(
      await context.db.selectFrom('exchangeAttributes').selectAll().where('id', '=', attributeId).executeTakeFirst(),
      'attribute',
      'attributeId',
    );
    checkValue(attribute, value);
    const row: Grant = {
      id: context.newId(),
      organisationId: context.actor.organisationId,
      authorityId: attribute.authorityId,
      attributeId,
      userId: context.actor.id,
      userName: context.actor.name,
      attributeName: attribute.name,
      value,
      status: 'requested',
      reason,
      decision: null,
      requestedAt: instant(context),
      decidedAt: null,
      expiresOn: null,
    };
    await context.db.insertInto('exchangeGrants').values(row).execute();
    return row;
  },
  listGrants: async (input, context) =>
    await listing<Grant>(
      context,
      {
        from: sql`SELECT * FROM exchange_grants`,
        fields: exchange.operations.listGrants.list,
        words: [sql`r.user_name`, sql`r.attribute_name`, sql`r.value`],
        sort: '-requestedAt',
      },
      input,
    ),
  myGrants: async (_input, context) => {
    const holder = await context.db
      .selectFrom('exchangeHolders')
      .selectAll()
      .where('userId', '=', context.actor.id)
      .executeTakeFirst();
    return {
      serial: holder?.serial ?? null,
      publicKey: holder?.publicKey || null,
      grants: await context.db
        .selectFrom('exchangeGrants')
        .selectAll()
        .where('userId', '=', context.actor.id)
        .orderBy('requestedAt', 'desc')
        .execute(),
    };
  },
  grantAttribute: async ({ grantId, expiresOn }, context) => {
    const grant = await grantOf(context, grantId);
    const holder = await context.db
      .selectFrom('exchangeHolders')
      .select('publicKey')
      .where('userId', '=', grant.userId)
      .executeTakeFirst();
    if (!holder?.publicKey) throw new Failure('exchange.no_holder_key', { where: 'grantId', got: grant.userName });
    const next = await decide(context, grant, 'requested', { status: 'granted', expiresOn: expiresOn ?? null });
    await issueTo(context, grant.authorityId, grant.userId);
    await context.notify({
      to: { userIds: [grant.userId] },
      title: { 'zh-CN': '属性已授予', en: 'Attribute granted' },
      body: { 'zh-CN': '{attribute}：{value}', en: '{attribute}: {value}' },
      values: { attribute: grant.attributeName, value: grant.value },
      link: '/exchange/mine',
    });
    return next;
  },
  refuseAttribute: async ({ grantId, decision }, context) =>
    await decide(context, await grantOf(context, grantId), 'requested', { status: 'refused', decision }),
  revokeAttribute: async ({ grantId, decision }, context) => {
    const grant = await grantOf(context, grantId);
    const next = await decide(context, grant, 'granted', { status: 'revoked', decision });
    await context.db
      .updateTable('exchangeAttributes')
      .set((row) => ({ epoch: row('epoch', '+', 1) }))
      .where('id', '=', grant.attributeId)
      .execute();
    await context.jobs.start('renewEpoch', { authorityId: grant.authorityId });
    return next;
  },
  renewEpoch: async ({ authorityId }, context) => {
    const { users, objects } = await context.transaction(async (inner) => {
      await requireAuthority(inner, authorityId);
      return {
        users: await inner.db
          .selectFrom('exchangeGrants')
          .select('userId')
          .distinct()
          .where('authorityId', '=', authorityId)
          .where('status', 'in', ['granted', 'revoked'])
          .execute(),
        objects: await inner.db
          .selectFrom('exchangeObjects')
          .select('id')
          .where('authorityId', '=', authorityId)
          .where('status', '=', 'published')
          .execute(),
      };
    });
    const total = users.length + objects.length;
    let resealed = 0;
    // Headers first: from then on the revoked key opens nothing that is handed out.
    for (const [index, { id }] of objects.entries()) {
      if (await context.transaction((inner) => resealObject(inner, authorityId, id))) resealed += 1;
      await context.progress(index + 1, total);
    }
    for (const [index, { userId }] of users.entries()) {
      await context.transaction((inner) => issueTo(inner, authorityId, userId));
      await context.progress(objects.length + index + 1, total);
    }
    return { resealed, reissued: users.length };
  },
  myKeys: async (_input, context) => {
    const rows = await context.db
      .selectFrom('exchangeKeys')
      .innerJoin('exchangeAuthorities', 'exchangeAuthorities.id', 'exchangeKeys.authorityId')
      .select([
        'exchangeKeys.authorityId',
        'exchangeAuthorities.name as authority',
        'exchangeAuthorities.parameters',
        'exchangeKeys.serial',
        'exchangeKeys.sealed',
        'exchangeKeys.issuedAt',
      ])
      .where('exchangeKeys.userId', '=', context.actor.id)
      .orderBy('exchangeAuthorities.name')
      .execute();
    return { keys: rows };
  },
});

/** Encrypts one header again if an epoch it names is no longer the current one. @returns whether it did */
async function resealObject(context: Here, authorityId: string, objectId: string): Promise<boolean> {
  const object = await context.db
    .selectFrom('exchangeObjects')
    .selectAll()
    .where('id', '=', objectId)
    .forUpdate()
    .executeTakeFirst();
  if (!object) return false;
  const bytes = fromBase64(object.header);
  const current = await epochsOf(context);
  if (Object.entries(readHeader(bytes).epochs).every(([name, epoch]) => (current[name] ?? 0) === epoch)) return false;
  const master = await masterOf(context, authorityId);
  const header = resealHeader(master, bytes, { epochs: current }, (size) => context.randomBytes(size));
  await context.db
    .updateTable('exchangeObjects')
    .set({
      header: toBase64(header),
      headerDigest: Buffer.from(headerDigest(header)).toString('hex'),
      headerVersion: object.headerVersion + 1,
    })
    .where('id', '=', objectId)
    .execute();
  return true;
}
