/**
 * A world for the pure ledger in tests: keys, certificates, a clock that stands still, chains of several organisations in memory.
 * @module
 */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
  webcrypto,
  X509Certificate,
} from 'node:crypto';
import { contracts } from '../src/contracts/index.ts';
import { issueCertificate } from '../src/identity/index.ts';
import {
  assemble,
  Chain,
  ContractRuntime,
  type EndorsementPolicy,
  Endorser,
  encodeBlock,
  encodeEnvelope,
  encodeProposal,
  formatKey,
  type LedgerCrypto,
  type NoteKey,
  type Ordered,
  type PrivateValue,
  type ProofCrypto,
  type RunnableContract,
  type SignedProposal,
  signNote,
  transientHash,
} from '../src/ledger/index.ts';

export const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const byCertificate = new Map<string, KeyObject>();
/** A key that cannot be read is a signature that does not hold. */
function attempt(work: () => boolean): boolean {
  try {
    return work();
  } catch {
    return false;
  }
}
const strict: LedgerCrypto & ProofCrypto = {
  sha256,
  verifyByCertificate: (certificate, message, signature) => {
    let key = byCertificate.get(certificate);
    if (!key) {
      key = new X509Certificate(certificate).publicKey;
      byCertificate.set(certificate, key);
    }
    return verify('sha256', message, key, signature);
  },
  verifyByKey: (spki, message, signature) =>
    verify('sha256', message, createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }), signature),
  verifyEd25519: (publicKey, message, signature) =>
    verify(
      null,
      message,
      createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
        format: 'jwk',
      }),
      signature,
    ),
};
export const crypto: LedgerCrypto & ProofCrypto = {
  sha256,
  verifyByCertificate: (...args) => attempt(() => strict.verifyByCertificate(...args)),
  verifyByKey: (...args) => attempt(() => strict.verifyByKey(...args)),
  verifyEd25519: (...args) => attempt(() => strict.verifyEd25519(...args)),
};
export const p256 = () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    ...pair,
    spki: new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' })),
    sign: (message: Uint8Array) => new Uint8Array(sign('sha256', message, pair.privateKey)),
  };
};
export function noteSigner(name: string, kind: NoteKey['kind']) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'));
  const key: NoteKey = { name, kind, publicKey: raw };
  return {
    key,
    text: formatKey(sha256, key),
    sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)),
  };
}

/** 2026-11-25 08:00 UTC: a working hour by the ordinary rules. */
export const noon = Date.UTC(2026, 10, 25, 8) / 1000;

export interface Person {
  readonly did: string;
  readonly msp: string;
  readonly name: string;
  readonly certificate: string;
  readonly serial: string;
  readonly privateKey: KeyObject;
}
let serials = 0;
export async function person(
  name: string,
  msp: string,
  validity: { readonly from?: number; readonly to?: number } = {},
): Promise<Person> {
  const pair = p256();
  serials += 1;
  const serial = (0x4000_0000 + serials).toString(16);
  const importKey = (key: KeyObject, usage: 'sign' | 'verify') =>
    webcrypto.subtle.importKey(
      usage === 'sign' ? 'pkcs8' : 'spki',
      usage === 'sign'
        ? key.export({ format: 'der', type: 'pkcs8' })
        : createPublicKey(key).export({ format: 'der', type: 'spki' }),
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      [usage],
    );
  const certificate = await issueCertificate(
    webcrypto as never,
    {
      name,
      organisation: msp,
      serial,
      notBefore: new Date((validity.from ?? noon - 86_400) * 1000),
      notAfter: new Date((validity.to ?? noon + 365 * 86_400) * 1000),
      publicKey: (await importKey(pair.privateKey, 'verify')) as never,
      authority: false,
    },
    { name: `ca.${msp}`, organisation: msp, signingKey: (await importKey(pair.privateKey, 'sign')) as never },
  );
  return { did: `did:hedun:test:${name}`, msp, name, certificate, serial, privateKey: pair.privateKey };
}

export function propose(
  by: Person,
  call: string,
  args: readonly string[],
  options: {
    readonly channel?: string;
    readonly seconds?: number;
    readonly transient?: ReadonlyMap<string, Uint8Array>;
    readonly nonce?: Uint8Array;
  } = {},
): SignedProposal {
  const transient = options.transient ?? new Map<string, Uint8Array>();
  const bytes = encodeProposal({
    channel: options.channel ?? 'power',
    call,
    args,
    creator: { msp: by.msp, certificate: by.certificate },
    nonce: options.nonce ?? new Uint8Array(randomBytes(24)),
    seconds: options.seconds ?? noon,
    nanos: 0,
    transientHash: transientHash(sha256, transient),
  });
  const signature = new Uint8Array(sign('sha256', bytes, by.privateKey));
  return { bytes, signature, transient };
}

