/**
 * Rules on the platform: shipped content, writing, testing, shadow, exceptions, import of repositories, back-tests, coverage, and the command.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { detectionServer } from '@hedun/capability-detection/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { RefusalCode } from '@hedun/detection';
import type { CapabilityServer } from '@hedun/sdk';
import { strToU8, zipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusalWords } from '../src/declared/rules-shapes.ts';
import { activeRules, RuleDetection, rulesVersion } from '../src/server/rules/index.ts';
import { scanCommand } from '../src/server/rules/scan.ts';

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [detectionServer as unknown as CapabilityServer], background: true });
  await until(
    () => run<{ total: number }>('listRules', { limit: 1 }),
    ({ total }) => total >= 120,
  );
});
afterAll(() => kernel?.close());

const run = async <T>(operation: string, input: unknown, principal = kernel.administrator) =>
  (await kernel.run(`detection.${operation}`, input, principal)) as T;
/** Asks again until the answer is there; how long it takes decides nothing. */
async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const value = await ask();
    if (holds(value)) return value;
    if (attempt > 600) throw new Error(`expected more, got ${JSON.stringify(value).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const active = () =>
  kernel.core.store.system((db) =>
    activeRules({ db, now: () => kernel.clock.now() } as unknown as Parameters<typeof activeRules>[0]),
  );
const version = () =>
  kernel.core.store.system((db) =>
    rulesVersion({ db, now: () => kernel.clock.now() } as unknown as Parameters<typeof rulesVersion>[0]),
  );
const starts = (image: string, more: object = {}) => ({
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  EventID: 1,
  Computer: 'PC-1',
  Image: image,
  ...more,
});
const ruleText = (id: string, image: string, more = '') =>
  `title: Starts ${image}\nid: ${id}\ntags: [attack.execution, attack.t1204]\nlogsource: {product: windows, category: process_creation}\ndetection:\n  selection:\n    Image|endswith: '\\${image}'\n  condition: selection\nlevel: high\n${more}`;
const own = '01920000-0000-4000-8000-0000000000a1';
interface Summary {
  readonly id: string;
  readonly key: string;
  readonly mode: string;
  readonly version: number;
  readonly tests: number;
  readonly testsPassed: number;
  readonly edited: boolean;
  readonly license: string;
  readonly author: string;
  readonly refusal: string | null;
}
async function keepFile(name: string, bytes: Uint8Array): Promise<string> {
  const { sha256, size } = await kernel.core.blobs.put(bytes);
  const id = kernel.core.newId();
  await kernel.core.store.system((db) =>
    sql`INSERT INTO evidence (id, organisation_id, sha256, name, media_type, size, created_at) VALUES (${id}, ${kernel.root}, ${sha256}, ${name}, 'application/zip', ${size}, now())`.execute(
      db,
    ),
  );
  return id;
}

test('[W1] shipped rules stand at the start, on, with their tests passed; a second start adds nothing', async () => {
  const { items, total } = await run<{ items: Summary[]; total: number }>('listRules', {
    filter: 'origin:hedun',
    limit: 500,
  });
  expect(total).toBeGreaterThanOrEqual(120);
  expect(items.filter(({ mode, tests, testsPassed }) => mode !== 'on' || tests < 2 || testsPassed !== tests)).toEqual(
    [],
  );
  const found = await run<{ total: number }>('listRules', { filter: 'technique:T1003.001 level:critical' });
  expect(found.total).toBeGreaterThanOrEqual(1);
});

test('[W2] a text that is no rule is refused with its place, in both languages', async () => {
  const broken = ruleText(own, 'a.exe').replace('|endswith', '|endsat');
  const checked = await run<{ problems: { line: number; code: string; reason: string }[] }>('checkRule', {
    text: broken,
  });
  expect(checked.problems).toMatchObject([{ line: 7, code: 'modifier' }]);
  await expect(run('saveRule', { text: broken })).rejects.toMatchObject({
    code: 'detection.rule_refused',
    where: expect.stringMatching(/^7:/),
  });
  await expect(run('saveRule', { text: 'title: [' })).rejects.toMatchObject({ code: 'detection.rule_refused' });
});

test('[W2] every kind of refusal has its words', () => {
  const kinds: Record<RefusalCode, true> = {
    yaml: true,
    document: true,
    condition: true,
    modifier: true,
    value: true,
    placeholder: true,
    regex: true,
    reference: true,
    correlation: true,
    filter: true,
    limit: true,
  };
  expect(Object.keys(refusalWords).sort()).toEqual(Object.keys(kinds).sort());
});

test('[W3] a new rule runs in shadow, versions are kept, an earlier one can be restored', async () => {
  const saved = await run<Summary>('saveRule', { text: ruleText(own, 'a.exe') });
  expect(saved).toMatchObject({ key: own, mode: 'shadow', version: 1, edited: false });
  const before = await version();
  await run('saveRule', { id: saved.id, text: ruleText(own, 'b.exe'), mode: 'on', note: 'narrower' });
  expect(await version()).not.toBe(before);
  const restored = await run<Summary>('restoreRule', { id: saved.id, version: 1 });
  expect(restored).toMatchObject({ version: 3, mode: 'shadow' });
  const { versions } = await run<{ versions: { version: number; note: string }[] }>('getRule', { id: saved.id });
  expect(versions.map((each) => each.version)).toEqual([3, 2, 1]);
  await expect(run('saveRule', { text: ruleText(own, 'c.exe') })).rejects.toMatchObject({
    code: 'detection.rule_exists',
  });
});

test('[W4] a rule is tried on pasted events before it is saved', async () => {
  const events = [starts('C:\\a.exe'), starts('C:\\b.exe'), { Channel: 'Security', EventID: 4624 }];
  const tried = await run<{ matches: { index: number }[]; unrouted: number }>('tryRule', {
    text: ruleText(own, 'a.exe'),
    events: events.map((each) => JSON.stringify(each)).join('\n'),
  });
  expect(tried.matches.map(({ index }) => index)).toEqual([0]);
  expect(tried.unrouted).toBe(1);
  await expect(run('tryRule', { text: ruleText(own, 'a.exe'), events: '{"a":1}\nnot json' })).rejects.toMatchObject({
    code: 'detection.events_unreadable',
    where: 'events:2',
  });
});

test('[W5] in shadow a match is told as such; an exception excuses exactly its condition, its organisation, its time', async () => {
  const college = await kernel.organisation('计算机学院');
  const { id } = await run<{ items: Summary[] }>('listRules', { filter: `"${own}"` }).then(
    ({ items }) => items[0] as Summary,
  );
  const judge = async (event: object, organisationId = kernel.root) =>
    new RuleDetection(await active())
      .push(event as never, kernel.clock.now().getTime(), undefined, organisationId)
      .filter(({ rule }) => rule.id === own)
      .map(({ mode, exceptionId }) => [mode, exceptionId !== undefined]);
  expect(await judge(starts('C:\\a.exe'))).toEqual([['shadow', false]]);
  await run('setRuleModes', { ids: [id], mode: 'on' });
  const exception = await run<{ id: string }>('addException', {
    organisationId: college,
    ruleKey: own,
    condition: "Image|startswith: 'D:\\backup\\'",
    reason: '备份程序',
    expiresAt: new Date(kernel.clock.now().getTime() + 86_400_000).toISOString(),
  });
  expect(await judge(starts('D:\\backup\\a.exe'), college)).toEqual([['on', true]]);
  expect(await judge(starts('D:\\backup\\a.exe'))).toEqual([['on', false]]);
  expect(await judge(starts('C:\\a.exe'), college)).toEqual([['on', false]]);
  await run('endException', { id: exception.id });
  expect(await judge(starts('D:\\backup\\a.exe'), college)).toEqual([['on', false]]);
  for (const [field, value] of [
    ['condition', 'Image|nonsense: x'],
    ['expiresAt', '2020-01-01T00:00:00Z'],
  ] as const)
    await expect(
      run('addException', {
        organisationId: college,
        ruleKey: own,
        condition: "Image: 'x'",
        reason: '测试',
        expiresAt: new Date(kernel.clock.now().getTime() + 1000).toISOString(),
        [field]: value,
      }),
    ).rejects.toMatchObject({ code: 'detection.exception_refused', where: field });
});

test('[W6] a technique is covered only when a recorded test of a running rule fired', async () => {
  const stateOf = async (technique: string) => {
    const { tactics } = await run<{ tactics: { techniques: { id: string; state: string }[] }[] }>('attackCoverage', {});
    return tactics.flatMap(({ techniques }) => techniques).find((each) => each.id === technique)?.state;
  };
  const fresh = '01920000-0000-4000-8000-0000000000a2';
  const { id } = await run<Summary>('saveRule', {
    text: ruleText(fresh, 'z.exe').replace('t1204', 't1129'),
    mode: 'on',
  });
  expect(await stateOf('T1129')).toBe('untested');
  const event = JSON.stringify(starts('C:\\z.exe'));
  await run('saveRuleTest', { id, name: 'fires', expected: 2, events: event });
  expect(await stateOf('T1129')).toBe('untested');
  await run('saveRuleTest', { id, name: 'fires', expected: 1, events: event });
  expect(await stateOf('T1129')).toBe('covered');
  // The rule changes and its test no longer fires: covered no more.
  await run('saveRule', { id, text: ruleText(fresh, 'other.exe').replace('t1204', 't1129'), mode: 'on' });
  expect(await stateOf('T1129')).toBe('untested');
  await run('setRuleModes', { ids: [id], mode: 'off' });
  expect(await stateOf('T1129')).toBe('off');
  await run('removeRule', { id });
  expect(await stateOf('T1129')).toBeUndefined();
  expect(await stateOf('T1003.001')).toBe('covered');
  // A technique stands under its own tactics, not under every tactic of a rule that names it.
  const { tactics } = await run<{ tactics: { id: string; techniques: { id: string }[] }[] }>('attackCoverage', {});
  const columnsOf = (technique: string) =>
    tactics.filter(({ techniques }) => techniques.some((each) => each.id === technique)).map(({ id }) => id);
  expect(columnsOf('T1046')).toEqual(['discovery']);
  expect(columnsOf('T1543.003')).toEqual(['persistence', 'privilege-escalation']);
});

test('[W7] a repository comes in with author and licence; what cannot run says why; a second import keeps what people changed', async () => {
  const first = '01920000-0000-4000-8000-0000000000b1';
  const second = '01920000-0000-4000-8000-0000000000b2';
  const zip = (image: string) =>
    zipSync({
      'set/good.yml': strToU8(ruleText(first, image, 'author: Somebody\n')),
      'set/odd.yml': strToU8(ruleText(second, 'q.exe').replace('|endswith', '|sounds')),
      'set/readme.md': strToU8('no rule'),
    });
  const import1 = async (image: string) => {
    const before = (await run<{ items: unknown[] }>('listRuleSets', {})).items.length;
    await run('importRules', {
      evidenceId: await keepFile('set.zip', zip(image)),
      name: '社区规则',
      license: 'DRL-1.1',
      author: 'Community',
    });
    return await until(
      () =>
        run<{ items: { id: string; status: string; rules: number; refused: number; issues: object[] }[] }>(
          'listRuleSets',
          {},
        ),
      ({ items }) => items.length > before && items[0]?.status === 'done',
    );
  };
  const { items: sets } = await import1('x.exe');
  expect(sets[0]).toMatchObject({ rules: 1, refused: 1, issues: [{ where: 'set/odd.yml', code: 'modifier' }] });
  const find = async (key: string) =>
    (await run<{ items: Summary[] }>('listRules', { filter: `"${key}"` })).items[0] as Summary;
  const good = await find(first);
  expect(good).toMatchObject({ origin: 'import', mode: 'shadow', author: 'Somebody', license: 'DRL-1.1' });
  await import1('y.exe');
  expect(await find(first)).toMatchObject({ version: 2, edited: false });
  await run('saveRule', { id: good.id, text: ruleText(first, 'mine.exe'), mode: 'on' });
  await import1('w.exe');
  expect(await find(first)).toMatchObject({ version: 3, edited: true, mode: 'on' });
});

test('[W8] who may only read changes no rule; shipped rules are not removed', async () => {
  const reader = await kernel.user('reader', 'auditor', kernel.root);
  await expect(run('saveRule', { text: ruleText(own, 'a.exe') }, reader)).rejects.toMatchObject({
    code: 'access.denied',
  });
  const { items } = await run<{ items: Summary[] }>('listRules', { filter: 'origin:hedun', limit: 1 });
  await expect(run('removeRule', { id: items[0]?.id })).rejects.toMatchObject({ code: 'detection.rule_shipped' });
});

test('[W9] a back-test runs a rule over the stored events of its organisation and tells days, matches and examples', async () => {
  const from = new Date(kernel.clock.now().getTime() - 86_400_000).toISOString();
  const asked = await run<{ id: string }>('startBacktest', {
    organisationId: kernel.root,
    text: ruleText(own, 'a.exe'),
    from,
    to: kernel.clock.now().toISOString(),
  });
  const done = await until(
    () => run<{ items: { id: string; status: string; events: number; matches: number }[] }>('listBacktests', {}),
    ({ items }) => items.find(({ id }) => id === asked.id)?.status === 'done',
  );
  expect(done.items.find(({ id }) => id === asked.id)).toMatchObject({ events: 0, matches: 0 });
  await expect(
    run('startBacktest', { organisationId: kernel.root, text: ruleText(own, 'a.exe'), from, to: from }),
  ).rejects.toMatchObject({ code: 'detection.backtest_refused' });
});

test('[W10] the command scans files with any rules: a line of JSON for each match, with rule and record; what is unreadable is counted', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-scan-'));
  try {
    writeFileSync(path.join(folder, 'rule.yml'), ruleText(own, 'a.exe'));
    writeFileSync(path.join(folder, 'bad.yml'), 'title: x');
    writeFileSync(
      path.join(folder, 'events.jsonl'),
      `${JSON.stringify(starts('C:\\a.exe', { EventRecordID: 41 }))}\nbroken\n${JSON.stringify(starts('C:\\b.exe'))}\n`,
    );
    writeFileSync(path.join(folder, 'whole.json'), JSON.stringify([starts('C:\\a.exe')], null, 2));
    writeFileSync(path.join(folder, 'damaged.evtx'), 'no event log');
    const out: string[] = [];
    const warned: string[] = [];
    const io = {
      write: (text: string) => out.push(text),
      warn: (text: string) => warned.push(text),
      locale: 'en' as const,
    };
    const code = await scanCommand.run(
      {
        values: { rules: [folder], json: true },
        positionals: ['events.jsonl', 'whole.json', 'damaged.evtx'].map((file) => path.join(folder, file)),
      },
      io as never,
    );
    expect(code).toBe(1);
    expect(out.map((line) => JSON.parse(line))).toMatchObject([
      { rule: own, record: '41', file: path.join(folder, 'events.jsonl') },
      { rule: own, record: '1', file: path.join(folder, 'whole.json') },
    ]);
    expect(warned.join('')).toMatch(/bad\.yml x: document/);
    expect(warned.at(-1)).toContain('1 rules, 1 refused; 3 events, 2 matches, 2 unreadable');
    // From a cache, whole or damaged, the answer is the same.
    const cache = path.join(folder, 'cache.json');
    for (const damaged of [false, false, true]) {
      if (damaged) writeFileSync(cache, '{');
      const again: string[] = [];
      await scanCommand.run(
        { values: { rules: [folder], json: true, cache }, positionals: [path.join(folder, 'events.jsonl')] },
        { ...io, write: (text: string) => again.push(text) } as never,
      );
      expect(again).toEqual(out.slice(0, 1));
    }
    // Without its values a rule with a placeholder is refused by name; with them it runs.
    writeFileSync(
      path.join(folder, 'bad.yml'),
      ruleText('01920000-0000-4000-8000-0000000000c1', 'x').replace("endswith: '\\x'", "expand: '%programs%'"),
    );
    writeFileSync(path.join(folder, 'values.json'), JSON.stringify({ programs: ['C:\\b.exe', 'C:\\d.exe'] }));
    const expanded: string[] = [];
    const with2 = { ...io, write: (text: string) => expanded.push(text) };
    const files = [path.join(folder, 'whole.json'), path.join(folder, 'events.jsonl')];
    await scanCommand.run({ values: { rules: [folder], json: true, cache }, positionals: files }, with2 as never);
    expect(expanded).toHaveLength(2);
    expect(warned.join('')).toMatch(/bad\.yml Starts x: placeholder/);
    await scanCommand.run(
      { values: { rules: [folder], json: true, cache, values: path.join(folder, 'values.json') }, positionals: files },
      with2 as never,
    );
    expect(expanded).toHaveLength(5);
    expect(await scanCommand.run({ values: {}, positionals: [] }, io as never)).toBe(2);
    await expect(
      scanCommand.run({ values: { rules: [folder] }, positionals: ['/nowhere.json'] }, io as never),
    ).rejects.toMatchObject({ code: 'detection.file_unreadable' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
