/**
 * The context of this capability's handlers, and the small things all of them need.
 * @module
 */
import { type Context, Failure } from '@hedun/sdk';
import type { Exchange } from '../capability.ts';

export type Here = Context<Exchange>;

export const instant = (context: Pick<Here, 'now'>): string => context.now().toISOString();
/** For jsonb columns, which the query builder types as what they hold. */
export const json = <T>(value: T): T => JSON.stringify(value) as unknown as T;
export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

/** @throws Failure `exchange.unknown` */
export function found<T>(row: T | undefined, what: string, where: string): T {
  if (row === undefined) throw new Failure('exchange.unknown', { where, expected: what, values: { what } });
  return row;
}
