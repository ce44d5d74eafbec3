import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contracts } from '../src/contracts/index.ts';
import { ContractRuntime, type RunnableContract, toHex } from '../src/ledger/index.ts';
import { founding, person, propose, sha256, world } from './ledger-world.ts';

const folder = path.join(import.meta.dirname, '../src/contracts');
const sources = readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')] as const);
/** Comments may speak of what code may not do. */
const code = (source: string) => source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

test('[F11] contracts import nothing but fabric-contract-api and each other', () => {
  expect(sources.length).toBeGreaterThan(10);
  for (const [name, source] of sources)
    for (const [, specifier] of code(source).matchAll(/\bfrom\s+'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g))
      expect(`${name}: ${specifier}`).toMatch(/: (fabric-contract-api|\.\/[a-z0-9-]+\.ts)$/);
});

/** Clock, chance, locale, floats as text, the world: none of it gives two endorsers the same bytes. */
const forbidden = [
  /\bDate\b/,
  /\bMath\.random\b/,
  /\bcrypto\b/,
  /\bIntl\b/,
  /\btoLocale\w*\b/,
  /\blocaleCompare\b/,
  /\btoFixed\b/,
  /\btoPrecision\b/,
  /\btoExponential\b/,
  /\bparseFloat\b/,
  /\bprocess\b/,
  /\bfetch\b/,
  /\brequire\s*\(/,
  /\bsetTimeout\b/,
  /\bconsole\b/,
  /\bperformance\b/,
  /\bWeakRef\b/,
  /\bglobalThis\b/,
];
const findings = (source: string) => forbidden.filter((pattern) => pattern.test(code(source)));

test('[F11] contracts use no clock, chance, locale, float formatting or I/O', () => {
  for (const [name, source] of sources) expect([name, findings(source)]).toEqual([name, []]);
  // The rule finds what it is for.
  expect(findings('const at = Date.now();')).toHaveLength(1);
  expect(findings('await fetch(url); Math.random().toFixed(2)')).toHaveLength(3);
});

test('[F11] two runs in different surroundings give equal bytes', async () => {
  const ledger = world();
  const admin = await person('admin', 'Org1');
  await ledger.submit(
    admin,
    'members:initialise',
    founding('power', 50, [{ ...admin, roles: ['authority', 'supervisor'] }]),
  );
  const calls: [string, ...string[]][] = [
    ['attributes:define', JSON.stringify({ kind: 'word', title: '部门', id: 'dept' })],
    [
      'objects:definePolicy',
      JSON.stringify({ tree: { of: [{ has: 'b' }, { has: 'a' }], atLeast: 1 }, text: 'x', id: 'p' }),
    ],
    ['access:request', 'nothing', '试'],
    ['supervision:inspect', admin.did],
    [
      'domains:register',
      JSON.stringify({ id: 'x', title: 'x', speaker: admin.did, logKey: 'k', witnessKeys: ['b', 'a'], quorum: 1 }),
    ],
  ];
  const runtimeOf = (order: readonly (typeof contracts)[number][]) =>
    new ContractRuntime(
      order.map((each) => new each() as unknown as RunnableContract),
      sha256,
    );
  const here = runtimeOf(contracts);
  // Another order of loading, another zone and locale, a clock and a chance that are traps.
  const there = runtimeOf([...contracts].reverse());
  const before = { zone: process.env.TZ, now: Date.now, random: Math.random };
  for (const [call, ...args] of calls) {
    const proposal = propose(admin, call, args);
    const one = await here.simulate(proposal.bytes, proposal.transient, ledger.chain.view());
    process.env.TZ = 'Pacific/Kiritimati';
    Date.now = () => {
      throw new Error('a contract looked at the clock');
    };
    Math.random = () => {
      throw new Error('a contract took a chance');
    };
    try {
      const two = await there.simulate(proposal.bytes, proposal.transient, ledger.chain.view());
      expect(one.response.status).toBe(200);
      expect(toHex(two.bytes)).toBe(toHex(one.bytes));
    } finally {
      process.env.TZ = before.zone;
      Date.now = before.now;
      Math.random = before.random;
    }
  }
});
