/**
 * The two redirects of a sign-in at an identity provider.
 * @module
 */
import { Failure } from '@hedun/sdk';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { finishOidc, startOidc } from '../access/oidc.ts';
import type { Core } from '../contract.ts';
import { toRequest } from './authenticate.ts';

export function addOidcRoutes(app: FastifyInstance, core: Core): void {
  app.get<{ Params: { id: string }; Querystring: { returnTo?: string } }>(
    '/api/kernel/oidc/:id/start',
    async (request, reply) => {
      const { url, cookie } = await startOidc(
        core,
        request.params.id,
        request.query.returnTo ?? '/',
        originOf(core, request),
        request.ip,
      ).catch((error) => refused(core, request, error));
      return await reply.header('set-cookie', cookie).redirect(url);
    },
  );
  app.get<{ Params: { id: string } }>('/api/kernel/oidc/:id/callback', async (request, reply) => {
    const current = new URL(request.url, originOf(core, request));
    const { setCookie, location } = await finishOidc(
      core,
      request.params.id,
      current,
      request.headers.cookie ?? '',
      toRequest(request),
    ).catch((error) => refused(core, request, error));
    return await reply.header('set-cookie', [...setCookie]).redirect(location);
  });
}

/** A person in a browser is led back to the sign-in page, which says why; a program gets the error itself. */
function refused(core: Core, request: FastifyRequest, error: unknown) {
  if (!(error instanceof Failure) || !request.headers.accept?.includes('text/html')) throw error;
  const url = `${core.config.basePath}/?refused=${encodeURIComponent(error.code)}`;
  return { url, cookie: [] as string[], setCookie: [] as string[], location: url };
}

/** The public address if set; otherwise what the browser typed. */
function originOf(core: Core, request: { readonly protocol: string; readonly host: string }): string {
  return core.config.publicUrl ? new URL(core.config.publicUrl).origin : `${request.protocol}://${request.host}`;
}
