/**
 * The contracts of the exchange under Hyperledger's own Node shim (fabric-shim: dispatch, stub, client identity, marshalling), beside the embedded ledger.
 * The shim's peer is played by a handler over the same state; what it is asked to read and write, what is answered and which event leaves
 * must be what the embedded stub records. `npm ci --prefix tools/fabric` installs the shim.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { contracts } from '@hedun/exchange/contracts';
import {
  ContractRuntime,
  decodeProposal,
  type RunnableContract,
  type StateView,
  transactionId,
} from '@hedun/exchange/ledger';
import { describe, expect, test } from 'vitest';
import { founding, person, propose, sha256, world } from '../../capabilities/exchange/engine/test/ledger-world.ts';

const manifest = path.resolve(import.meta.dirname, '../fabric/package.json');
const present = existsSync(path.resolve(import.meta.dirname, '../fabric/node_modules/fabric-shim/package.json'));
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

interface Recorded {
  readonly reads: string[];
  readonly ranges: [string, string][];
  readonly writes: [string, string | null][];
  readonly privateWrites: string[];
}

/** A peer's side of the shim's stream, over a state. */
function handlerOver(view: StateView, recorded: Recorded) {
  return {
    handleGetState: async (collection: string, key: string) => {
      if (collection) return Buffer.from(view.privateValues.get(`${collection}/${key}`) ?? []);
      if (!recorded.reads.includes(key)) recorded.reads.push(key);
      return Buffer.from(view.world.get(key)?.value ?? []);
    },
    handlePutState: async (collection: string, key: string, value: Uint8Array) => {
      if (collection) recorded.privateWrites.push(`${collection}/${key}`);
      else {
        const before = recorded.writes.findIndex(([name]) => name === key);
        if (before >= 0) recorded.writes[before] = [key, text(value)];
        else recorded.writes.push([key, text(value)]);
      }
    },
    handleDeleteState: async (_collection: string, key: string) => void recorded.writes.push([key, null]),
    handleGetStateByRange: async (_collection: string, start: string, end: string) => {
      recorded.ranges.push([start, end]);
      const source = view.world.range(start, end);
      return {
        iterator: {
          next: async () => {
            const next = source.next();
            if (next.done) return { done: true };
            return {
              value: { namespace: '', key: next.value[0], value: Buffer.from(next.value[1].value) },
              done: false,
            };
          },
          close: async () => undefined,
        },
      };
    },
  };
}

