/**
 * What an upstream platform signs when it pushes: HMAC (RFC 2104) with SHA-256 or SM3 (GB/T 32905-2016) over time, key and content.
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type PushAlgorithm = 'hmac-sha256' | 'hmac-sm3';
export interface Push {
  /** Seconds since 1970, the sender's clock. */
  readonly timestamp: number;
  /** Chosen by the sender; the same key again is the same push. */
  readonly key: string;
  readonly content: string;
}
/** Seconds the clocks may differ; a captured push is worthless afterwards, and its key was used before. */
export const pushWindow = 300;

/** Lower-case hexadecimal. The parts are separated by line feeds, which neither number nor key may contain. */
export function signPush(
  secret: string,
  { timestamp, key, content }: Push,
  algorithm: PushAlgorithm = 'hmac-sha256',
): string {
  const hash = algorithm === 'hmac-sm3' ? 'sm3' : 'sha256';
  return createHmac(hash, secret).update(`hedun-push-v1\n${timestamp}\n${key}\n`).update(content, 'utf8').digest('hex');
}

export type PushVerdict = 'good' | 'late' | 'forged';
/** Compared in constant time; `nowSeconds` is the receiver's clock. */
export function verifyPush(
  secret: string,
  push: Push,
  signature: string,
  nowSeconds: number,
  algorithm: PushAlgorithm = 'hmac-sha256',
): PushVerdict {
  const expected = Buffer.from(signPush(secret, push, algorithm), 'hex');
  const got = Buffer.from(/^[0-9a-f]{64}$/.test(signature) ? signature : '', 'hex');
  if (got.length !== expected.length || !timingSafeEqual(got, expected)) return 'forged';
  return Math.abs(nowSeconds - push.timestamp) > pushWindow ? 'late' : 'good';
}
