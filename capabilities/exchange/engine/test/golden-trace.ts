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
  compareUtf8,
  decodeProposal,
  encodeEnvelope,
  fromBase64,
  type Ordered,
  type RunnableContract,
  toBase64,
  toHex,
} from '../src/ledger/index.ts';
import { founding, noon, type Person, person, propose, sha256, world } from './ledger-world.ts';

export interface TracedTransaction {
  /** Its id on the ledger it was recorded on. */
  readonly transaction: string;
  readonly proposal: string;
  readonly transient: Readonly<Record<string, string>>;
  readonly call: string;
  readonly reads: readonly (readonly [key: string, version: number | null])[];
  readonly ranges: readonly (readonly [start: string, end: string, exhausted: boolean, results: number])[];
  readonly writes: readonly (readonly [key: string, value: string | null])[];
  /** Private keys as `collection/hash`. */
  readonly privateReads: readonly (readonly [key: string, version: number | null])[];
  readonly privateWrites: readonly (readonly [key: string, valueHash: string | null])[];
  readonly event: readonly [name: string, payload: string] | null;
  readonly payload: string;
  readonly code: string;
}
export interface Trace {
  /** `embedded` or a Fabric version. */
  readonly recordedOn: string;
  readonly channel: string;
  readonly blocks: readonly (readonly TracedTransaction[])[];
  /** SHA-256 over the world state at the end, as `hashOfWorld` takes it. */
  readonly worldHash: string;
}
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** Both ledgers note what a call reads and writes, Fabric in the order of the keys. */
export const byKey = <T extends readonly [string, ...unknown[]]>(each: readonly T[]): T[] =>
  [...each].sort(([a], [b]) => compareUtf8(a, b));
export const hashOfWorld = (world: Iterable<readonly [key: string, value: string, version: number]>): string =>
  toHex(sha256(Buffer.from(JSON.stringify(byKey([...world])))));

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
    for (const { transaction, proposal, transient, call } of block) {
      const fields = new Map(Object.entries(transient).map(([name, value]) => [name, fromBase64(value)]));
      const { bytes, response, privateValues } = await runtime.simulate(fromBase64(proposal), fields, chain.view(), {
        proposal: decodeProposal(fromBase64(proposal)),
        transaction,
      });
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
        transaction,
        proposal,
        transient,
        call,
        reads: byKey(response.reads.map(({ key, version }) => [key, version] as const)),
        ranges: response.ranges.map(({ start, end, exhausted, results }) => [start, end, exhausted, results.length]),
        writes: byKey(response.writes.map(({ key, value }) => [key, value === null ? null : text(value)] as const)),
        privateReads: byKey(response.privateReads.map(({ key, version }) => [key, version] as const)),
        privateWrites: byKey(
          response.privateWrites.map(
            ({ collection, keyHash, valueHash }) =>
              [`${collection}/${keyHash}`, valueHash === null ? null : toHex(valueHash)] as const,
          ),
        ),
        event: response.event ? [response.event.name, text(response.event.payload)] : null,
        payload: text(response.payload),
        code: '',
      });
    }
    const prepared = chain.prepare(ordered, 0);
    chain.apply(prepared.block);
    blocks.push(traced.map((each, index) => ({ ...each, code: prepared.committed[index]!.code })));
  }
  const world = Array.from(
    chain.world.range('', ''),
    ([key, { value, version }]) => [key, text(value), version] as const,
  );
  return { ...trace, blocks, worldHash: hashOfWorld(world) };
}

