/**
 * A university on a whole kernel: the office, two units with their people, scans of one's own making.
 * @module
 */
import { workdeskServer } from '@hedun/capability-workdesk/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer } from '@hedun/sdk';

export type Who = Parameters<TestKernel['run']>[2];

export async function openStage() {
  const kernel = await openTestKernel({ capabilities: [workdeskServer as unknown as CapabilityServer] });
  const [computing, history] = [await kernel.organisation('计算机学院'), await kernel.organisation('历史文化学院')];
  const office = await kernel.user('office', 'security-officer', kernel.root);
  const contact = await kernel.user('contact', 'unit-contact', computing);
  const leader = await kernel.user('leader', 'unit-leader', computing);
  const other = await kernel.user('other', 'unit-contact', history);
  const auditor = await kernel.user('auditor', 'auditor', kernel.root);
  const run = async <T>(name: string, input: unknown, who: Who = office): Promise<T> =>
    (await kernel.run(name.includes('.') ? name : `workdesk.${name}`, input, who)) as T;
  const asset = (organisationId: string, name: string, identifiers: string[], protectionLevel: number | null = null) =>
    run<{ id: string }>('kernel.createAsset', {
      organisationId,
      kind: 'information-system',
      name,
      identifiers,
      protectionLevel,
    });
  /** Keeps a file as the upload would. */
  const upload = async (
    name: string,
    content: string | Uint8Array,
    organisationId = kernel.root,
    who: Who = office,
  ) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const blob = await kernel.core.blobs.put(bytes);
    return await kernel.core.store.transaction(
      { scope: { kind: 'all' }, userId: who?.actor.id ?? null },
      async (db) => {
        const actor = who?.actor ?? kernel.administrator.actor;
        const session = {
          db,
          actor,
          scope: { kind: 'all' } as const,
          locale: 'zh-CN' as const,
          now: () => kernel.clock.now(),
          newId: kernel.core.newId,
          publish: async () => undefined,
        };
        return (await kernel.core.nouns.register(session, blob, { organisationId, name, mediaType: 'text/plain' })).id;
      },
    );
  };
  return { kernel, run, upload, asset, office, contact, leader, other, auditor, computing, history, root: kernel.root };
}
export type Stage = Awaited<ReturnType<typeof openStage>>;

/** One line as Nuclei 3 writes it. */
export function nuclei(host: string, template: string, severity: string, more: Record<string, unknown> = {}): string {
  const cve = /^CVE-/.test(template) ? { 'cve-id': [template], 'cvss-score': severity === 'critical' ? 9.8 : 6.1 } : {};
  return JSON.stringify({
    'template-id': template,
    info: {
      name: `${template} on ${host}`,
      severity,
      description: 'd',
      remediation: '升级到已修复的版本。',
      classification: cve,
      tags: ['test'],
    },
    type: 'http',
    host: `https://${host}`,
    'matched-at': `https://${host}/login`,
    ...more,
  });
}
/** A Nessus report of one host. */
export function nessus(host: string, address: string, cves: readonly string[]): string {
  const items = cves
    .map(
      (cve, index) =>
        `<ReportItem port="443" protocol="tcp" severity="4" pluginID="${9000 + index}" pluginName="${cve} (remote)"><description>d</description><solution>Update.</solution><cve>${cve}</cve><cvss3_base_score>9.8</cvss3_base_score></ReportItem>`,
    )
    .join('');
  return `<?xml version="1.0"?><NessusClientData_v2><Report name="r"><ReportHost name="${host}"><HostProperties><tag name="host-ip">${address}</tag><tag name="host-fqdn">${host}</tag></HostProperties>${items}</ReportHost></Report></NessusClientData_v2>`;
}