describe.skipIf(!present)(
  `the contracts under fabric-shim${present ? '' : ' (skipped: npm ci --prefix tools/fabric)'}`,
  () => {
    test('[F12] the same proposals give the same reads, writes, events and answers as on the embedded ledger', async () => {
      const require = createRequire(manifest);
      const ChaincodeFromContract = require('fabric-shim/lib/contract-spi/chaincodefromcontract.js');
      const ChaincodeStub = require('fabric-shim/lib/stub.js');
      const { peer, common, msp } = createRequire(require.resolve('fabric-shim'))('@hyperledger/fabric-protos');
      const { Timestamp } = createRequire(require.resolve('fabric-shim'))(
        'google-protobuf/google/protobuf/timestamp_pb.js',
      );
      const { JSONSerializer } = createRequire(require.resolve('fabric-shim'))('fabric-contract-api');
      const chaincode = new ChaincodeFromContract(
        [...contracts],
        { serializers: { jsonSerializer: JSONSerializer }, transaction: 'jsonSerializer' },
        {},
        'exchange',
        '1',
      );
      const runtime = new ContractRuntime(
        contracts.map((each) => new each() as unknown as RunnableContract),
        sha256,
      );

      function stubFor(proposalBytes: Uint8Array, transient: ReadonlyMap<string, Uint8Array>, handler: unknown) {
        const proposal = decodeProposal(proposalBytes);
        const identity = new msp.SerializedIdentity();
        identity.setMspid(proposal.creator.msp);
        identity.setIdBytes(Buffer.from(proposal.creator.certificate));
        const signatureHeader = new common.SignatureHeader();
        signatureHeader.setCreator(identity.serializeBinary());
        signatureHeader.setNonce(proposal.nonce);
        const timestamp = new Timestamp();
        timestamp.setSeconds(proposal.seconds);
        timestamp.setNanos(proposal.nanos);
        const channelHeader = new common.ChannelHeader();
        channelHeader.setTimestamp(timestamp);
        channelHeader.setChannelId(proposal.channel);
        const header = new common.Header();
        header.setChannelHeader(channelHeader.serializeBinary());
        header.setSignatureHeader(signatureHeader.serializeBinary());
        const payload = new peer.ChaincodeProposalPayload();
        payload.setInput(Buffer.from('input'));
        for (const [name, value] of transient) payload.getTransientmapMap().set(name, value);
        const whole = new peer.Proposal();
        whole.setHeader(header.serializeBinary());
        whole.setPayload(payload.serializeBinary());
        const signed = new peer.SignedProposal();
        signed.setProposalBytes(whole.serializeBinary());
        const input = new peer.ChaincodeInput();
        input.setArgsList([proposal.call, ...proposal.args].map((each) => Buffer.from(each)));
        return new ChaincodeStub(handler, proposal.channel, transactionId(sha256, proposal), input, signed);
      }

      const json = JSON.stringify;
      const ledger = world();
      const [admin, analyst] = await Promise.all([person('管理员', 'Org1'), person('分析员', 'Org2')]);
      const address = new Map([['address', Buffer.from('bafy')]]);
      const digest = (of: string) => Buffer.from(sha256(Buffer.from(of))).toString('hex');
      const object = {
        id: 'load',
        title: '负荷',
        policy: 'p',
        ciphertextDigest: digest('c'),
        cidDigest: digest('bafy'),
        headerDigest: digest('h'),
        size: 9,
      };
      const { did, name, msp: org, certificate } = analyst;
      const register = {
        kind: 'register',
        did,
        name,
        organisation: '营销部',
        msp: org,
        roles: ['member'],
        certificate,
      };
      const calls: [typeof admin, string, string[], ReadonlyMap<string, Uint8Array>?][] = [
        [admin, 'members:initialise', [founding('power', 50, [{ ...admin, roles: ['authority', 'supervisor'] }])]],
        [admin, 'members:initialise', [founding('power', 50, [{ ...admin, roles: [] }])]],
        [admin, 'members:propose', [json(register)]],
        [admin, 'members:vote', ['nothing', 'yes']],
        [admin, 'identity:registerDid', ['did:hedun:power:x', json({ id: 'did:hedun:power:x' })]],
        [admin, 'attributes:define', [json({ id: 'dept', title: '部门', kind: 'word' })]],
        [admin, 'attributes:grant', [json({ attribute: 'dept', value: '调度', holder: admin.did })]],
        [admin, 'objects:definePolicy', [json({ id: 'p', text: 'dept:调度', tree: { has: 'dept:调度' } })]],
        [admin, 'objects:publish', [json(object)], address],
        [admin, 'access:request', ['load', '自取']],
        [analyst, 'access:request', ['load', '陌生人']],
        [admin, 'supervision:inspect', [admin.did]],
        [admin, 'supervision:rules', []],
        [admin, 'provenance:dataPath', ['load']],
        [admin, 'domains:domains', []],
        [admin, 'attributes:holder', [admin.did]],
        [admin, 'attributes:nothing', []],
        [admin, 'attributes:define', []],
        [admin, 'nobody:x', []],
        [admin, 'supervision:_standing', []],
      ];
      let compared = 0;
      for (const [by, call, args, transient = new Map()] of calls) {
        const proposal = propose(by, call, args, { transient });
        const { response, privateValues } = await runtime.simulate(proposal.bytes, transient, ledger.chain.view());
        const recorded: Recorded = { reads: [], ranges: [], writes: [], privateWrites: [] };
        const stub = stubFor(proposal.bytes, transient, handlerOver(ledger.chain.view(), recorded));
        const answer = await chaincode.Invoke(stub);
        expect([call, answer.status, answer.message ?? '']).toEqual([call, response.status, response.message]);
        if (response.status === 200) {
          expect(text(answer.payload ?? new Uint8Array(0))).toBe(text(response.payload));
          expect(recorded.reads).toEqual(response.reads.map(({ key }) => key));
          expect(recorded.writes).toEqual(
            response.writes.map(({ key, value }) => [key, value === null ? null : text(value)]),
          );
          expect(recorded.ranges.map(([start]) => start)).toEqual(response.ranges.map(({ start }) => start));
          expect(recorded.privateWrites).toEqual(privateValues.map(({ collection, key }) => `${collection}/${key}`));
          const event = stub.chaincodeEvent;
          expect(event ? [event.getEventName(), text(event.getPayload_asU8())] : null).toEqual(
            response.event ? [response.event.name, text(response.event.payload)] : null,
          );
          if (response.writes.length > 0) ledger.commit(await ledger.order([proposal]));
        }
        compared += 1;
      }
      expect(compared).toBe(calls.length);
      expect(ledger.chain.size).toBeGreaterThan(8);
    });
  },
);
