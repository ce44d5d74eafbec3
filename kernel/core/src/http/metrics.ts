/**
 * Prometheus metrics: requests by route, jobs by operation, process figures.
 * @module
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Core } from '../contract.ts';

export interface Metrics {
  observe(method: string, route: string, status: number, seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(core: Core): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'hedun_' });
  const requests = new Histogram({
    name: 'hedun_http_request_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.15, 0.5, 2, 10],
    registers: [registry],
  });
  const finished = new Counter({
    name: 'hedun_jobs_total',
    help: 'Jobs that ended, by operation and status',
    labelNames: ['operation', 'status'],
    registers: [registry],
  });
  core.jobs.watch((job) => {
    if (job.finishedAt) finished.inc({ operation: job.operation, status: job.status });
  });
  new Gauge({
    name: 'hedun_jobs_waiting',
    help: 'Jobs queued or running',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      const rows = await core.store.system((db) =>
        db
          .selectFrom('jobs')
          .select(['status', (e) => e.fn.countAll<number>().as('count')])
          .where('status', 'in', ['queued', 'running'])
          .groupBy('status')
          .execute(),
      );
      this.reset();
      for (const row of rows) this.set({ status: row.status }, Number(row.count));
    },
  });
  return {
    observe: (method, route, status, seconds) => requests.observe({ method, route, status: String(status) }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
