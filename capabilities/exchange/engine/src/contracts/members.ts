/**
 * Contract `members`: the consortium's administrators decide by vote who belongs to it, who leaves, and how many votes that takes.
 * @module
 */
import { type Context, Contract } from 'fabric-contract-api';
import { requireCaller } from './caller.ts';
import { readCertificate } from './certificate.ts';
import {
  type CertificateRecord,
  type Change,
  emit,
  keyOf,
  list,
  type Member,
  type Parameters,
  type Proposal,
  parse,
  type Role,
  read,
  refuse,
  secondsOf,
  text,
  whole,
  write,
} from './records.ts';
import { recordStep } from './trail.ts';

const roles: readonly Role[] = ['administrator', 'authority', 'supervisor', 'member'];

export class MembersContract extends Contract {
  constructor() {
    super('members');
  }

  /** Once per chain: the founding administrators and the share of them that a change needs. */
  async initialise(ctx: Context, input: string): Promise<string> {
    if (await read<Parameters>(ctx, keyOf(ctx, 'parameters', 'chain')))
      refuse('members.already_initialised', 'a chain without members', 'one that has them');
    const fields = parse(input, 'the founding');
    const founders = Array.isArray(fields.administrators) ? fields.administrators : [];
    if (founders.length === 0) refuse('input.malformed', 'at least one founding administrator', 'none');
    const changes = founders.map((each) => registration(each as Record<string, unknown>));
    if (new Set(changes.map(({ did }) => did)).size !== changes.length)
      refuse('input.malformed', 'founders with different identifiers', 'one named twice');
    for (const change of changes)
      await admit(ctx, { ...change, roles: [...new Set<Role>(['administrator', ...change.roles])] });
    const parameters: Parameters = {
      domain: text(fields, 'domain'),
      thresholdPercent: whole(fields, 'thresholdPercent', 1, 100),
      administrators: changes.map(({ did }) => did).sort(),
    };
    await write(ctx, keyOf(ctx, 'parameters', 'chain'), parameters);
    return JSON.stringify(parameters);
  }

  /** A change somebody in good standing asks for; a newcomer asks through an administrator. The id of the transaction is its id. */
  async propose(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'administrator');
    const change = changeOf(parse(input, 'a proposal'));
    if (
      change.kind === 'register' &&
      (await read<Member>(ctx, keyOf(ctx, 'member', change.did)))?.standing === 'active'
    )
      refuse('members.already_member', 'somebody who is not a member yet', change.did);
    if (change.kind === 'remove' && !(await read<Member>(ctx, keyOf(ctx, 'member', change.did))))
      refuse('members.unknown', 'a member', change.did);
    const proposal: Proposal = {
      id: ctx.stub.getTxID(),
      change,
      by: did,
      at: secondsOf(ctx),
      votes: {},
      state: 'open',
    };
    await write(ctx, keyOf(ctx, 'proposal', proposal.id), proposal);
    await recordStep(ctx, { action: `members.propose.${change.kind}`, actor: did, ...subjectOf(change) });
    emit(ctx, 'members.proposed', { id: proposal.id, kind: change.kind });
    return JSON.stringify(proposal);
  }

  /** One vote an administrator, once; the vote that reaches the threshold carries the change out. */
  async vote(ctx: Context, proposalId: string, choice: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'administrator');
    if (choice !== 'yes' && choice !== 'no') refuse('input.malformed', 'yes or no', JSON.stringify(choice));
    const key = keyOf(ctx, 'proposal', proposalId);
    const proposal = (await read<Proposal>(ctx, key)) ?? refuse('members.no_such_proposal', 'a proposal', proposalId);
    if (proposal.state !== 'open') refuse('members.decided', 'an open proposal', proposal.state);
    if (proposal.votes[did] !== undefined) refuse('members.voted', 'a first vote', `a second of ${did}`);
    const parameters = await parametersOf(ctx);
    const votes = { ...proposal.votes, [did]: choice === 'yes' };
    // Votes of those who are no administrators any more do not count.
    const counted = parameters.administrators.filter((each) => votes[each] !== undefined);
    const yes = counted.filter((each) => votes[each]).length;
    const needed = votesNeeded(parameters);
    const open = parameters.administrators.length - counted.length;
    const state = yes >= needed ? 'accepted' : yes + open < needed ? 'rejected' : 'open';
    const decided: Proposal = { ...proposal, votes, state };
    await write(ctx, key, decided);
    if (state === 'accepted') await carryOut(ctx, proposal.change, parameters, did);
    await recordStep(ctx, {
      action: `members.vote.${choice}`,
      actor: did,
      outcome: state,
      ...subjectOf(proposal.change),
    });
    if (state !== 'open') emit(ctx, `members.${state}`, { id: proposalId, kind: proposal.change.kind });
    return JSON.stringify(decided);
  }

  async parameters(ctx: Context): Promise<string> {
    return JSON.stringify(await parametersOf(ctx));
  }
  async member(ctx: Context, did: string): Promise<string> {
    return JSON.stringify(await read<Member>(ctx, keyOf(ctx, 'member', did)));
  }
  async members(ctx: Context): Promise<string> {
    return JSON.stringify(await list<Member>(ctx, 'member'));
  }
  async proposals(ctx: Context): Promise<string> {
    return JSON.stringify(await list<Proposal>(ctx, 'proposal'));
  }
}

