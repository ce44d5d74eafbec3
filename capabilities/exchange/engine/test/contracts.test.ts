import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { AccessRecord, DataObject, Holder, Mark, Proposal, TrailStep } from '../src/contracts/index.ts';
import { decodeEntry } from '../src/ledger/index.ts';
import { founding, noon, type Person, person, type World, world } from './ledger-world.ts';

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
const json = JSON.stringify;
let ledger: World;
let dispatch: Person;
let marketing: Person;
let authority: Person;
let supervisor: Person;
let analyst: Person;

beforeEach(async () => {
  ledger = world();
  [dispatch, marketing, authority, supervisor, analyst] = (await Promise.all([
    person('dispatch-admin', 'Org1'),
    person('marketing-admin', 'Org2'),
    person('authority', 'Org1'),
    person('supervisor', 'Org2'),
    person('analyst', 'Org2'),
  ])) as [Person, Person, Person, Person, Person];
  await ledger.submit(
    dispatch,
    'members:initialise',
    founding('power', 60, [
      { ...dispatch, roles: [] },
      { ...marketing, roles: [] },
      { ...authority, roles: ['authority'] },
    ]),
  );
});

const registration = (who: Person, roles: string[]) =>
  json({
    kind: 'register',
    did: who.did,
    name: who.name,
    organisation: '市场部',
    msp: who.msp,
    roles,
    certificate: who.certificate,
  });
async function voteIn(who: Person, roles: string[]): Promise<Proposal> {
  const { id } = (await ledger.submit(dispatch, 'members:propose', registration(who, roles))) as Proposal;
  await ledger.submit(dispatch, 'members:vote', id, 'yes');
  return (await ledger.submit(marketing, 'members:vote', id, 'yes')) as Proposal;
}
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: Error) => error.message,
  );
const later = (seconds: number) => {
  ledger.clock += seconds;
};
async function attribute(id: string, kind = 'flag') {
  return await ledger.submit(authority, 'attributes:define', json({ id, title: id, kind }));
}
async function publish(id: string, tree: unknown) {
  await ledger.submit(marketing, 'objects:definePolicy', json({ id: `policy-${id}`, text: 'dept:dispatch', tree }));
  const address = `bafy-${id}`;
  return (await ledger.submitWith(
    new Map([['address', Buffer.from(address)]]),
    marketing,
    'objects:publish',
    json({
      id,
      title: '负荷曲线',
      policy: `policy-${id}`,
      ciphertextDigest: digestOf('ciphertext'),
      cidDigest: digestOf(address),
      headerDigest: digestOf('header'),
      size: 1024,
    }),
  )) as DataObject;
}
const ask = async (who: Person, object: string) =>
  (await ledger.submit(who, 'access:request', object, '负荷预测')) as AccessRecord;

test('[C1] a newcomer is a member when the share of administrators is reached, and not before', async () => {
  const proposal = (await ledger.submit(dispatch, 'members:propose', registration(analyst, ['member']))) as Proposal;
  expect(await refusal(ledger.submit(analyst, 'identity:registerDid', 'did:hedun:power:a', '{}'))).toContain(
    'unregistered',
  );
  expect(await ledger.submit(dispatch, 'members:vote', proposal.id, 'yes')).toMatchObject({ state: 'open' });
  expect(await refusal(ledger.submit(dispatch, 'members:vote', proposal.id, 'yes'))).toContain('members.voted');
  expect(await refusal(ledger.submit(analyst, 'members:vote', proposal.id, 'yes'))).toContain('caller.restricted');
  // 60 % of three administrators are two.
  expect(await ledger.submit(marketing, 'members:vote', proposal.id, 'yes')).toMatchObject({ state: 'accepted' });
  expect(await ledger.evaluate(analyst, 'identity:whoAmI')).toMatchObject({ did: analyst.did, standing: 'good' });
  expect(await refusal(ledger.submit(authority, 'members:vote', proposal.id, 'no'))).toContain('members.decided');
  expect(await refusal(ledger.submit(dispatch, 'members:initialise', founding('x', 1, [])))).toContain('already');
});

