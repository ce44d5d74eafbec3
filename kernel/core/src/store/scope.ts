/**
 * Row-level security: whose rows an actor sees and changes is decided here, below every handler.
 * `hedun_all` sees every organisation, `hedun_scoped` those of its data scope; own things (sessions, notices, preferences) are one's own
 * under both. Sign-in secrets, audit heads and the outbox belong to the owner role alone.
 * @module
 */
import type { CapabilityServer, TableScope } from '@hedun/sdk';
import type { Access } from '../contract.ts';

type KernelScope = TableScope | 'write-only' | 'read-only';

/** Scope of each kernel table that operations reach; those not named are the owner's alone. */
const kernelTables: Readonly<Record<string, KernelScope | { readonly read: string; readonly write: string }>> = {
  organisations: {
    read: 'id = ANY ((SELECT hedun_scope())::uuid[])',
    write: 'parent_id = ANY ((SELECT hedun_scope())::uuid[]) OR id = ANY ((SELECT hedun_scope())::uuid[])',
  },
  users: {
    read: 'organisation_id = ANY ((SELECT hedun_scope())::uuid[]) OR id = (SELECT hedun_user())',
    write: 'organisation_id = ANY ((SELECT hedun_scope())::uuid[]) OR id = (SELECT hedun_user())',
  },
  grants: {
    read: 'organisation_id = ANY ((SELECT hedun_scope())::uuid[]) OR user_id = (SELECT hedun_user())',
    write: 'organisation_id = ANY ((SELECT hedun_scope())::uuid[])',
  },
  roles: 'shared',
  serials: 'shared',
  preferences: 'user',
  notices: 'user',
  assets: 'organisation',
  relations: 'organisation',
  // Its maker reads it too: an export over several subtrees is kept above them.
  evidence: {
    read: 'organisation_id = ANY ((SELECT hedun_scope())::uuid[]) OR created_by = (SELECT hedun_user())',
    write: 'organisation_id = ANY ((SELECT hedun_scope())::uuid[])',
  },
  observations: 'organisation',
  findings: 'organisation',
  cases: 'organisation',
  timeline: 'organisation',
  reports: 'organisation',
  channels: 'organisation',
  deliveries: 'organisation',
  jobs: {
    read: 'organisation_id = ANY ((SELECT hedun_scope())::uuid[]) OR started_by = (SELECT hedun_user())',
    write: 'organisation_id = ANY ((SELECT hedun_scope())::uuid[]) OR started_by = (SELECT hedun_user())',
  },
  // Policies of the table asked stand in the question: only the log of a job that is seen.
  job_log: {
    read: 'EXISTS (SELECT FROM jobs WHERE jobs.id = job_id)',
    write: 'EXISTS (SELECT FROM jobs WHERE jobs.id = job_id)',
  },
  schedules: 'shared',
  settings: 'shared',
  audit_records: { read: 'organisation_id = ANY ((SELECT hedun_scope())::uuid[])', write: 'false' },
  audit_checkpoints: 'read-only',
};
/** Own or shared by a colleague to read, own to change; under both roles. */
const views = { read: 'user_id = (SELECT hedun_user()) OR shared', write: 'user_id = (SELECT hedun_user())' };
const inScope = 'organisation_id = ANY ((SELECT hedun_scope())::uuid[])';
const isParty = 'party_ids && (SELECT hedun_scope())::uuid[]';
const ownRow = 'user_id = (SELECT hedun_user())';

export const roleSql = /* sql */ `
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['hedun_all', 'hedun_scoped'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    BEGIN
      EXECUTE format('GRANT %I TO CURRENT_USER', name);
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION hedun_scope() RETURNS uuid[] LANGUAGE sql STABLE AS $$ SELECT string_to_array(nullif(current_setting('hedun.scope', true), ''), ',')::uuid[] $$;
CREATE OR REPLACE FUNCTION hedun_user() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('hedun.user', true), '')::uuid $$;
GRANT USAGE ON SCHEMA public TO hedun_all, hedun_scoped;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hedun_all, hedun_scoped;
`;

