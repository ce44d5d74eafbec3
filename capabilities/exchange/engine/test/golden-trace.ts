/**
 * Golden traces: proposals, read-write sets, validation codes and events as JSON, block by block. A trace says where it was recorded; replaying
 * it simulates every proposal again on a fresh chain and gives the same form to compare.
 * Run by itself (`node golden-trace.ts --record`) it records the scripted scenario on the embedded ledger.
 * @module
 */
import { writeFileSync } from 'node:fs';
import { contracts } from '../src/contracts/index.ts';
import {
  Chain,
  ContractRuntime,
  decodeProposal,
  encodeEnvelope,
  fromBase64,
  type Ordered,
  type RunnableContract,
  toBase64,
  toHex,
} from '../src/ledger/index.ts';
import { founding, noon, person, propose, sha256, world } from './ledger-world.ts';

interface TracedTransaction {
  readonly proposal: string;
  readonly transient: Readonly<Record<string, string>>;
  readonly call: string;
  readonly reads: readonly (readonly [key: string, version: number | null])[];
  readonly ranges: readonly (readonly [start: string, end: string, results: number])[];
  readonly writes: readonly (readonly [key: string, value: string | null])[];
  readonly event: readonly [name: string, payload: string] | null;
  readonly response: string;
  readonly code: string;
}
export interface Trace {
  /** `embedded` or a Fabric version. */
  readonly recordedOn: string;
  readonly channel: string;
  readonly blocks: readonly (readonly TracedTransaction[])[];
  /** SHA-256 over the world state at the end. */
  readonly worldHash: string;
}
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** Signatures are left aside: a trace is about what contracts do. */
const trusting = { sha256, verifyByCertificate: () => true, verifyByKey: () => true };

export async function replayTrace(trace: Pick<Trace, 'recordedOn' | 'channel' | 'blocks'>): Promise<Trace> {
  const chain = new Chain({
    channel: trace.channel,
    policy: { required: 0, organisations: new Map() },
    crypto: trusting,
    origin: trace.channel,
  });
  const runtime = new ContractRuntime(
    contracts.map((each) => new each() as unknown as RunnableContract),
    sha256,
  );
  const blocks: TracedTransaction[][] = [];
  for (const block of trace.blocks) {
    const ordered: Ordered[] = [];
    const traced: TracedTransaction[] = [];
    for (const { proposal, transient, call } of block) {
      const fields = new Map(Object.entries(transient).map(([name, value]) => [name, fromBase64(value)]));
      const { bytes, response, privateValues } = await runtime.simulate(fromBase64(proposal), fields, chain.view());
      ordered.push({
        envelope: encodeEnvelope({
          proposal: fromBase64(proposal),
          signature: new Uint8Array(0),
          response: bytes,
          endorsements: [],
        }),
        privateValues,
      });
      traced.push({
        proposal,
        transient,
        call,
        reads: response.reads.map(({ key, version }) => [key, version]),
        ranges: response.ranges.map(({ start, end, results }) => [start, end, results.length]),
        writes: response.writes.map(({ key, value }) => [key, value === null ? null : text(value)]),
        event: response.event ? [response.event.name, text(response.event.payload)] : null,
        response: toHex(sha256(bytes)),
        code: '',
      });
    }
    const prepared = chain.prepare(ordered, 0);
    chain.apply(prepared.block);
    blocks.push(traced.map((each, index) => ({ ...each, code: prepared.committed[index]!.code })));
  }
  const world = Array.from(chain.world.range('', ''), ([key, { value, version }]) => [key, text(value), version]);
  return { ...trace, blocks, worldHash: toHex(sha256(Buffer.from(JSON.stringify(world)))) };
}

