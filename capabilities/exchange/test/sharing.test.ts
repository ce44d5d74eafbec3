/**
 * Sharing through the platform: two departments, keys that stay with their holders, a permitted and a refused access, revocation.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exchangeServer } from '@hedun/capability-exchange/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import { createHolderPair, loadCurve, openSealed, readHolderKey, readParameters } from '@hedun/exchange/abe';
import {
  aesKeyOf,
  type ChunkCipher,
  openHeader,
  openStream,
  readHeader,
  sealHeader,
  sealStream,
} from '@hedun/exchange/envelope';
import { type CapabilityServer, Failure, type Files } from '@hedun/sdk';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rekeyWith } from '../src/server/publish/rekey.ts';
import { startS3 } from './s3-server.ts';

type Principal = TestKernel['administrator'];
let kernel: TestKernel;
/** There is no ledger here: what a chain says to a new version is said by the test. The scenario of the demonstration has the real one. */
let chain: () => Promise<void> = async () => undefined;
const random = (size: number) => Uint8Array.from(randomBytes(size));
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));

let people: { publisher: Principal; reader: Principal; stranger: Principal };
let authority: { id: string; parameters: string };
const attributes: Record<string, { id: string }> = {};
const pairs = new Map<string, ReturnType<typeof createHolderPair>>();

beforeAll(async () => {
  await loadCurve();
  const operations = { ...exchangeServer.operations, rekeyObject: rekeyWith(() => chain()) };
  kernel = await openTestKernel({ capabilities: [{ ...exchangeServer, operations } as unknown as CapabilityServer] });
  const [dispatch, marketing] = [await kernel.organisation('调度中心'), await kernel.organisation('营销部')];
  people = {
    publisher: await kernel.user('publisher', 'administrator', dispatch),
    reader: await kernel.user('reader', 'administrator', marketing),
    stranger: await kernel.user('stranger', 'administrator', marketing),
  };
  authority = await run('createAuthority', { organisationId: kernel.root, name: '属性中心' });
  for (const [name, kind, zh] of [
    ['dept', 'word', '部门'],
    ['level', 'number', '级别'],
    ['until', 'date', '到期'],
  ] as const)
    attributes[name] = await run('defineAttribute', {
      authorityId: authority.id,
      name,
      kind,
      title: { 'zh-CN': zh, en: name },
    });
});
afterAll(() => kernel.close());

