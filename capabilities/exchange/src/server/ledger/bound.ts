/**
 * Binds the room's operations to the chain: where the authority's organisation keeps a founded ledger, attributes, publications and requests are transactions
 * of it, and it is the contract that permits or refuses. Without a ledger the operations are as they are.
 * @module
 */
import type { AccessRecord, DataObject, PolicyTree } from '@hedun/exchange/contracts';
import { dayOf, type Policy, parsePolicy } from '@hedun/exchange/policy';
import { Failure, type Handler } from '@hedun/sdk';
import { CID } from 'multiformats/cid';
import type { Exchange } from '../../capability.ts';
import type { LedgerRow } from '../../ledger-shapes.ts';
import type { ObjectRow } from '../../shapes.ts';
import { type Here, instant } from '../here.ts';
import { rekeyWith } from '../publish/rekey.ts';
import { nodeCrypto } from './crypto.ts';
import { actorOn, evaluate, isFounded, submit } from './open.ts';

type Handle<K extends keyof Exchange['operations']> = Handler<Exchange, K>;
interface Bindable {
  readonly defineAttribute: Handle<'defineAttribute'>;
  readonly requestAttribute: Handle<'requestAttribute'>;
  readonly grantAttribute: Handle<'grantAttribute'>;
  readonly refuseAttribute: Handle<'refuseAttribute'>;
  readonly revokeAttribute: Handle<'revokeAttribute'>;
  readonly renewEpoch: Handle<'renewEpoch'>;
  readonly publishObject: Handle<'publishObject'>;
  readonly fetchObject: Handle<'fetchObject'>;
  readonly withdrawObject: Handle<'withdrawObject'>;
}
type Bound = Bindable & { readonly rekeyObject: Handle<'rekeyObject'> };

/** A policy as the contracts decide it. Words are `name:value`; dates count days, on chain as in the key. */
export function treeOf(policy: Policy): PolicyTree {
  if (policy.kind === 'attribute') return { has: `${policy.name}:${policy.value}` };
  if (policy.kind === 'compare') return { compare: policy.name, is: policy.operator, value: policy.value };
  return { atLeast: policy.threshold, of: policy.branches.map(treeOf) };
}

const sha256 = (text: string | Uint8Array) => Buffer.from(nodeCrypto.sha256(Buffer.from(text))).toString('hex');

/** The founded ledger of an authority's organisation, or null. */
async function ledgerOfAuthority(context: Here, authorityId: string): Promise<LedgerRow | null> {
  const row = await context.db
    .selectFrom('exchangeLedgers')
    .innerJoin('exchangeAuthorities', 'exchangeAuthorities.organisationId', 'exchangeLedgers.organisationId')
    .selectAll('exchangeLedgers')
    .where('exchangeAuthorities.id', '=', authorityId)
    .where('exchangeLedgers.kind', '=', 'business')
    .executeTakeFirst();
  if (!row) return null;
  return (await isFounded(context, row)) ? row : null;
}
async function didOf(context: Here, row: LedgerRow, userId: string): Promise<string> {
  const identity = await context.db
    .selectFrom('exchangeIdentities')
    .select('did')
    .where('ledgerId', '=', row.id)
    .where('userId', '=', userId)
    .executeTakeFirst();
  if (!identity) throw new Failure('exchange.not_enrolled', { where: 'userId', got: userId });
  return identity.did;
}
async function kindOf(context: Here, name: string): Promise<string> {
  const { kind } = await context.db
    .selectFrom('exchangeAttributes')
    .select('kind')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return kind;
}
async function chainValue(context: Here, name: string, value: string): Promise<string | number> {
  const kind = await kindOf(context, name);
  return kind === 'word' ? value : kind === 'date' ? (dayOf(value) ?? 0) : Number(value);
}

/** Policy and object as their next versions on the chain of the object's authority, by whoever acts; nothing where there is none. */
async function publishOnChain(context: Here, object: ObjectRow): Promise<void> {
  const row = await ledgerOfAuthority(context, object.authorityId);
  if (!row) return;
  const policy = { id: object.id, text: object.policy, tree: treeOf(parsePolicy(object.policy)) };
  await submit(context, row, 'objects:definePolicy', [JSON.stringify(policy)]);
  const published = {
    id: object.id,
    title: object.title,
    policy: object.id,
    // The digest inside the address is the hash over the ciphertext's blocks.
    ciphertextDigest: Buffer.from(CID.parse(object.cid).multihash.digest).toString('hex'),
    cidDigest: sha256(object.cid),
    headerDigest: object.headerDigest,
    size: Number(object.storedSize),
  };
  const transient = new Map([['address', new Uint8Array(Buffer.from(object.cid))]]);
  await submit(context, row, 'objects:publish', [JSON.stringify(published)], transient);
}