test('[C1] the threshold itself changes by vote', async () => {
  const change = json({ kind: 'threshold', percent: 100 });
  const { id } = (await ledger.submit(dispatch, 'members:propose', change)) as Proposal;
  await ledger.submit(dispatch, 'members:vote', id, 'yes');
  await ledger.submit(marketing, 'members:vote', id, 'yes');
  expect(await ledger.evaluate(dispatch, 'members:parameters')).toMatchObject({ thresholdPercent: 100 });
  expect((await voteIn(analyst, ['member'])).state).toBe('open');
});

test('[C2] a proposal that cannot win any more is closed; a removed administrator loses certificate and vote', async () => {
  const { id } = (await ledger.submit(dispatch, 'members:propose', registration(analyst, ['member']))) as Proposal;
  await ledger.submit(dispatch, 'members:vote', id, 'no');
  expect(await ledger.submit(marketing, 'members:vote', id, 'no')).toMatchObject({ state: 'rejected' });
  const remove = json({ kind: 'remove', did: authority.did, reason: '离职' });
  const removal = (await ledger.submit(dispatch, 'members:propose', remove)) as Proposal;
  await ledger.submit(dispatch, 'members:vote', removal.id, 'yes');
  await ledger.submit(marketing, 'members:vote', removal.id, 'yes');
  expect(await ledger.evaluate(authority, 'identity:whoAmI')).toMatchObject({ standing: 'certificate_revoked' });
  expect(await ledger.evaluate(dispatch, 'members:parameters')).toMatchObject({
    administrators: [dispatch.did, marketing.did].sort(),
  });
  expect(await ledger.evaluate(dispatch, 'identity:revocationList')).toMatchObject([{ did: authority.did }]);
});

test('[C2] the last administrator stays', async () => {
  const alone = world();
  await alone.submit(dispatch, 'members:initialise', founding('power', 100, [{ ...dispatch, roles: [] }]));
  const remove = json({ kind: 'remove', did: dispatch.did, reason: 'x' });
  const { id } = (await alone.submit(dispatch, 'members:propose', remove)) as Proposal;
  expect(await refusal(alone.submit(dispatch, 'members:vote', id, 'yes'))).toContain('members.last_administrator');
});

test('[C3] an expired, a not yet valid and a revoked certificate restrict their user; refusals are on record', async () => {
  const [short, early] = await Promise.all([
    person('short', 'Org1', { to: noon + 600 }),
    person('early', 'Org1', { from: noon + 1200 }),
  ]);
  await voteIn(short, ['member']);
  await voteIn(early, ['member']);
  await attribute('dept:dispatch');
  await publish('load', { has: 'dept:dispatch' });
  expect(await ask(early, 'load')).toMatchObject({ outcome: 'refused', reason: 'certificate_not_yet_valid' });
  expect(await ask(short, 'load')).toMatchObject({ outcome: 'refused', reason: 'policy_not_satisfied' });
  later(601);
  expect(await ask(short, 'load')).toMatchObject({ outcome: 'refused', reason: 'certificate_expired' });
  expect(
    await refusal(ledger.submit(short, 'attributes:apply', json({ attribute: 'dept:dispatch', reason: 'x' }))),
  ).toContain('certificate_expired');
  await ledger.submit(dispatch, 'identity:revokeCertificate', 'Org1', early.serial, '私钥泄露');
  later(1200);
  expect(await ask(early, 'load')).toMatchObject({ outcome: 'refused', reason: 'certificate_revoked' });
  expect(await ledger.evaluate(dispatch, 'identity:certificate', 'Org1', early.serial)).toMatchObject({
    standing: 'certificate_revoked',
    revoked: { reason: '私钥泄露', by: dispatch.did },
  });
  expect(await refusal(ledger.submit(short, 'identity:revokeCertificate', 'Org1', dispatch.serial, 'x'))).toContain(
    'caller.restricted',
  );
});