async function run<T = never>(operation: string, input: unknown, principal?: Principal): Promise<T> {
  return (await kernel.run(`exchange.${operation}`, input, principal)) as T;
}
function aes(contentKey: Uint8Array): ChunkCipher {
  const key = aesKeyOf(contentKey);
  return {
    suite: 'aes-256-gcm',
    seal: (nonce, plain) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open: (nonce, sealed) => {
      const cipher = createDecipheriv('aes-256-gcm', key, nonce);
      cipher.setAuthTag(sealed.subarray(-16));
      try {
        return Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}
async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
/** What a publisher's browser or command line does. */
async function seal(plain: Uint8Array, policy: string, epochs: Record<string, number>) {
  const contentKey = random(32);
  const prefix = random(7);
  const header = sealHeader(
    readParameters(bytesOf(authority.parameters)),
    { policy, epochs, suite: 'aes-256-gcm', object: random(16), prefix },
    contentKey,
    random,
  );
  return { header: base64(header), sealed: await gather(sealStream([plain], aes(contentKey), prefix)) };
}
/** Files as a principal sees them, for what a browser would upload and download. */
async function withFiles<T>(principal: Principal, work: (files: Files) => Promise<T>): Promise<T> {
  const { core } = kernel;
  return await core.store.transaction({ scope: { kind: 'all' }, userId: principal.actor.id }, (db) =>
    work(
      core.nouns.files({
        db,
        actor: principal.actor,
        scope: { kind: 'organisations', ids: [principal.actor.organisationId] },
        locale: 'zh-CN',
        now: () => core.clock.now(),
        newId: core.newId,
        publish: async () => undefined,
      }),
    ),
  );
}
const upload = (principal: Principal, bytes: Uint8Array): Promise<string> =>
  withFiles(principal, async (files) => {
    const about = {
      organisationId: principal.actor.organisationId,
      name: 'sealed',
      mediaType: 'application/octet-stream',
    };
    return (await files.keep(bytes, about)).id;
  });
const download = (principal: Principal, evidenceId: string): Promise<Buffer> =>
  withFiles(principal, (files) => gather(files.stream(evidenceId)));
async function epochs(): Promise<Record<string, number>> {
  const { items } = await run<{ items: { name: string; epoch: number }[] }>('listAttributes', {});
  return Object.fromEntries(items.map(({ name, epoch }) => [name, epoch]));
}
async function publish(plain: Uint8Array, policy: string, title: string) {
  const { header, sealed } = await seal(plain, policy, await epochs());
  const evidenceId = await upload(people.publisher, sealed);
  return await run<{ id: string; sentence: Record<string, string>; plainSize: number }>(
    'publishObject',
    { organisationId: people.publisher.actor.organisationId, title, fileName: 'load.csv', header, evidenceId },
    people.publisher,
  );
}
async function own(principal: Principal, wanted: Record<string, string>): Promise<string[]> {
  const pair = pairs.get(principal.actor.id) ?? createHolderPair(random);
  pairs.set(principal.actor.id, pair);
  await run('registerHolder', { publicKey: base64(pair.publicKey) }, principal);
  const ids: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const { id } = await run<{ id: string }>(
      'requestAttribute',
      { attributeId: attributes[name]?.id, value },
      principal,
    );
    await run('grantAttribute', { grantId: id });
    ids.push(id);
  }
  return ids;
}
async function contentKeyOf(principal: Principal, fetched: { header: string; parameters: string }) {
  const { keys } = await run<{ keys: { authorityId: string; serial: number; sealed: string }[] }>(
    'myKeys',
    {},
    principal,
  );
  const sealed = keys.find(({ authorityId }) => authorityId === authority.id);
  if (!sealed) throw new Error('no key');
  const parameters = readParameters(bytesOf(fetched.parameters));
  const pair = pairs.get(principal.actor.id) as ReturnType<typeof createHolderPair>;
  const key = readHolderKey(
    openSealed(pair.privateKey, bytesOf(sealed.sealed), `attribute-key/${parameters.authority}/${sealed.serial}`),
  );
  return openHeader(parameters, key, bytesOf(fetched.header));
}
/** What a holder's browser or command line does with what was fetched. */
async function open(principal: Principal, fetched: { header: string; parameters: string; file: { id: string } }) {
  const { prefix } = readHeader(bytesOf(fetched.header));
  const cipher = aes(await contentKeyOf(principal, fetched));
  return await gather(openStream([await download(principal, fetched.file.id)], cipher, prefix));
}
type Fetched = {
  permitted: boolean;
  reason: string | null;
  cid: string;
  header: string;
  parameters: string;
  file: { id: string };
};

test('[X90] a file goes from one department to another as ciphertext; the server never holds what opens it', async () => {
  const plain = random(1_500_000);
  const object = await publish(plain, 'dept:dispatch and level>=3', '负荷曲线');
  expect(object.sentence['zh-CN']).toBe('只有部门为「dispatch」，并且级别不低于 3的人可以解密。');
  expect(object.plainSize).toBe(plain.length);
  await own(people.reader, { dept: 'dispatch', level: '4' });
  const fetched = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '负荷分析' }, people.reader);
  expect(fetched.permitted).toBe(true);
  expect(fetched.cid).toMatch(/^bafy/);
  expect(Buffer.compare(await open(people.reader, fetched), plain)).toBe(0);
  // On the server's disk and in its tables: no private half, no attribute key, no content key, no plain text.
  const { keys } = await run<{ keys: { sealed: string }[] }>('myKeys', {}, people.reader);
  const pair = pairs.get(people.reader.actor.id) as ReturnType<typeof createHolderPair>;
  expect(Buffer.from(bytesOf(keys[0]?.sealed as string)).includes(Buffer.from('w|dept'))).toBe(false);
  const folder = path.join(kernel.folder, 'capabilities', 'exchange', 'bulk');
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(path.join(folder, name));
    expect(bytes.includes(Buffer.from(plain.subarray(1000, 1032)))).toBe(false);
    expect(bytes.includes(Buffer.from(pair.privateKey))).toBe(false);
  }
});

