/**
 * Health, readiness and metrics for whatever watches the server.
 * @module
 */
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Core } from '../contract.ts';
import type { Metrics } from './metrics.ts';

export function addStatusRoutes(app: FastifyInstance, core: Core, metrics: Metrics, version: string): void {
  app.get('/health', async () => ({ status: 'ok', version }));
  app.get('/ready', async (_request, reply) => {
    const started = performance.now();
    const ready =
      !core.stopping() &&
      (await core.store
        .system((db) => sql`SELECT 1`.execute(db))
        .then(
          () => true,
          () => false,
        ));
    return await reply
      .code(ready ? 200 : 503)
      .send({ ready, database: core.store.kind, ms: Math.round(performance.now() - started) });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.text()),
  );
}