test('[C3] a stranger and a forged certificate with a known serial number are unregistered', async () => {
  await attribute('dept:dispatch');
  await publish('load', { has: 'dept:dispatch' });
  const stranger = await person('stranger', 'Org2');
  expect(await ask(stranger, 'load')).toMatchObject({ outcome: 'refused', reason: 'unregistered' });
  const forged: Person = { ...stranger, msp: marketing.msp };
  const same = stranger.certificate;
  expect(await ledger.evaluate({ ...forged, certificate: same }, 'identity:whoAmI')).toMatchObject({ member: null });
});

test('[C3] a renewed certificate takes over from the old one, both told apart', async () => {
  await voteIn(analyst, ['member']);
  const next = await person('analyst', 'Org2');
  await ledger.submit(analyst, 'identity:renewCertificate', next.certificate);
  expect(await ledger.evaluate(next, 'identity:whoAmI')).toMatchObject({ did: analyst.did, standing: 'good' });
  await ledger.submit(next, 'identity:revokeCertificate', 'Org2', analyst.serial, '已更换');
  expect(await ledger.evaluate(analyst, 'identity:whoAmI')).toMatchObject({ standing: 'certificate_revoked' });
  expect(await ledger.evaluate(next, 'identity:whoAmI')).toMatchObject({ standing: 'good' });
});

test('[C4] a DID belongs to whoever registered it, counts its versions, and ends', async () => {
  const did = 'did:hedun:power:dispatch';
  const document = (key: string) =>
    json({ id: did, verificationMethod: [{ id: `${did}#1`, publicKeyMultibase: key }] });
  expect(await ledger.submit(dispatch, 'identity:registerDid', did, document('zA'))).toMatchObject({ version: 1 });
  expect(await refusal(ledger.submit(marketing, 'identity:registerDid', did, document('zB')))).toContain('did.taken');
  expect(await refusal(ledger.submit(marketing, 'identity:updateDid', did, document('zB')))).toContain('not_entitled');
  later(10);
  expect(await ledger.submit(dispatch, 'identity:updateDid', did, document('zC'))).toMatchObject({
    version: 2,
    created: noon,
    updated: noon + 10,
  });
  expect(
    await refusal(ledger.submit(dispatch, 'identity:updateDid', did, json({ id: 'did:hedun:power:x' }))),
  ).toContain('did.malformed');
  expect(await ledger.submit(dispatch, 'identity:deactivateDid', did)).toMatchObject({ deactivated: true, version: 3 });
  expect(await refusal(ledger.submit(dispatch, 'identity:updateDid', did, document('zD')))).toContain('deactivated');
  const web = 'did:web:dispatch.example.com';
  await ledger.submit(dispatch, 'identity:registerDid', web, json({ id: web }));
  expect(await ledger.evaluate(marketing, 'identity:did', web)).toMatchObject({ document: { id: web } });
  expect(await refusal(ledger.submit(dispatch, 'identity:registerDid', 'did:key:z6Mk', '{}'))).toContain(
    'did.malformed',
  );
});

test('[C5] an attribute: defined once, applied for, granted; set, hash and certificate follow', async () => {
  await voteIn(analyst, ['member']);
  await attribute('dept:dispatch');
  await attribute('level', 'number');
  expect(await refusal(attribute('level'))).toContain('attributes.taken');
  const application = (await ledger.submit(
    analyst,
    'attributes:apply',
    json({ attribute: 'level', value: 3, reason: '值班' }),
  )) as { id: string };
  expect(
    await refusal(ledger.submit(marketing, 'attributes:decide', json({ application: application.id, grant: true }))),
  ).toContain('caller.not_entitled');
  const digest = digestOf('sealed certificate');
  const holder = (await ledger.submit(
    authority,
    'attributes:decide',
    json({ application: application.id, grant: true, expiresAt: noon + 3600, certificateDigest: digest }),
  )) as Holder;
  expect(holder).toMatchObject({
    version: 1,
    attributes: [{ id: 'level', value: 3, epoch: 1, expiresAt: noon + 3600 }],
    certificate: { digest },
  });
  expect(holder.hash).toBe(digestOf(json(holder.attributes)));
  const decided = json({ application: application.id, grant: false });
  expect(await refusal(ledger.submit(authority, 'attributes:decide', decided))).toContain('attributes.decided');
  later(5);
  const grant = json({ attribute: 'dept:dispatch', holder: analyst.did });
  const second = (await ledger.submit(authority, 'attributes:grant', grant)) as Holder;
  expect([second.version, second.attributes.map(({ id }) => id)]).toEqual([2, ['dept:dispatch', 'level']]);
  expect(second.hash).not.toBe(holder.hash);
  expect(second.certificate.number).not.toBe(holder.certificate.number);
  const renewed = (await ledger.submit(
    authority,
    'attributes:renew',
    json({ attribute: 'level', holder: analyst.did, expiresAt: noon + 7200 }),
  )) as Holder;
  expect(renewed.attributes[1]).toMatchObject({ value: 3, expiresAt: noon + 7200, grantedAt: noon + 5 });
});