test('[X91] whoever does not meet the policy gets no address and no bytes, and the refusal is kept', async () => {
  const object = await publish(random(100), 'dept:dispatch', '停电计划');
  await own(people.stranger, { level: '9' });
  const refused = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '好奇' }, people.stranger);
  expect(refused).toMatchObject({ permitted: false, reason: 'policy_not_met', cid: null, header: null, file: null });
  const { accesses } = await run<{ accesses: { outcome: string; reason: string; purpose: string }[] }>(
    'getObject',
    { objectId: object.id },
    people.publisher,
  );
  expect(accesses).toMatchObject([{ outcome: 'refused', reason: 'policy_not_met', purpose: '好奇' }]);
});

test('[X92] after a revocation access ends at once; renewed, others open the new header, the revoked key does not', async () => {
  const plain = random(5_000);
  const object = await publish(plain, 'dept:meter', '表计数据');
  const [grantId] = await own(people.stranger, { dept: 'meter' });
  await own(people.reader, { dept: 'meter' });
  const before = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '一' }, people.stranger);
  expect(Buffer.compare(await open(people.stranger, before), plain)).toBe(0);
  const { keys: oldKeys } = await run<{ keys: { sealed: string; serial: number }[] }>('myKeys', {}, people.stranger);
  await run('revokeAttribute', { grantId, decision: '调离岗位' });
  const after = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '二' }, people.stranger);
  expect(after).toMatchObject({ permitted: false, reason: 'policy_not_met' });
  await kernel.core.jobs.drain();
  const renewed = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '三' }, people.reader);
  expect(renewed.cid).toBe(before.cid);
  expect(renewed.header).not.toBe(before.header);
  expect(Buffer.compare(await open(people.reader, renewed), plain)).toBe(0);
  // The revoked holder keeps the old key and lays hands on the new header.
  const parameters = readParameters(bytesOf(renewed.parameters));
  const pair = pairs.get(people.stranger.actor.id) as ReturnType<typeof createHolderPair>;
  const old = oldKeys[0] as { sealed: string; serial: number };
  const key = readHolderKey(
    openSealed(pair.privateKey, bytesOf(old.sealed), `attribute-key/${parameters.authority}/${old.serial}`),
  );
  expect(() => openHeader(parameters, key, bytesOf(renewed.header))).toThrow('do not meet the policy');
  expect(() => openHeader(parameters, key, bytesOf(before.header))).not.toThrow();
});

test('[X93] a policy is explained, or refused with the place; unknown attributes, foreign headers and old epochs are not published', async () => {
  expect(await run('explainPolicy', { policy: 'dept:a and level>=3 or until>2026-11-30' })).toMatchObject({
    valid: true,
    unknown: [],
    sentence: { 'zh-CN': '只有（部门为「a」，并且级别不低于 3），或者到期晚于 2026-11-30的人可以解密。' },
  });
  expect(await run('explainPolicy', { policy: 'dept:a and' })).toMatchObject({
    valid: false,
    problem: { position: 10, got: 'the end' },
  });
  expect(await run('explainPolicy', { policy: 'nobody:a' })).toMatchObject({ valid: true, unknown: ['nobody'] });
  await expect(publish(random(10), 'nobody:a', '一')).rejects.toThrow('exchange.attribute_unknown');
  const { sealed, header } = await seal(random(10), 'dept:a', { dept: 99 });
  const evidenceId = await upload(people.publisher, sealed);
  const input = {
    organisationId: people.publisher.actor.organisationId,
    title: '二',
    fileName: 'x',
    header,
    evidenceId,
  };
  await expect(run('publishObject', input, people.publisher)).rejects.toThrow('exchange.header');
  await expect(run('publishObject', { ...input, header: base64(random(80)) }, people.publisher)).rejects.toThrow(
    'exchange.header',
  );
});

