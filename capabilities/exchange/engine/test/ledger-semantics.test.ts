import { sign } from 'node:crypto';
import { type Context, Contract } from 'fabric-contract-api';
import { expect, test } from 'vitest';
import {
  BlockCutter,
  CreatorVerifier,
  decodeEntry,
  decodeEnvelope,
  decodeResponse,
  encodeEnvelope,
  type Ordered,
  type RunnableContract,
  signProposals,
  toHex,
} from '../src/ledger/index.ts';
import { crypto, noon, type Person, person, propose, sha256, type World, world } from './ledger-world.ts';

const bytes = (text: string) => Buffer.from(text);
const text = (value: Uint8Array) => Buffer.from(value).toString();

/** A contract that does one thing to the ledger at a time. */
class Probe extends Contract {
  constructor() {
    super('probe');
  }
  async put(ctx: Context, key: string, value: string) {
    await ctx.stub.putState(key, bytes(value));
  }
  async remove(ctx: Context, key: string) {
    await ctx.stub.deleteState(key);
  }
  async get(ctx: Context, key: string) {
    return text(await ctx.stub.getState(key));
  }
  async length(ctx: Context, key: string) {
    const value = await ctx.stub.getState(key);
    return { bytes: value.length, isArray: value instanceof Uint8Array };
  }
  async putThenGet(ctx: Context, key: string, value: string) {
    await ctx.stub.putState(key, bytes(value));
    return text(await ctx.stub.getState(key));
  }
  async putThenRange(ctx: Context, key: string) {
    await ctx.stub.putState(key, bytes('new'));
    const keys: string[] = [];
    for await (const { key: found } of ctx.stub.getStateByRange('', '')) keys.push(found);
    return keys;
  }
  async increment(ctx: Context, key: string) {
    const value = Number(text(await ctx.stub.getState(key)) || '0') + 1;
    await ctx.stub.putState(key, bytes(String(value)));
    return value;
  }
  async countInto(ctx: Context, start: string, end: string, into: string) {
    let count = 0;
    for await (const _each of ctx.stub.getStateByRange(start, end)) count += 1;
    await ctx.stub.putState(into, bytes(String(count)));
    return count;
  }
  async firstInto(ctx: Context, start: string, end: string, into: string) {
    const iterator = await ctx.stub.getStateByRange(start, end);
    const first = await iterator.next();
    await iterator.close();
    await ctx.stub.putState(into, bytes(first.done ? '' : first.value.key));
  }
  async range(ctx: Context, start: string, end: string) {
    const keys: string[] = [];
    for await (const { key } of ctx.stub.getStateByRange(start, end)) keys.push(key);
    return keys;
  }
  async composite(ctx: Context, kind: string, parts: string) {
    const key = ctx.stub.createCompositeKey(kind, JSON.parse(parts));
    return { key, split: ctx.stub.splitCompositeKey(key) };
  }
  async putComposite(ctx: Context, kind: string, parts: string) {
    await ctx.stub.putState(ctx.stub.createCompositeKey(kind, JSON.parse(parts)), bytes('x'));
  }
  async byPart(ctx: Context, kind: string, parts: string) {
    const found: string[][] = [];
    for await (const { key } of ctx.stub.getStateByPartialCompositeKey(kind, JSON.parse(parts)))
      found.push(ctx.stub.splitCompositeKey(key).attributes);
    return found;
  }
  async page(ctx: Context, start: string, end: string, size: string, bookmark: string) {
    const { iterator, metadata } = await ctx.stub.getStateByRangeWithPagination(start, end, Number(size), bookmark);
    const keys: string[] = [];
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) keys.push(next.value.key);
    return { keys, metadata };
  }
  async time(ctx: Context) {
    const { seconds, nanos } = ctx.stub.getTxTimestamp();
    return { seconds: Number(seconds.toString()), nanos, msp: ctx.clientIdentity.getMSPID(), tx: ctx.stub.getTxID() };
  }
  async eventThenFail(ctx: Context, name: string) {
    ctx.stub.setEvent(name, bytes('payload'));
    await ctx.stub.putState('written', bytes('yes'));
    throw new Error('on purpose');
  }
  async events(ctx: Context, first: string, second: string) {
    ctx.stub.setEvent(first, bytes('1'));
    ctx.stub.setEvent(second, bytes('2'));
    await this.increment(ctx, 'counter');
  }
  async putPrivate(ctx: Context, key: string) {
    await ctx.stub.putPrivateData('secret', key, ctx.stub.getTransient().get('value')!);
  }
  async getPrivate(ctx: Context, key: string) {
    const hash = await ctx.stub.getPrivateDataHash('secret', key);
    return { value: text(await ctx.stub.getPrivateData('secret', key)), hash: Buffer.from(hash).toString('hex') };
  }
  async incrementPrivate(ctx: Context, key: string, value: string) {
    const before = text(await ctx.stub.getPrivateData('secret', key));
    await ctx.stub.putPrivateData('secret', key, bytes(`${before}${value}`));
  }
  async history(ctx: Context, key: string) {
    const steps: unknown[] = [];
    for await (const { value, isDelete } of ctx.stub.getHistoryForKey(key)) steps.push([text(value), isDelete]);
    return steps;
  }
  async query(ctx: Context) {
    await ctx.stub.getQueryResult('{}');
  }
  async number() {
    return 42;
  }
  async _hidden() {
    return 'never';
  }
}
class Chance extends Contract {
  constructor() {
    super('chance');
  }
  async roll(ctx: Context) {
    await ctx.stub.putState('rolled', bytes(String(Math.random())));
  }
}

