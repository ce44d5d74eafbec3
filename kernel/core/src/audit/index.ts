/**
 * The audit log: appended with the write it records, chained by hash, checkpointed by signature, verified end to end.
 * @module
 */
import { createPrivateKey, createPublicKey, sign, verify as verifySignature } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Audit, AuditEntry, Clock, Database, Log, Secrets, Store } from '../contract.ts';
import { checkpointText, recordHash } from './chain.ts';

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly log: Log;
  /** Where checkpoints are noted outside the database as well, so that a cut-off tail is seen. */
  readonly folder: string;
}
type Verdict = Awaited<ReturnType<Audit['verify']>>;
type Problem = Verdict['problems'][number];

/** Records between two checkpoints. */
const checkpointEvery = 1000;
const batch = 2000;
const maximumProblems = 100;

export function createAudit({ store, clock, secrets, log, folder }: Options): Audit {
  const key = signingKey(secrets.derive('audit/checkpoint', 32));
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
  const file = path.join(folder, 'audit-checkpoints.log');
  let unsigned = false;
  let running: Promise<void> = Promise.resolve();

  const checkpoint = async (): Promise<void> => {
    unsigned = false;
    const made = await store.system(async (db) => {
      // Locked, so that the transaction that wrote the newest record is waited for.
      const head = await db.selectFrom('auditHead').select(['sequence', 'hash']).forUpdate().executeTakeFirstOrThrow();
      if (head.sequence === 0) return null;
      const at = clock.now().toISOString();
      const signature = sign(null, Buffer.from(checkpointText(head.sequence, head.hash, at)), key).toString('base64');
      const row = { sequence: head.sequence, hash: head.hash, at, publicKey, signature };
      await db
        .insertInto('auditCheckpoints')
        .values(row)
        .onConflict((conflict) => conflict.column('sequence').doNothing())
        .execute();
      return row;
    });
    if (!made) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    appendFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  };
  return {
    append: async (db, entry) => {
      const sequence = await append(db, entry, clock);
      unsigned = true;
      // By the record's number, not by a count of this process: a server that is killed often signs as often.
      if (sequence % checkpointEvery !== 0) return;
      // After this transaction, so that a rolled back record is never signed.
      running = store.outside(() =>
        running.then(checkpoint).catch((error) => log.error('audit checkpoint failed', { error: String(error) })),
      );
    },
    checkpoint,
    verify: async () => await verify(store, publicKey, file),
    stop: async () => {
      await running;
      if (unsigned) await checkpoint();
    },
  };
}

/** The head row is locked: records stand in one order, whatever runs beside. */
async function append(db: Database, entry: AuditEntry, clock: Clock): Promise<number> {
  const head = await db.selectFrom('auditHead').select(['sequence', 'hash']).forUpdate().executeTakeFirstOrThrow();
  const record = {
    sequence: head.sequence + 1,
    at: clock.now().toISOString(),
    actorId: entry.actor.id,
    actorName: entry.actor.name,
    organisationId: entry.organisationId,
    action: entry.action,
    outcome: entry.outcome,
    target: entry.target ?? null,
    requestId: entry.request?.id ?? null,
    address: entry.request?.address ?? null,
    details: JSON.parse(JSON.stringify(entry.details ?? {})) as Record<string, unknown>,
    previousHash: head.hash,
  };
  const hash = recordHash(record);
  await db
    .insertInto('auditRecords')
    .values({ ...record, details: JSON.stringify(record.details), hash })
    .execute();
  await db.updateTable('auditHead').set({ sequence: record.sequence, hash }).execute();
  return record.sequence;
}