test('[X94] attribute ids are unique, values fit their definition, an application is decided once, a grant needs a key to go to', async () => {
  await expect(
    run('defineAttribute', {
      authorityId: authority.id,
      name: 'dept',
      kind: 'word',
      title: { 'zh-CN': '又', en: 'again' },
    }),
  ).rejects.toThrow('exchange.named');
  await expect(
    run('requestAttribute', { attributeId: attributes.level?.id, value: '三' }, people.reader),
  ).rejects.toThrow('exchange.value');
  await expect(
    run('requestAttribute', { attributeId: attributes.until?.id, value: '2026-02-30' }, people.reader),
  ).rejects.toThrow('exchange.value');
  const { id } = await run<{ id: string }>(
    'requestAttribute',
    { attributeId: attributes.dept?.id, value: 'x' },
    people.publisher,
  );
  await expect(run('grantAttribute', { grantId: id })).rejects.toThrow('exchange.no_holder_key');
  await run('refuseAttribute', { grantId: id, decision: '不需要' });
  await expect(run('refuseAttribute', { grantId: id, decision: '再次' })).rejects.toThrow('exchange.decided');
});

test('[X95] an attribute that has run out no longer opens the door', async () => {
  const object = await publish(random(10), 'dept:temporary', '临时');
  const { id } = await run<{ id: string }>(
    'requestAttribute',
    { attributeId: attributes.dept?.id, value: 'temporary' },
    people.reader,
  );
  await run('grantAttribute', { grantId: id, expiresOn: '2026-11-25' });
  expect(await run('fetchObject', { objectId: object.id, purpose: '一' }, people.reader)).toMatchObject({
    permitted: true,
  });
  kernel.clock.advance(3 * 86_400_000);
  expect(await run('fetchObject', { objectId: object.id, purpose: '二' }, people.reader)).toMatchObject({
    permitted: false,
  });
});

test('[X96] ciphertext changed in storage is not handed out; from the backup it comes back', async () => {
  await kernel.run('kernel.setSetting', { id: 'exchange.backup', value: 'database' });
  const plain = random(2_200_000);
  const object = await publish(plain, 'dept:dispatch', '备份');
  const first = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '一' }, people.reader);
  const file = path.join(kernel.folder, 'capabilities', 'exchange', 'bulk', `${first.cid}.bulk`);
  const whole = readFileSync(file);
  const changed = Buffer.from(whole);
  changed[1_700_000] = (changed[1_700_000] as number) ^ 1;
  writeFileSync(file, changed);
  await expect(run('fetchObject', { objectId: object.id, purpose: '二' }, people.reader)).rejects.toThrow(
    'exchange.storage',
  );
  rmSync(file);
  const restored = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '三' }, people.reader);
  expect(Buffer.compare(await open(people.reader, restored), plain)).toBe(0);
});

test('[X97] withdrawn data is refused, and says so', async () => {
  const object = await publish(random(10), 'dept:dispatch', '撤回');
  await run('withdrawObject', { objectId: object.id }, people.publisher);
  expect(await run('fetchObject', { objectId: object.id, purpose: '一' }, people.reader)).toMatchObject({
    permitted: false,
    reason: 'withdrawn',
  });
});

