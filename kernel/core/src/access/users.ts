/**
 * Users as everyone in scope may see them: the columns without secrets.
 * @module
 */
import { Failure, type User } from '@hedun/sdk';
import type { Database } from '../contract.ts';

export const userColumns = [
  'id',
  'organisationId',
  'name',
  'displayName',
  'email',
  'phone',
  'locale',
  'status',
  'totpEnabled',
  'lastSignInAt',
  'createdAt',
] as const;

export async function getUser(db: Database, id: string): Promise<User> {
  const row = await db
    .selectFrom('users')
    .select([...userColumns])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new Failure('record.not_found', { values: { what: `user ${id}` } });
  return row as User;
}
