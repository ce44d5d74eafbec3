/**
 * Identities, membership by vote, certificates, decentralised identifiers.
 * @module
 */
import type { CertificateRecord, DidRecord, Member, Parameters, Proposal, Standing } from '@hedun/exchange/contracts';
import { documentOfDidKey, parseDidKey } from '@hedun/exchange/identity';
import { Failure, handlers } from '@hedun/sdk';
import type { Exchange } from '../../capability.ts';
import type { IdentityRow } from '../../ledger-shapes.ts';
import type { Here } from '../here.ts';
import { enrolActor, evaluate, identityOf, ledgerRow, submit } from './open.ts';

async function identityRow(context: Here, ledgerId: string, identityId: string): Promise<IdentityRow> {
  const row = await context.db
    .selectFrom('exchangeIdentities')
    .selectAll()
    .where('ledgerId', '=', ledgerId)
    .where('id', '=', identityId)
    .executeTakeFirst();
  if (!row) throw new Failure('exchange.unknown', { where: 'identityId', values: { what: 'identity' } });
  return row;
}
const open = ({ sealedKey: _sealedKey, ...identity }: IdentityRow) => identity;
async function proposalView(context: Here, ledgerId: string, proposal: Proposal) {
  const row = await ledgerRow(context, ledgerId);
  const { administrators, thresholdPercent } = await evaluate<Parameters>(context, row, 'members:parameters');
  const votes = Object.values(proposal.votes);
  const { change } = proposal;
  return {
    id: proposal.id,
    kind: change.kind,
    subject:
      change.kind === 'register'
        ? `${change.name}（${change.organisation}）`
        : change.kind === 'remove'
          ? change.did
          : `${change.percent}%`,
    by: proposal.by,
    at: proposal.at,
    yes: votes.filter((vote) => vote).length,
    no: votes.filter((vote) => !vote).length,
    needed: Math.max(1, Math.ceil((administrators.length * thresholdPercent) / 100)),
    state: proposal.state,
  };
}

export const memberHandlers = handlers<Exchange>()({
  enrol: async ({ ledgerId, msp, days }, context) => {
    const row = await ledgerRow(context, ledgerId);
    const known = await identityOf(context, row);
    if (known)
      throw new Failure('exchange.enrolled', { where: 'ledgerId', got: known.did, values: { did: known.did } });
    return open(await enrolActor(context, row, { days, ...(msp ? { msp } : {}) }));
  },
  listIdentities: async ({ ledgerId }, context) => {
    const row = await ledgerRow(context, ledgerId);
    const rows = await context.db
      .selectFrom('exchangeIdentities')
      .selectAll()
      .where('ledgerId', '=', ledgerId)
      .orderBy('createdAt')
      .limit(1000)
      .execute();
    const items = [];
    for (const each of rows) {
      const certificate = await evaluate<(CertificateRecord & { standing: Standing }) | null>(
        context,
        row,
        'identity:certificate',
        [each.msp, each.serial],
      );
      items.push({ ...open(each), standing: certificate?.standing ?? 'unregistered' });
    }
    return { items };
  },
  foundLedger: async ({ ledgerId, thresholdPercent, administrators }, context) => {
    const row = await ledgerRow(context, ledgerId);
    const founders = [];
    for (const { identityId, roles } of administrators) {
      const identity = await identityRow(context, ledgerId, identityId);
      const { did, name, organisation, msp, certificate } = identity;
      founders.push({ did, name, organisation, msp, roles, certificate });
    }
    const input = JSON.stringify({ domain: row.domain, thresholdPercent, administrators: founders });
    const done = await submit<Parameters>(context, row, 'members:initialise', [input]);
    return { administrators: [...done.administrators], thresholdPercent: done.thresholdPercent };
  },
  listMembers: async ({ ledgerId }, context) => {
    const members = await evaluate<Member[]>(context, await ledgerRow(context, ledgerId), 'members:members');
    return { items: members.map((member) => ({ ...member, roles: [...member.roles] })) };
  },
  proposeMember: async ({ ledgerId, identityId, roles }, context) => {
    const identity = await identityRow(context, ledgerId, identityId);
    const { did, name, organisation, msp, certificate } = identity;
    const change = JSON.stringify({ kind: 'register', did, name, organisation, msp, roles, certificate });
    const row = await ledgerRow(context, ledgerId);
    return await proposalView(context, ledgerId, await submit<Proposal>(context, row, 'members:propose', [change]));
  },
  proposeRemoval: async ({ ledgerId, did, reason }, context) => {
    const change = JSON.stringify({ kind: 'remove', did, reason });
    const row = await ledgerRow(context, ledgerId);
    return await proposalView(context, ledgerId, await submit<Proposal>(context, row, 'members:propose', [change]));
  },
  listProposals: async ({ ledgerId }, context) => {
    const proposals = await evaluate<Proposal[]>(context, await ledgerRow(context, ledgerId), 'members:proposals');
    const items = [];
    for (const proposal of proposals) items.push(await proposalView(context, ledgerId, proposal));
    return { items: items.sort((a, b) => b.at - a.at) };
  },
  voteOnProposal: async ({ ledgerId, proposalId, choice }, context) => {
    const row = await ledgerRow(context, ledgerId);
    return await proposalView(
      context,
      ledgerId,
      await submit<Proposal>(context, row, 'members:vote', [proposalId, choice]),
    );
  },
  revokeCertificate: async ({ ledgerId, identityId, reason }, context) => {
    const { msp, serial } = await identityRow(context, ledgerId, identityId);
    await submit(context, await ledgerRow(context, ledgerId), 'identity:revokeCertificate', [msp, serial, reason]);
    return { serial, standing: 'certificate_revoked' };
  },
  resolveDid: async ({ did }, context) => {
    if (did.startsWith('did:key:')) {
      try {
        parseDidKey(did);
      } catch (cause) {
        throw new Failure('exchange.did', { where: 'did', expected: 'did:key of Ed25519 or P-256', got: did, cause });
      }
      return { document: documentOfDidKey(did), metadata: { version: 1, deactivated: false, domain: null } };
    }
    for (const row of await context.db.selectFrom('exchangeLedgers').selectAll().orderBy('createdAt').execute()) {
      const record = await evaluate<DidRecord | null>(context, row, 'identity:did', [did]);
      if (record)
        return {
          document: record.document,
          metadata: { version: record.version, deactivated: record.deactivated, domain: row.domain },
        };
    }
    throw new Failure('exchange.did', { where: 'did', expected: 'a registered identifier', got: did });
  },
});
