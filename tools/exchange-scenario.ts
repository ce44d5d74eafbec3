/**
 * The article's scenario on a whole kernel: two departments in two domains and a central one. Every step says what happened and throws where
 * something else did. Files are encrypted and opened here, as a publisher's and a holder's own machine would; the server sees ciphertext only.
 * Longer than other files because it is one story whose steps build on each other.
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { TestKernel } from '@hedun/core/testing-kernel';
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
import {
  fromBase64,
  type LogTrust,
  ProofError,
  type RecordProof,
  toBase64,
  verifyRecord,
} from '@hedun/exchange/ledger';
import type { Files } from '@hedun/sdk';
import { nodeCrypto } from '../capabilities/exchange/src/server/ledger/crypto.ts';

/** Somebody who is signed in, however the stage does that. */
export interface Actor {
  readonly name: string;
  readonly organisationId: string;
}
/** Where the scenario plays: a kernel in this process, or a platform seen through browsers. */
export interface ScenarioStage {
  readonly root: string;
  readonly admin: Actor;
  organisation(name: string): Promise<string>;
  user(name: string, organisationId: string): Promise<Actor>;
  run<T>(operation: string, input: Readonly<Record<string, unknown>>, by?: Actor): Promise<T>;
  upload(bytes: Uint8Array, by: Actor): Promise<string>;
  download(fileId: string, by: Actor): Promise<Uint8Array>;
  /** Waits until a job of that actor has ended. */
  finish(jobId: string, by: Actor): Promise<void>;
}
/** What a looker-on sees at some moments, for pictures. */
export interface Moment {
  readonly at: 'fetched' | 'exchanged' | 'alarmed' | 'traced';
  readonly ledgerId: string;
  readonly objectId: string;
  readonly transaction: string;
  readonly supervisor: Actor;
  readonly subject: string;
}
interface Identity {
  readonly id: string;
  readonly did: string;
  readonly ledgerId: string;
}
interface Fetched {
  readonly permitted: boolean;
  readonly reason: string | null;
  readonly cid: string;
  readonly header: string;
  readonly parameters: string;
  readonly file: { readonly id: string };
}
interface Step {
  readonly transaction: string;
  readonly at: number;
  readonly action: string;
  readonly actor: string;
  readonly outcome: string;
}

const random = (size: number) => Uint8Array.from(randomBytes(size));
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));

function aes(contentKey: Uint8Array): ChunkCipher {
  const key = aesKeyOf(contentKey);
  return {
    suite: 'aes-256-gcm',
    seal: (nonce, plain) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open: (nonce, sealed) => {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce);
      decipher.setAuthTag(sealed.subarray(-16));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
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
function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`scenario: expected ${what}`);
}

export function kernelStage(kernel: TestKernel): ScenarioStage {
  const principals = new Map<Actor, TestKernel['administrator']>();
  const actorOf = (principal: TestKernel['administrator']): Actor => {
    const actor = { name: principal.actor.name, organisationId: principal.actor.organisationId };
    principals.set(actor, principal);
    return actor;
  };
  const files = async <T>(by: Actor, work: (files: Files) => Promise<T>): Promise<T> => {
    const principal = principals.get(by)!;
    return await kernel.core.store.transaction({ scope: { kind: 'all' }, userId: principal.actor.id }, (db) =>
      work(
        kernel.core.nouns.files({
          db,
          actor: principal.actor,
          scope: { kind: 'organisations', ids: [by.organisationId] },
          locale: 'zh-CN',
          now: () => kernel.core.clock.now(),
          newId: kernel.core.newId,
          publish: async () => undefined,
        }),
      ),
    );
  };
  return {
    root: kernel.root,
    admin: actorOf(kernel.administrator),
    organisation: (name) => kernel.organisation(name),
    user: async (name, organisationId) => actorOf(await kernel.user(name, 'administrator', organisationId)),
    run: async <T>(operation: string, input: unknown, by?: Actor) => {
      kernel.clock.advance(1000);
      return (await kernel.run(`exchange.${operation}`, input, by ? principals.get(by) : undefined)) as T;
    },
    upload: (bytes, by) =>
      files(by, async (each) => {
        const about = { organisationId: by.organisationId, name: 'load.sealed', mediaType: 'application/octet-stream' };
        return (await each.keep(bytes, about)).id;
      }),
    download: (fileId, by) => files(by, (each) => gather(each.stream(fileId))),
    finish: async () => {
      kernel.clock.advance(1000);
      await kernel.core.jobs.drain();
    },
  };
}