export function bindToLedger(inner: Bindable): Bound {
  return {
    defineAttribute: async (input, context) => {
      const attribute = await inner.defineAttribute(input, context);
      const row = await ledgerOfAuthority(context, attribute.authorityId);
      if (row) {
        const definition = { id: attribute.name, title: attribute.title['zh-CN'], kind: attribute.kind };
        await submit(context, row, 'attributes:define', [JSON.stringify(definition)]);
      }
      return attribute;
    },
    requestAttribute: async (input, context) => {
      const grant = await inner.requestAttribute(input, context);
      const row = await ledgerOfAuthority(context, grant.authorityId);
      if (row) {
        const value = await chainValue(context, grant.attributeName, grant.value);
        const application = { id: grant.id, attribute: grant.attributeName, value, reason: grant.reason || '-' };
        await submit(context, row, 'attributes:apply', [JSON.stringify(application)]);
      }
      return grant;
    },
    grantAttribute: async (input, context) => {
      const grant = await inner.grantAttribute(input, context);
      const row = await ledgerOfAuthority(context, grant.authorityId);
      if (row) {
        // Through the whole of the last day, as the key's own end is read.
        const expiresAt = grant.expiresOn ? Math.floor(Date.parse(`${grant.expiresOn}T23:59:59Z`) / 1000) : null;
        const decision = { application: grant.id, grant: true, expiresAt };
        await submit(context, row, 'attributes:decide', [JSON.stringify(decision)]);
      }
      return grant;
    },
    refuseAttribute: async (input, context) => {
      const grant = await inner.refuseAttribute(input, context);
      const row = await ledgerOfAuthority(context, grant.authorityId);
      if (row)
        await submit(context, row, 'attributes:decide', [JSON.stringify({ application: grant.id, grant: false })]);
      return grant;
    },
    revokeAttribute: async (input, context) => {
      const grant = await inner.revokeAttribute(input, context);
      const row = await ledgerOfAuthority(context, grant.authorityId);
      if (row) {
        const holder = await didOf(context, row, grant.userId);
        const value = await chainValue(context, grant.attributeName, grant.value);
        const revocation = { attribute: grant.attributeName, value, holder, reason: grant.decision ?? '-' };
        await submit(context, row, 'attributes:revoke', [JSON.stringify(revocation)]);
      }
      return grant;
    },
    renewEpoch: async (input, context) => {
      const renewed = await inner.renewEpoch(input, context);
      const objects = await context.transaction(async (within) => {
        const row = await ledgerOfAuthority(within, input.authorityId);
        if (!row) return [];
        return await within.db
          .selectFrom('exchangeObjects')
          .select(['id', 'headerDigest'])
          .where('authorityId', '=', input.authorityId)
          .where('status', '=', 'published')
          .execute();
      });
      for (const object of objects)
        await context.transaction(async (within) => {
          const row = await ledgerOfAuthority(within, input.authorityId);
          const known = row && (await evaluate<DataObject | null>(within, row, 'objects:object', [object.id]));
          // Published before there was a ledger, or encrypted again already: nothing to record.
          if (!row || !known || known.headerDigest === object.headerDigest) return;
          await submit(within, row, 'objects:replaceHeader', [object.id, object.headerDigest]);
        });
      return renewed;
    },
    publishObject: async (input, context) => {
      const object = await inner.publishObject(input, context);
      const row = await context.db
        .selectFrom('exchangeObjects')
        .selectAll()
        .where('id', '=', object.id)
        .executeTakeFirstOrThrow();
      await publishOnChain(context, row);
      return object;
    },
    fetchObject: async (input, context) => {
      const object = await context.db
        .selectFrom('exchangeObjects')
        .select(['id', 'authorityId', 'cid', 'organisationId'])
        .where('id', '=', input.objectId)
        .executeTakeFirst();
      const row = object ? await ledgerOfAuthority(context, object.authorityId) : null;
      if (!object || !row) return await inner.fetchObject(input, context);
      const access = await submit<AccessRecord>(context, row, 'access:request', [object.id, input.purpose]);
      if (access.outcome === 'refused')
        return await refusedAccess(context, object.id, access.reason ?? '', input.purpose);
      const { ledger, signer } = await actorOn(context, row);
      const { address } = JSON.parse(await ledger.evaluate(signer, 'access:address', [access.id])) as {
        address: string;
      };
      if (address !== object.cid)
        throw new Failure('exchange.storage', { where: 'cid', expected: sha256(address), got: sha256(object.cid) });
      return await inner.fetchObject(input, context);
    },
    rekeyObject: rekeyWith(publishOnChain),
    withdrawObject: async (input, context) => {
      const object = await inner.withdrawObject(input, context);
      const row = await ledgerOfAuthority(context, object.authorityId);
      if (row) await submit(context, row, 'objects:withdraw', [object.id, '发布者撤回']);
      return object;
    },
  };
}

/** The contract's refusal, in the catalogue's own record as well. */
async function refusedAccess(context: Here, objectId: string, reason: string, purpose: string) {
  const accessId = context.newId();
  await context.db
    .insertInto('exchangeAccesses')
    .values({
      id: accessId,
      objectId,
      organisationId: context.actor.organisationId,
      userId: context.actor.id,
      userName: context.actor.name,
      outcome: 'refused',
      reason,
      purpose,
      at: instant(context),
    })
    .execute();
  await context.events.publish('exchange.object.asked', objectId, { id: accessId, objectId, outcome: 'refused' });
  context.audit({ outcome: 'refused', reason });
  return { permitted: false, reason, accessId, cid: null, header: null, parameters: null, file: null };
}
