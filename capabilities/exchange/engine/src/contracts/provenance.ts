/**
 * Contract `provenance`: three paths, read from the trail: how an attribute was shared, how data flowed, what a user did.
 * @module
 */
import { type Context, Contract } from 'fabric-contract-api';
import { requireCaller } from './caller.ts';
import { type DataObject, keyOf, list, read, refuse, type TrailStep } from './records.ts';

export class ProvenanceContract extends Contract {
  constructor() {
    super('provenance');
  }

  /** Definition, applications, grants, renewals and revocations of one attribute, in order of time. */
  async attributePath(ctx: Context, attribute: string): Promise<string> {
    await requireCaller(ctx);
    return JSON.stringify(await list<TrailStep>(ctx, 'trail', 'attribute', attribute));
  }

  /** Publication, versions, requests and cross-domain steps of one object: for its owner and supervisors. */
  async dataPath(ctx: Context, object: string): Promise<string> {
    const { did, member } = await requireCaller(ctx);
    const record = await read<DataObject>(ctx, keyOf(ctx, 'object', object));
    if (record?.owner !== did && !member.roles.includes('supervisor'))
      refuse('caller.not_entitled', 'its owner or a supervisor', did);
    return JSON.stringify(await list<TrailStep>(ctx, 'trail', 'object', object));
  }

  /** Everything a user did and what was done to it: for the user itself and supervisors. */
  async userPath(ctx: Context, user: string): Promise<string> {
    const { did, member } = await requireCaller(ctx);
    if (user !== did && !member.roles.includes('supervisor'))
      refuse('caller.not_entitled', 'the user itself or a supervisor', did);
    return JSON.stringify(await list<TrailStep>(ctx, 'trail', 'user', user));
  }
}