const subjectOf = (change: Change) => (change.kind === 'threshold' ? {} : { subject: change.did });

async function parametersOf(ctx: Context): Promise<Parameters> {
  return (
    (await read<Parameters>(ctx, keyOf(ctx, 'parameters', 'chain'))) ??
    refuse('members.not_initialised', 'a chain with founding administrators', 'an empty one')
  );
}
const votesNeeded = ({ administrators, thresholdPercent }: Parameters) =>
  Math.max(1, Math.ceil((administrators.length * thresholdPercent) / 100));

function registration(fields: Record<string, unknown>): Extract<Change, { kind: 'register' }> {
  const asked = Array.isArray(fields.roles) ? fields.roles : [];
  const wrong = asked.find((role) => !roles.includes(role as Role));
  if (wrong !== undefined) refuse('input.malformed', `roles of ${roles.join(', ')}`, JSON.stringify(wrong));
  const certificate = text(fields, 'certificate', 8192);
  readCertificate(certificate);
  return {
    kind: 'register',
    did: text(fields, 'did'),
    name: text(fields, 'name'),
    organisation: text(fields, 'organisation'),
    msp: text(fields, 'msp'),
    roles: [...new Set(asked as Role[])].sort(),
    certificate,
  };
}
function changeOf(fields: Record<string, unknown>): Change {
  if (fields.kind === 'register') return registration(fields);
  if (fields.kind === 'remove')
    return { kind: 'remove', did: text(fields, 'did'), reason: text(fields, 'reason', 500) };
  if (fields.kind === 'threshold') return { kind: 'threshold', percent: whole(fields, 'percent', 1, 100) };
  return refuse('input.malformed', 'kind register, remove or threshold', JSON.stringify(fields.kind) ?? 'nothing');
}

async function admit(ctx: Context, change: Extract<Change, { kind: 'register' }>): Promise<void> {
  const fields = readCertificate(change.certificate);
  const key = keyOf(ctx, 'certificate', change.msp, fields.serial);
  if (await read<CertificateRecord>(ctx, key)) refuse('certificates.known', 'a new serial number', fields.serial);
  const { publicKey: _publicKey, ...shown } = fields;
  const record: CertificateRecord = {
    msp: change.msp,
    did: change.did,
    ...shown,
    pem: change.certificate,
    revoked: null,
  };
  const member: Member = {
    did: change.did,
    name: change.name,
    organisation: change.organisation,
    msp: change.msp,
    roles: change.roles,
    standing: 'active',
    serial: fields.serial,
    since: secondsOf(ctx),
  };
  await write(ctx, key, record);
  await write(ctx, keyOf(ctx, 'member', change.did), member);
}

async function carryOut(ctx: Context, change: Change, parameters: Parameters, by: string): Promise<void> {
  const keep = (next: Parameters) => write(ctx, keyOf(ctx, 'parameters', 'chain'), next);
  if (change.kind === 'threshold') return await keep({ ...parameters, thresholdPercent: change.percent });
  if (change.kind === 'register') {
    await admit(ctx, change);
    if (change.roles.includes('administrator'))
      await keep({ ...parameters, administrators: [...new Set([...parameters.administrators, change.did])].sort() });
    return;
  }
  const member =
    (await read<Member>(ctx, keyOf(ctx, 'member', change.did))) ?? refuse('members.unknown', 'a member', change.did);
  const administrators = parameters.administrators.filter((each) => each !== change.did);
  if (administrators.length === 0) refuse('members.last_administrator', 'an administrator who stays', 'none');
  await write(ctx, keyOf(ctx, 'member', change.did), { ...member, standing: 'removed' });
  const key = keyOf(ctx, 'certificate', member.msp, member.serial);
  const record = await read<CertificateRecord>(ctx, key);
  const revoked = { at: secondsOf(ctx), reason: change.reason, by };
  if (record && !record.revoked) {
    await write(ctx, key, { ...record, revoked });
    await write(ctx, keyOf(ctx, 'revoked', member.msp, member.serial), {
      ...revoked,
      did: member.did,
      msp: member.msp,
      serial: member.serial,
    });
  }
  if (administrators.length !== parameters.administrators.length) await keep({ ...parameters, administrators });
}
