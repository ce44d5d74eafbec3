/**
 * `node tools/fabric-up.ts -- node tools/fabric-trace.ts [FILE]`: plays the scripted scenario of the golden traces on a real Fabric network and
 * keeps what its peers noted of every transaction: read and write sets, ranges, hashes of private values, events, answers, validation codes.
 * A test replays the file on the embedded ledger and expects the same.
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { encodeProposal, toBase64, toHex, transientHash, versionOf } from '@hedun/exchange/ledger';
import {
  byKey,
  type Call,
  hashOfWorld,
  type People,
  play,
  type Trace,
  type TracedTransaction,
} from '../capabilities/exchange/engine/test/golden-trace.ts';
import { type Person, sha256 } from '../capabilities/exchange/engine/test/ledger-world.ts';
import { gatewayOf, validationCode } from '../capabilities/exchange/src/server/ledger/fabric.ts';
import {
  clientOf,
  memberOf,
  readerOf,
  readProfile,
} from '../capabilities/exchange/src/server/ledger/fabric-profile.ts';

const file = process.argv[2] ?? new URL('../capabilities/exchange/engine/test/golden/fabric.json', import.meta.url);
const require = createRequire(import.meta.url);
const { common, ledger, msp, peer } = createRequire(require.resolve('@hyperledger/fabric-gateway'))(
  '@hyperledger/fabric-protos',
);
const { ChaincodeAction, ChaincodeActionPayload, ChaincodeEvent, ProposalResponsePayload, Transaction } = peer;
const { HashedRWSet, KVRWSet } = ledger.rwset.kvrwset;

const [profile] = Object.values(readProfile(readFileSync(process.env.FABRIC_PROFILE ?? '', 'utf8')));
if (!profile) throw new Error('FABRIC_PROFILE: expected a domain, got none');
const { channel, chaincode } = profile;
const client = await clientOf(profile);
const reader = gatewayOf(client, await readerOf(profile));

const calls = new Map<string, Call>();
let lastBlock = 0n;
await play(await people(), Math.floor(Date.now() / 1000), async (...block) => {
  const endorsed = await Promise.all(
    block.map(async ([by, call, args, transient = new Map<string, Uint8Array>()]) =>
      gatewayOf(client, by)
        .getNetwork(channel)
        .getContract(chaincode)
        .newProposal(call, { arguments: [...args], transientData: Object.fromEntries(transient) })
        .endorse(),
    ),
  );
  const submitted = [];
  // In their order: each is acknowledged by the orderer before the next is sent.
  for (const each of endorsed) submitted.push(await each.submit());
  const statuses = await Promise.all(submitted.map((each) => each.getStatus()));
  if (new Set(statuses.map(({ blockNumber }) => blockNumber)).size > 1)
    throw new Error('trace: expected the calls in one block, got several; record it again');
  for (const [index, { transactionId, blockNumber }] of statuses.entries()) {
    calls.set(transactionId, block[index]!);
    lastBlock = blockNumber;
  }
  return statuses.map(({ transactionId }) => ({ transaction: transactionId }));
});

const blocks: TracedTransaction[][] = [];
const world = new Map<string, readonly [value: string, version: number]>();
let firstBlock: number | null = null;
const stream = await reader.getNetwork(channel).getBlockEvents({ startBlock: 0n });
for await (const block of stream) {
  const number = Number(block.getHeader()?.getNumber() ?? 0);
  const transactions = readBlock(block, (at) => versionOf(at.block - (firstBlock ?? number), at.index));
  if (transactions.length > 0) {
    firstBlock ??= number;
    for (const [index, { writes, code }] of transactions.entries())
      for (const [key, value] of code === 'VALID' ? writes : [])
        if (value === null) world.delete(key);
        else world.set(key, [value, versionOf(number - firstBlock, index)]);
    blocks.push(transactions);
  }
  if (BigInt(number) >= lastBlock) break;
}
stream.close();
const trace: Trace = {
  recordedOn: 'Hyperledger Fabric 2.5.0',
  channel,
  blocks,
  worldHash: hashOfWorld([...world].map(([key, [value, version]]) => [key, value, version])),
};
writeFileSync(file, `${JSON.stringify(trace, null, 1)}\n`);
console.log(trace.blocks.map((block) => block.map(({ call, code }) => `${call} ${code}`).join(' | ')).join('\n'));
reader.close();
client.close();

/** Whom the organisations' own authorities certify. */
async function people(): Promise<People> {
  const [first, second] = profile!.organisations;
  const person = async (organisation: typeof first, name: string): Promise<Person> => ({
    ...(await memberOf(organisation!, name)),
    did: `did:hedun:${channel}:${name}`,
    name,
  });
  return {
    one: await person(first, '调度管理员'),
    two: await person(second, '营销管理员'),
    authority: await person(first, '属性授权员'),
    analyst: await person(second, '负荷分析员'),
  };
}

