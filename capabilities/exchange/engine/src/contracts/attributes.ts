/**
 * Contract `attributes`: an authority defines attributes whose ids are unique on the whole chain, members apply, the authority grants, renews and
 * revokes. The holder's set, its hash and the digest of the certificate made of it stand on chain.
 * @module
 */
import { type Context, Contract } from 'fabric-contract-api';
import { requireCaller } from './caller.ts';
import {
  type Application,
  type AttributeDefinition,
  emit,
  type HeldAttribute,
  type Holder,
  keyOf,
  list,
  type Member,
  parse,
  read,
  refuse,
  secondsOf,
  text,
  whole,
  write,
} from './records.ts';
import { sha256Hex } from './sha256.ts';
import { recordStep } from './trail.ts';

export class AttributesContract extends Contract {
  constructor() {
    super('attributes');
  }

  async define(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'authority');
    const fields = parse(input, 'an attribute');
    const id = text(fields, 'id', 100);
    const kind = fields.kind as AttributeDefinition['kind'];
    if (!['flag', 'word', 'number', 'date'].includes(kind))
      refuse('input.malformed', 'kind flag, word, number or date', JSON.stringify(kind) ?? 'nothing');
    const key = keyOf(ctx, 'attribute', id);
    const taken = await read<AttributeDefinition>(ctx, key);
    if (taken) refuse('attributes.taken', 'an id nobody defined', `${id} of ${taken.authority}`);
    const at = secondsOf(ctx);
    const definition: AttributeDefinition = { id, title: text(fields, 'title'), kind, authority: did, epoch: 1, at };
    await write(ctx, key, definition);
    await recordStep(ctx, { action: 'attributes.define', actor: did, attribute: id });
    return JSON.stringify(definition);
  }

  /** The id of the transaction is the id of the application, unless the applicant brings one nobody used. */
  async apply(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx);
    const fields = parse(input, 'an application');
    const definition = await definitionOf(ctx, text(fields, 'attribute', 100));
    const id = fields.id === undefined ? ctx.stub.getTxID() : text(fields, 'id', 100);
    if (await read<Application>(ctx, keyOf(ctx, 'application', id)))
      refuse('attributes.applied', 'an application not yet made', id);
    const application: Application = {
      id,
      attribute: definition.id,
      value: valueFor(definition, fields),
      applicant: did,
      reason: text(fields, 'reason', 500),
      at: secondsOf(ctx),
      state: 'open',
      decidedBy: null,
    };
    await write(ctx, keyOf(ctx, 'application', application.id), application);
    await recordStep(ctx, { action: 'attributes.apply', actor: did, attribute: definition.id });
    emit(ctx, 'attributes.applied', { id: application.id, attribute: definition.id, applicant: did });
    return JSON.stringify(application);
  }

  /** Grants or rejects an application; only the attribute's own authority. */
  async decide(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'authority');
    const fields = parse(input, 'a decision');
    const key = keyOf(ctx, 'application', text(fields, 'application', 100));
    const application =
      (await read<Application>(ctx, key)) ?? refuse('attributes.no_such_application', 'an application', 'none');
    if (application.state !== 'open') refuse('attributes.decided', 'an open application', application.state);
    const definition = await ownDefinition(ctx, application.attribute, did);
    const granted = fields.grant === true;
    await write(ctx, key, { ...application, state: granted ? 'granted' : 'rejected', decidedBy: did });
    await recordStep(ctx, {
      action: granted ? 'attributes.grant' : 'attributes.reject',
      actor: did,
      attribute: definition.id,
      subject: application.applicant,
    });
    if (!granted) return JSON.stringify({ ...application, state: 'rejected', decidedBy: did });
    return JSON.stringify(await give(ctx, definition, application.applicant, application.value, fields));
  }

  /** A grant without an application. */
  async grant(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'authority');
    const fields = parse(input, 'a grant');
    const definition = await ownDefinition(ctx, text(fields, 'attribute', 100), did);
    const holder = text(fields, 'holder');
    await recordStep(ctx, { action: 'attributes.grant', actor: did, attribute: definition.id, subject: holder });
    return JSON.stringify(await give(ctx, definition, holder, valueFor(definition, fields), fields));
  }

  /** Same attribute and value, a later end, the epoch in force. */
  async renew(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'authority');
    const fields = parse(input, 'a renewal');
    const definition = await ownDefinition(ctx, text(fields, 'attribute', 100), did);
    const holder = text(fields, 'holder');
    const held = (await holderOf(ctx, holder)).attributes.find(isMeant(definition, fields));
    if (!held) refuse('attributes.not_held', `a holder of ${definition.id}`, holder);
    await recordStep(ctx, { action: 'attributes.renew', actor: did, attribute: definition.id, subject: holder });
    return JSON.stringify(await give(ctx, definition, holder, held.value, fields));
  }

  /** Takes it away and begins a new epoch, so that what is encrypted from now on needs keys the revoked holder never gets. */
  async revoke(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'authority');
    const fields = parse(input, 'a revocation');
    const definition = await ownDefinition(ctx, text(fields, 'attribute', 100), did);
    const holder = await holderOf(ctx, text(fields, 'holder'));
    const meant = isMeant(definition, fields);
    if (!holder.attributes.some(meant)) refuse('attributes.not_held', `a holder of ${definition.id}`, holder.did);
    const reason = text(fields, 'reason', 500);
    const kept = holder.attributes.filter((each) => !meant(each));
    const next = await keep(ctx, holder, kept, null);
    await write(ctx, keyOf(ctx, 'attribute', definition.id), { ...definition, epoch: definition.epoch + 1 });
    await recordStep(ctx, {
      action: 'attributes.revoke',
      actor: did,
      attribute: definition.id,
      subject: holder.did,
      outcome: reason,
    });
    emit(ctx, 'attributes.revoked', { attribute: definition.id, holder: holder.did, epoch: definition.epoch + 1 });
    return JSON.stringify(next);
  }

  async definition(ctx: Context, id: string): Promise<string> {
    return JSON.stringify(await read<AttributeDefinition>(ctx, keyOf(ctx, 'attribute', id)));
  }
  async definitions(ctx: Context): Promise<string> {
    return JSON.stringify(await list<AttributeDefinition>(ctx, 'attribute'));
  }
  async applications(ctx: Context): Promise<string> {
    return JSON.stringify(await list<Application>(ctx, 'application'));
  }
  async holder(ctx: Context, did: string): Promise<string> {
    return JSON.stringify(await holderOf(ctx, did));
  }
  async holders(ctx: Context): Promise<string> {
    return JSON.stringify(await list<Holder>(ctx, 'holder'));
  }
}

