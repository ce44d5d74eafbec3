/**
 * The ledger half of `npm run bench:exchange`: real processes on loopback. Two peers of two organisations, each with its own log and its own copy of
 * the state, each syncing every block; members whose signatures both peers check, once with all that a member sends in a batch signed at once and once
 * with each transaction signed for itself; 2-of-2 endorsement. What counts is what was committed as VALID. The unit is transactions per second of processor time, client included, because the clock of a shared machine says little.
 * Options: `--transactions N`, `--rounds N` (exchanges between domains), `--json`.
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleMessage, cosign, type ExchangeBundle, exchangeId, receive } from '@hedun/exchange/crossdomain';
import { type Checkpoint, formatKey, parseCheckpoint, type RecordProof, splitNote } from '@hedun/exchange/ledger';
import {
  newNoteSigner,
  nodeCrypto,
  signNoteWith,
  signP256,
} from '../capabilities/exchange/src/server/ledger/crypto.ts';
import { writeDurably } from '../capabilities/exchange/src/server/ledger/log-file.ts';
import { encodeQueries, kinds } from '../capabilities/exchange/src/server/ledger/messages.ts';
import { decodeQueryAnswers } from '../capabilities/exchange/src/server/ledger/peer.ts';
import {
  found,
  newPerson,
  type Person,
  planDomain,
  type Running,
  settled,
  sign,
  signTogether,
  startDomain,
  stop,
  submitBatch,
  type Wish,
} from '../tools/exchange-network.ts';
import { type Figure, report } from '../tools/report.ts';
import { fabricRates } from './exchange-fabric.ts';

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
const json = JSON.stringify;
const round = (value: number, digits = 0) => Math.round(value * 10 ** digits) / 10 ** digits;
const quantile = (times: readonly number[], share: number) => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};
async function cpuOf(peers: readonly Running[]): Promise<number> {
  const { user, system } = process.cpuUsage();
  const others = await Promise.all(
    peers.map(
      async ({ connection }) =>
        JSON.parse(Buffer.from(await connection.ask(kinds.cpu, new Uint8Array(0))).toString()).microseconds as number,
    ),
  );
  return (user + system + others.reduce((sum, each) => sum + each, 0)) / 1e6;
}

/** The article's three transactions: an attribute asked for, a policy put on chain, a request to decrypt. */
function mixed(people: readonly Person[], at: number): Wish {
  const by = people[at % people.length]!;
  if (at % 3 === 0)
    return { by, call: 'attributes:apply', args: [json({ attribute: 'dept:dispatch', reason: '负荷预测' })] };
  if (at % 3 === 1) {
    const policy = { id: `p-${at}-${process.pid}`, text: 'dept:dispatch', tree: { has: 'dept:dispatch' } };
    return { by, call: 'objects:definePolicy', args: [json(policy)] };
  }
  return { by, call: 'access:request', args: ['load', '负荷预测'] };
}
/** How members sign: each transaction for itself, or all that one sends in a batch at once. */
type Signing = 'each' | 'together';

async function prepare(peers: readonly Running[], domain: string) {
  const members = await found(peers, domain, 8);
  const { authority, one, people, submit } = members;
  await submit(authority, 'attributes:define', json({ id: 'dept:dispatch', title: '调度', kind: 'flag' }));
  for (const { did } of people.slice(0, 4))
    await submit(authority, 'attributes:grant', json({ attribute: 'dept:dispatch', holder: did }));
  await submit(one, 'objects:definePolicy', json({ id: 'p', text: 'dept:dispatch', tree: { has: 'dept:dispatch' } }));
  const address = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
  const object = { id: 'load', title: '负荷曲线', policy: 'p', size: 1 };
  const digests = { ciphertextDigest: digestOf('c'), cidDigest: digestOf(address), headerDigest: digestOf('h') };
  const transient = new Map([['address', Buffer.from(address)]]);
  const [published] = await submitBatch(peers, [
    sign(one, domain, 'objects:publish', [json({ ...object, ...digests })], transient),
  ]);
  if (published?.code !== 'VALID') throw new Error('publish: expected VALID');
  await settled(peers, published.leaf);
  return members;
}