async function opened(): Promise<{ ledger: World; by: Person }> {
  const probes = [new Probe(), new Chance()] as unknown as RunnableContract[];
  return { ledger: world({ contracts: probes }), by: await person('probe', 'Org1') };
}
/** Both simulated on the same state, ordered into one block. */
async function together(ledger: World, by: Person, ...calls: [string, ...string[]][]) {
  const ordered = await ledger.order(calls.map(([call, ...args]) => propose(by, call, args)));
  return ledger.commit(ordered).committed.map(({ code }) => code);
}

test('[F1] a transaction reads what was before it, also in ranges', async () => {
  const { ledger, by } = await opened();
  expect(await ledger.evaluate(by, 'probe:get', 'k')).toBeUndefined();
  const { ledger: other, by: another } = await opened();
  await other.submit(another, 'probe:put', 'k', '"old"');
  expect(await other.submit(another, 'probe:putThenGet', 'k', '"new"')).toBe('old');
  expect(await other.evaluate(another, 'probe:get', 'k')).toBe('new');
  expect(await other.submit(another, 'probe:putThenRange', 'm')).toEqual(['k']);
  expect(await other.evaluate(another, 'probe:range', '', '')).toEqual(['k', 'm']);
});

test('[F2] a missing key is an empty value; empty and null-led keys are refused as Fabric refuses them', async () => {
  const { ledger, by } = await opened();
  expect(await ledger.evaluate(by, 'probe:length', 'nothing')).toEqual({ bytes: 0, isArray: true });
  await expect(ledger.submit(by, 'probe:put', '', 'x')).rejects.toThrow('key must be not empty');
  await expect(ledger.evaluate(by, 'probe:range', '\u0000a', '')).rejects.toThrow('contains a null character');
  await expect(ledger.evaluate(by, 'probe:query')).rejects.toThrow('not supported for leveldb');
});

test('[F2] composite keys are built, split and found by their first parts; simple ranges pass them by', async () => {
  const { ledger, by } = await opened();
  expect(await ledger.evaluate(by, 'probe:composite', 'kind', '["a","b"]')).toEqual({
    key: '\u0000kind\u0000a\u0000b\u0000',
    split: { objectType: 'kind', attributes: ['a', 'b'] },
  });
  await expect(ledger.evaluate(by, 'probe:composite', 'kind', '["a",""]')).rejects.toThrow('non-zero length string');
  for (const parts of ['["a","1"]', '["a","2"]', '["ab","3"]', '["b","4"]'])
    await ledger.submit(by, 'probe:putComposite', 'kind', parts);
  await ledger.submit(by, 'probe:put', 'plain', 'x');
  expect(await ledger.evaluate(by, 'probe:byPart', 'kind', '["a"]')).toEqual([
    ['a', '1'],
    ['a', '2'],
  ]);
  expect(await ledger.evaluate(by, 'probe:range', '', '')).toEqual(['plain']);
});

