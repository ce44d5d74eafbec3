/**
 * The Fabric adapter against a gateway service that speaks Fabric's protocol over gRPC and is played by the embedded chain: what is sent is what
 * Fabric's protobufs say, what is refused comes back by the contract's own words. It stands in for a peer; it is none.
 */
import { verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { exchangeServer } from '@hedun/capability-exchange/server';
import { openTestKernel } from '@hedun/core/testing-kernel';
import { readCertificate } from '@hedun/exchange/contracts';
import type { CapabilityServer } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  founding,
  noon,
  type Person,
  person,
  propose,
  sha256,
  type World,
  world,
} from '../../capabilities/exchange/engine/test/ledger-world.ts';
import { exportKey, newP256 } from '../../capabilities/exchange/src/server/ledger/crypto.ts';
import { FabricLedger, lowS } from '../../capabilities/exchange/src/server/ledger/fabric.ts';
import { openFabric, readerOf, readProfile } from '../../capabilities/exchange/src/server/ledger/fabric-profile.ts';
import { LedgerRefusal, type Signer } from '../../capabilities/exchange/src/server/ledger/port.ts';

const require = createRequire(import.meta.url);
const fromGateway = createRequire(require.resolve('@hyperledger/fabric-gateway'));
const grpc = fromGateway('@grpc/grpc-js');
const { common, gateway, msp, peer } = fromGateway('@hyperledger/fabric-protos');

let chain: World;
let admin: Person;
let server: { forceShutdown(): void };
let ledger: FabricLedger;
const results = new Map<string, { code: number; block: number }>();
const transients: Record<string, string>[] = [];
const signerOf = ({ msp: org, certificate, privateKey }: Person): Signer => ({ msp: org, certificate, privateKey });
/** Proposals of Fabric as proposals of the embedded chain, in the name of the same person. */
const people = new Map<string, Person>();

function decoded(signed: { getProposalBytes_asU8(): Uint8Array; getSignature_asU8(): Uint8Array }) {
  const proposal = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const channel = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  const signature = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  const identity = msp.SerializedIdentity.deserializeBinary(signature.getCreator_asU8());
  const payload = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec();
  const [call, ...args] = spec
    .getInput()
    .getArgsList_asU8()
    .map((each: Uint8Array) => Buffer.from(each).toString()) as string[];
  const transient = new Map<string, Uint8Array>();
  payload.getTransientmapMap().forEach((value: Uint8Array, name: string) => {
    transient.set(name, value);
  });
  const certificate = Buffer.from(identity.getIdBytes_asU8()).toString();
  // As a peer does: the creator's signature over the proposal's bytes.
  const key = new X509Certificate(certificate).publicKey;
  if (!verify('sha256', signed.getProposalBytes_asU8(), key, signed.getSignature_asU8()))
    throw new Error('bad signature');
  return {
    call: call!,
    args,
    transient,
    channel: channel.getChannelId() as string,
    id: channel.getTxId() as string,
    by: people.get(certificate)!,
    header,
  };
}
const failure = (message: string) => Object.assign(new Error(message), { code: grpc.status.ABORTED, details: message });