test('[C5] an authority touches no attribute of another; numbers need a value', async () => {
  const other = await person('other-authority', 'Org2');
  await voteIn(other, ['authority']);
  await voteIn(analyst, ['member']);
  await attribute('level', 'number');
  const grant = json({ attribute: 'level', value: 3, holder: analyst.did });
  expect(await refusal(ledger.submit(other, 'attributes:grant', grant))).toContain('attributes.foreign');
  const without = json({ attribute: 'level', holder: analyst.did });
  expect(await refusal(ledger.submit(authority, 'attributes:grant', without))).toContain('input.malformed');
  const stranger = json({ attribute: 'level', value: 1, holder: 'did:hedun:test:nobody' });
  expect(await refusal(ledger.submit(authority, 'attributes:grant', stranger))).toContain('members.unknown');
});

test('[C6] revoked or run out, an attribute opens nothing from that moment on, and a new epoch begins', async () => {
  await voteIn(analyst, ['member']);
  await attribute('dept:dispatch');
  await publish('load', { has: 'dept:dispatch' });
  const grant = (expiresAt: number | null) =>
    ledger.submit(authority, 'attributes:grant', json({ attribute: 'dept:dispatch', holder: analyst.did, expiresAt }));
  await grant(noon + 100);
  const permitted = await ask(analyst, 'load');
  expect(permitted.outcome).toBe('permitted');
  later(101);
  expect(await ask(analyst, 'load')).toMatchObject({ reason: 'policy_not_satisfied' });
  expect(await refusal(ledger.evaluate(analyst, 'access:address', permitted.id))).toContain('policy_not_satisfied');
  await grant(null);
  const again = await ask(analyst, 'load');
  expect(await ledger.evaluate(analyst, 'access:address', again.id)).toMatchObject({ address: 'bafy-load' });
  const revoke = json({ attribute: 'dept:dispatch', holder: analyst.did, reason: '调岗' });
  expect(await ledger.submit(authority, 'attributes:revoke', revoke)).toMatchObject({ attributes: [] });
  expect(await ledger.evaluate(authority, 'attributes:definition', 'dept:dispatch')).toMatchObject({ epoch: 2 });
  expect(await ask(analyst, 'load')).toMatchObject({ outcome: 'refused' });
  expect(await refusal(ledger.evaluate(analyst, 'access:address', again.id))).toContain('access.refused');
  expect(await refusal(ledger.submit(authority, 'attributes:revoke', revoke))).toContain('attributes.not_held');
});

