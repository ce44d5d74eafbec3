/**
 * Contract `access`: the permission is checked first, only then is there an address. A refusal is a committed record like a permission,
 * because a failed transaction would leave no trace.
 * @module
 */
import { type Context, Contract } from 'fabric-contract-api';
import { holderOf } from './attributes.ts';
import { callerOf, requireCaller } from './caller.ts';
import { addressOf, type Policy } from './objects.ts';
import { satisfies } from './policy-tree.ts';
import {
  type AccessRecord,
  type AttributeDefinition,
  type DataObject,
  emit,
  encode,
  type Holder,
  keyOf,
  list,
  read,
  refuse,
  secondsOf,
  sortable,
  text,
} from './records.ts';
import { recordStep } from './trail.ts';

/** How long a permission lets its holder ask for the address. */
const permissionSeconds = 600;
/** Access records lie in hours, so that a look at the last day reads 25 short ranges instead of a whole history. */
export const hourOf = (seconds: number) => sortable(Math.floor(seconds / 3600));

export class AccessContract extends Contract {
  constructor() {
    super('access');
  }

  /** Decides and records. Reasons of refusal: those of a caller's standing, object_unknown, object_withdrawn, policy_not_satisfied. */
  async request(ctx: Context, objectId: string, purpose: string): Promise<string> {
    const caller = await callerOf(ctx);
    const object = await read<DataObject>(ctx, keyOf(ctx, 'object', objectId));
    const reason = caller.standing === 'good' ? await refusalOf(ctx, caller.did, object) : caller.standing;
    const record: AccessRecord = {
      id: ctx.stub.getTxID(),
      object: objectId,
      objectVersion: object?.version ?? null,
      requester: caller.did,
      outcome: reason === null ? 'permitted' : 'refused',
      reason,
      purpose: text({ purpose }, 'purpose', 500),
      at: secondsOf(ctx),
    };
    const bytes = encode(record);
    await ctx.stub.putState(keyOf(ctx, 'access', record.id), bytes);
    await ctx.stub.putState(keyOf(ctx, 'accessBy', caller.did, hourOf(record.at), record.id), bytes);
    await recordStep(ctx, {
      action: 'access.request',
      actor: caller.did,
      object: objectId,
      outcome: reason ?? 'permitted',
    });
    emit(ctx, `access.${record.outcome}`, { id: record.id, object: objectId, requester: caller.did, reason });
    return JSON.stringify(record);
  }

  /** To be evaluated, never submitted: the address would stand in the transaction. Only for the one permitted, for ten minutes. */
  async address(ctx: Context, accessId: string): Promise<string> {
    const { did } = await requireCaller(ctx);
    const record =
      (await read<AccessRecord>(ctx, keyOf(ctx, 'access', accessId))) ??
      refuse('access.unknown', 'a recorded access', accessId);
    if (record.requester !== did) refuse('access.foreign', `the requester ${record.requester}`, did);
    if (record.outcome !== 'permitted') refuse('access.refused', 'a permitted access', record.reason ?? 'refused');
    const age = secondsOf(ctx) - record.at;
    if (age > permissionSeconds || age < -permissionSeconds)
      refuse('access.expired', `a permission of at most ${permissionSeconds} seconds`, `${age}`);
    const object =
      (await read<DataObject>(ctx, keyOf(ctx, 'object', record.object))) ??
      refuse('objects.unknown', 'an object', record.object);
    // What was permitted may have been taken back since.
    const reason = await refusalOf(ctx, did, object);
    if (reason) refuse('access.refused', 'a permission still in force', reason);
    const address = await addressOf(ctx, object, record.objectVersion ?? object.version);
    return JSON.stringify({ address, object });
  }

  async record(ctx: Context, accessId: string): Promise<string> {
    return JSON.stringify(await read<AccessRecord>(ctx, keyOf(ctx, 'access', accessId)));
  }
  async records(ctx: Context): Promise<string> {
    return JSON.stringify(await list<AccessRecord>(ctx, 'access'));
  }
  async recordsBy(ctx: Context, did: string): Promise<string> {
    return JSON.stringify(await list<AccessRecord>(ctx, 'accessBy', did));
  }
}

async function refusalOf(ctx: Context, did: string, object: DataObject | null): Promise<string | null> {
  if (!object) return 'object_unknown';
  if (object.state === 'withdrawn') return 'object_withdrawn';
  if (object.owner === did) return null;
  const policy = await read<Policy>(ctx, keyOf(ctx, 'policyVersion', object.policy, sortable(object.policyVersion)));
  if (!policy) return 'policy_unknown';
  const held = await inForce(ctx, await holderOf(ctx, did));
  return satisfies(policy.tree, held) ? null : 'policy_not_satisfied';
}

/** Attributes that have not run out and whose definition still stands. */
async function inForce(ctx: Context, holder: Holder): Promise<Map<string, number | null>> {
  const now = secondsOf(ctx);
  const held = new Map<string, number | null>();
  for (const { id, value, expiresAt } of holder.attributes) {
    if (expiresAt !== null && expiresAt < now) continue;
    if (!(await read<AttributeDefinition>(ctx, keyOf(ctx, 'attribute', id)))) continue;
    // A word is held as policies name it: `dept:dispatch`.
    if (typeof value === 'string') held.set(`${id}:${value}`, null);
    else held.set(id, value);
  }
  return held;
}
