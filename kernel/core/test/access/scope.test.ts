/**
 * No operation shows or touches another unit's rows: every one that is declared is called by a user of one bureau with ids and
 * organisations of the other, and whatever it answers is searched for anything that belongs there.
 * @module
 */

import { hello } from '@hedun/capability-hello';
import { helloServer } from '@hedun/capability-hello/server';
import type { Capability, CapabilityServer, Operation } from '@hedun/sdk';
import { Failure } from '@hedun/sdk';
import { kernel as declared } from '@hedun/sdk/kernel';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Principal } from '../../src/contract.ts';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';

let kernel: TestKernel;
let own: string;
let foreign: string;
let insider: Principal;
const marker = '异单位机密';
const ids: Record<string, string> = {};

beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [helloServer as unknown as CapabilityServer] });
  own = await kernel.organisation('本单位');
  foreign = await kernel.organisation(marker);
  insider = await kernel.user('insider', 'administrator', own);
  const outsider = await kernel.user('outsider', 'administrator', foreign);
  const run = (id: string, input: object) => kernel.run(id, input, outsider) as Promise<Record<string, unknown>>;
  ids.organisation = foreign;
  ids.user = outsider.actor.id;
  ids.asset = String(
    (
      await run('kernel.createAsset', {
        organisationId: foreign,
        kind: 'host',
        name: marker,
        identifiers: ['10.9.8.7'],
      })
    ).id,
  );
  ids.finding = String(
    (await run('kernel.raiseFinding', { organisationId: foreign, title: marker, severity: 'high' })).id,
  );
  ids.case = String((await run('kernel.openCase', { organisationId: foreign, title: marker, severity: 'high' })).id);
  ids.greeting = String((await run('hello.addGreeting', { organisationId: foreign, text: marker })).id);
  ids.channel = String(
    (
      await run('kernel.saveChannel', {
        organisationId: foreign,
        kind: 'webhook',
        name: marker,
        config: { url: 'https://example.com/x' },
      })
    ).id,
  );
  ids.job = String((await run('hello.greetAll', {})).jobId);
  ids.evidence = await kernel.core.store.transaction({ scope: { kind: 'all' }, userId: null }, async (db) => {
    const { core } = kernel;
    const session = {
      db,
      actor: outsider.actor,
      scope: { kind: 'all' } as const,
      locale: 'zh-CN' as const,
      now: () => core.clock.now(),
      newId: core.newId,
      publish: async () => undefined,
    };
    return (
      await core.nouns.register(session, await core.blobs.put(Buffer.from(marker)), {
        organisationId: foreign,
        name: `${marker}.txt`,
        mediaType: 'text/plain',
      })
    ).id;
  });
});
afterAll(() => kernel.close());

const capabilities = [declared, hello] as unknown as readonly Capability[];
const operations = capabilities.flatMap((capability) =>
  Object.entries(capability.operations).map(([name, operation]) => ({ id: `${capability.id}.${name}`, operation })),
);
/** They end or begin the platform's own state; each has its test in access.test.ts. */
const excluded = new Set(['kernel.completeSetup', 'kernel.signOut', 'kernel.removeSamples', 'kernel.loadSamples']);

