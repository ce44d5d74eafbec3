/**
 * Contract `objects`: policies by id and version, data objects by id and version. On chain stand digests of ciphertext, address and header;
 * the address itself is private data of the organisations, handed out by contract `access` alone.
 * @module
 */
import { type Context, Contract } from 'fabric-contract-api';
import { requireCaller } from './caller.ts';
import { checkTree, type PolicyTree } from './policy-tree.ts';
import {
  type DataObject,
  digest,
  emit,
  keyOf,
  list,
  parse,
  read,
  refuse,
  secondsOf,
  sortable,
  text,
  whole,
  write,
} from './records.ts';
import { sha256Hex } from './sha256.ts';
import { recordStep } from './trail.ts';

export interface Policy {
  readonly id: string;
  readonly version: number;
  readonly owner: string;
  readonly text: string;
  readonly tree: PolicyTree;
  /** SHA-256 of text and tree: what a ciphertext's header is bound to. */
  readonly hash: string;
  readonly at: number;
}
/** Name of the private collection that holds addresses. */
export const addresses = 'addresses';
const decoder = new TextDecoder();

export class ObjectsContract extends Contract {
  constructor() {
    super('objects');
  }

  /** The first version of a policy, or the next one of one's own. Versions stay readable for ever. */
  async definePolicy(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx);
    const fields = parse(input, 'a policy');
    const id = text(fields, 'id', 100);
    const before = await read<Policy>(ctx, keyOf(ctx, 'policy', id));
    if (before && before.owner !== did) refuse('policies.foreign', `its owner ${before.owner}`, did);
    const tree = checkTree(fields.tree);
    const readable = text(fields, 'text', 20_000);
    const policy: Policy = {
      id,
      version: (before?.version ?? 0) + 1,
      owner: did,
      text: readable,
      tree,
      hash: sha256Hex(JSON.stringify([readable, tree])),
      at: secondsOf(ctx),
    };
    await write(ctx, keyOf(ctx, 'policy', id), policy);
    await write(ctx, keyOf(ctx, 'policyVersion', id, sortable(policy.version)), policy);
    await recordStep(ctx, { action: 'objects.definePolicy', actor: did, object: `policy:${id}` });
    return JSON.stringify(policy);
  }

  /** The address (a CID) comes as transient `address`, so that it never stands in a transaction. */
  async publish(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx);
    const fields = parse(input, 'a data object');
    const id = text(fields, 'id', 100);
    const before = await read<DataObject>(ctx, keyOf(ctx, 'object', id));
    if (before && before.owner !== did) refuse('objects.foreign', `its owner ${before.owner}`, did);
    const policy =
      (await read<Policy>(ctx, keyOf(ctx, 'policy', text(fields, 'policy', 100)))) ??
      refuse('policies.unknown', 'a defined policy', String(fields.policy));
    const address = ctx.stub.getTransient().get('address');
    if (!address || address.length === 0 || address.length > 200)
      refuse('objects.no_address', 'transient address of 1 to 200 bytes', `${address?.length ?? 0}`);
    const cidDigest = digest(fields, 'cidDigest');
    if (sha256Hex(address) !== cidDigest) refuse('objects.address_mismatch', cidDigest, sha256Hex(address));
    const object: DataObject = {
      id,
      version: (before?.version ?? 0) + 1,
      owner: did,
      title: text(fields, 'title'),
      policy: policy.id,
      policyVersion: policy.version,
      ciphertextDigest: digest(fields, 'ciphertextDigest'),
      cidDigest,
      headerDigest: digest(fields, 'headerDigest'),
      size: whole(fields, 'size', 0, Number.MAX_SAFE_INTEGER),
      state: 'published',
      at: secondsOf(ctx),
    };
    await write(ctx, keyOf(ctx, 'object', id), object);
    await write(ctx, keyOf(ctx, 'objectVersion', id, sortable(object.version)), object);
    await ctx.stub.putPrivateData(addresses, keyOf(ctx, 'address', id, sortable(object.version)), address);
    await recordStep(ctx, { action: 'objects.publish', actor: did, object: id });
    emit(ctx, 'objects.published', { id, version: object.version, owner: did, policy: policy.id });
    return JSON.stringify(object);
  }

  async withdraw(ctx: Context, id: string, reason: string): Promise<string> {
    const { did } = await requireCaller(ctx);
    const object =
      (await read<DataObject>(ctx, keyOf(ctx, 'object', id))) ?? refuse('objects.unknown', 'an object', id);
    if (object.owner !== did) refuse('objects.foreign', `its owner ${object.owner}`, did);
    if (object.state === 'withdrawn') refuse('objects.withdrawn', 'a published object', id);
    const next: DataObject = { ...object, state: 'withdrawn' };
    await write(ctx, keyOf(ctx, 'object', id), next);
    await recordStep(ctx, {
      action: 'objects.withdraw',
      actor: did,
      object: id,
      outcome: text({ reason }, 'reason', 500),
    });
    return JSON.stringify(next);
  }

  /** A new header for the same ciphertext, tier two of revocation: by the owner, or by an authority that renews its epochs. */
  async replaceHeader(ctx: Context, id: string, headerDigest: string): Promise<string> {
    const { did, member } = await requireCaller(ctx);
    const object =
      (await read<DataObject>(ctx, keyOf(ctx, 'object', id))) ?? refuse('objects.unknown', 'an object', id);
    if (object.owner !== did && !member.roles.includes('authority'))
      refuse('objects.foreign', `its owner ${object.owner} or an authority`, did);
    const next: DataObject = { ...object, headerDigest: digest({ headerDigest }, 'headerDigest') };
    await write(ctx, keyOf(ctx, 'object', id), next);
    await write(ctx, keyOf(ctx, 'objectVersion', id, sortable(next.version)), next);
    await recordStep(ctx, { action: 'objects.replaceHeader', actor: did, object: id });
    return JSON.stringify(next);
  }

  async object(ctx: Context, id: string): Promise<string> {
    return JSON.stringify(await read<DataObject>(ctx, keyOf(ctx, 'object', id)));
  }
  async objects(ctx: Context): Promise<string> {
    return JSON.stringify(await list<DataObject>(ctx, 'object'));
  }
  async objectVersions(ctx: Context, id: string): Promise<string> {
    return JSON.stringify(await list<DataObject>(ctx, 'objectVersion', id));
  }
  async policy(ctx: Context, id: string): Promise<string> {
    return JSON.stringify(await read<Policy>(ctx, keyOf(ctx, 'policy', id)));
  }
  async policyVersion(ctx: Context, id: string, version: string): Promise<string> {
    return JSON.stringify(await read<Policy>(ctx, keyOf(ctx, 'policyVersion', id, sortable(Number(version)))));
  }
  async policies(ctx: Context): Promise<string> {
    return JSON.stringify(await list<Policy>(ctx, 'policy'));
  }
  /** What an organisation's own private store answers: used by `access` after the permission was found on chain. */
  async addressDigest(ctx: Context, id: string, version: string): Promise<string> {
    const key = keyOf(ctx, 'address', id, sortable(Number(version)));
    const hash = await ctx.stub.getPrivateDataHash(addresses, key);
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

export async function addressOf(ctx: Context, object: DataObject, version: number): Promise<string> {
  return decoder.decode(await ctx.stub.getPrivateData(addresses, keyOf(ctx, 'address', object.id, sortable(version))));
}