test('[C7] on chain stand digests and policy versions, never the address', async () => {
  const object = await publish('load', { has: 'dept:dispatch' });
  expect(object).toMatchObject({ version: 1, cidDigest: digestOf('bafy-load'), policyVersion: 1 });
  for (const [, { value }] of ledger.chain.world.range('', ''))
    expect(Buffer.from(value).includes('bafy-load')).toBe(false);
  const wrong = new Map([['address', Buffer.from('bafy-other')]]);
  const input = json({ ...object, id: 'other', policy: object.policy });
  expect(await refusal(ledger.submitWith(wrong, marketing, 'objects:publish', input))).toContain('address_mismatch');
  expect(await refusal(ledger.submit(marketing, 'objects:publish', input))).toContain('objects.no_address');
  const policy = { id: 'policy-load', text: 'role:auditor', tree: { has: 'role:auditor' } };
  expect(await ledger.submit(marketing, 'objects:definePolicy', json(policy))).toMatchObject({ version: 2 });
  expect(await refusal(ledger.submit(dispatch, 'objects:definePolicy', json(policy)))).toContain('policies.foreign');
  expect(await ledger.evaluate(dispatch, 'objects:policyVersion', 'policy-load', '1')).toMatchObject({
    tree: { has: 'dept:dispatch' },
  });
  expect((await publish('load', { has: 'role:auditor' })).version).toBe(2);
  expect(await ledger.evaluate(dispatch, 'objects:objectVersions', 'load')).toHaveLength(2);
  await ledger.submit(marketing, 'objects:withdraw', 'load', '更正');
  expect(await ask(dispatch, 'load')).toMatchObject({ reason: 'object_withdrawn' });
});

test('[C7] a policy too large, too deep or without sense is refused with its place', async () => {
  const define = (tree: unknown) =>
    refusal(ledger.submit(marketing, 'objects:definePolicy', json({ id: 'p', text: 'x', tree })));
  let deep: unknown = { has: 'a' };
  for (let i = 0; i < 40; i += 1) deep = { atLeast: 1, of: [deep] };
  expect(await define(deep)).toContain('policy.too_deep');
  expect(await define({ atLeast: 1, of: Array(2000).fill({ has: 'a' }) })).toContain('policy.too_large');
  expect(await define({ atLeast: 3, of: [{ has: 'a' }] })).toContain('atLeast from 1 to 1 at policy');
  expect(await define({ atLeast: 1, of: [{ has: 'a' }, { compare: 'level', is: '~', value: 1 }] })).toContain(
    'policy.of[1]',
  );
});

test('[C8] permission first: AND, OR, thresholds and comparisons decide, and only then is there an address', async () => {
  await voteIn(analyst, ['member']);
  for (const id of ['dept:dispatch', 'role:auditor', 'site:wuhan']) await attribute(id);
  await attribute('level', 'number');
  // (dept:dispatch and level >= 3) or 2 of (role:auditor, site:wuhan)
  const tree = {
    atLeast: 1,
    of: [
      { atLeast: 2, of: [{ has: 'dept:dispatch' }, { compare: 'level', is: '>=', value: 3 }] },
      { atLeast: 2, of: [{ has: 'role:auditor' }, { has: 'site:wuhan' }] },
    ],
  };
  await publish('load', tree);
  const give = (id: string, value?: number) =>
    ledger.submit(
      authority,
      'attributes:grant',
      json({ attribute: id, holder: analyst.did, ...(value === undefined ? {} : { value }) }),
    );
  await give('dept:dispatch');
  await give('level', 2);
  const refused = await ask(analyst, 'load');
  expect(refused).toMatchObject({ outcome: 'refused', reason: 'policy_not_satisfied', purpose: '负荷预测' });
  expect(await refusal(ledger.evaluate(analyst, 'access:address', refused.id))).toContain('access.refused');
  await give('level', 3);
  const permitted = await ask(analyst, 'load');
  expect(permitted.outcome).toBe('permitted');
  expect(await ledger.evaluate(analyst, 'access:address', permitted.id)).toMatchObject({ address: 'bafy-load' });
  expect(await refusal(ledger.evaluate(dispatch, 'access:address', permitted.id))).toContain('access.foreign');
  later(601);
  expect(await refusal(ledger.evaluate(analyst, 'access:address', permitted.id))).toContain('access.expired');
  expect(await ask(analyst, 'nothing')).toMatchObject({ outcome: 'refused', reason: 'object_unknown' });
  expect((await ledger.evaluate(dispatch, 'access:records')) as AccessRecord[]).toHaveLength(3);
});

