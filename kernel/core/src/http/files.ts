/**
 * Bytes in and out: uploads become evidence, evidence comes back with the caller's own rights.
 * @module
 */
import { Readable } from 'node:stream';
import { Failure, Id } from '@hedun/sdk';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Core } from '../contract.ts';
import { accessFor } from '../execute.ts';
import { parseInput } from '../input.ts';
import { authenticate, toRequest } from './authenticate.ts';

const About = z.strictObject({ organisationId: Id, description: z.string().max(1000).optional() });

export function addFileRoutes(app: FastifyInstance, core: Core): void {
  app.post('/api/kernel/uploads', { bodyLimit: 8_589_934_592 }, async (request, reply) => {
    await authenticate(core, request, reply);
    const { principal } = request;
    if (!principal) throw new Failure('access.not_signed_in', { where: 'uploads' });
    if (!principal.permissions.has('evidence.write'))
      throw new Failure('access.denied', { expected: 'evidence.write', values: { permission: 'evidence.write' } });
    if (!request.isMultipart())
      throw new Failure('input.unsupported_type', {
        expected: 'multipart/form-data',
        got: request.headers['content-type'] ?? 'nothing',
      });
    const limit = await core.setting<number>('kernel.uploadLimit');
    const part = await request.file({ limits: { fileSize: limit } });
    if (!part)
      throw new Failure('input.invalid', {
        where: 'file',
        expected: 'one file, after the other fields',
        got: 'nothing',
      });
    const fields = Object.fromEntries(
      Object.entries(part.fields).flatMap(([name, field]) =>
        field && !Array.isArray(field) && field.type === 'field' ? [[name, field.value]] : [],
      ),
    );
    const about = parseInput(About, fields);
    const blob = await core.blobs.put(part.file, limit);
    if (part.file.truncated) throw new Failure('file.too_large', { values: { limit } });
    const access = accessFor(principal, 'evidence.write');
    const evidence = await core.store.transaction(access, async (db) => {
      const session = {
        db,
        actor: principal.actor,
        scope: access.scope,
        locale: principal.actor.locale,
        now: () => core.clock.now(),
        newId: core.newId,
        publish: async () => undefined,
      };
      const kept = await core.nouns.register(session, blob, {
        ...about,
        name: part.filename,
        mediaType: part.mimetype,
      });
      await core.store.elevated(db, (owner) =>
        core.audit.append(owner, {
          actor: principal.actor,
          organisationId: about.organisationId,
          action: 'kernel.uploadEvidence',
          outcome: 'allowed',
          target: kept.id,
          request: toRequest(request),
          details: { sha256: kept.sha256, size: kept.size },
        }),
      );
      return kept;
    });
    return await reply.code(201).send(evidence);
  });

  app.get('/api/kernel/files/:id', async (request, reply) => {
    await authenticate(core, request, reply);
    const { principal } = request;
    if (!principal) throw new Failure('access.not_signed_in', { where: 'files' });
    if (!principal.permissions.has('evidence.read'))
      throw new Failure('access.denied', { expected: 'evidence.read', values: { permission: 'evidence.read' } });
    const { id } = parseInput(z.object({ id: Id }), request.params);
    const access = accessFor(principal, 'evidence.read');
    const found = await core.store.read(access, (db) =>
      db.selectFrom('evidence').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    if (!found) throw new Failure('record.not_found', { values: { what: `evidence ${id}` } });
    return await reply
      .header('content-type', 'application/octet-stream')
      .header('content-length', found.size)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`)
      .header('content-security-policy', 'sandbox')
      .header('cache-control', 'private, no-store')
      .send(Readable.from(core.blobs.stream(found.sha256)));
  });
}