test('[F2] ranges run in UTF-8 order, their end is left out, pages go on where they stopped', async () => {
  const { ledger, by } = await opened();
  for (const key of ['b', 'a', '\uffff', '\u{10000}', 'c']) await ledger.submit(by, 'probe:put', key, key);
  expect(await ledger.evaluate(by, 'probe:range', '', '')).toEqual(['a', 'b', 'c', '\uffff', '\u{10000}']);
  expect(await ledger.evaluate(by, 'probe:range', 'a', 'c')).toEqual(['a', 'b']);
  const first = (await ledger.evaluate(by, 'probe:page', '', '', '2', '')) as {
    keys: string[];
    metadata: { bookmark: string; fetchedRecordsCount: number };
  };
  expect(first).toEqual({ keys: ['a', 'b'], metadata: { fetchedRecordsCount: 2, bookmark: 'c' } });
  expect(await ledger.evaluate(by, 'probe:page', '', '', '9', first.metadata.bookmark)).toMatchObject({
    keys: ['c', '\uffff', '\u{10000}'],
  });
});

test('[F3] two increments of one key in one block: the first counts, the second is MVCC_READ_CONFLICT', async () => {
  const { ledger, by } = await opened();
  const increment: [string, ...string[]] = ['probe:increment', 'n'];
  expect(await together(ledger, by, increment, increment)).toEqual(['VALID', 'MVCC_READ_CONFLICT']);
  expect(await ledger.evaluate(by, 'probe:get', 'n')).toBe(1);
  // Across blocks: simulated before, ordered after a change.
  const [late] = await ledger.order([propose(by, 'probe:increment', ['n'])]);
  await ledger.submit(by, 'probe:increment', 'n');
  expect(ledger.commit([late!]).committed[0]?.code).toBe('MVCC_READ_CONFLICT');
  expect(await ledger.evaluate(by, 'probe:get', 'n')).toBe(2);
  // Deleted and made again is another version, and blind writes never conflict.
  const [seen] = await ledger.order([propose(by, 'probe:increment', ['n'])]);
  await ledger.submit(by, 'probe:remove', 'n');
  await ledger.submit(by, 'probe:put', 'n', '2');
  expect(ledger.commit([seen!]).committed[0]?.code).toBe('MVCC_READ_CONFLICT');
  expect(await together(ledger, by, ['probe:put', 'b', '1'], ['probe:put', 'b', '2'])).toEqual(['VALID', 'VALID']);
  expect(await ledger.evaluate(by, 'probe:get', 'b')).toBe(2);
});

test('[F4] a key that appears, changes or goes inside a range read is PHANTOM_READ_CONFLICT', async () => {
  const { ledger, by } = await opened();
  for (const key of ['r1', 'r2', 's1']) await ledger.submit(by, 'probe:put', key, 'x');
  const count: [string, ...string[]] = ['probe:countInto', 'r', 's', 'count'];
  expect(await together(ledger, by, ['probe:put', 'r3', 'x'], count)).toEqual(['VALID', 'PHANTOM_READ_CONFLICT']);
  expect(await together(ledger, by, ['probe:remove', 'r3'], count)).toEqual(['VALID', 'PHANTOM_READ_CONFLICT']);
  expect(await together(ledger, by, ['probe:put', 'r1', 'y'], count)).toEqual(['VALID', 'PHANTOM_READ_CONFLICT']);
  // Outside the range nothing matters, and the end itself is outside.
  expect(await together(ledger, by, ['probe:put', 's', 'x'], count)).toEqual(['VALID', 'VALID']);
  const [late] = await ledger.order([propose(by, 'probe:countInto', ['r', 's', 'count'])]);
  await ledger.submit(by, 'probe:put', 'r2x', 'x');
  expect(ledger.commit([late!]).committed[0]?.code).toBe('PHANTOM_READ_CONFLICT');
});

test('[F4] an iterator left early answers for what it saw only', async () => {
  const { ledger, by } = await opened();
  for (const key of ['r2', 'r4']) await ledger.submit(by, 'probe:put', key, 'x');
  const first: [string, ...string[]] = ['probe:firstInto', 'r', 's', 'first'];
  expect(await together(ledger, by, ['probe:put', 'r3', 'x'], first)).toEqual(['VALID', 'VALID']);
  expect(await together(ledger, by, ['probe:put', 'r1', 'x'], first)).toEqual(['VALID', 'PHANTOM_READ_CONFLICT']);
});

