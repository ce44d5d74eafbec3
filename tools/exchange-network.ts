/**
 * A domain of real ledger processes on loopback, with members who sign for themselves: what benchmarks and crash tests drive.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type KeyObject, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  encodeEnvelope,
  encodeProposal,
  equalBytes,
  type SignedProposal,
  signProposals,
  transientHash,
} from '@hedun/exchange/ledger';
import {
  certify,
  exportKey,
  newNoteSigner,
  newP256,
  nodeCrypto,
  signP256,
} from '../capabilities/exchange/src/server/ledger/crypto.ts';
import {
  decodeAnswers,
  decodeCommitted,
  encodeOrder,
  encodeProposals,
  kinds,
} from '../capabilities/exchange/src/server/ledger/messages.ts';
import { Connection } from '../capabilities/exchange/src/server/ledger/wire.ts';
import type { PeerSettings } from './exchange-peer.ts';

export interface Person {
  readonly did: string;
  readonly name: string;
  readonly msp: string;
  readonly certificate: string;
  readonly serial: string;
  readonly privateKey: KeyObject;
}
export interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly size: number;
  connection: Connection;
}

export async function newPerson(domain: string, name: string, msp: string): Promise<Person> {
  const key = newP256();
  const now = Date.now();
  const { certificate, serial } = await certify(
    { name, organisation: msp, spki: key.spki },
    { name: `ca.${msp}`, organisation: msp, key: newP256().privateKey },
    { from: new Date(now - 3_600_000), to: new Date(now + 86_400_000) },
  );
  return { did: `did:hedun:${domain}:${name}`, name, msp, certificate, serial, privateKey: key.privateKey };
}

/** Settings of one process per organisation: the first orders, the others follow. */
export async function planDomain(folder: string, domain: string, options: { readonly snapshotEvery?: number } = {}) {
  const organisations = ['Org1', 'Org2'].map((msp) => ({ msp, key: newP256() }));
  const log = newNoteSigner(`${domain}.example/log`, 'log');
  const operator = await newPerson(domain, 'operator', 'Org1');
  const settingsOf = (index: number): PeerSettings => {
    const own = [organisations[index]!];
    return {
      domain,
      folder: path.join(folder, `${domain}-peer${index + 1}`),
      role: index === 0 ? 'orders' : 'follows',
      port: 0,
      organisations: own.map(({ msp, key }) => ({ msp, key: exportKey(key.privateKey) })),
      elsewhere: organisations
        .filter((each) => !own.includes(each))
        .map(({ msp, key }) => ({ msp, spki: Buffer.from(key.spki).toString('base64') })),
      required: 2,
      log: { name: log.key.name, key: exportKey(log.privateKey) },
      blocksFrom: index === 0 ? null : operator.certificate,
      followers: [],
      signer: { msp: operator.msp, certificate: operator.certificate, key: exportKey(operator.privateKey) },
      limits: null,
      snapshotEvery: options.snapshotEvery ?? null,
    };
  };
  return { domain, operator, log, settings: [settingsOf(0), settingsOf(1)] };
}

export async function startProcess(settings: PeerSettings, signer: Person): Promise<Running> {
  mkdirSync(settings.folder, { recursive: true });
  const file = path.join(settings.folder, 'settings.json');
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'exchange-peer.ts'), file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const said = await new Promise<{ port: number; size: number }>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('\n')) resolve(JSON.parse(output.slice(0, output.indexOf('\n'))));
    });
    child.once('exit', (code) =>
      reject(new Error(`peer of ${settings.domain} ended with ${code}: ${errors.slice(-2000)}`)),
    );
  });
  return { child, ...said, connection: await Connection.open(said.port, signer) };
}
export async function startDomain(plan: Awaited<ReturnType<typeof planDomain>>): Promise<Running[]> {
  const [first, ...others] = plan.settings;
  const following: Running[] = [];
  for (const settings of others) following.push(await startProcess(settings, plan.operator));
  const ordering = await startProcess({ ...first!, followers: following.map(({ port }) => port) }, plan.operator);
  return [ordering, ...following];
}
export function stop(processes: readonly Running[]): void {
  for (const { child, connection } of processes) {
    connection.close();
    child.kill('SIGKILL');
  }
}