export interface World {
  readonly chain: Chain;
  /** Encoded blocks and leaves, as a log would keep them. */
  readonly blocks: Uint8Array[];
  readonly entries: Uint8Array[];
  readonly organisations: Readonly<Record<string, ReturnType<typeof p256>>>;
  readonly endorsers: readonly Endorser[];
  readonly policy: EndorsementPolicy;
  readonly log: ReturnType<typeof noteSigner>;
  clock: number;
  order(proposals: readonly SignedProposal[]): Promise<readonly Ordered[]>;
  commit(ordered: readonly Ordered[]): ReturnType<Chain['prepare']>;
  submit(by: Person, call: string, ...args: string[]): Promise<unknown>;
  submitWith(transient: ReadonlyMap<string, Uint8Array>, by: Person, call: string, ...args: string[]): Promise<unknown>;
  evaluate(by: Person, call: string, ...args: string[]): Promise<unknown>;
}

/** A chain whose two organisations both endorse on the same copy of the state. */
export function world(
  options: { readonly channel?: string; readonly contracts?: readonly RunnableContract[] } = {},
): World {
  const channel = options.channel ?? 'power';
  const keys = { Org1: p256(), Org2: p256() };
  const policy: EndorsementPolicy = {
    required: 2,
    organisations: new Map(Object.entries(keys).map(([msp, { spki }]) => [msp, spki])),
  };
  const log = noteSigner(`${channel}.example/log`, 'log');
  const entries: Uint8Array[] = [];
  const chain = new Chain({
    channel,
    policy,
    crypto,
    origin: log.key.name,
    signCheckpoint: (body) => signNote(sha256, body, log.key, log.sign),
    readEntry: async (leaf) => entries[leaf]!,
  });
  const runtime = new ContractRuntime(
    options.contracts ?? contracts.map((each) => new each() as unknown as RunnableContract),
    sha256,
  );
  const made: World = {
    chain,
    blocks: [],
    entries,
    organisations: keys,
    policy,
    log,
    clock: noon,
    endorsers: Object.entries(keys).map(
      ([msp, key]) =>
        new Endorser({
          msp,
          channel,
          runtime,
          crypto,
          view: chain.view(),
          sign: key.sign,
          nowSeconds: () => made.clock,
          isKnown: (transaction) => chain.isKnown(transaction),
        }),
    ),
    order: async (proposals) => {
      const answers = await Promise.all(made.endorsers.map((endorser) => endorser.endorse(proposals)));
      return proposals.map((proposal, index) => {
        const assembled = assemble(
          proposal,
          answers.map((answer) => answer[index]!),
        );
        if (assembled.kind === 'refused') throw new Error(`${assembled.code}: ${assembled.message}`);
        return { envelope: encodeEnvelope(assembled.envelope), privateValues: assembled.privateValues };
      });
    },
    commit: (ordered) => {
      const prepared = chain.prepare(ordered, made.clock * 1000);
      entries.push(...prepared.block.entries);
      made.blocks.push(encodeBlock(prepared.block));
      chain.apply(prepared.block);
      return prepared;
    },
    submit: (by, call, ...args) => made.submitWith(new Map(), by, call, ...args),
    submitWith: async (transient, by, call, ...args) => {
      const proposal = propose(by, call, args, { channel, seconds: made.clock, transient });
      const answers = await Promise.all(made.endorsers.map((endorser) => endorser.endorse([proposal])));
      const assembled = assemble(
        proposal,
        answers.map((answer) => answer[0]!),
      );
      if (assembled.kind === 'refused') throw new Error(`${assembled.code}: ${assembled.message}`);
      const privateValues: readonly PrivateValue[] = assembled.privateValues;
      const { committed } = made.commit([{ envelope: encodeEnvelope(assembled.envelope), privateValues }]);
      if (committed[0]?.code !== 'VALID') throw new Error(String(committed[0]?.code));
      const text = Buffer.from(assembled.payload).toString();
      return text === '' ? undefined : JSON.parse(text);
    },
    evaluate: async (by, call, ...args) => {
      const result = await made.endorsers[0]!.simulate(propose(by, call, args, { channel, seconds: made.clock }));
      if (!('response' in result)) throw new Error(`${result.code}: ${result.message}`);
      const text = Buffer.from(result.response.payload).toString();
      return text === '' ? undefined : JSON.parse(text);
    },
  };
  return made;
}

export const founding = (
  domain: string,
  thresholdPercent: number,
  founders: readonly (Person & { roles: string[] })[],
) =>
  JSON.stringify({
    domain,
    thresholdPercent,
    administrators: founders.map(({ did, name, msp, certificate, roles }) => ({
      did,
      name,
      organisation: msp,
      msp,
      roles,
      certificate,
    })),
  });
