/**
 * Ledgers created, listed, proven.
 * @module
 */
import { formatKey, fromUtf8, readRecord, toHex } from '@hedun/exchange/ledger';
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import { type Exchange, exchange } from '../../capability.ts';
import type { LedgerRow, TransactionRow } from '../../ledger-shapes.ts';
import { fromBase64, type Here, json } from '../here.ts';
import { exportKey, newNoteSigner, newP256, nodeCrypto } from './crypto.ts';
import { fabricDomain } from './fabric-profile.ts';
import {
  isFounded,
  type LedgerSecrets,
  ledgerRow,
  openLedger,
  project,
  refused,
  sealPurpose,
  trustOf,
} from './open.ts';

async function shown(context: Here, row: LedgerRow) {
  const { sealed: _sealed, ...open } = row;
  // A domain on Fabric keeps its log there; whether it answers is seen by whoever asks it something.
  if (await fabricDomain(context, row))
    return {
      ...open,
      transactions: 0,
      blocks: 0,
      root: '',
      founded: await isFounded(context, row).catch(() => false),
    };
  const { chain } = await openLedger(context, row);
  return {
    ...open,
    transactions: chain.size,
    blocks: chain.height,
    root: toHex(chain.tree.root(chain.size)),
    founded: chain.world.get('\u0000parameters\u0000chain\u0000') !== undefined,
  };
}

export const ledgerHandlers = handlers<Exchange>()({
  createLedger: async ({ organisationId, domain, title, kind, msps }, context) => {
    context.organisations.requireScope([organisationId]);
    const taken = await context.db
      .selectFrom('exchangeLedgers')
      .select(['domain', 'kind'])
      .where((where) =>
        where.or([where('domain', '=', domain), ...(kind === 'central' ? [where('kind', '=', 'central')] : [])]),
      )
      .executeTakeFirst();
    if (taken)
      throw new Failure('exchange.named', { where: 'domain', got: taken.domain, values: { name: taken.domain } });
    const id = context.newId();
    const organisations = [...new Set(msps)];
    const [log, witness] = [
      newNoteSigner(`${domain}.hedun/log`, 'log'),
      newNoteSigner(`${domain}.hedun/witness`, 'witness'),
    ];
    const secrets: LedgerSecrets = {
      organisations: organisations.map((msp) => ({
        msp,
        key: exportKey(newP256().privateKey),
        authority: exportKey(newP256().privateKey),
      })),
      log: exportKey(log.privateKey),
      witness: exportKey(witness.privateKey),
    };
    const row: LedgerRow = {
      id,
      organisationId,
      domain,
      title,
      kind,
      origin: log.key.name,
      logKey: formatKey(nodeCrypto.sha256, log.key),
      witnessKey: formatKey(nodeCrypto.sha256, witness.key),
      // Two of two, and the larger half of more.
      required: Math.floor(organisations.length / 2) + 1,
      msps: json(organisations),
      sealed: context.secrets.seal(JSON.stringify(secrets), sealPurpose(id)),
      createdAt: context.now().toISOString(),
    };
    await context.db.insertInto('exchangeLedgers').values(row).execute();
    return await shown(context, { ...row, msps: organisations });
  },
  listLedgers: async (_input, context) => {
    const rows = await context.db.selectFrom('exchangeLedgers').selectAll().orderBy('createdAt').execute();
    return { items: await Promise.all(rows.map((row) => shown(context, row))) };
  },
  listTransactions: async ({ ledgerId, ...input }, context) => {
    const page = await listing<TransactionRow>(
      context,
      {
        from: ledgerId
          ? sql`SELECT * FROM exchange_transactions WHERE ledger_id = ${ledgerId}`
          : sql`SELECT * FROM exchange_transactions`,
        fields: exchange.operations.listTransactions.list,
        words: [sql`r.call`, sql`r.signer`, sql`r.transaction`],
        sort: '-at',
      },
      input,
    );
    return {
      ...page,
      items: page.items.map((item) => ({ ...item, leaf: Number(item.leaf), block: Number(item.block) })),
    };
  },
  getTransaction: async ({ id }, context) => {
    const found = await context.db
      .selectFrom('exchangeTransactions')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!found) throw new Failure('exchange.unknown', { where: 'id', got: id, values: { what: 'transaction' } });
    const row = await ledgerRow(context, found.ledgerId);
    const ledger = await openLedger(context, row);
    const { proposal, response, envelope } = readRecord(nodeCrypto.sha256, await ledger.entry(Number(found.leaf)));
    return {
      ...found,
      leaf: Number(found.leaf),
      block: Number(found.block),
      domain: row.domain,
      args: [...proposal.args],
      endorsers: envelope.endorsements.map(({ msp }) => msp),
      reads: response.reads.length + response.ranges.length,
      // Parts of a composite key are kept apart by a null character, which no screen shows.
      writes: response.writes.map(({ key }) => key.replaceAll('\u0000', ' ').trim()),
      payload: fromUtf8(response.payload),
    };
  },
  submitSigned: async ({ ledgerId, proposal, signature, transient }, context) => {
    const row = await ledgerRow(context, ledgerId);
    const ledger = await openLedger(context, row);
    const fields = Object.entries(transient).map(([name, value]) => [name, fromBase64(value)] as const);
    const signed = { bytes: fromBase64(proposal), signature: fromBase64(signature), transient: new Map(fields) };
    const done = await ledger.submitSigned(signed).catch(refused);
    await project(context, row, ledger);
    context.audit({ ledger: row.domain, transaction: done.transaction, code: done.code });
    return done;
  },
  proveTransaction: async ({ ledgerId, transaction }, context) => {
    const row = await ledgerRow(context, ledgerId);
    const ledger = await openLedger(context, row);
    const leaf = ledger.chain.transactions.get(transaction);
    if (leaf === undefined)
      throw new Failure('exchange.unknown', {
        where: 'transaction',
        got: transaction,
        values: { what: 'transaction' },
      });
    const trust = await trustOf(context, row);
    // A witnessed checkpoint that holds the leaf says more than a newer one that nobody else has seen.
    const witnessed = await context.db
      .selectFrom('exchangeCosigned')
      .select(['note', 'size'])
      .where('origin', '=', row.origin)
      .executeTakeFirst();
    const proof =
      witnessed && Number(witnessed.size) > leaf
        ? await ledger.proofOfLeaf(leaf, { note: witnessed.note, size: Number(witnessed.size) })
        : await ledger.proofOfLeaf(leaf);
    const isWitnessed = proof.checkpoint === witnessed?.note;
    return {
      proof: { ...proof, path: [...proof.path] },
      trust: { ...trust, witnessKeys: [...trust.witnessKeys], quorum: isWitnessed ? 1 : 0 },
    };
  },
});
