/**
 * What the kernel's own handlers reach beyond the public context: the transaction's session, the principal, the answer's cookies.
 * Capabilities have no way to it.
 * @module
 */
import type { Context } from '@hedun/sdk';
import type { Principal, Session } from './contract.ts';

export interface Call {
  readonly session: Session;
  /** Null for public operations without sign-in. */
  readonly principal: Principal | null;
  readonly setCookie: (cookie: string) => void;
}

const calls = new WeakMap<object, Call>();

// biome-ignore lint/suspicious/noExplicitAny: a context of any capability may carry a call.
export function bindCall(context: Context<any>, call: Call): void {
  calls.set(context, call);
}

// biome-ignore lint/suspicious/noExplicitAny: see above.
export function callOf(context: Context<any>): Call {
  const call = calls.get(context);
  if (!call) throw new TypeError('context: expected one made by the kernel inside an operation or transaction');
  return call;
}
// biome-ignore lint/suspicious/noExplicitAny: see above.
export function sessionOf(context: Context<any>): Session {
  return callOf(context).session;
}