async function definitionOf(ctx: Context, id: string): Promise<AttributeDefinition> {
  return (
    (await read<AttributeDefinition>(ctx, keyOf(ctx, 'attribute', id))) ??
    refuse('attributes.unknown', 'a defined attribute', id)
  );
}
async function ownDefinition(ctx: Context, id: string, did: string): Promise<AttributeDefinition> {
  const definition = await definitionOf(ctx, id);
  if (definition.authority !== did) refuse('attributes.foreign', `its authority ${definition.authority}`, did);
  return definition;
}
export async function holderOf(ctx: Context, did: string): Promise<Holder> {
  const empty = { did, version: 0, attributes: [], hash: sha256Hex('[]'), certificate: { number: '', digest: null } };
  return (await read<Holder>(ctx, keyOf(ctx, 'holder', did))) ?? empty;
}
/** Flags have no value; words a text; numbers and dates (days since 1970) a whole number. */
function valueFor(definition: AttributeDefinition, fields: Record<string, unknown>): number | string | null {
  if (definition.kind === 'flag') return null;
  return definition.kind === 'word' ? text(fields, 'value', 120) : whole(fields, 'value', 0, 4_294_967_295);
}
/** A holder has one value of a number or date, but may have several words of one attribute: then the word is named. */
function isMeant(definition: AttributeDefinition, fields: Record<string, unknown>) {
  const value = definition.kind === 'word' ? text(fields, 'value', 120) : null;
  return (held: HeldAttribute) => held.id === definition.id && (value === null || held.value === value);
}

async function give(
  ctx: Context,
  definition: AttributeDefinition,
  did: string,
  value: number | string | null,
  fields: Record<string, unknown>,
): Promise<Holder> {
  const member = await read<Member>(ctx, keyOf(ctx, 'member', did));
  if (member?.standing !== 'active') refuse('members.unknown', 'an active member', did);
  const now = secondsOf(ctx);
  const expiresAt =
    fields.expiresAt === undefined || fields.expiresAt === null ? null : whole(fields, 'expiresAt', 0, 1e11);
  if (expiresAt !== null && expiresAt <= now) refuse('attributes.expired', `an end after ${now}`, `${expiresAt}`);
  const { id, epoch } = definition;
  const given: HeldAttribute = { id, value, epoch, grantedAt: now, expiresAt, grantId: ctx.stub.getTxID() };
  const holder = await holderOf(ctx, did);
  const digest = typeof fields.certificateDigest === 'string' ? fields.certificateDigest : null;
  const next = await keep(
    ctx,
    holder,
    [...holder.attributes.filter((each) => !isMeant(definition, { value })(each)), given],
    digest,
  );
  emit(ctx, 'attributes.granted', { attribute: id, holder: did, epoch });
  return next;
}

async function keep(
  ctx: Context,
  holder: Holder,
  attributes: readonly HeldAttribute[],
  digest: string | null,
): Promise<Holder> {
  const name = ({ id, value }: HeldAttribute) => `${id}\u0000${typeof value === 'string' ? value : ''}`;
  const sorted = [...attributes].sort((a, b) => (name(a) < name(b) ? -1 : 1));
  const next: Holder = {
    did: holder.did,
    version: holder.version + 1,
    attributes: sorted,
    hash: sha256Hex(JSON.stringify(sorted)),
    certificate: { number: ctx.stub.getTxID(), digest },
  };
  await write(ctx, keyOf(ctx, 'holder', holder.did), next);
  return next;
}
