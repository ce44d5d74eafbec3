/**
 * The contract of event stores once more, on an embedded ClickHouse (chdb from tools/peers).
 * @module
 */
import { afterAll } from 'vitest';
import {
  type ClickHouse,
  ClickHouseEventStore,
  type Row,
} from '../../capabilities/detection/src/server/store/clickhouse-store.ts';
import { storeContract } from '../../capabilities/detection/test/store-contract.ts';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '../clickhouse-embedded.ts';
import { peerLacks } from '../peers.ts';

const missing = peerLacks('chdb');
let server: EmbeddedClickHouse | undefined;
afterAll(() => server?.stop());

const literal = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(literal).join(', ')}]`
    : typeof value === 'number'
      ? String(value)
      : `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** chdb takes statements as text: each parameter stands in it as a literal of its type, as a server would take it from the request. */
function embedded(): ClickHouse {
  server ??= startEmbeddedClickHouse();
  const own = server;
  const run = (sql: string, parameters: Readonly<Record<string, unknown>>) =>
    own.query(
      sql.replace(
        /\{(p\d+):([A-Za-z0-9()]+)\}/g,
        (_, name: string, type: string) => `CAST(${literal(parameters[name])} AS ${type})`,
      ),
    );
  return {
    rows: async (sql, parameters) =>
      (await run(sql, parameters))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row),
    command: async (sql, parameters) => void (await run(sql, parameters)),
    insert: async (table, rows) =>
      void (await own.query(
        `INSERT INTO ${table} FORMAT JSONEachRow ${rows.map((row) => JSON.stringify(row)).join('\n')}`,
      )),
    close: async () => undefined,
  };
}

storeContract(`ClickHouse${missing ? ` (skipped: ${missing})` : ''}`, missing !== null, async (instance) =>
  ClickHouseEventStore.open(embedded(), `events_${instance}`),
);
