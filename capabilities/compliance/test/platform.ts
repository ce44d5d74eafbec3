/**
 * What the platform tests of compliance share: a whole kernel with this capability, two bureaus, and short ways to ask it.
 * @module
 */
import { complianceServer } from '@hedun/capability-compliance/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer, Files } from '@hedun/sdk';
import type { AssessmentDetail } from '../src/shapes.ts';

export type Who = Parameters<TestKernel['run']>[2];
export interface TestPlatform {
  readonly kernel: TestKernel;
  readonly water: string;
  readonly health: string;
  run<T>(name: string, input: unknown, who?: Who): Promise<T>;
  detail(id: string): Promise<AssessmentDetail>;
  /** Keeps a small text as evidence of an organisation. */
  evidence(organisationId: string, name?: string): Promise<string>;
  keepText(organisationId: string, name: string, text: string, mediaType: string): Promise<string>;
  bytes(evidenceId: string): Promise<Buffer>;
}

export async function openTestPlatform(): Promise<TestPlatform> {
  const kernel = await openTestKernel({ capabilities: [complianceServer as unknown as CapabilityServer] });
  const [water, health] = [await kernel.organisation('水务局'), await kernel.organisation('卫生健康委')];
  const run = async <T>(name: string, input: unknown, who?: Who) =>
    (await kernel.run(`compliance.${name}`, input, who ?? kernel.administrator)) as T;
  return {
    kernel,
    water,
    health,
    run,
    detail: (id) => run<AssessmentDetail>('getAssessment', { id }),
    evidence: (organisationId, name = '证据.txt') =>
      inSession(kernel, async (files) => {
        const bytes = new TextEncoder().encode(`${name} ${organisationId}`);
        return (await files.keep(bytes, { organisationId, name, mediaType: 'text/plain' })).id;
      }),
    keepText: (organisationId, name, text, mediaType) =>
      inSession(
        kernel,
        async (files) => (await files.keep(new TextEncoder().encode(text), { organisationId, name, mediaType })).id,
      ),
    bytes: (id) =>
      inSession(kernel, async (files) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of files.stream(id)) chunks.push(chunk);
        return Buffer.concat(chunks);
      }),
  };
}

async function inSession<T>(kernel: TestKernel, work: (files: Files) => Promise<T>): Promise<T> {
  const { core, administrator } = kernel;
  return await core.store.transaction({ scope: { kind: 'all' }, userId: administrator.actor.id }, (db) =>
    work(
      core.nouns.files({
        db,
        actor: administrator.actor,
        scope: { kind: 'all' },
        locale: 'zh-CN',
        now: () => core.clock.now(),
        newId: core.newId,
        publish: async () => undefined,
      }),
    ),
  );
}
