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
      const { url, cookie } = await startOidc(core, request.params.id, request.query.returnTo ?? '/');
      return await reply.header('set-cookie', cookie).redirect(url);
    },
  );
  app.get<{ Params: { id: string } }>('/api/kernel/oidc/:id/callback', async (request, reply) => {
    const current = new URL(request.url, `${request.protocol}://${request.host}`);
    const { setCookie, location } = await finishOidc(
      core,
      request.params.id,
      current,
      request.headers.cookie ?? '',
      toRequest(request),
    );
    return await reply.header('set-cookie', setCookie).redirect(location);
  });
}