async function record(): Promise<Trace> {
  const json = JSON.stringify;
  const ledger = world();
  const [one, two, authority, analyst] = await Promise.all([
    person('调度管理员', 'Org1'),
    person('营销管理员', 'Org2'),
    person('属性授权员', 'Org1'),
    person('负荷分析员', 'Org2'),
  ]);
  const blocks: TracedTransaction[][] = [];
  const block = async (...proposals: ReturnType<typeof propose>[]) => {
    const ordered = await ledger.order(proposals);
    const { committed } = ledger.commit(ordered);
    blocks.push(
      proposals.map((proposal) => ({
        proposal: toBase64(proposal.bytes),
        transient: Object.fromEntries([...proposal.transient].map(([name, value]) => [name, toBase64(value)])),
        call: decodeProposal(proposal.bytes).call,
        reads: [],
        ranges: [],
        writes: [],
        event: null,
        response: '',
        code: '',
      })),
    );
    return committed;
  };
  const founders = [
    { ...one, roles: [] },
    { ...two, roles: ['supervisor'] },
    { ...authority, roles: ['authority'] },
  ];
  await block(propose(one, 'members:initialise', [founding('power', 60, founders)]));
  const { did, name, msp, certificate } = analyst;
  const registration = json({
    kind: 'register',
    did,
    name,
    organisation: '营销部',
    msp,
    roles: ['member'],
    certificate,
  });
  const [proposed] = await block(propose(one, 'members:propose', [registration]));
  await block(propose(one, 'members:vote', [proposed!.transaction, 'yes']));
  // Two votes in one block: the second meets what the first changed.
  await block(
    propose(two, 'members:vote', [proposed!.transaction, 'yes']),
    propose(authority, 'members:vote', [proposed!.transaction, 'no']),
  );
  await block(
    propose(authority, 'attributes:define', [json({ id: 'dept', title: '部门', kind: 'word' })]),
    propose(authority, 'attributes:define', [json({ id: 'level', title: '级别', kind: 'number' })]),
  );
  await block(propose(authority, 'attributes:grant', [json({ attribute: 'dept', value: 'dispatch', holder: did })]));
  await block(
    propose(authority, 'attributes:grant', [
      json({ attribute: 'level', value: 3, holder: did, expiresAt: noon + 3600 }),
    ]),
  );
  const tree = { atLeast: 2, of: [{ has: 'dept:dispatch' }, { compare: 'level', is: '>=', value: 3 }] };
  await block(propose(one, 'objects:definePolicy', [json({ id: 'p', text: 'dept:dispatch and level>=3', tree })]));
  const digest = (of: string) => toHex(sha256(Buffer.from(of)));
  const object = {
    id: 'load',
    title: '负荷曲线',
    policy: 'p',
    ciphertextDigest: digest('c'),
    cidDigest: digest('bafy'),
    headerDigest: digest('h'),
    size: 9,
  };
  await block(
    propose(one, 'objects:publish', [json(object)], { transient: new Map([['address', Buffer.from('bafy')]]) }),
  );
  await block(propose(analyst, 'access:request', ['load', '预测']), propose(two, 'access:request', ['load', '好奇']));
  await block(propose(two, 'access:request', ['load', '再试']), propose(two, 'access:request', ['load', '三试']));
  await block(propose(two, 'supervision:inspect', [two.did]), propose(two, 'access:request', ['load', '四试']));
  // The range that inspect reads has grown in the same block the other way round.
  await block(propose(analyst, 'access:request', ['nothing', '无']), propose(two, 'supervision:inspect', [did]));
  await block(
    propose(authority, 'attributes:revoke', [
      json({ attribute: 'dept', value: 'dispatch', holder: did, reason: '调岗' }),
    ]),
  );
  await block(propose(analyst, 'access:request', ['load', '撤销之后']));
  return await replayTrace({ recordedOn: 'embedded', channel: 'power', blocks });
}

if (process.argv.includes('--record')) {
  const trace = await record();
  writeFileSync(new URL('./golden/embedded.json', import.meta.url), `${JSON.stringify(trace, null, 1)}\n`);
  console.log(trace.blocks.map((block) => block.map(({ call, code }) => `${call} ${code}`).join(' | ')).join('\n'));
}
