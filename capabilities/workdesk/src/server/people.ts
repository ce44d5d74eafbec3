/**
 * The people of units by role, and the units somebody may answer for. Who oversees a unit from above is not one of its people.
 * @module
 */
import type { Organisation } from '@hedun/sdk';
import type { Here } from './here.ts';

export type Audience = 'contacts' | 'leaders' | 'both';
export interface Person {
  readonly id: string;
  readonly displayName: string;
  readonly organisationId: string;
}

export async function peopleOf(
  context: Here,
  organisationIds: readonly string[],
  audience: Audience,
): Promise<readonly Person[]> {
  const leaders = await context.users.members('workdesk.lead', organisationIds);
  if (audience === 'leaders') return leaders;
  const all = await context.users.members('workdesk.unit', organisationIds);
  const isLeader = new Set(leaders.map(({ id }) => id));
  if (audience === 'contacts') return all.filter(({ id }) => !isLeader.has(id));
  const contacts = all.filter(({ id }) => !isLeader.has(id));
  return [...contacts, ...leaders];
}

/** The chosen organisations with everything below them; with none chosen everything below the root. */
export async function unitsBelow(context: Here, chosen: readonly string[]): Promise<readonly Organisation[]> {
  const all = await context.organisations.list();
  if (chosen.length === 0) return all.filter(({ parentId }) => parentId !== null);
  const wanted = new Set(chosen);
  return all.filter(({ path }) => path.split('/').some((id) => wanted.has(id)));
}

/** The chosen units themselves; with none chosen every unit that has somebody to answer for it. */
export async function answeringUnits(context: Here, chosen: readonly string[]): Promise<readonly Organisation[]> {
  const all = await context.organisations.list();
  if (chosen.length > 0) {
    context.organisations.requireScope(chosen);
    const wanted = new Set(chosen);
    return all.filter(({ id }) => wanted.has(id));
  }
  const below = all.filter(({ parentId }) => parentId !== null);
  const people = await context.users.members(
    'workdesk.unit',
    below.map(({ id }) => id),
  );
  const answered = new Set(people.map(({ organisationId }) => organisationId));
  return below.filter(({ id }) => answered.has(id));
}