test('[F5] time and identity come from the proposal and nowhere else', async () => {
  const { ledger, by } = await opened();
  ledger.clock = noon + 61;
  const seen = (await ledger.evaluate(by, 'probe:time')) as Record<string, unknown>;
  expect(seen).toMatchObject({ seconds: noon + 61, nanos: 0, msp: 'Org1' });
  expect(seen.tx).toMatch(/^[0-9a-f]{64}$/);
});

test('[F6] the last event of a valid transaction leaves; a failed or conflicting one is silent', async () => {
  const { ledger, by } = await opened();
  await expect(ledger.submit(by, 'probe:eventThenFail', 'never')).rejects.toThrow('contract: on purpose');
  expect(await ledger.evaluate(by, 'probe:length', 'written')).toMatchObject({ bytes: 0 });
  const ordered = await ledger.order([
    propose(by, 'probe:events', ['first', 'second']),
    propose(by, 'probe:events', ['third', 'fourth']),
  ]);
  const { committed } = ledger.commit(ordered);
  expect(committed.map(({ code, event }) => [code, event?.name ?? null])).toEqual([
    ['VALID', 'second'],
    ['MVCC_READ_CONFLICT', null],
  ]);
});

test('[F7] a private value is in no transaction; its hash is, and guards it', async () => {
  const { ledger, by } = await opened();
  const transient = new Map([['value', bytes('where the data lies')]]);
  await ledger.submitWith(transient, by, 'probe:putPrivate', 'k');
  const { createHash } = await import('node:crypto');
  expect(await ledger.evaluate(by, 'probe:getPrivate', 'k')).toEqual({
    value: 'where the data lies',
    hash: createHash('sha256').update('where the data lies').digest('hex'),
  });
  const [ordered] = await ledger.order([propose(by, 'probe:putPrivate', ['k'], { transient })]);
  expect(Buffer.from(ordered!.envelope).includes('where the data lies')).toBe(false);
  const bent: Ordered = { ...ordered!, privateValues: [{ ...ordered!.privateValues[0]!, value: bytes('elsewhere') }] };
  expect(ledger.commit([bent]).committed[0]?.code).toBe('BAD_PAYLOAD');
  expect(await ledger.evaluate(by, 'probe:getPrivate', 'k')).toMatchObject({ value: 'where the data lies' });
  expect(
    await together(ledger, by, ['probe:incrementPrivate', 'k', '1'], ['probe:incrementPrivate', 'k', '2']),
  ).toEqual(['VALID', 'MVCC_READ_CONFLICT']);
});

test('[F7] transient fields other than those signed are refused', async () => {
  const { ledger, by } = await opened();
  const proposal = propose(by, 'probe:putPrivate', ['k'], { transient: new Map([['value', bytes('a')]]) });
  const changed = { ...proposal, transient: new Map([['value', bytes('b')]]) };
  await expect(ledger.order([changed])).rejects.toThrow('malformed');
});

test('[F8] a contract that takes chances is found out: the organisations disagree', async () => {
  const { ledger, by } = await opened();
  await expect(ledger.submit(by, 'chance:roll')).rejects.toThrow('endorsers_disagree');
});

test('[F8] one organisation of two, one twice, or an answer altered afterwards is ENDORSEMENT_POLICY_FAILURE', async () => {
  const { ledger, by } = await opened();
  const batch = Array.from({ length: 5 }, (_, index) => propose(by, 'probe:put', [`k${index}`, 'x']));
  const ordered = await ledger.order(batch);
  const broken = (index: number, change: (envelope: ReturnType<typeof decodeEnvelope>) => object): Ordered => {
    const envelope = decodeEnvelope(ordered[index]!.envelope);
    return { ...ordered[index]!, envelope: encodeEnvelope({ ...envelope, ...change(envelope) } as typeof envelope) };
  };
  const response = (index: number) => decodeEnvelope(ordered[index]!.envelope).response;
  const codes = ledger
    .commit([
      broken(0, ({ endorsements }) => ({ endorsements: endorsements.slice(0, 1) })),
      broken(1, ({ endorsements }) => ({ endorsements: [endorsements[0], endorsements[0]] })),
      broken(2, () => ({ response: response(3) })),
      broken(3, ({ endorsements }) => ({
        endorsements: endorsements.map((each) => ({ ...each, index: (each.index + 1) % each.size })),
      })),
      ordered[4]!,
    ])
    .committed.map(({ code }) => code);
  expect(codes).toEqual([...Array(4).fill('ENDORSEMENT_POLICY_FAILURE'), 'VALID']);
  expect(await ledger.evaluate(by, 'probe:range', '', '')).toEqual(['k4']);
});

