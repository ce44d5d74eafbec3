/**
 * Who sent a request. Cookies and authorization headers end here: handlers see a principal and harmless headers.
 * @module
 */
import { timingSafeEqual } from 'node:crypto';
import type { Request } from '@hedun/sdk';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { systemActor } from '../actors.ts';
import type { Core, Principal } from '../contract.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** Fills `request.principal`. On public operations a stale cookie is no error: signing in must stay possible. */
export async function authenticate(
  core: Core,
  request: FastifyRequest,
  reply: FastifyReply,
  tolerant = false,
): Promise<void> {
  if (isLocal(core, request.headers.authorization)) {
    request.principal = await core.access.principalOf({ ...systemActor, name: 'local' });
    return;
  }
  try {
    const found = await core.access.authenticate({
      ...toRequest(request),
      cookie: request.headers.cookie ?? null,
      authorization: request.headers.authorization ?? null,
    });
    request.principal = found?.principal ?? null;
    if (found?.setCookie) void reply.header('set-cookie', found.setCookie);
  } catch (error) {
    if (!tolerant) throw error;
  }
}

export function toRequest(request: FastifyRequest): Request {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && name !== 'cookie' && name !== 'authorization') headers[name] = String(value);
  return { id: request.id, address: request.ip, headers };
}

function isLocal(core: Core, authorization: string | undefined): boolean {
  const given = Buffer.from(authorization ?? '');
  const wanted = Buffer.from(`Bearer ${core.localToken}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
