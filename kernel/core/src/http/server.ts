/**
 * The HTTP face of the kernel: every declared operation as a route, uploads and files, live updates, health and metrics.
 * It knows requests and answers; what an operation does is `execute.ts`'s business.
 * @module
 */
import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import { Failure } from '@hedun/sdk';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import type { Core } from '../contract.ts';
import type { Executor } from '../execute.ts';
import { authenticate, toRequest } from './authenticate.ts';
import { addConsole } from './console-files.ts';
import { failureBody, localeOf, toFailure } from './failure-reply.ts';
import { addFileRoutes } from './files.ts';
import { addLiveRoute } from './live.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { addOidcRoutes } from './oidc.ts';
import { openApi } from './openapi.ts';
import { parseJsonBody, readInput, textFieldsOf } from './read-request.ts';
import { addStatusRoutes } from './status.ts';

export interface HttpOptions {
  readonly core: Core;
  readonly execute: Executor;
  readonly version: string;
  /** Folder of the built console; null serves the API alone. */
  readonly consoleFolder: string | null;
}
export interface HttpServer {
  readonly app: FastifyInstance;
  readonly metrics: Metrics;
  listen(): Promise<string>;
  close(): Promise<void>;
}

export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
  const { core } = options;
  const app = Fastify({
    logger: false,
    trustProxy: core.config.trustProxy,
    bodyLimit: 1_048_576,
    genReqId: (raw) => requestId(raw.headers['x-request-id']),
    requestTimeout: 120_000,
    forceCloseConnections: true,
  });
  const metrics = createMetrics(core);
  app.decorateRequest('principal', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  await app.register(multipart, {
    limits: { files: 1, fields: 10, fieldSize: 10_000, fileSize: Number.MAX_SAFE_INTEGER },
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id).headers(securityHeaders);
    refuseCrossSite(request);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    core.log.debug('request', {
      id: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      actor: request.principal?.actor.id ?? null,
    });
  });
  app.setErrorHandler((error, request, reply) => sendFailure(core, error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendFailure(
      core,
      new Failure('route.unknown', { got: `${request.method} ${request.url.slice(0, 200)}` }),
      request,
      reply,
    ),
  );

  await app.register(
    async (scope) => {
      await scope.register(async (api) => addOperationRoutes(api, options), { prefix: '/api' });
      addFileRoutes(scope, core);
      addLiveRoute(scope, core);
      addOidcRoutes(scope, core);
      addStatusRoutes(scope, core, metrics, options.version);
      if (options.consoleFolder) await addConsole(scope, core.config.basePath, options.consoleFolder);
    },
    { prefix: core.config.basePath || '/' },
  );
  return {
    app,
    metrics,
    listen: () => app.listen({ host: core.config.host, port: core.config.port }),
    close: () => app.close(),
  };
}

function addOperationRoutes(api: FastifyInstance, { core, execute, version }: HttpOptions): void {
  const capabilities = core.registry.servers.map((server) => server.capability);
  for (const id of core.registry.operationIds()) {
    const found = core.registry.operation(id);
    if (!found) continue;
    const [method = 'GET', path = '/'] = found.operation.http.split(' ');
    let textFields: ReadonlySet<string> | undefined;
    const route: RouteOptions = {
      method,
      url: `/${found.capability.id}${path}`,
      ...(found.operation.bodyLimit === undefined ? {} : { bodyLimit: found.operation.bodyLimit }),
      handler: async (request, reply) => {
        await authenticate(core, request, reply, found.operation.permission === 'public');
        const cookies: string[] = [];
        const closed = new AbortController();
        request.raw.once('aborted', () => closed.abort());
        // Read from the schema at the first request: for all operations at once it would lengthen every start.
        textFields ??= textFieldsOf(found.operation);
        const answer = await execute({
          operationId: id,
          input: readInput(
            {
              params: request.params as Record<string, string>,
              query: request.query as Record<string, unknown>,
              body: request.body,
            },
            textFields,
          ),
          principal: request.principal,
          request: toRequest(request),
          locale: localeOf(request.headers['accept-language']),
          signal: closed.signal,
          setCookie: (cookie) => cookies.push(cookie),
        });
        for (const cookie of cookies) void reply.header('set-cookie', cookie);
        void reply.header('cache-control', 'no-store');
        return await reply.code(found.operation.effect === 'job' ? 202 : 200).send(answer);
      },
    };
    if (found.operation.body !== 'raw') api.route(route);
    // A scope of its own only where the body is read in another way: a scope for each of several hundred routes costs seconds.
    else
      void api.register(async (scope) => {
        scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
          done(null, { body: new Uint8Array(body as Buffer) }),
        );
        scope.route(route);
      });
  }
  api.get('/openapi.json', async (request) =>
    openApi(capabilities, {
      version,
      basePath: core.config.basePath,
      locale: localeOf(request.headers['accept-language']),
    }),
  );
}

export async function sendFailure(
  core: Core,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const failure = toFailure(error);
  const { status, body } = failureBody(
    core.registry,
    failure,
    localeOf(request.headers['accept-language']),
    request.id,
  );
  if (status >= 500)
    core.log.error('request failed', {
      id: request.id,
      url: request.url.slice(0, 200),
      code: failure.code,
      error: String((failure.cause as Error | undefined)?.stack ?? failure.stack),
    });
  await reply.code(status).header('cache-control', 'no-store').send(body);
}

/** A browser may only write from our own pages: same-origin by fetch metadata, and a header no form can send. Tokens need neither. */
function refuseCrossSite(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS' || !request.headers.cookie)
    return;
  const site = request.headers['sec-fetch-site'];
  if (
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    request.headers['x-hedun-request'] === undefined
  )
    throw new Failure('access.cross_site', {
      where: 'x-hedun-request',
      expected: '1, from the same origin',
      got: String(site ?? 'no header'),
    });
}

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  // `wasm-unsafe-eval` lets pages compile WebAssembly of our own (encryption in the browser) and nothing else; texts are never run.
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'",
};

function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
}
