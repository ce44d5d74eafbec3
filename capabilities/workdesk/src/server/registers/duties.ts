/**
 * The responsibility matrix: for each unit who leads, who is told, what it runs, and where nobody is named.
 * @module
 */

import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import { workdesk } from '../../capability.ts';
import type { DutyRow } from '../../register-shapes.ts';
import type { Here } from '../here.ts';
import { systemKind } from './record.ts';

type Counted = Omit<DutyRow, 'leaders' | 'contacts' | 'gap'>;

/** Units with a system of their own, and units people of which are told: who only oversees from above is not listed. */
const units = sql`SELECT o.id, o.id AS organisation_id, o.name,
    count(a.id) FILTER (WHERE a.status = 'active')::int AS systems,
    count(a.id) FILTER (WHERE a.status = 'active' AND a.protection_level >= 3)::int AS important,
    count(a.id) FILTER (WHERE a.status = 'active' AND coalesce(a.attributes->>'leader', '') = '')::int AS without_leader,
    count(a.id) FILTER (WHERE a.status = 'active' AND coalesce(a.attributes->>'technician', '') = '')::int AS without_technician,
    (avg(s.completeness) FILTER (WHERE a.status = 'active'))::int AS completeness
  FROM organisations o LEFT JOIN assets a ON a.organisation_id = o.id AND a.kind = ${systemKind} LEFT JOIN workdesk_systems s ON s.id = a.id
  WHERE o.parent_id IS NOT NULL GROUP BY o.id, o.name`;

export async function listDuties(input: Parameters<typeof listing>[2], context: Here) {
  const page = await listing<Counted>(
    context,
    {
      from: units,
      fields: workdesk.operations.listDuties.list,
      columns: { organisation: sql`r.organisation_id` },
      words: [sql`r.name`],
      sort: '-systems',
    },
    input,
  );
  const ids = page.items.map(({ organisationId }) => organisationId);
  const [leaders, all] = [
    await context.users.members('workdesk.lead', ids),
    await context.users.members('workdesk.unit', ids),
  ];
  const isLeader = new Set(leaders.map(({ id }) => id));
  const namesIn = (people: typeof all, unit: string) =>
    people.flatMap(({ displayName, organisationId }) => (organisationId === unit ? [displayName] : []));
  const items = page.items.map((row): DutyRow => {
    const own = namesIn(leaders, row.organisationId);
    const contacts = namesIn(
      all.filter(({ id }) => !isLeader.has(id)),
      row.organisationId,
    );
    const unnamed = row.systems > 0 && own.length + contacts.length === 0;
    return { ...row, leaders: own, contacts, gap: unnamed || row.withoutLeader > 0 || row.withoutTechnician > 0 };
  });
  return { ...page, items };
}
