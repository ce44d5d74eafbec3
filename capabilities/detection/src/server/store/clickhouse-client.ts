/**
 * Statements to a ClickHouse server over HTTP.
 * @module
 */
import { createClient } from '@clickhouse/client';
import type { ClickHouse, Row } from './clickhouse-store.ts';

export interface ClickHouseSettings {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

export function connectClickHouse(settings: ClickHouseSettings): ClickHouse {
  const client = createClient({ ...settings, request_timeout: 60_000, compression: { request: true, response: true } });
  return {
    rows: async (sql, parameters) => {
      const result = await client.query({ query: sql, query_params: { ...parameters }, format: 'JSONEachRow' });
      return (await result.json()) as readonly Row[];
    },
    command: async (sql, parameters) => {
      await client.command({ query: sql, query_params: { ...parameters } });
    },
    insert: async (table, rows) => {
      await client.insert({ table, values: [...rows], format: 'JSONEachRow' });
    },
    close: () => client.close(),
  };
}
