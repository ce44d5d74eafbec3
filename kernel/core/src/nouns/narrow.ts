/**
 * Reads that touch several nouns at once see of each noun only the organisations over which the actor holds that noun's permission.
 * @module
 */
import type { Scope } from '@hedun/sdk';
import { callOf } from '../session.ts';

/** Null when the actor does not hold the permission at all. */
export function scopeFor(context: Parameters<typeof callOf>[0], permission: string): Scope | null {
  if (!context.can(permission)) return null;
  return callOf(context).principal?.scopeOf(permission) ?? null;
}
