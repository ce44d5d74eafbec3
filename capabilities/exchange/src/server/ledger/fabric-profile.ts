/**
 * The setting that puts domains on Hyperledger Fabric: for each, the channel, the chaincode, a peer's gateway and the organisations whose authorities
 * certify members. A domain that is not named stays on the embedded ledger. Nothing is connected before a domain is first used.
 * @module
 */
import { createHash, createPrivateKey } from 'node:crypto';
import { Failure } from '@hedun/sdk';
import { z } from 'zod';
import type { LedgerRow } from '../../ledger-shapes.ts';
import type { Here } from '../here.ts';
import { certify, newP256 } from './crypto.ts';
import { FabricLedger } from './fabric.ts';
import type { Signer } from './port.ts';

const Organisation = z.strictObject({
  msp: z.string().min(1).max(100),
  /** Private key of the organisation's certificate authority, PEM; its certificate names it CN=ca.MSP, O=MSP, and stands in the channel's MSP. */
  authority: z.string().min(1),
});
const FabricDomain = z.strictObject({
  channel: z.string().min(1).max(249),
  chaincode: z.string().min(1).max(100),
  /** Host and port of a peer's gateway service. */
  peer: z.string().regex(/^[A-Za-z0-9.-]+:\d{1,5}$/),
  /** PEM of the authority of the peer's TLS certificate; null only for a peer without TLS. */
  tls: z.string().min(1).nullable(),
  /** The name in the peer's TLS certificate, where it is not the host's. */
  serverName: z.string().min(1).optional(),
  deadlineMs: z.number().int().min(100).max(600_000).default(30_000),
  organisations: z.array(Organisation).min(1).max(50),
});
export type FabricDomain = z.output<typeof FabricDomain>;
const Profile = z.record(z.string(), FabricDomain);

/** What the setting says of a domain; null where it stays on the embedded ledger. */
export async function fabricDomain(context: Here, row: Pick<LedgerRow, 'domain'>): Promise<FabricDomain | null> {
  const text = String((await context.setting('fabric')) ?? '').trim();
  if (text === '') return null;
  return readProfile(text)[row.domain] ?? null;
}
/** @throws Failure where the setting is no connection profile */
export function readProfile(text: string): Readonly<Record<string, FabricDomain>> {
  const wrong = (got: string) =>
    new Failure('exchange.ledger', {
      where: 'exchange.fabric',
      expected: 'a connection profile: JSON with channel, chaincode, peer, tls and organisations for each domain',
      got,
      values: { code: 'fabric.profile' },
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : 'no JSON');
  }
  const read = Profile.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw wrong(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

const opened = new Map<string, Promise<FabricLedger>>();
/** One connection for a profile and a domain; a changed profile is another one. */
export function openFabric(context: Here, domain: string, profile: FabricDomain): Promise<FabricLedger> {
  const name = createHash('sha256')
    .update(JSON.stringify([context.folder(), domain, profile]))
    .digest('hex');
  const known = opened.get(name) ?? connectTo(domain, profile);
  opened.set(name, known);
  known.catch(() => opened.delete(name));
  return known;
}
async function connectTo(domain: string, profile: FabricDomain): Promise<FabricLedger> {
  const { channel, chaincode, deadlineMs } = profile;
  const client = await clientOf(profile);
  return new FabricLedger({ domain, channel, chaincode, client, reader: await readerOf(profile), deadlineMs });
}
export async function clientOf({ peer, tls, serverName }: FabricDomain) {
  const { Client, credentials } = await import('@grpc/grpc-js');
  return new Client(
    peer,
    tls === null ? credentials.createInsecure() : credentials.createSsl(Buffer.from(tls)),
    serverName ? { 'grpc.ssl_target_name_override': serverName, 'grpc.default_authority': serverName } : {},
  );
}
/** Whoever looks without an identity of its own looks as the first organisation's reader, whom no contract registered. */
export const readerOf = ({ organisations: [first] }: FabricDomain): Promise<Signer> =>
  memberOf(first as FabricDomain['organisations'][number], 'reader');

/** A key of its own that the organisation's authority certifies for a month. */
export async function memberOf(
  { msp, authority }: FabricDomain['organisations'][number],
  name: string,
): Promise<Signer & { readonly serial: string }> {
  const { privateKey, spki } = newP256();
  const now = Date.now();
  const certified = await certify(
    { name, organisation: msp, spki },
    { name: `ca.${msp}`, organisation: msp, key: createPrivateKey(authority) },
    { from: new Date(now - 300_000), to: new Date(now + 30 * 86_400_000) },
  );
  return { msp, privateKey, ...certified };
}