async function verify(store: Store, ownKey: string, file: string): Promise<Verdict> {
  const problems: Problem[] = [];
  const add = (problem: Problem) => void (problems.length < maximumProblems && problems.push(problem));
  const hashes = new Map<number, string>();
  const checkpoints = await store.system((db) =>
    db.selectFrom('auditCheckpoints').selectAll().orderBy('sequence').execute(),
  );
  const noted = readNotes(file);
  // The head before the records: what is appended while they are read stands behind it and is no break.
  const head = await readHead(store);
  const wanted = new Set([...checkpoints, ...noted, ...(head ? [head] : [])].map(({ sequence }) => sequence));
  let expected = 1;
  let previousHash = '';
  let previousAt = '';
  let records = 0;
  for (;;) {
    const from = expected;
    const rows = await store.system((db) =>
      db
        .selectFrom('auditRecords')
        .selectAll()
        .where('sequence', '>=', from)
        .orderBy('sequence')
        .limit(batch)
        .execute(),
    );
    for (const row of rows) {
      records += 1;
      if (row.sequence !== expected)
        for (let missing = expected; missing < row.sequence && missing < expected + maximumProblems; missing += 1)
          add({ sequence: missing, kind: 'removed', detail: `record ${missing} is missing` });
      const gap = row.sequence !== expected;
      const own = recordHash({ ...row, outcome: row.outcome as 'allowed' } as never);
      if (own !== row.hash)
        add({
          sequence: row.sequence,
          kind: 'changed',
          detail: `content hashes to ${own.slice(0, 16)}, recorded ${row.hash.slice(0, 16)}`,
        });
      else if (!gap && row.previousHash !== previousHash)
        add({
          sequence: row.sequence,
          kind: 'reordered',
          detail: `follows ${row.previousHash.slice(0, 16)}, but the record before is ${previousHash.slice(0, 16)}`,
        });
      if (wanted.has(row.sequence)) hashes.set(row.sequence, row.hash);
      previousHash = row.hash;
      previousAt = row.at;
      expected = row.sequence + 1;
    }
    if (rows.length < batch) break;
  }
  if (!head) add({ sequence: expected, kind: 'truncated', detail: 'the head of the chain is gone' });
  else if (head.sequence >= expected)
    for (let missing = expected; missing <= head.sequence && missing < expected + maximumProblems; missing += 1)
      add({
        sequence: missing,
        kind: 'truncated',
        detail: `the head says ${head.sequence} records, the last one found is ${expected - 1} of ${previousAt}`,
      });
  else if (
    head.sequence > 0 &&
    hashes.get(head.sequence) !== head.hash &&
    !problems.some(({ sequence }) => sequence === head.sequence)
  )
    add({ sequence: head.sequence, kind: 'changed', detail: 'the head does not match its record' });
  const headAfter = await readHead(store);
  if (headAfter && headAfter.sequence < expected - 1)
    add({ sequence: headAfter.sequence + 1, kind: 'changed', detail: `stands behind the head ${headAfter.sequence}` });
  for (const checkpoint of [...checkpoints, ...noted]) {
    const found = hashes.get(checkpoint.sequence);
    if (checkpoint.publicKey !== ownKey)
      add({
        sequence: checkpoint.sequence,
        kind: 'checkpoint',
        detail: 'signed by another key than this instance has',
      });
    else if (!signatureHolds(checkpoint))
      add({ sequence: checkpoint.sequence, kind: 'checkpoint', detail: 'the signature does not match' });
    else if (found === undefined)
      add({
        sequence: checkpoint.sequence,
        kind: checkpoint.sequence >= expected ? 'truncated' : 'removed',
        detail: `signed on ${checkpoint.at}, no longer there`,
      });
    else if (found !== checkpoint.hash)
      add({
        sequence: checkpoint.sequence,
        kind: 'changed',
        detail: `differs from the checkpoint of ${checkpoint.at}`,
      });
  }
  const unique = [
    ...new Map(problems.map((problem) => [`${problem.sequence} ${problem.kind}`, problem])).values(),
  ].sort((a, b) => a.sequence - b.sequence);
  return { valid: unique.length === 0, records, checkpoints: checkpoints.length, head: previousHash, problems: unique };
}

async function readHead(store: Store): Promise<{ readonly sequence: number; readonly hash: string } | undefined> {
  return await store.system((db) => db.selectFrom('auditHead').select(['sequence', 'hash']).executeTakeFirst());
}

interface Checkpoint {
  readonly sequence: number;
  readonly hash: string;
  readonly at: string;
  readonly publicKey: string;
  readonly signature: string;
}
function signatureHolds({ sequence, hash, at, publicKey, signature }: Checkpoint): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return verifySignature(
      null,
      Buffer.from(checkpointText(sequence, hash, at)),
      key,
      Buffer.from(signature, 'base64'),
    );
  } catch {
    return false;
  }
}
function readNotes(file: string): readonly Checkpoint[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line ? [JSON.parse(line) as Checkpoint] : [];
      } catch {
        // The last line may be half written when the process was killed; the database has the checkpoint.
        return [];
      }
    });
}

/** Ed25519 (RFC 8032) from a 32-byte seed, in the PKCS#8 form of RFC 8410. */
function signingKey(seed: Uint8Array) {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
}