test('[C8] a refusal is a transaction like any other: it stands in the log with its reason', async () => {
  await publish('load', { has: 'dept:dispatch' });
  const { id } = await ask(dispatch, 'load');
  const leaf = ledger.chain.transactions.get(id);
  expect(leaf).toBe(ledger.chain.tree.size - 1);
  const entry = decodeEntry(ledger.entries[leaf!]!);
  expect(entry.code).toBe('VALID');
  expect(Buffer.from(entry.envelope).includes('policy_not_satisfied')).toBe(true);
});

test('[C9] refusals beyond the rule are marked once an hour and alarmed; who is restricted is refused', async () => {
  await voteIn(supervisor, ['supervisor']);
  await voteIn(analyst, ['member']);
  await publish('load', { has: 'dept:dispatch' });
  await ask(analyst, 'load');
  await ask(analyst, 'load');
  expect(await ledger.submit(supervisor, 'supervision:inspect', analyst.did)).toEqual([]);
  await ask(analyst, 'load');
  const marks = (await ledger.submit(supervisor, 'supervision:inspect', analyst.did)) as Mark[];
  expect(marks).toMatchObject([{ rule: 'refusals', count: 3, limit: 3, subject: analyst.did, state: 'open' }]);
  expect(marks[0]?.evidence).toHaveLength(3);
  expect(await ledger.submit(supervisor, 'supervision:inspect', analyst.did)).toEqual([]);
  expect(await refusal(ledger.submit(analyst, 'supervision:inspect', analyst.did))).toContain('caller.not_entitled');
  await ledger.submit(supervisor, 'supervision:restrict', analyst.did, '多次越权');
  expect(await ask(analyst, 'load')).toMatchObject({ reason: 'member_restricted' });
  expect(await refusal(ledger.submit(supervisor, 'supervision:lift', analyst.did, 'x'))).toContain('not_entitled');
  await ledger.submit(dispatch, 'supervision:lift', analyst.did, '已核实');
  expect(await ask(analyst, 'load')).toMatchObject({ reason: 'policy_not_satisfied' });
  const [subject, rule, hour] = marks[0]!.id.split('/') as [string, string, string];
  expect(await ledger.submit(supervisor, 'supervision:clear', subject, rule, hour, '误操作')).toMatchObject({
    state: 'cleared',
  });
});

test('[C9] many objects, many requests, hours of the night and invalid certificates have rules of their own', async () => {
  await voteIn(supervisor, ['supervisor']);
  const short = await person('short', 'Org2', { to: noon + 7200 });
  await voteIn(short, ['member']);
  const rules = {
    refusals: 50,
    objects: 3,
    requests: 5,
    windowSeconds: 3600,
    workFrom: 1350,
    workTo: 720,
    outsideHours: 2,
  };
  await ledger.submit(supervisor, 'supervision:setRules', json(rules));
  for (const object of ['a', 'b', 'c']) await ask(short, object);
  const inspect = async () =>
    ((await ledger.submit(supervisor, 'supervision:inspect', short.did)) as Mark[]).map(({ rule, count }) => [
      rule,
      count,
    ]);
  expect(await inspect()).toEqual([['many_objects', 3]]);
  await ask(short, 'a');
  await ask(short, 'a');
  expect(await inspect()).toEqual([['many_requests', 5]]);
  // Fourteen hours later it is six in the morning in China: outside 06:30 to 20:00, and the certificate has run out.
  later(14 * 3600);
  await ask(short, 'a');
  await ask(short, 'a');
  expect(await inspect()).toEqual([
    ['outside_hours', 2],
    ['invalid_certificate', 2],
  ]);
});