let next = 0;
async function writes(
  peers: readonly Running[],
  domain: string,
  people: readonly Person[],
  count: number,
  signing: Signing,
) {
  const [batchSize, inFlight] = [200, 6];
  let [valid, invalid, left] = [0, 0, 0];
  const signed = (wishes: readonly Wish[]) =>
    signing === 'together'
      ? signTogether(domain, wishes)
      : wishes.map(({ by, call, args }) => sign(by, domain, call, args));
  const loop = async () => {
    while (left > 0) {
      left -= batchSize;
      const batch = signed(Array.from({ length: batchSize }, () => mixed(people, next++)));
      for (const { code } of await submitBatch(peers, batch)) {
        if (code === 'VALID') valid += 1;
        else invalid += 1;
      }
    }
  };
  const go = async (transactions: number) => {
    [valid, invalid, left] = [0, 0, transactions];
    await Promise.all(Array.from({ length: inFlight }, loop));
    // The follower's work belongs to what was committed.
    await settled(peers, next);
  };
  // Until the code is compiled; by count, since a busy machine gets through little in a second.
  await go(Math.min(6000, count));
  const [cpu, begin] = [await cpuOf(peers), performance.now()];
  await go(count);
  const wall = (performance.now() - begin) / 1000;
  return { valid, invalid, wall, cpu: (await cpuOf(peers)) - cpu };
}

/** Processor time of one P-256 verification here and now: what the rest can be measured in, on a machine that is shared or slow. */
function verifyCpu(person: Person): number {
  const { bytes, signature } = sign(person, 'grid', 'x', []);
  const once = () => nodeCrypto.verifyByCertificate(person.certificate, bytes, signature);
  for (let i = 0; i < 500; i += 1) once();
  const before = process.cpuUsage();
  for (let i = 0; i < 2000; i += 1) once();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 2000 / 1000;
}

/** One query a message, many on the way; the connection's caller is known by its signature of the challenge. */
async function queries(peers: readonly Running[], people: readonly Person[], count: number) {
  const [peer] = peers;
  const payloads = [
    ['objects:object', 'load'],
    ...people.map(({ did }) => ['attributes:holder', did]),
    ...people.map(({ did }) => ['members:member', did]),
  ].map(([call, arg]) => encodeQueries([{ call: call!, args: [arg!] }]));
  let [left, next] = [Math.min(5000, count), 0];
  const loop = async () => {
    while (left > 0) {
      left -= 1;
      const [answer] = decodeQueryAnswers(await peer!.connection.ask(kinds.query, payloads[next++ % payloads.length]!));
      if (answer?.status !== 200 || answer.payload === 'null')
        throw new Error(`query: expected an answer, got ${json(answer)}`);
    }
  };
  await Promise.all(Array.from({ length: 128 }, loop));
  const [cpu, begin] = [await cpuOf([peer!]), performance.now()];
  left = count;
  await Promise.all(Array.from({ length: 128 }, loop));
  return { count, wall: (performance.now() - begin) / 1000, cpu: (await cpuOf([peer!])) - cpu };
}

/**
 * A whole exchange between two domains: the sender's chain records it (2 of 2, synced), a witness on disk cosigns the new checkpoint, the receiver
 * verifies record, inclusion, cosignature and growth, and its own chain takes the exchange (2 of 2, synced), which is what refuses it a second time.
 */