beforeAll(async () => {
  chain = world();
  admin = await person('管理员', 'Org1');
  people.set(admin.certificate, admin);
  const service = new grpc.Server();
  type Reply = (error: unknown, value?: unknown) => void;
  // biome-ignore lint/suspicious/noExplicitAny: protobuf messages of a library without types for this
  type Call = { request: any };
  service.addService(gateway.GatewayService, {
    evaluate: (call: Call, reply: Reply) => {
      const { call: fn, args, by } = decoded(call.request.getProposedTransaction());
      chain.evaluate(by, fn, ...args).then(
        (value) => {
          const answer = new peer.Response();
          answer.setStatus(200);
          answer.setPayload(Buffer.from(value === undefined ? '' : JSON.stringify(value)));
          const response = new gateway.EvaluateResponse();
          response.setResult(answer);
          reply(null, response);
        },
        (error: Error) => reply(failure(error.message.replace(/^contract: /, 'chaincode response 500, '))),
      );
    },
    endorse: (call: Call, reply: Reply) => {
      const asked = decoded(call.request.getProposedTransaction());
      transients.push(
        Object.fromEntries([...asked.transient].map(([name, value]) => [name, Buffer.from(value).toString()])),
      );
      const simulate = async () => {
        const [ordered] = await chain.order([
          propose(asked.by, asked.call, asked.args, { seconds: chain.clock, transient: asked.transient }),
        ]);
        const { committed } = chain.commit([ordered!]);
        results.set(asked.id, { code: committed[0]?.code === 'VALID' ? 0 : 11, block: chain.chain.height - 1 });
        const { readRecord } = await import('@hedun/exchange/ledger');
        return readRecord(sha256, chain.entries.at(-1)!).response.payload;
      };
      simulate().then(
        (payload) => {
          const response = new peer.Response();
          response.setStatus(200);
          response.setPayload(payload);
          const action = new peer.ChaincodeAction();
          action.setResponse(response);
          const proposalResponse = new peer.ProposalResponsePayload();
          proposalResponse.setExtension$(action.serializeBinary());
          const endorsed = new peer.ChaincodeEndorsedAction();
          endorsed.setProposalResponsePayload(proposalResponse.serializeBinary());
          const actionPayload = new peer.ChaincodeActionPayload();
          actionPayload.setAction(endorsed);
          const transactionAction = new peer.TransactionAction();
          transactionAction.setPayload(actionPayload.serializeBinary());
          const transaction = new peer.Transaction();
          transaction.setActionsList([transactionAction]);
          const whole = new common.Payload();
          whole.setHeader(asked.header);
          whole.setData(transaction.serializeBinary());
          const envelope = new common.Envelope();
          envelope.setPayload(whole.serializeBinary());
          const answer = new gateway.EndorseResponse();
          answer.setPreparedTransaction(envelope);
          reply(null, answer);
        },
        (error: Error) => reply(failure(error.message.replace(/^contract: /, 'chaincode response 500, '))),
      );
    },
    submit: (_call: Call, reply: Reply) => reply(null, new gateway.SubmitResponse()),
    commitStatus: (call: Call, reply: Reply) => {
      const request = gateway.CommitStatusRequest.deserializeBinary(call.request.getRequest_asU8());
      const { code, block } = results.get(request.getTransactionId())!;
      const answer = new gateway.CommitStatusResponse();
      answer.setResult(code);
      answer.setBlockNumber(block);
      reply(null, answer);
    },
    chaincodeEvents: (stream: { end(): void }) => stream.end(),
  });
  const port = await new Promise<number>((resolve, reject) =>
    service.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error: Error | null, bound: number) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  server = service;
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  ledger = new FabricLedger({
    domain: 'power',
    channel: 'power',
    chaincode: 'exchange',
    client,
    reader: signerOf(admin),
  });
});
afterAll(async () => {
  await ledger.close();
  server.forceShutdown();
});

test('[O7] through Fabric’s gateway protocol the same calls give the same answers and refusals', async () => {
  const by = signerOf(admin);
  const input = founding('power', 50, [{ ...admin, roles: ['authority'] }]);
  const founded = await ledger.submit(by, 'members:initialise', [input]);
  expect(founded).toMatchObject({ code: 'VALID', leaf: null });
  expect(JSON.parse(founded.payload)).toMatchObject({ thresholdPercent: 50, administrators: [admin.did] });
  expect(founded.transaction).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.parse(await ledger.evaluate(by, 'members:member', [admin.did]))).toMatchObject({
    name: '管理员',
    msp: 'Org1',
  });
  await expect(ledger.submit(by, 'members:initialise', [input])).rejects.toMatchObject({
    code: 'members.already_initialised',
    expected: 'a chain without members',
  });
  await expect(ledger.evaluate(by, 'nobody:x', [])).rejects.toThrow(LedgerRefusal);
  await ledger.submit(by, 'objects:definePolicy', [JSON.stringify({ id: 'p', text: 'a', tree: { has: 'a' } })]);
  const digest = (of: string) => Buffer.from(sha256(Buffer.from(of))).toString('hex');
  const object = {
    id: 'load',
    title: 'x',
    policy: 'p',
    ciphertextDigest: digest('c'),
    cidDigest: digest('bafy'),
    headerDigest: digest('h'),
    size: 1,
  };
  const published = await ledger.submit(by, 'objects:publish', [JSON.stringify(object)], {
    transient: new Map([['address', Buffer.from('bafy')]]),
  });
  expect(JSON.parse(published.payload)).toMatchObject({ id: 'load', version: 1, at: noon });
  expect(transients.at(-1)).toEqual({ address: 'bafy' });
  expect(readCertificate(admin.certificate).subject).toBe('管理员');
});

test('[O7] signatures go out as Fabric wants them: DER, the lower s', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const bytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
  const high = lowS(Buffer.concat([bytes(5n), bytes(order - 7n)]));
  expect(Buffer.from(high).toString('hex')).toBe('3006020105020107');
  const big = lowS(Buffer.concat([bytes(order - 1n), bytes(0x80n)]));
  expect(Buffer.from(big).subarray(0, 5).toString('hex')).toBe('3027022100');
});

const unreachable = { channel: 'c', chaincode: 'exchange', peer: '127.0.0.1:1', tls: null, deadlineMs: 500 };
const authority = () => exportKey(newP256().privateKey);

