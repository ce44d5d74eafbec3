/**
 * The same transactions on Hyperledger Fabric, in the same run: two organisations, 2-of-2 endorsement, the same contracts served by Node, TLS. Processor
 * time of orderer, peers, contracts and client. Left out where Fabric has not been built (`npm run fabric-up` builds it once).
 * @module
 */
import { createHash } from 'node:crypto';
import { gatewayOf } from '../capabilities/exchange/src/server/ledger/fabric.ts';
import { clientOf, memberOf, readProfile } from '../capabilities/exchange/src/server/ledger/fabric-profile.ts';
import { fabricIsReady } from '../tools/fabric/programs.ts';
import { startFabric } from '../tools/fabric-up.ts';

export interface FabricRates {
  /** Valid transactions and queries for each second of one core. */
  readonly writes: number;
  readonly queries: number;
  /** By the clock. */
  readonly writesPerSecond: number;
}

/** @returns null where no network can be started at once */
export async function fabricRates(
  say: (line: string) => void,
  { writes = 900, queries = 3000 } = {},
): Promise<FabricRates | null> {
  if (!fabricIsReady()) return null;
  const network = await startFabric('grid');
  try {
    const profile = readProfile(network.profile).grid!;
    const client = await clientOf(profile);
    const people = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const name = `member-${at}`;
        const signer = await memberOf(profile.organisations[at % 2]!, name);
        const contract = gatewayOf(client, signer).getNetwork(profile.channel).getContract(profile.chaincode);
        const { msp, certificate } = signer;
        const founder = {
          did: `did:hedun:grid:${name}`,
          name,
          organisation: msp,
          msp,
          roles: ['authority'],
          certificate,
        };
        return { contract, founder };
      }),
    );
    const [{ contract: first }] = people as [(typeof people)[0]];
    const json = JSON.stringify;
    const founding = { domain: 'grid', thresholdPercent: 50, administrators: people.map(({ founder }) => founder) };
    const policy = (id: string) => json({ id, text: 'dept:dispatch', tree: { has: 'dept:dispatch' } });
    const digest = (text: string) => createHash('sha256').update(text).digest('hex');
    await first.submit('members:initialise', { arguments: [json(founding)] });
    await first.submit('attributes:define', {
      arguments: [json({ id: 'dept:dispatch', title: '调度', kind: 'flag' })],
    });
    await first.submit('objects:definePolicy', { arguments: [policy('p')] });
    const digests = { ciphertextDigest: digest('c'), cidDigest: digest('bafy'), headerDigest: digest('h') };
    await first.submit('objects:publish', {
      arguments: [json({ id: 'load', title: '负荷曲线', policy: 'p', size: 1, ...digests })],
      transientData: { address: Buffer.from('bafy') },
    });

    /** So many calls, 64 on the way, and what they cost. */
    const measure = async (count: number, call: (at: number) => Promise<boolean>) => {
      let [next, valid] = [0, 0];
      const cpu = () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6 + network.cpuSeconds();
      };
      const [before, begin] = [cpu(), performance.now()];
      const loop = async () => {
        while (next < count) if (await call(next++)) valid += 1;
      };
      await Promise.all(Array.from({ length: 64 }, loop));
      return { valid, cpu: cpu() - before, wall: (performance.now() - begin) / 1000 };
    };
    const write = async (at: number) => {
      const { contract } = people[at % people.length]!;
      const [call, argument] =
        at % 3 === 0
          ? ['attributes:apply', [json({ attribute: 'dept:dispatch', reason: '负荷预测' })]]
          : at % 3 === 1
            ? ['objects:definePolicy', [policy(`p-${at}`)]]
            : ['access:request', ['load', '负荷预测']];
      const submitted = await contract.submitAsync(call as string, { arguments: argument as string[] });
      return (await submitted.getStatus()).successful;
    };
    await measure(300, write);
    const written = await measure(writes, (at) => write(at + 300));
    const asked = await measure(queries, async (at) => {
      const answer = await people[at % people.length]!.contract.evaluate('objects:object', { arguments: ['load'] });
      return answer.length > 0;
    });
    client.close();
    const rates = {
      writes: written.valid / written.cpu,
      queries: asked.valid / asked.cpu,
      writesPerSecond: written.valid / written.wall,
    };
    say(
      `Fabric 2.5.0 here: ${written.valid} of ${writes} writes valid, ${rates.writes.toFixed(0)} a core-second, ${rates.writesPerSecond.toFixed(0)} a second; ${rates.queries.toFixed(0)} queries a core-second`,
    );
    return rates;
  } finally {
    await network.stop();
  }
}