const none: ReadonlyMap<string, Uint8Array> = new Map();
/** What somebody wants done. */
export interface Wish {
  readonly by: Person;
  readonly call: string;
  readonly args: readonly string[];
}
/** Random bytes are drawn for many nonces at once: one call to the system each costs more than encoding the proposal. */
let [pool, drawn] = [randomBytes(24 * 256), 0];
function nonce(): Uint8Array {
  if (drawn === 256) [pool, drawn] = [randomBytes(24 * 256), 0];
  drawn += 1;
  return pool.subarray(24 * (drawn - 1), 24 * drawn);
}
function proposalOf(domain: string, { by, call, args }: Wish, transient: ReadonlyMap<string, Uint8Array> = none) {
  const now = Date.now();
  return encodeProposal({
    channel: domain,
    call,
    args,
    creator: { msp: by.msp, certificate: by.certificate },
    nonce: nonce(),
    seconds: Math.floor(now / 1000),
    nanos: (now % 1000) * 1_000_000,
    transientHash: transientHash(nodeCrypto.sha256, transient),
  });
}
export function sign(
  by: Person,
  domain: string,
  call: string,
  args: readonly string[],
  transient: ReadonlyMap<string, Uint8Array> = none,
): SignedProposal {
  const bytes = proposalOf(domain, { by, call, args }, transient);
  return { bytes, signature: signP256(by.privateKey, bytes), transient };
}
/** Everybody signs what they send in this batch at once: one signature a person, over a tree of the proposals. */
export function signTogether(domain: string, wishes: readonly Wish[]): SignedProposal[] {
  const bytes = wishes.map((wish) => proposalOf(domain, wish));
  const signed: SignedProposal[] = [];
  for (const by of new Set(wishes.map((wish) => wish.by))) {
    const own = wishes.flatMap((wish, index) => (wish.by === by ? [index] : []));
    const signatures = signProposals(
      nodeCrypto.sha256,
      own.map((index) => bytes[index]!),
      (message) => signP256(by.privateKey, message),
    );
    for (const [at, index] of own.entries())
      signed[index] = { bytes: bytes[index]!, signature: signatures[at]!, transient: none };
  }
  return signed;
}

/** Endorses a batch at every organisation, compares what they say, has it ordered. @returns code and leaf of each */
export async function submitBatch(peers: readonly Running[], batch: readonly SignedProposal[]) {
  const answers = await Promise.all(
    peers.map(async ({ connection }, index) =>
      decodeAnswers(await connection.ask(kinds.endorse, encodeProposals(batch, index > 0))),
    ),
  );
  const ordered = batch.map((proposal, index) => {
    const [first, ...others] = answers.map((each) => each[index]!);
    for (const answer of [first!, ...others])
      if (answer.refused) throw new Error(`${answer.refused.code}: ${answer.refused.message}`);
    const digest = nodeCrypto.sha256(first!.response);
    if (others.some((other) => !equalBytes(other.response, digest))) throw new Error('endorsers disagree');
    return {
      envelope: encodeEnvelope({
        proposal: proposal.bytes,
        signature: proposal.signature,
        response: first!.response,
        endorsements: [first!, ...others].map(({ endorsement }) => endorsement!),
      }),
      privateValues: first!.privateValues,
    };
  });
  return decodeCommitted(await peers[0]!.connection.ask(kinds.order, encodeOrder(ordered)));
}

/** Waits until every organisation's copy holds the leaf: the next endorsement must not meet an older state. */
export async function settled(peers: readonly Running[], leaf: number): Promise<void> {
  for (const { connection } of peers)
    for (;;) {
      const { size } = JSON.parse(Buffer.from(await connection.ask(kinds.status, new Uint8Array(0))).toString());
      if (size > leaf) break;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
}

/** Founds the domain and takes in members by the votes of its administrators. */
export async function found(peers: readonly Running[], domain: string, members: number) {
  const [one, two, authority] = await Promise.all([
    newPerson(domain, 'admin-1', 'Org1'),
    newPerson(domain, 'admin-2', 'Org2'),
    newPerson(domain, 'authority', 'Org1'),
  ]);
  const people = await Promise.all(
    Array.from({ length: members }, (_, index) => newPerson(domain, `member-${index}`, index % 2 ? 'Org2' : 'Org1')),
  );
  const submit = async (by: Person, call: string, ...args: string[]) => {
    const [done] = await submitBatch(peers, [sign(by, domain, call, args)]);
    if (done?.code !== 'VALID') throw new Error(`${call}: expected VALID, got ${done?.code}`);
    await settled(peers, done.leaf);
    return done;
  };
  const founder = ({ did, name, msp, certificate }: Person, roles: string[]) => ({
    did,
    name,
    organisation: msp,
    msp,
    roles,
    certificate,
  });
  const administrators = [founder(one, []), founder(two, []), founder(authority, ['authority', 'supervisor'])];
  await submit(one, 'members:initialise', JSON.stringify({ domain, thresholdPercent: 60, administrators }));
  for (const member of people) {
    const change = JSON.stringify({ kind: 'register', ...founder(member, ['member']) });
    const { transaction } = await submit(one, 'members:propose', change);
    await submit(one, 'members:vote', transaction, 'yes');
    await submit(two, 'members:vote', transaction, 'yes');
  }
  return { one, two, authority, people, submit };
}