export async function runScenario(
  stage: ScenarioStage,
  say: (line: string) => void,
  look: (moment: Moment) => Promise<void> = async () => undefined,
) {
  await loadCurve();
  const names = new Map<string, string>();
  const who = (did: string) => names.get(did) ?? did;
  const { run } = stage;
  const refusal = async (work: Promise<unknown>): Promise<string> =>
    await work.then(
      () => 'accepted',
      (error: Error & { code?: string; got?: string }) => `${error.code ?? ''} ${error.got ?? error.message}`,
    );

  say('一、两个部门，各有账本；另有中心链');
  const [grid, market] = [await stage.organisation('调度中心'), await stage.organisation('营销部')];
  const dispatcher = await stage.user('调度管理员', grid);
  const authorityUser = await stage.user('属性授权员', grid);
  const marketer = await stage.user('营销管理员', market);
  const analyst = await stage.user('负荷分析员', market);
  const trainee = await stage.user('实习生', market);
  const supervisor = await stage.user('监管员', grid);
  const { admin } = stage;
  const create = (organisationId: string, domain: string, title: string, kind: string) =>
    run<{ id: string; msps: string[] }>('createLedger', { organisationId, domain, title, kind });
  const central = await create(stage.root, 'central', '中心链', 'central');
  const gridLedger = await create(grid, 'grid', '调度域账本', 'business');
  const marketLedger = await create(market, 'market', '营销域账本', 'business');
  const enrol = async (by: Actor, ledgerId: string, msp: string) => {
    const identity = await run<Identity>('enrol', { ledgerId, msp }, by);
    names.set(identity.did, by.name);
    return identity;
  };
  const onGrid = {
    dispatcher: await enrol(dispatcher, gridLedger.id, 'Org1'),
    marketer: await enrol(marketer, gridLedger.id, 'Org2'),
    authority: await enrol(authorityUser, gridLedger.id, 'Org1'),
    analyst: await enrol(analyst, gridLedger.id, 'Org2'),
    trainee: await enrol(trainee, gridLedger.id, 'Org2'),
    supervisor: await enrol(supervisor, gridLedger.id, 'Org1'),
  };
  const onCentral = {
    admin: await enrol(admin, central.id, 'Org1'),
    dispatcher: await enrol(dispatcher, central.id, 'Org1'),
    marketer: await enrol(marketer, central.id, 'Org2'),
  };
  const onMarket = await enrol(marketer, marketLedger.id, 'Org1');
  const founder = (identity: Identity, roles: string[]) => ({ identityId: identity.id, roles });
  await run(
    'foundLedger',
    {
      ledgerId: gridLedger.id,
      thresholdPercent: 60,
      administrators: [
        founder(onGrid.dispatcher, []),
        founder(onGrid.marketer, []),
        founder(onGrid.authority, ['authority']),
      ],
    },
    dispatcher,
  );
  await run(
    'foundLedger',
    { ledgerId: marketLedger.id, thresholdPercent: 60, administrators: [founder(onMarket, [])] },
    marketer,
  );
  await run(
    'foundLedger',
    {
      ledgerId: central.id,
      thresholdPercent: 60,
      administrators: [
        founder(onCentral.admin, []),
        founder(onCentral.dispatcher, []),
        founder(onCentral.marketer, []),
      ],
    },
    admin,
  );
  say(`  账本：调度域、营销域、中心链；背书组织 ${gridLedger.msps.join('、')}，两方都须独立执行并签名`);

  say('二、注册须由联盟管理者投票');
  const early = await refusal(run('inspectMember', { ledgerId: gridLedger.id, did: onGrid.analyst.did }, analyst));
  expect(early.includes('unregistered'), `a refusal of the unregistered, got ${early}`);
  say('  负荷分析员未经表决，合约拒绝：unregistered');
  const voteIn = async (identity: Identity, roles: string[]) => {
    const proposal = await run<{ id: string; needed: number }>(
      'proposeMember',
      { ledgerId: gridLedger.id, identityId: identity.id, roles },
      dispatcher,
    );
    const vote = (by: Actor) =>
      run<{ state: string; yes: number }>(
        'voteOnProposal',
        { ledgerId: gridLedger.id, proposalId: proposal.id, choice: 'yes' },
        by,
      );
    const first = await vote(dispatcher);
    const second = await vote(marketer);
    expect(first.state === 'open' && second.state === 'accepted', 'acceptance by the second vote');
    say(`  ${who(identity.did)}：调度管理员同意，营销管理员同意，${second.yes}/${proposal.needed} 票，通过`);
  };
  await voteIn(onGrid.analyst, ['member']);
  await voteIn(onGrid.trainee, ['member']);
  await voteIn(onGrid.supervisor, ['supervisor']);

  say('三、属性：设立授权中心，登记、申请、授予');
  const authority = await run<{ id: string; parameters: string }>(
    'createAuthority',
    { organisationId: grid, name: '调度属性中心' },
    authorityUser,
  );
  const define = (name: string, kind: string, zh: string) =>
    run<{ id: string }>(
      'defineAttribute',
      { authorityId: authority.id, name, kind, title: { 'zh-CN': zh, en: name } },
      authorityUser,
    );
  const [dept, level] = [await define('dept', 'word', '部门'), await define('level', 'number', '级别')];
  await define('role', 'word', '角色');
  const pair = createHolderPair(random);
  await run('registerHolder', { publicKey: base64(pair.publicKey) }, analyst);
  const grants: string[] = [];
  for (const [attribute, value] of [
    [dept, 'dispatch'],
    [level, '4'],
  ] as const) {
    const { id } = await run<{ id: string }>(
      'requestAttribute',
      { attributeId: attribute.id, value, reason: '跨部门负荷分析' },
      analyst,
    );
    await run('grantAttribute', { grantId: id }, authorityUser);
    grants.push(id);
  }
  say('  负荷分析员申请并获得 dept:dispatch、level 4；属性密钥加密送达本人，上链的只有集合、哈希和证书号');

  say('四、发布：本机加密，平台只见密文');
  const policy = '(dept:dispatch and level>=3) or role:auditor';
  const plain = Buffer.from(
    `时刻,负荷(MW)\n${Array.from({ length: 2000 }, (_, index) => `${index},${4200 + (index % 37)}`).join('\n')}`,
  );
  const { items } = await run<{ items: { name: string; epoch: number }[] }>('listAttributes', {}, dispatcher);
  const [contentKey, prefix] = [random(32), random(7)];
  const header = sealHeader(
    readParameters(bytesOf(authority.parameters)),
    {
      policy,
      epochs: Object.fromEntries(items.map(({ name, epoch }) => [name, epoch])),
      suite: 'aes-256-gcm',
      object: random(16),
      prefix,
    },
    contentKey,
    random,
  );
  const sealed = await gather(sealStream([plain], aes(contentKey), prefix));
  const object = await run<{ id: string; sentence: Record<string, string> }>(
    'publishObject',
    {
      organisationId: grid,
      title: '迎峰度夏负荷曲线',
      fileName: 'load.csv',
      header: base64(header),
      evidenceId: await stage.upload(sealed, dispatcher),
    },
    dispatcher,
  );
  say(`  策略 ${policy}`);
  say(`  ${object.sentence['zh-CN']}`);

  say('五、允许的访问：合约先核验权限，再给地址，本机解密');
  const fetch = (by: Actor, purpose: string) => run<Fetched>('fetchObject', { objectId: object.id, purpose }, by);
  const fetched = await fetch(analyst, '负荷预测');
  expect(fetched.permitted, 'a permitted access');
  const { keys } = await run<{ keys: { authorityId: string; serial: number; sealed: string }[] }>(
    'myKeys',
    {},
    analyst,
  );
  const own = keys.find(({ authorityId }) => authorityId === authority.id)!;
  const parameters = readParameters(bytesOf(fetched.parameters));
  const key = readHolderKey(
    openSealed(pair.privateKey, bytesOf(own.sealed), `attribute-key/${parameters.authority}/${own.serial}`),
  );
  const fetchedHeader = bytesOf(fetched.header);
  const opened = await gather(
    openStream(
      [await stage.download(fetched.file.id, analyst)],
      aes(openHeader(parameters, key, fetchedHeader)),
      readHeader(fetchedHeader).prefix,
    ),
  );
  expect(Buffer.compare(opened, plain) === 0, 'the file as it was published');
  say(
    `  负荷分析员：允许；地址 ${fetched.cid.slice(0, 20)}…，密文哈希核对无误，解密 ${opened.length} 字节，与原文一致`,
  );

  const { items: asked } = await run<{ items: { transaction: string; event: string | null }[] }>(
    'listTransactions',
    { ledgerId: gridLedger.id, filter: 'call:access', limit: 100 },
    supervisor,
  );
  const permitted = asked.find(({ event }) => event === 'access.permitted')!;
  const moment = (at: Moment['at']): Moment => ({
    at,
    ledgerId: gridLedger.id,
    objectId: object.id,
    transaction: permitted.transaction,
    supervisor,
    subject: onGrid.trainee.did,
  });
  await look(moment('fetched'));

  say('六、拒绝的访问：拒绝本身也是一笔上链的记录');
  for (let time = 1; time <= 3; time += 1) {
    const refused = await fetch(trainee, '想看看');
    expect(
      !refused.permitted && refused.reason === 'policy_not_satisfied' && refused.cid === null,
      'a refusal without an address',
    );
  }
  say('  实习生三次请求：均拒绝（policy_not_satisfied），未得到地址');

  say('七、跨域：记录 + 包含证明 + 联署检查点，由接收域自行核验');
  const register = (ledgerId: string, speaker: Identity) =>
    run('registerDomain', { ledgerId, speakerId: speaker.id, quorum: 1 }, admin);
  await register(gridLedger.id, onCentral.dispatcher);
  await register(marketLedger.id, onCentral.marketer);
  await run(
    'distributePolicy',
    { id: 'cross-load', title: '负荷数据跨域策略', policy, domains: ['grid', 'market'] },
    admin,
  );
  const send = () =>
    run<Record<string, unknown> & { proof: RecordProof }>(
      'sendRecord',
      { ledgerId: gridLedger.id, transaction: permitted.transaction, to: 'market', policy: 'cross-load' },
      dispatcher,
    );
  const receive = (bundle: unknown) =>
    run<{ accepted: boolean; fault: string | null; object: string | null }>(
      'receiveRecord',
      { ledgerId: marketLedger.id, bundle },
      marketer,
    );
  const bundle = await send();
  const accepted = await receive(bundle);
  expect(accepted.accepted && accepted.object === object.id, 'an accepted exchange');
  say('  调度域 → 营销域：证明成立，中心域联署有效，接收并记入中心链');
  const replayed = await receive(bundle);
  expect(replayed.fault === 'replayed', `a refused replay, got ${replayed.fault}`);
  say('  同一交换包再次送达：拒绝（replayed）');

  await look(moment('exchanged'));

  say('八、篡改由证明发现');
  const flipped = fromBase64(bundle.proof.entry);
  flipped[flipped.length >> 1]! ^= 1;
  const forged = await receive({ ...(await send()), proof: { ...bundle.proof, entry: toBase64(flipped) } });
  expect(forged.fault === 'bad_signature', `a refused forgery, got ${forged.fault}`);
  const proven = await run<{ proof: RecordProof; trust: LogTrust }>(
    'proveTransaction',
    { ledgerId: gridLedger.id, transaction: permitted.transaction },
    supervisor,
  );
  const record = verifyRecord(nodeCrypto, proven.trust, proven.proof);
  expect(record.transaction === permitted.transaction && proven.trust.quorum === 1, 'a witnessed proof');
  let fault = '';
  try {
    verifyRecord(nodeCrypto, proven.trust, { ...proven.proof, entry: toBase64(flipped) });
  } catch (error) {
    fault = error instanceof ProofError ? error.fault : String(error);
  }
  expect(fault === 'not_included', `a record found not to be included, got ${fault}`);
  say(`  原记录：第 ${proven.proof.leaf} 条，${proven.proof.path.length} 步哈希到联署检查点，成立`);
  say('  改动一个比特：交换包签名不符（bad_signature）；离线核验不在日志中（not_included）');

  say('九、撤销：立即生效，再次拒绝');
  await run('revokeAttribute', { grantId: grants[0], decision: '调离岗位' }, authorityUser);
  const afterRevocation = await fetch(analyst, '再看一次');
  expect(!afterRevocation.permitted, 'a refusal after revocation');
  say(`  负荷分析员被撤销 dept:dispatch：拒绝（${afterRevocation.reason}）`);
  const { jobId } = await run<{ jobId: string }>('rekeyObject', { objectId: object.id }, dispatcher);
  await stage.finish(jobId, dispatcher);
  const { items: versions } = await run<{ items: { transaction: string; code: string }[] }>(
    'listTransactions',
    { ledgerId: gridLedger.id, filter: 'call:objects:publish', limit: 100 },
    supervisor,
  );
  expect(versions.length === 2 && versions.every(({ code }) => code === 'VALID'), 'a second version on chain');
  const anew = await fetch(dispatcher, '核对新版本');
  expect(anew.permitted && anew.cid !== fetched.cid, 'a new address');
  const again = openStream([await stage.download(anew.file.id, dispatcher)], aes(contentKey), prefix);
  const isShut = await gather(again).then(
    () => false,
    () => true,
  );
  expect(isShut, 'a ciphertext that the old content key does not open');
  say('  发布者换内容密钥重新加密（撤销第三级）：新版本上链，新地址，旧密文已删除，旧内容密钥打不开');

  say('十、监管：合约按规则发现异常，标记上链并告警');
  const marks = await run<{ items: { rule: string; count: number; limit: number }[] }>(
    'inspectMember',
    { ledgerId: gridLedger.id, did: onGrid.trainee.did },
    supervisor,
  );
  expect(
    marks.items.some(({ rule }) => rule === 'refusals'),
    'a mark for refusals',
  );
  for (const { rule, count, limit } of marks.items) say(`  告警：实习生触发「${rule}」，${count} 次，上限 ${limit} 次`);
  await run('restrictMember', { ledgerId: gridLedger.id, did: onGrid.trainee.did, reason: '多次越权访问' }, supervisor);
  await look(moment('alarmed'));
  const restricted = await fetch(trainee, '再试');
  expect(restricted.reason === 'member_restricted', 'a restricted member refused');
  await run(
    'revokeCertificate',
    { ledgerId: gridLedger.id, identityId: onGrid.analyst.id, reason: '证书停用' },
    dispatcher,
  );
  const invalid = await fetch(analyst, '持吊销证书');
  expect(invalid.reason === 'certificate_revoked', `a revoked certificate refused, got ${invalid.reason}`);
  say('  实习生被限制后再次请求：拒绝（member_restricted）');
  say('  负荷分析员证书吊销后再次请求：拒绝（certificate_revoked）');

  say('十一、溯源');
  const trace = (kind: string, of: string) =>
    run<{ steps: Step[] }>('trace', { ledgerId: gridLedger.id, kind, of }, supervisor);
  const paths = {
    属性共享路径: (await trace('attribute', 'dept')).steps,
    数据流转路径: (await trace('data', object.id)).steps,
    用户行为路径: (await trace('user', onGrid.analyst.did)).steps,
  };
  for (const [title, steps] of Object.entries(paths)) {
    say(
      `  ${title}（${title === '用户行为路径' ? '负荷分析员' : title === '属性共享路径' ? 'dept' : '迎峰度夏负荷曲线'}）`,
    );
    for (const { at, actor, action, outcome, transaction } of steps)
      say(
        `    ${new Date(at * 1000).toISOString().slice(11, 19)}  ${who(actor).padEnd(8, '　')} ${action.padEnd(28)} ${outcome.padEnd(22)} ${transaction.slice(0, 12)}`,
      );
    expect(steps.length > 0, `steps of ${title}`);
  }
  const { items: exchanges } = await run<{
    items: { from: string; to: string; outcome: string; reason: string | null }[];
  }>('listExchanges', {}, admin);
  say('  中心链上的跨域记录');
  for (const { from, to, outcome, reason } of exchanges)
    say(`    ${from} → ${to}  ${outcome}${reason ? `（${reason}）` : ''}`);
  expect(
    exchanges.some(({ outcome }) => outcome === 'accepted') &&
      exchanges.some(({ reason }) => reason === 'bad_signature'),
    'both exchanges on the central chain',
  );
  const { items: ledgers } = await run<{
    items: { domain: string; transactions: number; blocks: number; root: string }[];
  }>('listLedgers', {}, admin);
  say('十二、账本');
  for (const { domain, transactions, blocks, root } of ledgers)
    say(`  ${domain.padEnd(8)} ${transactions} 笔交易，${blocks} 个区块，根 ${root.slice(0, 16)}…`);
  await look(moment('traced'));
  return { ledgers, paths, exchanges };
}