test('[O7] a profile is read or refused with the place', () => {
  const organisations = [{ msp: 'Org1', authority: 'k' }];
  expect(readProfile(JSON.stringify({ grid: { ...unreachable, organisations } })).grid).toMatchObject({
    peer: '127.0.0.1:1',
  });
  for (const [text, got] of [
    ['{', 'JSON'],
    [JSON.stringify({ grid: { ...unreachable, organisations: [] } }), 'grid.organisations'],
    [JSON.stringify({ grid: { ...unreachable, organisations, peer: 'nowhere' } }), 'grid.peer'],
    [JSON.stringify({ grid: { ...unreachable, organisations, tls: '' } }), 'grid.tls'],
  ] as const)
    expect(() => readProfile(text)).toThrow(expect.objectContaining({ got: expect.stringContaining(got) }));
});

test('[O7] a domain named in the setting is on Fabric, the others stay embedded; what Fabric cannot prove is refused by name', async () => {
  const kernel = await openTestKernel({ capabilities: [exchangeServer as unknown as CapabilityServer] });
  try {
    const run = async <T>(operation: string, input: unknown) => (await kernel.run(`exchange.${operation}`, input)) as T;
    const create = (domain: string) =>
      run<{ id: string }>('createLedger', { organisationId: kernel.root, domain, title: domain });
    const [grid, market] = [await create('grid'), await create('market')];
    const organisations = [{ msp: 'PowerMSP', authority: authority() }];
    const profile = JSON.stringify({ grid: { ...unreachable, organisations } });
    await kernel.run('kernel.setSetting', { id: 'exchange.fabric', value: profile });
    // Certified by the organisation that the profile names.
    const identity = await run<{ id: string; msp: string }>('enrol', { ledgerId: grid.id });
    expect(identity.msp).toBe('PowerMSP');
    const administrators = [{ identityId: identity.id, roles: [] }];
    await expect(run('foundLedger', { ledgerId: grid.id, administrators })).rejects.toMatchObject({
      code: 'exchange.ledger',
      where: 'gateway',
    });
    await expect(run('proveTransaction', { ledgerId: grid.id, transaction: 'a'.repeat(64) })).rejects.toMatchObject({
      code: 'exchange.ledger',
      got: expect.stringContaining('Hyperledger Fabric'),
    });
    const { items } = await run<{ items: { domain: string; founded: boolean }[] }>('listLedgers', {});
    expect(items.find(({ domain }) => domain === 'grid')?.founded).toBe(false);
    const own = await run<{ id: string; msp: string }>('enrol', { ledgerId: market.id });
    expect(own.msp).toBe('Org1');
    await run('foundLedger', { ledgerId: market.id, administrators: [{ identityId: own.id, roles: [] }] });
  } finally {
    await kernel.close();
  }
});

/** A file with the setting's text for a running network that has the contracts as chaincode and nothing founded on it. */
const network = process.env.FABRIC_PROFILE;
test.skipIf(!network)(
  `[O7] on a Fabric network (${network ? network : 'skipped: FABRIC_PROFILE names no connection profile'})`,
  async () => {
    const [[domain, profile] = []] = Object.entries(readProfile(readFileSync(network ?? '', 'utf8')));
    if (!domain || !profile) throw new Error('profile: expected a domain, got none');
    // Through the platform: it is certified by the network's own organisation, founds the consortium.
    const kernel = await openTestKernel({
      capabilities: [exchangeServer as unknown as CapabilityServer],
    });
    // A network judges certificates by its own clock.
    kernel.clock.advance(Date.now() - kernel.clock.now().getTime());
    try {
      const run = async <T>(operation: string, input: unknown) =>
        (await kernel.run(`exchange.${operation}`, input)) as T;
      await kernel.run('kernel.setSetting', {
        id: 'exchange.fabric',
        value: readFileSync(network ?? '', 'utf8'),
      });
      const ledger = await run<{ id: string }>('createLedger', { organisationId: kernel.root, domain, title: domain });
      const { id, did } = await run<{ id: string; did: string }>('enrol', { ledgerId: ledger.id });
      const administrators = [{ identityId: id, roles: ['authority'] }];
      await run('foundLedger', { ledgerId: ledger.id, administrators });
      const { items } = await run<{ items: { did: string }[] }>('listMembers', { ledgerId: ledger.id });
      expect(items.map((each) => each.did)).toEqual([did]);

      const context = { folder: () => 'test' } as unknown as Parameters<typeof openFabric>[0];
      const real = await openFabric(context, domain, profile);
      const signer = await readerOf(profile);
      expect(JSON.parse(await real.evaluate(signer, 'members:member', [did]))).toMatchObject({ did, msp: signer.msp });
      await expect(
        real.submit(signer, 'attributes:define', [JSON.stringify({ id: 'a', title: 'a', kind: 'flag' })]),
      ).rejects.toMatchObject({
        code: 'caller.restricted',
      });
    } finally {
      await kernel.close();
    }
  },
  60_000,
);
