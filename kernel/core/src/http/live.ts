/**
 * Live updates by server-sent events: `job` for jobs the caller may see, `notice` when a notice arrives, `changed` with the nouns of
 * which something changed inside the caller's scope. A hint, never data: what changed is read by the operations.
 * @module
 */
import { Failure, type Job } from '@hedun/sdk';
import type { FastifyInstance } from 'fastify';
import type { Core, Principal } from '../contract.ts';
import { authenticate } from './authenticate.ts';

const heartbeatMs = 20_000;
/** Changes of this long are told together, so that an import of thousands is a few hints. */
const gatherMs = 1000;

export function addLiveRoute(app: FastifyInstance, core: Core): void {
  app.get('/api/kernel/stream', async (request, reply) => {
    await authenticate(core, request, reply);
    const { principal } = request;
    if (!principal) throw new Failure('access.not_signed_in', { where: 'stream' });
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    });
    raw.write('retry: 3000\n\n');
    const send = (event: string, data: unknown) => raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    const stopJobs = core.jobs.watch((job) => {
      if (maySee(principal, job)) send('job', { ...job, result: job.result ?? null });
    });
    const stopNotices = core.notifier.watch((userId) => {
      if (userId === principal.actor.id) send('notice', {});
    });
    const changed = new Set<string>();
    let gathering: NodeJS.Timeout | null = null;
    const stopChanges = core.events.watch((event, organisationIds) => {
      const noun = /^kernel\.(asset|finding|case)\./.exec(event)?.[1];
      if (!noun || !concerns(principal, `${noun}.read`, organisationIds)) return;
      changed.add(noun);
      gathering ??= setTimeout(() => {
        gathering = null;
        send('changed', { nouns: [...changed] });
        changed.clear();
      }, gatherMs);
    });
    const heartbeat = setInterval(() => raw.write(': alive\n\n'), heartbeatMs);
    const end = setTimeout(
      () => raw.end(),
      Math.max(0, Date.parse(principal.expiresAt) - core.clock.now().getTime()) % 2_147_483_647,
    );
    const stop = () => {
      clearInterval(heartbeat);
      clearTimeout(end);
      stopJobs();
      stopNotices();
      stopChanges();
      if (gathering) clearTimeout(gathering);
    };
    const forget = core.onStop(() => raw.end());
    raw.on('close', () => {
      stop();
      forget();
    });
  });
}

function maySee(principal: Principal, job: Job): boolean {
  if (job.startedBy === principal.actor.id) return true;
  if (!principal.permissions.has('job.read')) return false;
  const scope = principal.scopeOf('job.read');
  return scope.kind === 'all' || (job.organisationId !== null && scope.ids.includes(job.organisationId));
}

function concerns(principal: Principal, permission: string, organisationIds: readonly string[]): boolean {
  if (!principal.permissions.has(permission)) return false;
  const scope = principal.scopeOf(permission);
  return scope.kind === 'all' || organisationIds.some((id) => scope.ids.includes(id));
}