async function rekey(objectId: string, principal: Principal) {
  const { jobId } = await run<{ jobId: string }>('rekeyObject', { objectId }, principal);
  await kernel.core.jobs.drain();
  const { job } = (await kernel.run('kernel.getJob', { id: jobId })) as {
    job: { status: string; result: { oldRemoved?: boolean } | null; error: { error: { code: string } } | null };
  };
  return job;
}
const bulkOf = (cid: string) => path.join(kernel.folder, 'capabilities', 'exchange', 'bulk', `${cid}.bulk`);

test('[X100] tier 3: by order of its publisher a file is sealed again under a new key; the old ciphertext, its backup and its address are gone', async () => {
  const plain = random(2_500_000);
  const object = await publish(plain, 'dept:rekey', '换密钥');
  const [grantId] = await own(people.stranger, { dept: 'rekey' });
  await own(people.reader, { dept: 'rekey' });
  const before = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '一' }, people.stranger);
  // The worst case: this holder kept the content key, not only the attribute key.
  const contentKey = await contentKeyOf(people.stranger, before);
  await run('revokeAttribute', { grantId, decision: '离职' });
  await kernel.core.jobs.drain();
  expect(await rekey(object.id, people.publisher)).toMatchObject({ status: 'succeeded', result: { oldRemoved: true } });
  const after = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '二' }, people.reader);
  expect(after.cid).not.toBe(before.cid);
  expect(Buffer.compare(await open(people.reader, after), plain)).toBe(0);
  const sealed = await download(people.reader, after.file.id);
  for (const prefix of [readHeader(bytesOf(before.header)).prefix, readHeader(bytesOf(after.header)).prefix])
    await expect(gather(openStream([sealed], aes(contentKey), prefix))).rejects.toThrow('not the chunk');
  await expect(contentKeyOf(people.stranger, after)).rejects.toThrow();
  const names = readdirSync(path.dirname(bulkOf(before.cid)));
  expect(names.some((name) => name.includes(before.cid))).toBe(false);
  for (const name of names)
    expect(
      readFileSync(path.join(path.dirname(bulkOf(before.cid)), name)).includes(Buffer.from(plain.subarray(1000, 1032))),
    ).toBe(false);
  // The backup follows: the new one is there, the old one is not.
  rmSync(bulkOf(after.cid));
  const restored = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '三' }, people.reader);
  expect(Buffer.compare(await open(people.reader, restored), plain)).toBe(0);
  const kept = await kernel.core.store.transaction({ scope: { kind: 'all' }, userId: null }, (db) =>
    sql<{ cid: string }>`SELECT DISTINCT cid FROM exchange_backups`.execute(db),
  );
  expect(kept.rows.map(({ cid }) => cid)).toContain(after.cid);
  expect(kept.rows.map(({ cid }) => cid)).not.toContain(before.cid);
});

test('[X100] damage, a header of another file, a withdrawn object, somebody from elsewhere or a refusal of the chain change nothing', async () => {
  const object = await publish(random(2_200_000), 'dept:rekey', '不换');
  const fetched = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '一' }, people.reader);
  const unchanged = async () => {
    const now = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '核对' }, people.publisher);
    expect(now).toMatchObject({ cid: fetched.cid, header: fetched.header });
  };
  const count = () => readdirSync(path.dirname(bulkOf(fetched.cid))).length;
  const files = count();
  const elsewhere = await kernel.user('elsewhere', 'unit-leader', people.stranger.actor.organisationId);
  expect((await rekey(object.id, elsewhere)).error?.error.code).toBe('access.out_of_scope');
  await unchanged();
  chain = () => Promise.reject(new Failure('exchange.ledger', { values: { code: 'objects.foreign' } }));
  expect((await rekey(object.id, people.publisher)).error?.error.code).toBe('exchange.ledger');
  chain = async () => undefined;
  await unchanged();
  expect(count()).toBe(files);
  const whole = readFileSync(bulkOf(fetched.cid));
  const changed = Buffer.from(whole);
  changed[1_700_000] = (changed[1_700_000] as number) ^ 1;
  writeFileSync(bulkOf(fetched.cid), changed);
  expect((await rekey(object.id, people.publisher)).error?.error.code).toBe('exchange.storage');
  writeFileSync(bulkOf(fetched.cid), whole);
  await unchanged();
  // Published as it came: the server cannot know that header and file do not belong together until it must open them.
  const { header } = await seal(random(10), 'dept:rekey', await epochs());
  const { sealed } = await seal(random(1_100_000), 'dept:rekey', await epochs());
  const odd = await run<{ id: string }>(
    'publishObject',
    {
      organisationId: people.publisher.actor.organisationId,
      title: '不配',
      fileName: 'x',
      header,
      evidenceId: await upload(people.publisher, sealed),
    },
    people.publisher,
  );
  expect((await rekey(odd.id, people.publisher)).error?.error.code).toBe('exchange.cannot_open');
  await run('withdrawObject', { objectId: odd.id }, people.publisher);
  expect((await rekey(odd.id, people.publisher)).error?.error.code).toBe('exchange.withdrawn');
  // What failed left nothing: one file came by publishing, two names each.
  expect(count()).toBe(files + 2);
});

