/**
 * The peer of `bench/kernel.ts`: a bare Fastify route on the same embedded database with the same settings that runs the same SQL as the list of findings,
 * without sign-in, scope, audit, validation or anything else.
 * @module
 */
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import Fastify from 'fastify';
import { DurableFolder, startParameters } from '../kernel/core/src/store/durable-folder.ts';

const [folder = '', port = '0', statements = '[]'] = process.argv.slice(2);
const sql = JSON.parse(statements) as readonly { readonly sql: string; readonly values: readonly unknown[] }[];
const pglite = await PGlite.create({
  fs: new DurableFolder(folder),
  startParams: startParameters(PGlite.defaultStartParams, true),
  extensions: { pg_trgm },
});
const app = Fastify();
app.get('/findings', async () => {
  const answers: unknown[] = [];
  for (const { sql: text, values } of sql) answers.push((await pglite.query(text, [...values])).rows);
  return answers;
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