async function crossings(
  from: readonly Running[],
  to: readonly Running[],
  data: string,
  rounds: number,
  sender: { domain: string; people: readonly Person[]; speaker: Person; logKey: string; origin: string },
  receiver: { domain: string; speaker: Person },
) {
  const witness = newNoteSigner('central.example/witness', 'witness');
  const witnessKey = formatKey(nodeCrypto.sha256, witness.key);
  const log = { origin: sender.origin, logKey: sender.logKey };
  const trust = { ...log, witnessKeys: [witnessKey], quorum: 1 };
  const spki = (await import('node:crypto'))
    .createPublicKey(sender.speaker.privateKey as never)
    .export({ format: 'der', type: 'spki' });
  let witnessed: Checkpoint | null = null;
  let seen: Checkpoint | null = null;
  const askJson = async (kind: number, payload: string) =>
    JSON.parse(Buffer.from(await from[0]!.connection.ask(kind, Buffer.from(payload))).toString());
  const times: number[] = [];
  const verifying: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now();
    const by = sender.people[round % 4]!;
    const [done] = await submitBatch(from, [sign(by, sender.domain, 'access:request', ['load', '跨域共享'])]);
    if (done?.code !== 'VALID') throw new Error('access: expected VALID');
    const proof = (await askJson(kinds.proof, done.transaction)) as RecordProof;
    const { size } = parseCheckpoint(splitNote(proof.checkpoint).body);
    const growthFrom = async (before: Checkpoint | null) => {
      const known: number = before?.size ?? size;
      const steps =
        known < size ? ((await askJson(kinds.consistency, json({ from: known, to: size }))) as string[]) : [];
      return { from: known, proof: steps };
    };
    const growth = await growthFrom(witnessed);
    const cosigned = cosign(
      { crypto: nodeCrypto, key: witness.key, sign: signNoteWith(witness) },
      log,
      proof.checkpoint,
      witnessed,
      growth,
      Math.floor(Date.now() / 1000),
    );
    await writeDurably(path.join(data, 'witness.json'), json({ size, note: cosigned.note }));
    witnessed = cosigned.checkpoint;
    const draft: Omit<ExchangeBundle, 'signature'> = {
      version: 1,
      from: sender.domain,
      to: receiver.domain,
      at: Math.floor(Date.now() / 1000),
      nonce: digestOf(`${round}-${process.pid}-${begin}`),
      proof: { ...proof, checkpoint: cosigned.note },
      growth: seen ? growth : null,
      policy: 'cross',
    };
    const signature = Buffer.from(signP256(sender.speaker.privateKey as never, bundleMessage(draft))).toString('hex');
    // Over the wire as JSON text, as the operation sends it.
    const bundle = JSON.parse(json({ ...draft, signature })) as ExchangeBundle;
    const check = performance.now();
    const got = receive(
      nodeCrypto,
      {
        domain: receiver.domain,
        nowSeconds: Math.floor(Date.now() / 1000),
        sender: { domain: sender.domain, log: trust, speakerKey: spki.toString('hex'), seen },
        isTaken: () => false,
      },
      bundle,
    );
    verifying.push(performance.now() - check);
    seen = got.checkpoint;
    const entry = {
      id: exchangeId(nodeCrypto, bundle),
      from: sender.domain,
      to: receiver.domain,
      object: got.access?.object ?? '',
      recordDigest: got.recordDigest,
      checkpointSize: got.checkpoint.size,
      reason: null,
    };
    const [taken] = await submitBatch(to, [
      sign(receiver.speaker, receiver.domain, 'domains:recordExchange', [json(entry)]),
    ]);
    if (taken?.code !== 'VALID') throw new Error('exchange: expected VALID');
    times.push(performance.now() - begin);
  }
  return { times: times.slice(20), verifying: verifying.slice(20) };
}