test('[C10] three paths tell who did what, in order', async () => {
  await voteIn(supervisor, ['supervisor']);
  await voteIn(analyst, ['member']);
  await attribute('dept:dispatch');
  await publish('load', { has: 'dept:dispatch' });
  later(1);
  const application = (await ledger.submit(
    analyst,
    'attributes:apply',
    json({ attribute: 'dept:dispatch', reason: 'x' }),
  )) as {
    id: string;
  };
  later(1);
  await ledger.submit(authority, 'attributes:decide', json({ application: application.id, grant: true }));
  later(1);
  await ask(analyst, 'load');
  later(1);
  await ledger.submit(
    authority,
    'attributes:revoke',
    json({ attribute: 'dept:dispatch', holder: analyst.did, reason: '调岗' }),
  );
  later(1);
  await ask(analyst, 'load');
  const path = async (who: Person, kind: string, of: string) =>
    ((await ledger.evaluate(who, `provenance:${kind}`, of)) as TrailStep[]).map(
      ({ action, outcome }) => `${action} ${outcome}`,
    );
  expect(await path(supervisor, 'attributePath', 'dept:dispatch')).toEqual([
    'attributes.define done',
    'attributes.apply done',
    'attributes.grant done',
    'attributes.revoke 调岗',
  ]);
  expect(await path(marketing, 'dataPath', 'load')).toEqual([
    'objects.publish done',
    'access.request permitted',
    'access.request policy_not_satisfied',
  ]);
  expect(await path(supervisor, 'userPath', analyst.did)).toEqual(
    expect.arrayContaining(['members.vote.yes accepted', 'attributes.apply done', 'access.request permitted']),
  );
  expect(await refusal(ledger.evaluate(analyst, 'provenance:dataPath', 'load'))).toContain('caller.not_entitled');
  expect(await refusal(ledger.evaluate(analyst, 'provenance:userPath', dispatch.did))).toContain('caller.not_entitled');
});

test('[C11] the central chain: domains, checkpoints, policies, exchanges; a second root for one size is an alarm', async () => {
  const domain = (id: string, speaker: Person) =>
    json({ id, title: id, speaker: speaker.did, logKey: 'key', witnessKeys: ['w1', 'w2'], quorum: 1 });
  await ledger.submit(dispatch, 'domains:register', domain('grid', dispatch));
  await ledger.submit(dispatch, 'domains:register', domain('market', marketing));
  expect(await refusal(ledger.submit(analyst, 'domains:register', domain('x', analyst)))).toContain(
    'caller.restricted',
  );
  const anchor = (size: number, root: string) => json({ size, root: digestOf(root), checkpoint: 'note' });
  expect(await ledger.submit(dispatch, 'domains:anchor', 'grid', anchor(5, 'five'))).toMatchObject({
    outcome: 'anchored',
  });
  expect(await refusal(ledger.submit(marketing, 'domains:anchor', 'grid', anchor(6, 'six')))).toContain('not_speaker');
  await ledger.submit(dispatch, 'domains:anchor', 'grid', anchor(9, 'nine'));
  expect(await ledger.submit(dispatch, 'domains:anchor', 'grid', anchor(5, 'another five'))).toMatchObject({
    outcome: 'equivocation',
  });
  expect(await ledger.evaluate(marketing, 'domains:heads')).toMatchObject([{ domain: 'grid', size: 9 }]);
  expect(await ledger.evaluate(marketing, 'domains:equivocations')).toHaveLength(1);
  const policy = json({ id: 'cross', title: '跨域策略', tree: { has: 'dept:dispatch' }, domains: ['market', 'grid'] });
  expect(await ledger.submit(dispatch, 'domains:distribute', policy)).toMatchObject({ domains: ['grid', 'market'] });
  const exchange = (reason: string | null) =>
    json({
      id: digestOf('e'),
      from: 'grid',
      to: 'market',
      object: 'load',
      recordDigest: digestOf('r'),
      checkpointSize: 9,
      reason,
    });
  expect(await refusal(ledger.submit(dispatch, 'domains:recordExchange', exchange(null)))).toContain('not_speaker');
  expect(await ledger.submit(marketing, 'domains:recordExchange', exchange(null))).toMatchObject({
    outcome: 'accepted',
  });
  expect(await refusal(ledger.submit(marketing, 'domains:recordExchange', exchange('x')))).toContain(
    'domains.replayed',
  );
});
