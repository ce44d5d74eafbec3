/**
 * The one thing both databases must offer: a connection that runs one statement with values, or a batch without.
 * Kysely stands on it; no other code talks to a driver.
 * @module
 */
import {
  CamelCasePlugin,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Database } from '../contract.ts';
import type { KernelTables } from './tables.ts';

export interface Connection {
  query(
    sql: string,
    values: readonly unknown[],
  ): Promise<{ readonly rows: readonly unknown[]; readonly affected: number }>;
  /** Several statements without values, in one round trip. */
  exec(sql: string): Promise<void>;
}
export interface Pool {
  /** Lends one connection to `work`; nobody else has it meanwhile. */
  use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];

/** A query builder on one lent connection. Transactions are begun and ended by the store, never by callers. */
export function queryBuilder(connection: Connection): Database {
  return new Kysely<KernelTables>({ dialect: new LentDialect(connection), plugins }) as Database;
}

class LentDialect implements Dialect {
  readonly #connection: Connection;
  constructor(connection: Connection) {
    this.#connection = connection;
  }
  createDriver(): Driver {
    return new LentDriver(this.#connection);
  }
  createQueryCompiler() {
    return new PostgresQueryCompiler();
  }
  createAdapter() {
    return new PostgresAdapter();
  }
  createIntrospector(db: Kysely<never>) {
    return new PostgresIntrospector(db);
  }
}

class LentDriver implements Driver {
  readonly #lent: DatabaseConnection;
  constructor(connection: Connection) {
    this.#lent = {
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        const { rows, affected } = await connection.query(sql, parameters);
        return { rows: rows as R[], numAffectedRows: BigInt(affected) };
      },
      // biome-ignore lint/correctness/useYield: streaming is not offered; large reads page by key.
      async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
        throw new TypeError('streamQuery: expected paging by key, got a stream');
      },
    };
  }
  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#lent;
  }
  async beginTransaction(): Promise<void> {
    throw new TypeError('transaction: expected store.transaction, got a nested one');
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

/** `2026-11-24 10:39:20.123456+00` as `2026-11-24T10:39:20.123Z`; both drivers deliver timestamptz as text in UTC. */
export function isoTimestamp(text: string): string {
  return new Date(`${text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')}`).toISOString();
}
