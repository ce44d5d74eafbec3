import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestStore } from '../../src/testing.ts';

/** TypeScript word of a column's type as it is read. */
const words: Readonly<Record<string, string>> = {
  uuid: 'string',
  text: 'string',
  'timestamp with time zone': 'string',
  integer: 'number',
  smallint: 'number',
  bigint: 'number',
  real: 'number',
  'double precision': 'number',
  boolean: 'boolean',
  bytea: 'Uint8Array',
  jsonb: 'Json',
  ARRAY: 'readonly string[]',
};
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `table.column: type` of every line of tables.ts; its interfaces hold one column per line and nothing else. */
function declared(): string[] {
  const text = readFileSync(path.join(import.meta.dirname, '../../src/store/tables.ts'), 'utf8');
  const tables = new Map(
    [...(/interface KernelTables \{([^}]*)\}/.exec(text)?.[1] ?? '').matchAll(/(\w+): (\w+);/g)].map(
      ([, name = '', type = '']) => [type, snake(name)],
    ),
  );
  return [...text.matchAll(/interface (\w+Table) \{([^}]*)\}/g)].flatMap(([, type = '', body = '']) =>
    [...body.matchAll(/^ {2}(\w+): (.*);$/gm)].map(
      ([, column = '', kind = '']) => `${tables.get(type)}.${snake(column)}: ${kind}`,
    ),
  );
}

test('[S15] the types of the tables are those of the live database', async () => {
  const { store, close } = await openTestStore();
  const { rows } = await store.system((db) =>
    sql<{
      line: string;
      type: string;
      optional: boolean;
      generated: boolean;
    }>`SELECT table_name || '.' || column_name AS line, data_type AS type, is_nullable = 'YES' AS optional,
         column_default IS NOT NULL OR is_identity = 'YES' AS generated
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_steps'`.execute(db),
  );
  await close();
  const live = rows.map(({ line, type, optional, generated }) => {
    const word = words[type] ?? `an unknown type ${type}`;
    if (optional) return `${line}: ${word} | null`;
    if (!generated) return `${line}: ${word}`;
    return word === 'Json' ? `${line}: JsonWithDefault` : `${line}: Generated<${word}>`;
  });
  expect(live.length).toBeGreaterThan(150);
  expect(declared().sort()).toEqual(live.sort());
});
