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

/** One at a time, in the order asked: the driver is about to give up its own queue. A failure holds up nobody behind it. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

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
      const inTurn = turns();
      const connection: Connection = {
        query: (sql, values) =>
          inTurn(async () => {
            const { rows, rowCount } = await client.query(sql, [...values]);
            return { rows, affected: rowCount ?? 0 };
          }),
        exec: (sql) => inTurn(async () => void (await client.query(sql))),
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
