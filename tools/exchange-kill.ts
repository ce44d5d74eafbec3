/**
 * `npm run exchange:kill`: kills the ordering ledger process with SIGKILL again and again while members write (every fifth time the follower too), then
 * looks for what was acknowledged: every transaction at its leaf by inclusion proof, every new checkpoint a continuation of the last one seen, both
 * organisations' logs equal. Exits 1 unless nothing is missing. Options: `--kills 100`, `--seed 1`, `--json`.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Checkpoint,
  formatKey,
  type LogTrust,
  type RecordProof,
  verifyCheckpoint,
  verifyGrowth,
  verifyRecord,
} from '@hedun/exchange/ledger';
import { nodeCrypto } from '../capabilities/exchange/src/server/ledger/crypto.ts';
import { kinds } from '../capabilities/exchange/src/server/ledger/messages.ts';
import { found, planDomain, type Running, settled, sign, startProcess, stop, submitBatch } from './exchange-network.ts';
import { report } from './report.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const data = mkdtempSync(path.join(tmpdir(), 'hedun-exchange-kill-'));
const say = (line: string) => void (values.json || console.log(line));

/** Mulberry32: the moments of the kills can be played again. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const random = generator(Number(values.seed));

const domain = 'grid';
// Snapshots fall into the load as well, so that a kill meets one half-written.
const plan = await planDomain(data, domain, { snapshotEvery: 400 });
const trust: LogTrust = {
  origin: plan.log.key.name,
  logKey: formatKey(nodeCrypto.sha256, plan.log.key),
  witnessKeys: [],
  quorum: 0,
};
const [orderingSettings, followingSettings] = plan.settings;
let following = await startProcess(followingSettings!, plan.operator);
const startOrdering = () => startProcess({ ...orderingSettings!, followers: [following.port] }, plan.operator);
let ordering = await startOrdering();

const ask = async (peer: Running, kind: number, payload = '') =>
  Buffer.from(await peer.connection.ask(kind, Buffer.from(payload))).toString();

const acknowledged = new Map<string, number>();
const missing: string[] = [];
let [inconsistent, splits, torn, startMs] = [0, 0, 0, 0];
let seen: Checkpoint | null = null;

async function checkRound(round: ReadonlyMap<string, number>): Promise<void> {
  const checkpoint = verifyCheckpoint(nodeCrypto, trust, await ask(ordering, kinds.checkpoint));
  if (seen) {
    const between = JSON.stringify({ from: seen.size, to: checkpoint.size });
    const proof = JSON.parse(await ask(ordering, kinds.consistency, between)) as string[];
    try {
      verifyGrowth(nodeCrypto, seen, checkpoint, { from: seen.size, proof });
    } catch {
      inconsistent += 1;
    }
  }
  seen = checkpoint;
  for (const [transaction, leaf] of round) {
    try {
      const proof = JSON.parse(await ask(ordering, kinds.proof, transaction)) as RecordProof;
      const record = verifyRecord(nodeCrypto, trust, proof);
      if (proof.leaf !== leaf || record.transaction !== transaction || record.entry.code !== 'VALID')
        missing.push(transaction);
    } catch {
      missing.push(transaction);
    }
  }
}

try {
  const { people } = await found([ordering, following], domain, 4);
  seen = verifyCheckpoint(nodeCrypto, trust, await ask(ordering, kinds.checkpoint));
  let next = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    const peers = [ordering, following];
    const round = new Map<string, number>();
    let running = true;
    const writer = async () => {
      while (running) {
        const batch = Array.from({ length: 8 }, () => {
          const by = people[next++ % people.length]!;
          return sign(by, domain, 'access:request', [`object-${next % 50}`, '压力测试']);
        });
        try {
          // Acknowledged is what the answer says, and only that.
          for (const { transaction, code, leaf } of await submitBatch(peers, batch))
            if (code === 'VALID') round.set(transaction, leaf);
        } catch {
          // Not acknowledged: it may be there or not.
        }
      }
    };
    const writers = Array.from({ length: 4 }, writer);
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * 600));
    ordering.child.kill('SIGKILL');
    const both = kill % 5 === 0;
    if (both) following.child.kill('SIGKILL');
    running = false;
    await Promise.all(writers);
    ordering.connection.close();
    const begin = performance.now();
    if (both) {
      following.connection.close();
      following = await startProcess(followingSettings!, plan.operator);
    }
    ordering = await startOrdering();
    startMs = Math.max(startMs, performance.now() - begin);
    for (const [transaction, leaf] of round) acknowledged.set(transaction, leaf);
    await checkRound(round);
    if (kill % 10 === 0)
      say(`${kill} kills, ${acknowledged.size} acknowledged, ${missing.length} missing, log of ${seen?.size}`);
  }
  // Once more over everything, and the two organisations side by side.
  await checkRound(acknowledged);
  await settled([ordering, following], (seen as Checkpoint).size - 1);
  const [one, two] = [await ask(ordering, kinds.status), await ask(following, kinds.status)].map((text) =>
    JSON.parse(text),
  );
  if (one.root !== two.root || one.size !== two.size) splits += 1;
  torn = (await import('node:fs')).globSync('**/log.hedun.torn-*', { cwd: data }).length;
  say(`torn tails set aside: ${torn}; longest start: ${Math.round(startMs)} ms; blocks: ${one.height}`);
} finally {
  stop([ordering, following]);
  rmSync(data, { recursive: true, force: true });
}
const good = report(
  [
    { id: 'exchange.kill.kills', value: kills, unit: 'kill -9 under load', target: kills, direction: 'min' },
    {
      id: 'exchange.kill.acknowledged',
      value: acknowledged.size,
      unit: 'transactions',
      target: kills,
      direction: 'min',
    },
    {
      id: 'exchange.kill.lost',
      value: new Set(missing).size,
      unit: 'acknowledged and not proven',
      target: 0,
      direction: 'max',
    },
    {
      id: 'exchange.kill.inconsistent',
      value: inconsistent,
      unit: 'checkpoints that do not continue',
      target: 0,
      direction: 'max',
    },
    { id: 'exchange.kill.split', value: splits, unit: 'organisations that disagree', target: 0, direction: 'max' },
  ],
  { json: values.json },
);
process.exitCode = good ? 0 : 1;