export async function ledgerFigures(options: {
  readonly transactions: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<Figure[]> {
  const data = mkdtempSync(path.join(tmpdir(), 'hedun-exchange-ledger-'));
  const figures: Figure[] = [];
  const plan = await planDomain(data, 'grid');
  const peers = await startDomain(plan);
  let others: Running[] = [];
  try {
    const { people } = await prepare(peers, 'grid');
    const here = await fabricRates(options.say);
    const fabric = here
      ? { name: 'Fabric 2.5 with the same contracts, 2 of 2, same run', value: round(here.writes) }
      : { name: 'Fabric 2.5 with Node contract, 1 of 2, recorded elsewhere', value: 113 };
    const fabricWriteCpu = here
      ? { name: 'Fabric 2.5, same run', value: round(1000 / here.writes, 1) }
      : { name: 'Fabric 2.5, recorded elsewhere', value: 8.8 };
    const fabricQueries = here
      ? { name: 'Fabric 2.5, same run', value: round(here.queries) }
      : { name: 'Fabric 2.5, recorded elsewhere', value: 430 };
    const fabricQueryCpu = here
      ? { name: 'Fabric 2.5, same run', value: round(1000 / here.queries, 1) }
      : { name: 'Fabric 2.5, recorded elsewhere', value: 2.3 };
    const verification = verifyCpu(people[0]!);
    options.say(
      `one P-256 verification costs ${round(verification, 3)} CPU-ms here; each of the two peers verifies every creator`,
    );
    for (const signing of ['together', 'each'] as const) {
      const written = await writes(peers, 'grid', people, options.transactions, signing);
      const perTransaction = (written.cpu * 1000) / written.valid;
      const how =
        signing === 'together'
          ? 'each member signs its 25 of a batch of 200 at once'
          : 'each transaction signed for itself';
      options.say(
        `writes, ${how}: ${written.valid} valid, ${written.invalid} not, ${round(written.wall, 1)} s wall, ${round(written.cpu, 1)} s processor time of three processes, ${round(written.valid / written.wall)} a second by the clock, ${round(perTransaction / verification, 1)} verifications each`,
      );
      const name = signing === 'together' ? 'exchange.ledger.writes' : 'exchange.ledger.writes-signed-one-by-one';
      figures.push(
        {
          id: name,
          value: round(written.valid / written.cpu),
          unit: `valid/core-s, 2 of 2, synced, ${signing === 'together' ? 'signed in batches' : 'signed one by one'}`,
          target: 2000,
          direction: 'min',
          beside: fabric,
        },
        {
          id: `${name}.cpu`,
          value: round(perTransaction, 3),
          unit: 'CPU-ms/transaction',
          target: 0.5,
          direction: 'max',
          beside: fabricWriteCpu,
        },
        {
          id: `${name}.verifications`,
          value: round(perTransaction / verification, 1),
          unit: 'P-256 verifications/transaction',
          target: 6.5,
          direction: 'max',
        },
        {
          id: `${name}.by-the-clock`,
          value: round(written.valid / written.wall),
          unit: 'valid/s',
          target: 350,
          direction: 'min',
          beside: { name: 'the article', value: 350 },
        },
      );
    }
    const asked = await queries(peers, people, options.transactions * 3);
    options.say(
      `queries: ${asked.count}, ${round(asked.wall, 1)} s wall, ${round(asked.cpu, 1)} s processor time of client and one peer`,
    );
    figures.push({
      id: 'exchange.ledger.queries',
      value: round(asked.count / asked.cpu),
      unit: 'queries/core-s, client included',
      target: 20_000,
      direction: 'min',
      beside: fabricQueries,
    });
    figures.push({
      id: 'exchange.ledger.queries-by-the-clock',
      value: round(asked.count / asked.wall),
      unit: 'queries/s, one peer',
      target: 20_000,
      direction: 'min',
      beside: { name: 'the article', value: 1000 },
    });
    figures.push({
      id: 'exchange.ledger.query-cpu',
      value: round((asked.cpu * 1000) / asked.count, 4),
      unit: 'CPU-ms/query, client included',
      target: 0.1,
      direction: 'max',
      beside: fabricQueryCpu,
    });

    const otherPlan = await planDomain(data, 'market');
    others = await startDomain(otherPlan);
    const market = await found(others, 'market', 1);
    const speaker = await newPerson('grid', 'speaker', 'Org1');
    for (const [id, who] of [
      ['grid', speaker.did],
      ['market', market.one.did],
    ] as const)
      await market.submit(
        market.one,
        'domains:register',
        json({ id, title: id, speaker: who, logKey: 'k', witnessKeys: [], quorum: 0 }),
      );
    const logKey = formatKey(nodeCrypto.sha256, plan.log.key);
    const crossed = await crossings(
      peers,
      others,
      data,
      options.rounds,
      { domain: 'grid', people, speaker, logKey, origin: plan.log.key.name },
      { domain: 'market', speaker: market.one },
    );
    options.say(
      `cross-domain: p50 ${round(quantile(crossed.times, 0.5), 1)} ms, p99 ${round(quantile(crossed.times, 0.99), 1)} ms; the receiver's check alone p50 ${round(quantile(crossed.verifying, 0.5), 2)} ms`,
    );
    figures.push(
      {
        id: 'exchange.cross-domain.p99',
        value: round(quantile(crossed.times, 0.99), 1),
        unit: 'ms',
        target: 25,
        direction: 'max',
        beside: { name: 'the article', value: 250 },
      },
      {
        id: 'exchange.cross-domain.verify',
        value: round(quantile(crossed.verifying, 0.5), 2),
        unit: 'ms median',
        target: 2,
        direction: 'max',
      },
    );
    return figures;
  } finally {
    stop([...peers, ...others]);
    rmSync(data, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      transactions: { type: 'string', default: '20000' },
      rounds: { type: 'string', default: '320' },
      json: { type: 'boolean', default: false },
    },
  });
  const figures = await ledgerFigures({
    transactions: Number(values.transactions),
    rounds: Number(values.rounds),
    say: (line) => void (values.json || console.log(line)),
  });
  report(figures, { json: values.json });
}