/** The transactions of the contracts in a block; blocks of configuration and of the chaincode's life cycle have none. */
// biome-ignore lint/suspicious/noExplicitAny: protobuf messages of a library without types for this
function readBlock(block: any, version: (at: { block: number; index: number }) => number): TracedTransaction[] {
  const codes: Uint8Array = block.getMetadata().getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const at = (of: any) => (of ? version({ block: of.getBlockNum(), index: of.getTxNum() }) : null);
  return block
    .getData()
    .getDataList_asU8()
    .flatMap((bytes: Uint8Array, index: number) => {
      const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
      const header = common.ChannelHeader.deserializeBinary(payload.getHeader().getChannelHeader_asU8());
      const made = calls.get(header.getTxId());
      if (!made) return [];
      const [{ certificate, msp: org }, call, args, transient = new Map<string, Uint8Array>()] = made;
      const signer = common.SignatureHeader.deserializeBinary(payload.getHeader().getSignatureHeader_asU8());
      const creator = msp.SerializedIdentity.deserializeBinary(signer.getCreator_asU8());
      if (creator.getMspid() !== org || Buffer.from(creator.getIdBytes_asU8()).toString() !== certificate)
        throw new Error(`trace: expected ${call} by its caller`);
      const [action] = Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
      const response = ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8())
        .getAction()
        .getProposalResponsePayload_asU8();
      const result = ChaincodeAction.deserializeBinary(
        ProposalResponsePayload.deserializeBinary(response).getExtension_asU8(),
      );
      const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(result.getResults_asU8())
        .getNsRwsetList()
        .find((each: { getNamespace(): string }) => each.getNamespace() === chaincode);
      const open = KVRWSet.deserializeBinary(sets?.getRwset_asU8() ?? new Uint8Array(0));
      const hidden = (sets?.getCollectionHashedRwsetList() ?? []).map(
        (each: { getCollectionName(): string; getHashedRwset_asU8(): Uint8Array }) => ({
          collection: each.getCollectionName(),
          set: HashedRWSet.deserializeBinary(each.getHashedRwset_asU8()),
        }),
      );
      const event =
        result.getEvents_asU8().length > 0 ? ChaincodeEvent.deserializeBinary(result.getEvents_asU8()) : null;
      const time = header.getTimestamp();
      const traced: TracedTransaction = {
        transaction: header.getTxId(),
        proposal: toBase64(
          encodeProposal({
            channel,
            call,
            args,
            creator: { msp: org, certificate },
            nonce: signer.getNonce_asU8(),
            seconds: time.getSeconds(),
            nanos: time.getNanos(),
            transientHash: transientHash(sha256, transient),
          }),
        ),
        transient: Object.fromEntries([...transient].map(([name, value]) => [name, toBase64(value)])),
        call,
        // biome-ignore-start lint/suspicious/noExplicitAny: as above
        reads: byKey(open.getReadsList().map((each: any) => [each.getKey(), at(each.getVersion())])),
        ranges: open
          .getRangeQueriesInfoList()
          .map((each: any) => [each.getStartKey(), each.getEndKey(), each.getItrExhausted(), resultsOf(each)]),
        writes: byKey(
          open
            .getWritesList()
            .map((each: any) => [
              each.getKey(),
              each.getIsDelete() ? null : Buffer.from(each.getValue_asU8()).toString(),
            ]),
        ),
        privateReads: byKey(
          hidden.flatMap(({ collection, set }: any) =>
            set
              .getHashedReadsList()
              .map((each: any) => [`${collection}/${toHex(each.getKeyHash_asU8())}`, at(each.getVersion())]),
          ),
        ),
        privateWrites: byKey(
          hidden.flatMap(({ collection, set }: any) =>
            set
              .getHashedWritesList()
              .map((each: any) => [
                `${collection}/${toHex(each.getKeyHash_asU8())}`,
                each.getIsDelete() ? null : toHex(each.getValueHash_asU8()),
              ]),
          ),
        ),
        // biome-ignore-end lint/suspicious/noExplicitAny: as above
        event: event ? [event.getEventName(), Buffer.from(event.getPayload_asU8()).toString()] : null,
        payload: Buffer.from(result.getResponse().getPayload_asU8()).toString(),
        code: validationCode(codes[index] ?? 255),
      };
      return [traced];
    });
}

/** How many keys a range gave. */
// biome-ignore lint/suspicious/noExplicitAny: as above
function resultsOf(range: any): number {
  // Beyond some fifty Fabric keeps hashes instead, which tell no number.
  if (range.hasReadsMerkleHashes()) throw new Error('trace: expected every range with its reads, got hashes');
  return range.getRawReads()?.getKvReadsList().length ?? 0;
}
