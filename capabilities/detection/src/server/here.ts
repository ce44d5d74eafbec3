/**
 * The context of this capability's handlers, and the small things all of them need.
 * @module
 */
import type { Context } from '@hedun/sdk';
import type { Detection } from '../capability.ts';

export type Here = Context<Detection>;

export const instant = (context: Pick<Here, 'now'>): string => context.now().toISOString();
/** For jsonb columns, which the query builder types as what they hold. */
export const json = <T>(value: T): T => JSON.stringify(value) as unknown as T;
/** Whose events and files may be seen; null: everyone's. */
export const visible = ({ scope }: Pick<Here, 'scope'>): readonly string[] | null =>
  scope.kind === 'all' ? null : scope.ids;
