/**
 * The two redirects of a sign-in at an identity provider.
 * @module
 */
import type { FastifyInstance } from 'fastify';
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
      );
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
    );
    return await reply.header('set-cookie', [...setCookie]).redirect(location);
  });
}

/** The public address if set; otherwise what the browser typed. */
function originOf(core: Core, request: { readonly protocol: string; readonly host: string }): string {
  return core.config.publicUrl ? new URL(core.config.publicUrl).origin : `${request.protocol}://${request.host}`;
}
