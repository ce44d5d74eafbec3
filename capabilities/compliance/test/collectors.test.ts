/** @module Rules [C23] to [C25]: collectors, against a whole kernel and TLS services of this test on the loopback address. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlain, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostOf, isAuthorised } from '../src/server/collect-tls.ts';
import { openTestPlatform, type TestPlatform } from './platform.ts';

let platform: TestPlatform;
let folder: string;
let id: string;
let assetId: string;
const servers: Server[] = [];
const port = (server: Server) => (server.address() as { port: number }).port;
const listening = (server: Server) =>
  new Promise<number>((resolve) => {
    servers.push(server);
    server.listen(0, '127.0.0.1', () => resolve(port(server)));
  });

/** A key and a self-signed certificate, made by the openssl of the machine. */
function certificate(name: string, days: number, args: readonly string[]) {
  const [key, cert] = [path.join(folder, `${name}.key`), path.join(folder, `${name}.pem`)];
  execFileSync(
    'openssl',
    ['req', '-x509', '-nodes', '-subj', `/CN=${name}`, '-days', String(days), '-keyout', key, '-out', cert, ...args],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const service = (options: TlsOptions) => listening(createServer(options, (socket) => socket.end()));

interface Job {
  readonly status: string;
  readonly error: { readonly code?: string } | null;
}
async function collect(input: object): Promise<Job> {
  const { jobId } = await platform.run<{ jobId: string }>('collectTls', {
    id,
    assetId,
    unit: 'network-confidentiality',
    ...input,
  });
  await platform.kernel.core.jobs.drain();
  const { job } = (await platform.kernel.run('kernel.getJob', { id: jobId })) as {
    job: { status: string; error: { error?: { code: string } } | null };
  };
  return { status: job.status, error: job.error?.error ?? null };
}
const authorise = (networks: readonly string[]) =>
  platform.kernel.run('kernel.setSetting', { id: 'compliance.collectorNetworks', value: networks });

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hedun-tls-'));
  platform = await openTestPlatform();
  const about = { organisationId: platform.water, instrument: 'crypto-assessment', name: '营收系统', level: 3 };
  ({ id } = await platform.run<{ id: string }>('createAssessment', about));
  const asset = { organisationId: platform.water, kind: 'host', name: '营收前置机', identifiers: ['127.0.0.1'] };
  ({ id: assetId } = (await platform.kernel.run('kernel.createAsset', asset)) as { id: string });
});
afterAll(async () => {
  for (const server of servers) server.close();
  await platform.kernel.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('where a collector may look', () => {
  test('[C23] only at identifiers of the asset, and only where an administrator authorised it', () => {
    const asset = { name: 'a', identifiers: ['10.1.2.3', 'www.a.example', 'serial-77', '2001:db8::7'] };
    expect(hostOf(asset, '10.1.2.3')).toBe('10.1.2.3');
    expect(hostOf(asset, 'WWW.A.example')).toBe('www.a.example');
    expect(hostOf(asset, '[2001:db8::7]')).toBe('2001:db8::7');
    expect(hostOf({ name: 'a', identifiers: ['10.1.2.3', 'serial-77'] }, undefined)).toBe('10.1.2.3');
    for (const wanted of ['10.1.2.4', 'serial-77', 'a.example', undefined])
      expect(() => hostOf(asset, wanted)).toThrow('compliance.not_own');
    expect(isAuthorised('h', '10.1.2.3', [])).toBe(false);
    expect(isAuthorised('h', '10.1.2.3', ['10.1.0.0/16'])).toBe(true);
    expect(isAuthorised('h', '10.2.0.1', ['10.1.0.0/16', '192.0.2.1'])).toBe(false);
    expect(isAuthorised('h', '192.0.2.1', ['192.0.2.1'])).toBe(true);
    expect(isAuthorised('h.example', '192.0.2.9', ['h.example'])).toBe(true);
    expect(isAuthorised('h', '2001:db8::7', ['2001:db8::/32', 'not a network'])).toBe(true);
  });
  test('[C23] nothing is authorised at first; an asset of another organisation or an address it does not have is refused', async () => {
    expect(await collect({ port: 1 })).toMatchObject({
      status: 'failed',
      error: { code: 'compliance.not_authorised' },
    });
    await authorise(['10.0.0.0/8']);
    expect(await collect({ port: 1 })).toMatchObject({ error: { code: 'compliance.not_authorised' } });
    expect(await collect({ port: 1, host: '127.0.0.2' })).toMatchObject({ error: { code: 'compliance.not_own' } });
    const foreign = { organisationId: platform.health, kind: 'host', name: '别处', identifiers: ['127.0.0.1'] };
    const other = (await platform.kernel.run('kernel.createAsset', foreign)) as { id: string };
    expect(await collect({ port: 1, assetId: other.id })).toMatchObject({ error: { code: 'compliance.not_own' } });
    expect(await collect({ port: 1, unit: 'policy-keys' })).toMatchObject({ error: { code: 'compliance.refused' } });
    await authorise(['127.0.0.1']);
    const reader = await platform.kernel.user('reader', 'auditor', platform.water);
    await expect(
      platform.run('collectTls', { id, assetId, unit: 'network-confidentiality', port: 1 }, reader),
    ).rejects.toThrow('access.denied');
    const silent = await listening(createPlain((socket) => socket.end('SSH-2.0-x\r\n')));
    expect(await collect({ port: silent })).toMatchObject({ error: { code: 'compliance.no_tls' } });
  });
});

describe.skipIf(!hasOpenssl)(`what a collector sees${hasOpenssl ? '' : ' (skipped: no openssl)'}`, () => {
  const seen = async (at: number) =>
    (await platform.detail(id)).collected.find((each) => each.seen.service === `127.0.0.1:${at}`);

  test('[C24] protocols, every suite and the certificate of a service become an object; key management is left to a person', async () => {
    const at = await service({
      ...certificate('good', 300, ['-newkey', 'rsa:2048', '-sha256']),
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:TLS_AES_128_GCM_SHA256',
    });
    expect(await collect({ port: at })).toMatchObject({ status: 'succeeded' });
    const found = await seen(at);
    expect(found?.seen.protocols).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect([...(found?.seen.suites ?? [])].sort()).toEqual([
      'TLS_AES_128_GCM_SHA256',
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    ]);
    expect(found?.seen.certificate).toMatchObject({ key: 'RSA-2048', hash: 'SHA256', trusted: false });
    expect(found?.effectiveTo).toBe('2027-02-22');
    const { sheet, score } = await platform.detail(id);
    const answer = sheet?.units['network-confidentiality'];
    const object =
      answer?.kind === 'objects' ? answer.objects.find((each) => each.id === `127.0.0.1:${at}`) : undefined;
    expect(object?.facts).toMatchObject({ A: false, D: false });
    expect(object?.facts.K).toBeUndefined();
    expect(score?.total).toBeUndefined();
    const text = (await platform.bytes(found?.evidenceId ?? '')).toString();
    expect(JSON.parse(text)).toMatchObject({ service: `127.0.0.1:${at}`, address: '127.0.0.1' });
  });

  test('[C24] an old protocol and a certificate that ends soon become a high risk and findings; a second look replaces the first', async () => {
    const days = Math.round((platform.kernel.clock.now().getTime() - Date.now()) / 86_400_000) + 20;
    const server = {
      ...certificate('old', Math.max(days, 1), ['-newkey', 'rsa:2048', '-sha256']),
      minVersion: 'TLSv1' as const,
      maxVersion: 'TLSv1' as const,
      ciphers: 'AES128-SHA:@SECLEVEL=0',
    };
    const at = await service(server);
    for (let turn = 0; turn < 2; turn += 1) expect(await collect({ port: at })).toMatchObject({ status: 'succeeded' });
    const { sheet, collected } = await platform.detail(id);
    expect(collected.filter((each) => each.seen.service === `127.0.0.1:${at}`).length).toBe(1);
    expect((await seen(at))?.seen).toMatchObject({ protocols: ['TLSv1'], suites: ['TLS_RSA_WITH_AES_128_CBC_SHA'] });
    const risks = sheet?.risks?.filter((each) => each.object === `127.0.0.1:${at}`).map((each) => each.risk);
    expect([...(risks ?? [])].sort()).toEqual(['algorithm', 'technique']);
    const { items } = (await platform.kernel.run('kernel.listFindings', {})) as {
      items: { kind: string; title: string; assetId: string }[];
    };
    const own = items.filter((each) => each.kind === 'compliance.weak-crypto' && each.title.includes(`:${at} `));
    expect(own.map((each) => each.assetId)).toEqual(own.map(() => assetId));
    expect(own.map((each) => each.title).join()).toMatch(/TLSv1/);
    expect(own.map((each) => each.title).join()).toMatch(/证书/);
  });

  test('[C24] a service that answers a TLCP hello is seen with its SM suite, though no library here speaks it', async () => {
    // Answers ECC_SM4_GCM_SM3 to whoever offers it in a hello of version 1.1 of GB/T 38636, an alert to everybody else.
    const plain = createPlain((socket) =>
      socket.once('data', (hello) => {
        const wire = hello.toString('hex');
        if (!wire.startsWith('160101') || !wire.includes('e053'))
          return socket.end(Buffer.from('15030300020228', 'hex'));
        const body = `0101${'ab'.repeat(32)}00e05300`;
        const length = (body.length / 2).toString(16).padStart(6, '0');
        const record = `02${length}${body}`;
        return socket.end(Buffer.from(`160101${(record.length / 2).toString(16).padStart(4, '0')}${record}`, 'hex'));
      }),
    );
    const at = await listening(plain);
    expect(await collect({ port: at })).toMatchObject({ status: 'succeeded' });
    expect((await seen(at))?.seen).toMatchObject({ protocols: ['TLCP'], suites: ['ECC_SM4_GCM_SM3'] });
  });
});

test('[C25] facts come from assets and catalogue with evidence and period; a different claim is a contradiction, silence is not “no”', async () => {
  const fresh = { organisationId: platform.health, instrument: 'crypto-assessment', name: '卫健平台', level: 2 };
  const { id: other } = await platform.run<{ id: string }>('createAssessment', fresh);
  const collectFacts = (assessment: string) =>
    platform.run<{ items: { fact: string; value: unknown }[] }>('collectFacts', { id: assessment, effectiveDays: 30 });
  expect((await collectFacts(other)).items).toEqual([]);
  const make = (name: string, extra: object) =>
    platform.kernel.run('kernel.createAsset', { organisationId: platform.health, kind: 'host', name, ...extra });
  await make('卫健平台', { protectionLevel: 3, tags: ['关基'] });
  await make('旧库', { protectionLevel: 4 });
  expect((await collectFacts(other)).items).toMatchObject([{ fact: 'level', value: 3 }]);
  const { problems, assessment } = await platform.detail(other);
  expect(problems.map((each) => each.problem.kind)).toEqual(['contradiction']);
  expect(assessment.statements.at(-1)).toMatchObject({
    standing: 'observed',
    value: 3,
    validFrom: '2026-11-24',
    validTo: '2026-12-24',
  });
  expect(assessment.statements.at(-1)?.evidence?.length).toBe(1);
  const audit = { organisationId: platform.health, instrument: 'pi-audit', name: '卫健平台' };
  const { id: pi } = await platform.run<{ id: string }>('createAssessment', audit);
  expect((await collectFacts(pi)).items).toMatchObject([{ fact: 'ciio', value: true }]);
  await collectFacts(pi);
  const again = await platform.detail(pi);
  expect(again.problems).toEqual([]);
  const sharing = { organisationId: platform.health, instrument: 'gov-data-sharing', name: '卫健委' };
  const { id: gov } = await platform.run<{ id: string }>('createAssessment', sharing);
  await platform.run('createEntry', { organisationId: platform.health, name: '缺项目录', attribute: 'conditional' });
  expect((await collectFacts(gov)).items).toMatchObject([
    { fact: 'catalogue.complete', value: false, from: '缺项目录' },
  ]);
});