export type Call = readonly [
  by: Person,
  call: string,
  args: readonly string[],
  transient?: ReadonlyMap<string, Uint8Array>,
];
export interface People {
  readonly one: Person;
  readonly two: Person;
  readonly authority: Person;
  readonly analyst: Person;
}
/** The scripted scenario on any ledger. `block` puts calls into one block, each endorsed before any is ordered. */
export async function play(
  { one, two, authority, analyst }: People,
  seconds: number,
  block: (...calls: readonly Call[]) => Promise<readonly { readonly transaction: string }[]>,
): Promise<void> {
  const json = JSON.stringify;
  const founders = [
    { ...one, roles: [] },
    { ...two, roles: ['supervisor'] },
    { ...authority, roles: ['authority'] },
  ];
  await block([one, 'members:initialise', [founding('power', 60, founders)]]);
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
  const [proposed] = await block([one, 'members:propose', [registration]]);
  await block([one, 'members:vote', [proposed!.transaction, 'yes']]);
  // Two votes in one block: the second meets what the first changed.
  await block(
    [two, 'members:vote', [proposed!.transaction, 'yes']],
    [authority, 'members:vote', [proposed!.transaction, 'no']],
  );
  await block(
    [authority, 'attributes:define', [json({ id: 'dept', title: '部门', kind: 'word' })]],
    [authority, 'attributes:define', [json({ id: 'level', title: '级别', kind: 'number' })]],
  );
  await block([authority, 'attributes:grant', [json({ attribute: 'dept', value: 'dispatch', holder: did })]]);
  await block([
    authority,
    'attributes:grant',
    [json({ attribute: 'level', value: 3, holder: did, expiresAt: seconds + 3600 })],
  ]);
  const tree = { atLeast: 2, of: [{ has: 'dept:dispatch' }, { compare: 'level', is: '>=', value: 3 }] };
  await block([one, 'objects:definePolicy', [json({ id: 'p', text: 'dept:dispatch and level>=3', tree })]]);
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
  await block([one, 'objects:publish', [json(object)], new Map([['address', Buffer.from('bafy')]])]);
  await block([analyst, 'access:request', ['load', '预测']], [two, 'access:request', ['load', '好奇']]);
  await block([two, 'access:request', ['load', '再试']], [two, 'access:request', ['load', '三试']]);
  await block([two, 'supervision:inspect', [two.did]], [two, 'access:request', ['load', '四试']]);
  // The range that inspect reads has grown in the same block the other way round.
  await block([analyst, 'access:request', ['nothing', '无']], [two, 'supervision:inspect', [did]]);
  await block([
    authority,
    'attributes:revoke',
    [json({ attribute: 'dept', value: 'dispatch', holder: did, reason: '调岗' })],
  ]);
  await block([analyst, 'access:request', ['load', '撤销之后']]);

  const [asked] = await block([
    analyst,
    'attributes:apply',
    [json({ attribute: 'dept', value: 'dispatch', reason: '复岗' })],
  ]);
  await block([authority, 'attributes:decide', [json({ application: asked!.transaction, grant: true })]]);
  await block([
    authority,
    'attributes:renew',
    [json({ attribute: 'level', value: 3, holder: did, expiresAt: seconds + 7200 })],
  ]);
  await block([one, 'objects:replaceHeader', ['load', digest('h2')]]);
  const anew = { ...object, ciphertextDigest: digest('c2'), cidDigest: digest('bafz') };
  await block([one, 'objects:publish', [json(anew)], new Map([['address', Buffer.from('bafz')]])]);
  const identifier = 'did:hedun:power:load';
  await block([analyst, 'identity:registerDid', [identifier, json({ id: identifier })]]);
  await block([analyst, 'identity:updateDid', [identifier, json({ id: identifier, alsoKnownAs: ['load'] })]]);
  await block([analyst, 'identity:deactivateDid', [identifier]]);
  const rules = { refusals: 2, objects: 50, requests: 200, windowSeconds: 3600, outsideHours: 20 };
  await block([two, 'supervision:setRules', [json({ ...rules, workFrom: 0, workTo: 1439 })]]);
  await block([two, 'supervision:restrict', [did, '核查']]);
  await block([analyst, 'access:request', ['load', '受限之中']]);
  await block([one, 'supervision:lift', [did, '核查完毕']]);

  const domain = (id: string, speaker: Person) =>
    json({ id, title: id, speaker: speaker.did, logKey: `${id}/log`, witnessKeys: [], quorum: 0 });
  await block([one, 'domains:register', [domain('grid', one)]], [one, 'domains:register', [domain('market', two)]]);
  const checkpoint = (root: string) => json({ size: 7, root: digest(root), checkpoint: `grid/log\n7\n${root}` });
  await block([one, 'domains:anchor', ['grid', checkpoint('a')]]);
  await block([one, 'domains:anchor', ['grid', checkpoint('b')]]);
  const crossing = { has: 'dept:dispatch' };
  await block([one, 'domains:distribute', [json({ id: 'cross', title: '跨域', tree: crossing, domains: ['market'] })]]);
  const exchange = { id: digest('x'), from: 'grid', to: 'market', object: 'load', recordDigest: digest('r') };
  await block([two, 'domains:recordExchange', [json({ ...exchange, checkpointSize: 7 })]]);

  await block([one, 'objects:withdraw', ['load', '停止共享']]);
  await block([one, 'identity:revokeCertificate', [msp, analyst.serial, '离职']]);
  await block([analyst, 'access:request', ['load', '吊销之后']]);
  // What is only read is noted as well: ranges over everything that was written.
  await block(
    ...(
      [
        ['members:members'],
        ['attributes:holders'],
        ['attributes:applications'],
        ['objects:objectVersions', 'load'],
        ['access:recordsBy', did],
        ['identity:revocationList'],
        ['supervision:marks'],
        ['domains:equivocations'],
        ['domains:exchanges'],
        ['provenance:attributePath', 'dept'],
        ['provenance:dataPath', 'load'],
        ['provenance:userPath', did],
      ] as const
    ).map(([call, ...args]): Call => [two, call, args]),
  );
}

async function record(): Promise<Trace> {
  const ledger = world();
  const [one, two, authority, analyst] = await Promise.all([
    person('调度管理员', 'Org1'),
    person('营销管理员', 'Org2'),
    person('属性授权员', 'Org1'),
    person('负荷分析员', 'Org2'),
  ]);
  const nothing = { reads: [], ranges: [], writes: [], privateReads: [], privateWrites: [], event: null };
  const blocks: TracedTransaction[][] = [];
  await play({ one, two, authority, analyst }, noon, async (...calls) => {
    const proposals = calls.map(([by, call, args, transient]) =>
      propose(by, call, args, transient ? { transient } : {}),
    );
    const { committed } = ledger.commit(await ledger.order(proposals));
    blocks.push(
      proposals.map(({ bytes, transient }, index) => ({
        ...nothing,
        transaction: committed[index]!.transaction,
        proposal: toBase64(bytes),
        transient: Object.fromEntries([...transient].map(([name, value]) => [name, toBase64(value)])),
        call: calls[index]![1],
        payload: '',
        code: '',
      })),
    );
    return committed;
  });
  return await replayTrace({ recordedOn: 'embedded', channel: 'power', blocks });
}

if (process.argv.includes('--record')) {
  const trace = await record();
  writeFileSync(new URL('./golden/embedded.json', import.meta.url), `${JSON.stringify(trace, null, 1)}\n`);
  console.log(trace.blocks.map((block) => block.map(({ call, code }) => `${call} ${code}`).join(' | ')).join('\n'));
}
