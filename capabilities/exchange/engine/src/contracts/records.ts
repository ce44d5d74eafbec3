/**
 * What the contracts keep on chain, and how: JSON under composite keys, times in seconds of the proposal. Data itself is never among it,
 * only digests.
 * @module
 */
import type { Context } from 'fabric-contract-api';

export type Role = 'administrator' | 'authority' | 'supervisor' | 'member';
export interface Member {
  readonly did: string;
  readonly name: string;
  readonly organisation: string;
  readonly msp: string;
  readonly roles: readonly Role[];
  readonly standing: 'active' | 'restricted' | 'removed';
  /** Serial number of the certificate in force. */
  readonly serial: string;
  readonly since: number;
}
export interface CertificateRecord {
  readonly msp: string;
  readonly serial: string;
  readonly did: string;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly pem: string;
  readonly revoked: { readonly at: number; readonly reason: string; readonly by: string } | null;
}
export interface Proposal {
  readonly id: string;
  readonly change: Change;
  readonly by: string;
  readonly at: number;
  readonly votes: Readonly<Record<string, boolean>>;
  readonly state: 'open' | 'accepted' | 'rejected';
}
export type Change =
  | {
      readonly kind: 'register';
      readonly did: string;
      readonly name: string;
      readonly organisation: string;
      readonly msp: string;
      readonly roles: readonly Role[];
      readonly certificate: string;
    }
  | { readonly kind: 'remove'; readonly did: string; readonly reason: string }
  | { readonly kind: 'threshold'; readonly percent: number };
/** Chain parameters: how much of the administrators a change needs, in whole percent, rounded up. */
export interface Parameters {
  readonly domain: string;
  readonly thresholdPercent: number;
  readonly administrators: readonly string[];
}
export interface AttributeDefinition {
  readonly id: string;
  readonly title: string;
  readonly kind: 'flag' | 'word' | 'number' | 'date';
  readonly authority: string;
  /** Counts revocations: keys of an older epoch open nothing that is encrypted later. */
  readonly epoch: number;
  readonly at: number;
}
export interface HeldAttribute {
  readonly id: string;
  readonly value: number | string | null;
  readonly epoch: number;
  readonly grantedAt: number;
  readonly expiresAt: number | null;
  readonly grantId: string;
}
export interface Holder {
  readonly did: string;
  readonly version: number;
  readonly attributes: readonly HeldAttribute[];
  /** SHA-256 of the canonical set, what the holder's attribute certificate of this version speaks of. */
  readonly hash: string;
  /** The certificate the authority made of this version, sealed to the holder; only its digest stands here. */
  readonly certificate: { readonly number: string; readonly digest: string | null };
}
export interface Application {
  readonly id: string;
  readonly attribute: string;
  readonly value: number | string | null;
  readonly applicant: string;
  readonly reason: string;
  readonly at: number;
  readonly state: 'open' | 'granted' | 'rejected';
  readonly decidedBy: string | null;
}
export interface DataObject {
  readonly id: string;
  readonly version: number;
  readonly owner: string;
  readonly title: string;
  readonly policy: string;
  readonly policyVersion: number;
  readonly ciphertextDigest: string;
  readonly cidDigest: string;
  readonly headerDigest: string;
  readonly size: number;
  readonly state: 'published' | 'withdrawn';
  readonly at: number;
}
export interface AccessRecord {
  readonly id: string;
  readonly object: string;
  readonly objectVersion: number | null;
  readonly requester: string;
  readonly outcome: 'permitted' | 'refused';
  /** Why refused: a word of the declared list in `access.ts`. */
  readonly reason: string | null;
  readonly purpose: string;
  readonly at: number;
}
/** One step of a path: who did what to which object, attribute and subject. */
export interface TrailStep {
  readonly transaction: string;
  readonly at: number;
  readonly action: string;
  readonly actor: string;
  readonly object: string | null;
  readonly attribute: string | null;
  readonly subject: string | null;
  readonly outcome: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const keyOf = (ctx: Context, kind: string, ...parts: string[]) => ctx.stub.createCompositeKey(kind, parts);

/** Records read before, by the bytes object they stand in: where a ledger gives the same object again, nothing was changed and nothing is parsed. */
const parsed = new WeakMap<Uint8Array, unknown>();
export async function read<T>(ctx: Context, key: string): Promise<T | null> {
  const bytes = await ctx.stub.getState(key);
  if (bytes.length === 0) return null;
  let record = parsed.get(bytes);
  if (record === undefined) {
    record = frozen(JSON.parse(decoder.decode(bytes)));
    parsed.set(bytes, record);
  }
  return record as T;
}
/** What one transaction read, another may read: it must not be changed by either. */
function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}
export const encode = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));
export async function write(ctx: Context, key: string, value: unknown): Promise<void> {
  await ctx.stub.putState(key, encode(value));
}
/** Every record whose key begins with these parts, in the order of the keys' bytes. */
export async function list<T>(ctx: Context, kind: string, ...parts: string[]): Promise<T[]> {
  const found: T[] = [];
  const iterator = await ctx.stub.getStateByPartialCompositeKey(kind, parts);
  for (let next = await iterator.next(); !next.done; next = await iterator.next())
    found.push(JSON.parse(decoder.decode(next.value.value)) as T);
  await iterator.close();
  return found;
}
export function emit(ctx: Context, name: string, payload: unknown): void {
  ctx.stub.setEvent(name, encoder.encode(JSON.stringify(payload)));
}
/** Seconds of the proposal: the only clock a contract has. */
export const secondsOf = (ctx: Context): number => Number(ctx.stub.getTxTimestamp().seconds.toString());
/** Seconds as a word whose bytes sort like the number until the year 5138. */
export const sortable = (seconds: number) => String(seconds).padStart(11, '0');

export function refuse(code: string, expected: string, got: string): never {
  throw new Error(`${code}: expected ${expected}, got ${got}`);
}

export function parse(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse('input.malformed', `JSON of ${what}`, JSON.stringify(text.slice(0, 60)));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse('input.malformed', `an object for ${what}`, JSON.stringify(text.slice(0, 60)));
  return value as Record<string, unknown>;
}
/** A non-empty text without the null and U+10FFFF that composite keys end with. */
export function text(input: Record<string, unknown>, name: string, most = 200): string {
  const value = input[name];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these two break composite keys
  if (typeof value !== 'string' || value.length === 0 || value.length > most || /[\u0000\u{10ffff}]/u.test(value))
    refuse('input.malformed', `${name}: text of 1 to ${most} characters`, JSON.stringify(value) ?? 'nothing');
  return value;
}
export function digest(input: Record<string, unknown>, name: string): string {
  const value = text(input, name, 64);
  if (!/^[0-9a-f]{64}$/.test(value)) refuse('input.malformed', `${name}: 64 hexadecimal digits`, value);
  return value;
}
export function whole(input: Record<string, unknown>, name: string, least: number, most: number): number {
  const value = input[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
    refuse('input.malformed', `${name}: a whole number from ${least} to ${most}`, JSON.stringify(value) ?? 'nothing');
  return value;
}