/** Every field that can name something is given something foreign; the rest gets the smallest value its schema takes. */
function foreignInput(operation: Operation): Record<string, unknown> {
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  const noun = (operation.on ?? /\/(\w+?)s?\/:id/.exec(operation.http)?.[1] ?? 'asset') as string;
  const idOf = (name: string): string =>
    ids[
      /organisation|parent/i.test(name)
        ? 'organisation'
        : /evidence/i.test(name)
          ? 'evidence'
          : /asset/i.test(name)
            ? 'asset'
            : /finding/i.test(name)
              ? 'finding'
              : /user|assignee|responsible/i.test(name)
                ? 'user'
                : /case/i.test(name)
                  ? 'case'
                  : noun
    ] ??
    ids.asset ??
    '';
  const sampleOf = (name: string, property: Record<string, unknown>): unknown => {
    const variant =
      ((property.anyOf as Record<string, unknown>[] | undefined) ?? [property]).find((each) => each.type !== 'null') ??
      property;
    if (variant.format === 'uuid') return idOf(name);
    if (variant.enum) return (variant.enum as unknown[])[0];
    if (variant.const !== undefined) return variant.const;
    if (variant.type === 'array') return [sampleOf(name, (variant.items as Record<string, unknown>) ?? {})];
    if (variant.type === 'object' || variant.additionalProperties !== undefined)
      return Object.fromEntries(
        Object.entries((variant.properties as Record<string, Record<string, unknown>>) ?? {}).map(([key, each]) => [
          key,
          sampleOf(key, each),
        ]),
      );
    if (variant.type === 'number' || variant.type === 'integer') return Math.max(1, Number(variant.minimum ?? 1));
    if (variant.type === 'boolean') return true;
    if (name === 'filter') return '';
    if (name === 'list') return 'kernel.listFindings';
    if (variant.format === 'date-time') return '2026-12-01T00:00:00Z';
    if (variant.pattern && /hdn|a-z/.test(String(variant.pattern))) return 'abcdef';
    return name === 'text' ? marker.slice(0, 2) : 'x'.repeat(Math.max(3, Number(variant.minLength ?? 3)));
  };
  const properties = schema.properties ?? {};
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name !== 'sort' && name !== 'cursor' && name !== 'columns')
      .map(([name, property]) => [name, sampleOf(name, property)]),
  );
}

test('[A16] the enumeration covers every declared operation', () => {
  expect(operations.length).toBeGreaterThan(85);
});
test.each(operations.filter(({ id }) => !excluded.has(id)))(
  '[A16] $id gives nothing of a foreign unit and changes nothing there',
  async ({ id, operation }) => {
    const snapshot = async () =>
      await kernel.core.store.system(async (db) =>
        JSON.stringify([
          (await sql`SELECT * FROM organisations WHERE id = ${foreign}`.execute(db)).rows,
          (
            await sql`SELECT id, organisation_id, name, status, display_name FROM users WHERE organisation_id = ${foreign} ORDER BY id`.execute(
              db,
            )
          ).rows,
          (await sql`SELECT * FROM assets WHERE organisation_id = ${foreign} ORDER BY id`.execute(db)).rows,
          (await sql`SELECT * FROM findings WHERE organisation_id = ${foreign} ORDER BY id`.execute(db)).rows,
          (await sql`SELECT * FROM cases WHERE organisation_id = ${foreign} ORDER BY id`.execute(db)).rows,
          (await sql`SELECT * FROM evidence WHERE organisation_id = ${foreign} ORDER BY id`.execute(db)).rows,
          (await sql`SELECT * FROM channels WHERE organisation_id = ${foreign} ORDER BY id`.execute(db)).rows,
          (await sql`SELECT * FROM hello_greetings WHERE organisation_id = ${foreign} ORDER BY id`.execute(db)).rows,
          (await sql`SELECT * FROM grants WHERE organisation_id = ${foreign} ORDER BY user_id`.execute(db)).rows,
          (await sql`SELECT count(*) FROM reports WHERE organisation_id = ${foreign}`.execute(db)).rows,
        ]),
      );
    const before = await snapshot();
    let answer: unknown;
    try {
      answer = await kernel.run(id, foreignInput(operation), insider);
    } catch (error) {
      expect(error, `${id} failed with something other than a refusal`).toBeInstanceOf(Failure);
      answer = null;
    }
    const text = JSON.stringify(answer);
    expect(text).not.toContain(marker);
    for (const [noun, foreignId] of Object.entries(ids))
      if (noun !== 'organisation' || !/grant|token/i.test(id))
        expect(text, `${id} shows the foreign ${noun}`).not.toContain(foreignId);
    expect(await snapshot(), `${id} changed a foreign row`).toBe(before);
  },
);
