/**
 * Settings, roles and schedules are one for the whole platform: who changes them must hold the permission over all of it.
 * @module
 */
import { Failure } from '@hedun/sdk';
import type { Principal, Session } from '../contract.ts';

/** For operations whose effect does not end at an organisation; the session's scope is that of the operation's permission. */
export function requireWholePlatform(session: Pick<Session, 'scope'>): void {
  if (session.scope.kind !== 'all') throw new Failure('access.out_of_scope', { expected: 'the whole platform' });
}

/** The first of the permissions that the principal does not hold over the whole platform. */
export function firstNotHeldOverAll(principal: Principal | null, permissions: readonly string[]): string | undefined {
  return permissions.find((each) => !principal?.permissions.has(each) || principal.scopeOf(each).kind !== 'all');
}