test('[X73] [X100] by a setting ciphertexts go to S3, anew sealed ones as well; what was published before is found where it lies', async () => {
  const s3 = await startS3();
  const set = (id: string, value: unknown) => kernel.run('kernel.setSetting', { id, value });
  try {
    const [before, after] = [random(3_000), random(2_300_000)];
    const old = await publish(before, 'dept:dispatch', '在数据目录');
    await set('exchange.storage', 's3');
    await expect(publish(after, 'dept:dispatch', '未配置')).rejects.toThrow('exchange.storage');
    const { endpoint, bucket, region, accessKey, secretKey } = s3.place;
    for (const [name, value] of Object.entries({
      s3Endpoint: endpoint,
      s3Bucket: bucket,
      s3Region: region,
      s3AccessKey: accessKey,
      s3SecretKey: secretKey,
    }))
      await set(`exchange.${name}`, value);
    // An address inside the house is reached only where the administrator allowed it.
    await expect(publish(after, 'dept:dispatch', '未放行')).rejects.toThrow('network.refused');
    await set('kernel.allowedHosts', ['127.0.0.1']);
    const object = await publish(after, 'dept:dispatch', '在 S3');
    expect([...s3.objects.keys()].length).toBe(4);
    expect(s3.counts.refused).toBe(0);
    // Replaced while its new ciphertext is on the way: the later one gives up, and leaves nothing behind.
    const stored = s3.objects.size;
    s3.hooks.beforePut = () =>
      kernel.core.store.transaction({ scope: { kind: 'all' }, userId: null }, async (db) => {
        await sql`UPDATE exchange_objects SET cid = ${old.id} WHERE id = ${object.id}`.execute(db);
      });
    const { cid } = await run<Fetched>('fetchObject', { objectId: object.id, purpose: '换之前' }, people.reader);
    expect((await rekey(object.id, people.publisher)).error?.error.code).toBe('exchange.replaced');
    expect(s3.objects.size).toBe(stored);
    await kernel.core.store.transaction({ scope: { kind: 'all' }, userId: null }, async (db) => {
      await sql`UPDATE exchange_objects SET cid = ${cid} WHERE id = ${object.id}`.execute(db);
    });
    s3.hooks.beforePut = async () => undefined;
    // From the data folder into S3, since that is where new ciphertexts go now.
    expect(await rekey(old.id, people.publisher)).toMatchObject({ status: 'succeeded', result: { oldRemoved: true } });
    expect(s3.objects.size).toBe(stored + 1);
    await set('exchange.storage', 'folder');
    for (const [{ id }, plain] of [
      [old, before],
      [object, after],
    ] as const) {
      const fetched = await run<Fetched>('fetchObject', { objectId: id, purpose: '核对' }, people.reader);
      expect(Buffer.compare(await open(people.reader, fetched), plain)).toBe(0);
    }
  } finally {
    await s3.stop();
  }
});
