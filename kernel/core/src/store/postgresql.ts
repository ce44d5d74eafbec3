/**
 * A PostgreSQL server by `DATABASE_URL`.
 * @module
 */
import pg from 'pg';
import { type Connection, isoTimestamp, type Pool } from './connection.ts';

const timestamptz = 1184;
const int8 = 20;
const numeric = 1700;

const types = {
  getTypeParser: (id: number, format?: 'text' | 'binary') => {
    if (id === timestamptz) return isoTimestamp;
    if (id === int8 || id === numeric) return Number;
    return pg.types.getTypeParser(id, format as 'text');
  },
};

export async function openPostgresql(url: string, connections = 10): Promise<Pool> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types: types as never,
    options: '-c timezone=UTC',
    application_name: 'hedun',
  });
  // A broken idle connection must not end the process; the next use opens another.
  pool.on('error', () => undefined);
  return {
    use: async (work) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      const connection: Connection = {
        query: async (sql, values) => {
          const { rows, rowCount } = await client.query(sql, [...values]);
          return { rows, affected: rowCount ?? 0 };
        },
        exec: async (sql) => void (await client.query(sql)),
      };
      try {
        return await work(connection);
      } catch (error) {
        if (/terminat|ECONN|connection/i.test(String((error as Error).message))) broken = error as Error;
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
