/**
 * The built console: hashed files are cached for good, every other path gets the start page with the base path written in.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export async function addConsole(app: FastifyInstance, basePath: string, folder: string): Promise<void> {
  const start = path.join(folder, 'index.html');
  if (!existsSync(start)) throw new Error(`console: expected ${start}, got nothing; run npm run build`);
  const page = readFileSync(start, 'utf8').replace('<head>', `<head><base href="${basePath}/">`);
  await app.register(fastifyStatic, {
    root: path.join(folder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
    decorateReply: false,
  });
  app.get('/*', async (request, reply) => {
    if (request.url.slice(basePath.length).startsWith('/api/')) {
      reply.callNotFound();
      return reply;
    }
    return await reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(page);
  });
}