function policies(table: string, scope: KernelScope | { readonly read: string; readonly write: string }): string {
  // A table whose word changed from `published` keeps none of its open door.
  const head = `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;DROP POLICY IF EXISTS hedun_scoped_read ON ${table};`;
  const grant = (rights: string) => `GRANT ${rights} ON ${table} TO hedun_all, hedun_scoped;`;
  const policy = (role: string, read: string, write: string) =>
    `DROP POLICY IF EXISTS ${role}_rows ON ${table}; CREATE POLICY ${role}_rows ON ${table} TO ${role} USING (${read}) WITH CHECK (${write});`;
  if (scope === 'write-only')
    return `${head}${grant('INSERT')}${policy('hedun_all', 'false', 'true')}${policy('hedun_scoped', 'false', 'true')}`;
  if (scope === 'read-only')
    return `${head}${grant('SELECT')}${policy('hedun_all', 'true', 'false')}${policy('hedun_scoped', 'true', 'false')}`;
  const all = grant('SELECT, INSERT, UPDATE, DELETE');
  if (scope === 'shared')
    return `${head}${all}${policy('hedun_all', 'true', 'true')}${policy('hedun_scoped', 'true', 'true')}`;
  if (scope === 'user')
    return `${head}${all}${policy('hedun_all', ownRow, ownRow)}${policy('hedun_scoped', ownRow, ownRow)}`;
  if (scope === 'published')
    return `${head}${all}${policy('hedun_all', 'true', 'true')}${policy('hedun_scoped', inScope, inScope)}CREATE POLICY hedun_scoped_read ON ${table} FOR SELECT TO hedun_scoped USING (true);`;
  if (scope === 'parties')
    return `${head}${all}${policy('hedun_all', 'true', 'true')}${policy('hedun_scoped', isParty, isParty)}`;
  const { read, write } = scope === 'organisation' ? { read: inScope, write: inScope } : scope;
  // What nobody may write is not granted at all: a policy's check does not hold back a DELETE.
  const rights = write === 'false' ? grant('SELECT') : all;
  return `${head}${rights}${policy('hedun_all', 'true', write === 'false' ? 'false' : 'true')}${policy('hedun_scoped', read, write)}`;
}

/** What users may never read even inside their scope: only the owner role sees these columns. */
const hiddenUserColumns = ['password_hash', 'totp_secret', 'recovery_hashes', 'totp_last_step'];

/** Policies of all tables; run after migrations, so that a table added yesterday is covered today. Idempotent. */
export function scopeSql(capabilities: readonly CapabilityServer[], userColumns: readonly string[]): string {
  const kernel = Object.entries(kernelTables).map(([table, scope]) => policies(table, scope));
  const own = `ALTER TABLE views ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT, UPDATE, DELETE ON views TO hedun_all, hedun_scoped;
    ${['hedun_all', 'hedun_scoped'].map((role) => `DROP POLICY IF EXISTS ${role}_read ON views; CREATE POLICY ${role}_read ON views FOR SELECT TO ${role} USING (${views.read}); DROP POLICY IF EXISTS ${role}_rows ON views; CREATE POLICY ${role}_rows ON views TO ${role} USING (${views.write}) WITH CHECK (${views.write});`).join('')}`;
  const visible = userColumns.filter((column) => !hiddenUserColumns.includes(column)).join(', ');
  const users = `REVOKE SELECT ON users FROM hedun_all, hedun_scoped; GRANT SELECT (${visible}) ON users TO hedun_all, hedun_scoped; REVOKE SELECT ON settings FROM hedun_all, hedun_scoped; GRANT SELECT (id, value, updated_at) ON settings TO hedun_all, hedun_scoped; REVOKE SELECT ON channels FROM hedun_all, hedun_scoped; GRANT SELECT (id, organisation_id, kind, name, enabled, config, created_at) ON channels TO hedun_all, hedun_scoped;`;
  const rooms = capabilities.flatMap(({ capability }) =>
    Object.entries(capability.tables).map(([name, table]) => policies(tableName(capability.id, name), table.scope)),
  );
  return [
    ...kernel,
    own,
    ...rooms,
    `GRANT INSERT ON outbox TO hedun_all, hedun_scoped;`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hedun_all, hedun_scoped;`,
    users,
  ].join('\n');
}

export function tableName(capabilityId: string, table: string): string {
  return `${capabilityId}_${table.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Everything that begins a transaction, in one round trip. Ids are checked because they stand in SQL text here. */
export function beginSql(access: Access, readOnly: boolean): string {
  const { scope, userId } = access;
  if (userId !== null && !uuid.test(userId)) throw new TypeError(`access.userId: expected a UUID, got ${userId}`);
  const ids = scope.kind === 'all' ? [] : scope.ids;
  for (const id of ids) if (!uuid.test(id)) throw new TypeError(`access.scope: expected UUIDs, got ${id}`);
  const role = roleOf(access);
  return `BEGIN${readOnly ? ' READ ONLY' : ''}; SET LOCAL ROLE ${role}; SELECT set_config('hedun.scope', '${ids.join(',')}', true), set_config('hedun.user', '${userId ?? ''}', true)`;
}
export function roleOf({ scope }: Access): 'hedun_all' | 'hedun_scoped' {
  return scope.kind === 'all' ? 'hedun_all' : 'hedun_scoped';
}