test('[F9] a transaction counts once: replayed it is DUPLICATE_TXID, before and after', async () => {
  const { ledger, by } = await opened();
  const [ordered] = await ledger.order([propose(by, 'probe:increment', ['n'])]);
  expect(ledger.commit([ordered!, ordered!]).committed.map(({ code }) => code)).toEqual(['VALID', 'DUPLICATE_TXID']);
  expect(ledger.commit([ordered!]).committed[0]?.code).toBe('DUPLICATE_TXID');
  expect(await ledger.evaluate(by, 'probe:get', 'n')).toBe(1);
  const nonce = new Uint8Array(24).fill(7);
  const proposal = propose(by, 'probe:put', ['a', 'x'], { nonce });
  ledger.commit(await ledger.order([proposal]));
  await expect(ledger.order([proposal])).rejects.toThrow('replayed');
});

test('[F9] skewed clocks, foreign channels and broken signatures are refused by name', async () => {
  const { ledger, by } = await opened();
  for (const seconds of [noon - 901, noon + 901])
    await expect(ledger.order([propose(by, 'probe:number', [], { seconds })])).rejects.toThrow('clock_skew');
  await expect(ledger.order([propose(by, 'probe:number', [], { channel: 'other' })])).rejects.toThrow('wrong_channel');
  const proposal = propose(by, 'probe:put', ['k', 'x']);
  const bent = { ...proposal, signature: proposal.signature.map((byte, index) => (index === 9 ? byte ^ 1 : byte)) };
  await expect(ledger.order([bent])).rejects.toThrow('bad_signature');
  const [ordered] = await ledger.order([proposal]);
  const envelope = encodeEnvelope({ ...decodeEnvelope(ordered!.envelope), signature: bent.signature });
  expect(ledger.commit([{ ...ordered!, envelope }]).committed[0]?.code).toBe('BAD_CREATOR_SIGNATURE');
  // A bent signature on one's own id must not keep the honest transaction out.
  expect(ledger.commit([ordered!]).committed[0]?.code).toBe('VALID');
});

test('[F15] one signature over a batch of proposals: each counts alone, bent or borrowed places do not', async () => {
  const { ledger, by } = await opened();
  const other = await person('other', 'Org2');
  const proposals = Array.from({ length: 5 }, (_, index) => propose(by, 'probe:put', [`b${index}`, 'x']));
  const signed = proposals.map((each) => each.bytes);
  const signWith = (key: typeof by.privateKey) => (message: Uint8Array) => new Uint8Array(sign('sha256', message, key));
  const signatures = signProposals(sha256, signed, signWith(by.privateKey));
  expect(new Set(signatures.map((each) => toHex(each))).size).toBe(5);
  const batch = proposals.map((each, index) => ({ ...each, signature: signatures[index]! }));
  const ordered = await ledger.order(batch);
  const outcome = ledger.commit(ordered).committed.map(({ code }) => code);
  expect(outcome).toEqual(Array(5).fill('VALID'));

  // A copy that endorsed nothing checks every creator by itself: each alone, in any order.
  const verifier = new CreatorVerifier(crypto);
  const holds = (index: number, signature: Uint8Array, certificate = by.certificate) =>
    verifier.holds(certificate, signed[index]!, signature);
  for (const index of [4, 0, 3, 1, 2]) expect(holds(index, signatures[index]!)).toBe(true);
  // Somebody else's place, another certificate, another signer, and every bent byte.
  expect(holds(0, signatures[1]!)).toBe(false);
  expect(holds(0, signatures[0]!, other.certificate)).toBe(false);
  expect(holds(0, signProposals(sha256, signed, signWith(other.privateKey))[0]!)).toBe(false);
  for (let at = 0; at < signatures[2]!.length; at += 1)
    expect([
      at,
      holds(
        2,
        signatures[2]!.map((byte, index) => (index === at ? byte ^ 1 : byte)),
      ),
    ]).toEqual([at, false]);
  for (let length = 0; length < signatures[2]!.length; length += 1)
    expect(holds(2, signatures[2]!.subarray(0, length))).toBe(false);
  // One proposal needs no tree.
  const [alone] = signProposals(sha256, [signed[0]!], signWith(by.privateKey));
  expect([alone![0], holds(0, alone!)]).toEqual([0x30, true]);

  const bent = { ...propose(by, 'probe:put', ['c', 'x']), signature: signatures[0]! };
  await expect(ledger.order([bent])).rejects.toThrow('bad_signature');
  const [fresh] = await ledger.order([propose(by, 'probe:put', ['d', 'x'])]);
  const envelope = encodeEnvelope({ ...decodeEnvelope(fresh!.envelope), signature: signatures[3]! });
  expect(ledger.commit([{ ...fresh!, envelope }]).committed[0]?.code).toBe('BAD_CREATOR_SIGNATURE');
});

