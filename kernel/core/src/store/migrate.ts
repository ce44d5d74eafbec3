/**
 * Brings the tables to the state the code declares: kernel first, then each capability, every step once and in order.
 * A released step that changed, a step that vanished and a table that is not declared are refused by name.
 * @module
 */
import { createHash } from 'node:crypto';
import type { CapabilityServer, Migration, TableScope } from '@hedun/sdk';
import type { Connection } from './connection.ts';
import { kernelMigrations } from './schema.sql.ts';
import { roleSql, scopeSql, tableName } from './scope.ts';

export async function migrate(
  connection: Connection,
  capabilities: readonly CapabilityServer[],
): Promise<readonly string[]> {
  await connection.exec(
    `CREATE TABLE IF NOT EXISTS schema_steps (id text PRIMARY KEY, checksum text NOT NULL, at timestamptz NOT NULL DEFAULT now())`,
  );
  const done = new Map(
    (await connection.query('SELECT id, checksum FROM schema_steps', [])).rows.map((row) => [
      (row as { id: string }).id,
      (row as { checksum: string }).checksum,
    ]),
  );
  const wanted = steps(capabilities);
  const ran: string[] = [];
  if (wanted.some(({ id }) => !done.has(id))) await connection.exec(roleSql);
  for (const { id, up } of wanted) {
    const checksum = createHash('sha256').update(up).digest('hex');
    const before = done.get(id);
    if (before === checksum) continue;
    if (before !== undefined)
      throw new Error(
        `migration ${id}: expected the released step (${before.slice(0, 12)}), got a changed one (${checksum.slice(0, 12)})`,
      );
    await connection
      .exec(`BEGIN; ${up}; INSERT INTO schema_steps (id, checksum) VALUES ('${id}', '${checksum}'); COMMIT`)
      .catch(async (error) => {
        await connection.exec('ROLLBACK');
        throw new Error(`migration ${id}: ${(error as Error).message}`, { cause: error });
      });
    ran.push(id);
  }
  const policyHash = await applyPolicies(connection, capabilities, ran.length > 0);
  if (policyHash) ran.push(policyHash);
  return ran;
}

function steps(capabilities: readonly CapabilityServer[]): readonly { readonly id: string; readonly up: string }[] {
  const of = (owner: string, list: readonly Migration[]) =>
    list.map((step) => ({ id: `${owner}/${step.id}`, up: step.up.trim().replace(/;\s*$/, '') }));
  return [
    ...of('kernel', kernelMigrations),
    ...capabilities.flatMap((each) => of(each.capability.id, each.migrations)),
  ];
}

/** Policies are written again whenever their text or the tables changed. */
async function applyPolicies(
  connection: Connection,
  capabilities: readonly CapabilityServer[],
  changed: boolean,
): Promise<string | null> {
  const columns = await connection.query(
    `SELECT c.relname AS table_name, a.attname AS column_name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped`,
    [],
  );
  const byTable = new Map<string, string[]>();
  for (const row of columns.rows as readonly { table_name: string; column_name: string }[])
    byTable.set(row.table_name, [...(byTable.get(row.table_name) ?? []), row.column_name]);
  checkDeclared(byTable, capabilities);
  const text = `${roleSql}${scopeSql(capabilities, byTable.get('users') ?? [])}`;
  const checksum = createHash('sha256').update(text).digest('hex');
  const known = (await connection.query("SELECT checksum FROM schema_steps WHERE id = 'policies'", []))
    .rows as readonly { checksum: string }[];
  if (!changed && known[0]?.checksum === checksum) return null;
  await connection.exec(
    `BEGIN; ${text}; INSERT INTO schema_steps (id, checksum) VALUES ('policies', '${checksum}') ON CONFLICT (id) DO UPDATE SET checksum = excluded.checksum, at = now(); COMMIT`,
  );
  return 'policies';
}

const scopeColumns: Readonly<Record<TableScope, string | null>> = {
  organisation: 'organisation_id',
  published: 'organisation_id',
  parties: 'party_ids',
  user: 'user_id',
  shared: null,
};

/** Every table of a capability is declared, exists, and has the column its scope needs. */
function checkDeclared(
  byTable: ReadonlyMap<string, readonly string[]>,
  capabilities: readonly CapabilityServer[],
): void {
  for (const { capability } of capabilities) {
    const declared = new Map(
      Object.entries(capability.tables).map(([name, table]) => [tableName(capability.id, name), table.scope]),
    );
    for (const name of byTable.keys())
      if (name.startsWith(`${capability.id}_`) && !declared.has(name))
        throw new Error(`table ${name}: expected a declaration in the tables of ${capability.id}, got none`);
    for (const [name, scope] of declared) {
      const columns = byTable.get(name);
      const needed = scopeColumns[scope];
      if (!columns) throw new Error(`table ${name}: expected a migration that creates it, got none`);
      if (needed && !columns.includes(needed))
        throw new Error(
          `table ${name}: expected a column ${needed} for its scope "${scope}", got ${columns.join(', ')}`,
        );
    }
  }
}
