/**
 * The embedded database's own thread: runs the statements it is sent, in order, and answers each with rows or with PostgreSQL's error.
 * A long query so never holds up the server's other work, and a bulk import reads its file while the last batch is written.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { connectionOn, openPglite } from './pglite.ts';

export interface Ask {
  readonly id: number;
  readonly kind: 'query' | 'exec' | 'close';
  readonly sql: string;
  readonly values: readonly unknown[];
}
export interface Answer {
  readonly id: number;
  readonly rows: readonly unknown[];
  readonly affected: number;
  /** The error's message and own fields (`code`, `detail`, `constraint` …): a structured clone of an error would drop them. */
  readonly failure: Readonly<Record<string, unknown>> | null;
}

function failureOf(error: unknown): Answer['failure'] {
  if (!(error instanceof Error)) return { message: String(error) };
  const plain = Object.entries(error).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return { ...Object.fromEntries(plain), message: error.message };
}

if (parentPort) {
  const port = parentPort;
  const answer = (id: number, part: Partial<Answer>) =>
    port.postMessage({ id, rows: [], affected: 0, failure: null, ...part } satisfies Answer);
  const { folder } = workerData as { readonly folder: string };
  const opening = openPglite({ folder });
  // The first answer says that the database is open.
  opening.then(
    () => answer(0, {}),
    (error) => answer(0, { failure: failureOf(error) }),
  );
  port.on('message', async ({ id, kind, sql, values }: Ask) => {
    try {
      const pglite = await opening;
      if (kind === 'query') answer(id, await connectionOn(pglite).query(sql, values));
      else if (kind === 'exec') {
        await pglite.exec(sql);
        answer(id, {});
      } else {
        await pglite.close();
        answer(id, {});
        port.close();
      }
    } catch (error) {
      answer(id, { failure: failureOf(error) });
    }
  });
}