test('[F10] functions are found and counted as the shim does', async () => {
  const { ledger, by } = await opened();
  expect(await ledger.evaluate(by, 'number')).toBe(42);
  expect(await ledger.evaluate(by, 'probe:number')).toBe(42);
  for (const [call, words] of [
    ['nobody:number', 'Contract name is not known: nobody'],
    ['probe:nothing', "You've asked to invoke a function that does not exist: probe:nothing"],
    ['probe:_hidden', 'does not exist'],
    ['probe:getName', 'does not exist'],
    ['probe:constructor', 'does not exist'],
    ['probe:toString', 'does not exist'],
    ['probe:put', 'Expected 2 parameters, but 0 have been supplied'],
  ] as const)
    await expect(ledger.evaluate(by, call)).rejects.toThrow(words);
});

test('[F10] the history of a key is told newest first, deletions among it', async () => {
  const { ledger, by } = await opened();
  for (const value of ['1', '2']) await ledger.submit(by, 'probe:put', 'k', value);
  await ledger.submit(by, 'probe:remove', 'k');
  expect(await ledger.evaluate(by, 'probe:history', 'k')).toEqual([
    ['', true],
    ['2', false],
    ['1', false],
  ]);
});

test('[F14] blocks are cut by count, by bytes and by time', () => {
  const one = (size: number): Ordered => ({ envelope: new Uint8Array(size), privateValues: [] });
  const cutter = new BlockCutter<Ordered>({ count: 3, bytes: 100, milliseconds: 20 });
  expect(cutter.isDue(0)).toBe(false);
  cutter.add(one(10), 1000);
  expect([cutter.isDue(1019), cutter.isDue(1020), cutter.dueAt()]).toEqual([false, true, 1020]);
  for (let i = 0; i < 4; i += 1) cutter.add(one(10), 1001);
  expect(cutter.isDue(1001)).toBe(true);
  expect([cutter.cut(1001).length, cutter.waiting]).toEqual([3, 2]);
  cutter.add(one(90), 1002);
  expect(cutter.isDue(1002)).toBe(true);
  expect(cutter.cut(1002).map(({ envelope }) => envelope.length)).toEqual([10, 10]);
  cutter.add(one(500), 1003);
  expect(cutter.cut(1003).map(({ envelope }) => envelope.length)).toEqual([90]);
  expect(cutter.cut(1003).map(({ envelope }) => envelope.length)).toEqual([500]);
  expect([cutter.waiting, cutter.dueAt()]).toEqual([0, null]);
});

test('[F6] what stands in the log is all of the transaction and its code', async () => {
  const { ledger, by } = await opened();
  const { block } = ledger.commit(await ledger.order([propose(by, 'probe:put', ['k', 'x'])]));
  const entry = decodeEntry(block.entries[0]!);
  const { writes, reads } = decodeResponse(decodeEnvelope(entry.envelope).response);
  expect([entry.code, writes.map(({ key }) => key), reads]).toEqual(['VALID', ['k'], []]);
});
