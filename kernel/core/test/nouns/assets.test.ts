import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepUpload, safeName, sniffMediaType } from '../../src/nouns/files.ts';
import { normaliseIdentifier } from '../../src/nouns/identifiers.ts';
import { openStage, registry, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test.each([
  ['  WWW.Example.CN. ', 'www.example.cn'],
  ['AA-BB-CC-DD-EE-FF', 'aa:bb:cc:dd:ee:ff'],
  ['aabb.ccdd.eeff', 'aa:bb:cc:dd:ee:ff'],
  ['2001:0DB8:0:0::1', '2001:db8::1'],
  ['[::1]', '::1'],
  ['１０．０．０．１', '10.0.0.1'],
])('[N14] identifier %s is written %s', (raw, normal) => {
  expect(normaliseIdentifier(raw)).toBe(normal);
});

test('[N15] attributes are checked and coerced by the kind', async () => {
  const create = (kind: string, attributes: Record<string, unknown>) =>
    stage.all((session) =>
      stage.nouns.assets(session).create({ organisationId: stage.organisations.bureau, kind, name: 'x', attributes }),
    );
  expect((await create('service', { port: '8080', product: 'nginx' })).attributes).toEqual({
    port: 8080,
    product: 'nginx',
  });
  await expect(create('service', { port: 'many' })).rejects.toMatchObject({
    code: 'input.invalid',
    where: 'attributes.port',
  });
  await expect(create('toaster', {})).rejects.toMatchObject({ code: 'asset.unknown_kind', got: 'toaster' });
});

test('[N16] resolve finds the asset that owns an address, in use before retired, whatever the spelling', async () => {
  await stage.all(async (session) => {
    const assets = stage.nouns.assets(session);
    const base = { organisationId: stage.organisations.bureau, kind: 'host' };
    const old = await assets.create({ ...base, name: 'old', status: 'retired', identifiers: ['10.9.8.7'] });
    const current = await assets.create({ ...base, name: 'current', identifiers: ['10.9.8.7', 'Portal.Example.cn.'] });
    const found = await assets.resolve(['10.9.8.7', 'PORTAL.example.cn', '10.0.0.99']);
    expect([...found].map(([key, asset]) => [key, asset.id])).toEqual([
      ['10.9.8.7', current.id],
      ['PORTAL.example.cn', current.id],
    ]);
    expect(old.id).not.toBe(current.id);
  });
});

test('[N17] an asset that moves takes its findings along', async () => {
  await stage.all(async (session) => {
    const assets = stage.nouns.assets(session);
    const asset = await assets.create({ organisationId: stage.organisations.bureau, kind: 'host', name: 'mover' });
    const [raised] = await stage.nouns.findings(session).raise([
      {
        organisationId: stage.organisations.bureau,
        assetId: asset.id,
        kind: 'vulnerability',
        title: 't',
        severity: 'low',
        source: 's',
        identity: ['i'],
      },
    ]);
    await assets.update(asset.id, { organisationId: stage.organisations.school });
    expect((await stage.nouns.findings(session).get(raised?.id ?? '')).organisationId).toBe(stage.organisations.school);
  });
});

test('[N18] relating twice keeps one relation; an asset is not related to itself', async () => {
  await stage.all(async (session) => {
    const assets = stage.nouns.assets(session);
    const a = await assets.create({ organisationId: stage.organisations.bureau, kind: 'host', name: 'a' });
    const b = await assets.create({ organisationId: stage.organisations.bureau, kind: 'host', name: 'b' });
    await assets.relate(a.id, 'runs-on', b.id);
    await assets.relate(a.id, 'runs-on', b.id);
    expect(
      await session.db.selectFrom('relations').select('kind').where('fromAssetId', '=', a.id).execute(),
    ).toHaveLength(1);
    await expect(assets.relate(a.id, 'runs-on', a.id)).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(assets.relate(a.id, 'married-to', b.id)).rejects.toMatchObject({ code: 'input.invalid' });
  });
});

test('[N19] observations keep what the source said', async () => {
  const [kept] = await stage.all((session) =>
    stage.nouns.observations(session).record([
      {
        organisationId: stage.organisations.office,
        source: 'nmap',
        kind: 'port',
        seenAt: new Date('2026-11-01T00:00:00Z'),
        data: { port: 22, 'weird key': "'; --" },
      },
    ]),
  );
  const row = await stage.all((session) =>
    session.db
      .selectFrom('observations')
      .selectAll()
      .where('id', '=', kept?.id ?? '')
      .executeTakeFirst(),
  );
  expect(row).toMatchObject({
    source: 'nmap',
    data: { port: 22, 'weird key': "'; --" },
    seenAt: '2026-11-01T00:00:00.000Z',
  });
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\x\\资产.xlsx', '资产.xlsx'],
  ['a\u0000b\u202egnp.exe', 'abgnp.exe'],
  ['', 'file'],
  ['...', 'file'],
  ['con.txt', 'file_con.txt'],
  ['<b>"x"?.csv', '_b__x__.csv'],
])('[F1] file name %j becomes %j', (raw, safe) => {
  expect(safeName(raw)).toBe(safe);
});
test('[F1] a long name keeps its extension', () => {
  const name = safeName(`${'名'.repeat(500)}.xlsx`);
  expect([...name]).toHaveLength(120);
  expect(name.endsWith('.xlsx')).toBe(true);
});
test('[F2] the bytes decide the media type, and no text becomes a page', () => {
  expect(sniffMediaType(Buffer.from('%PDF-1.7'), 'x.html')).toBe('application/pdf');
  expect(sniffMediaType(Buffer.from('<script>'), 'x.html')).toBe('text/plain');
  expect(sniffMediaType(Buffer.from([0x50, 0x4b, 3, 4]), 'x.xlsx')).toMatch(/spreadsheetml/);
  expect(sniffMediaType(Buffer.from('a,b'), 'x.CSV')).toBe('text/csv');
});
test('[F3] the same bytes under the same name are one evidence, and its bytes come back', async () => {
  const about = { organisationId: stage.organisations.bureau, name: '../a.txt' };
  const rooms = { store: stage.store, registry, blobs: stage.blobs };
  async function* bytes() {
    yield Buffer.from('he');
    yield Buffer.from('llo');
  }
  const one = await stage.all((session) => keepUpload(rooms, session, bytes(), about, 100));
  const two = await stage.all((session) => keepUpload(rooms, session, bytes(), about, 100));
  expect(two.id).toBe(one.id);
  expect(one).toMatchObject({ name: 'a.txt', size: 5, mediaType: 'text/plain' });
  const back = await stage.all(async (session) => {
    let text = '';
    for await (const chunk of stage.nouns.files(session).stream(one.id)) text += Buffer.from(chunk).toString();
    return text;
  });
  expect(back).toBe('hello');
});
test('[F3] a cut-short upload leaves no evidence', async () => {
  const stream = Object.assign(
    (async function* () {
      yield Buffer.from('cut');
    })(),
    { truncated: true },
  );
  const kept = stage.all((session) =>
    keepUpload(
      { store: stage.store, registry, blobs: stage.blobs },
      session,
      stream,
      { organisationId: stage.organisations.bureau, name: 'cut' },
      2,
    ),
  );
  await expect(kept).rejects.toMatchObject({ code: 'file.too_large' });
});
