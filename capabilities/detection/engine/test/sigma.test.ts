import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Detector, parseSigma, readEvtx } from '../src/index.ts';

const data = path.resolve(import.meta.dirname, '../../../../../shared/data/detection');
const absent = !existsSync(path.join(data, 'sigma'));
const withData = absent ? ' (skipped: shared/data/detection is absent)' : '';

const rule = (detection: string) =>
  `title: A\nid: 11111111-1111-4111-8111-111111111111\nstatus: test\nlogsource:\n  product: windows\n  category: process_creation\ndetection:\n${detection}`;
const matches = (detection: string, event: Record<string, unknown>) => {
  const { rules, refusals } = parseSigma(rule(detection), 'a.yml');
  expect(refusals).toEqual([]);
  return new Detector(rules).match(event, { product: 'windows', category: 'process_creation' }).length === 1;
};
test.each([
  ["  s:\n    Image|endswith: '\\\\cmd.exe'\n  condition: s", { Image: 'C:\\Windows\\CMD.EXE' }, true],
  ["  s:\n    Image|endswith: '\\\\cmd.exe'\n  condition: s", { Image: 'C:\\cmd.exe.bak' }, false],
  [
    "  s:\n    CommandLine|contains|all:\n      - 'a b'\n      - 'c'\n  condition: s",
    { CommandLine: 'c then a b' },
    true,
  ],
  [
    "  s:\n    CommandLine|contains|all:\n      - 'a b'\n      - 'd'\n  condition: s",
    { CommandLine: 'c then a b' },
    false,
  ],
  ["  s:\n    CommandLine: 'net*user?'\n  condition: s", { CommandLine: 'NET localgroup users' }, true],
  ['  s:\n    User: null\n  condition: s', {}, true],
  ['  a:\n    X: 1\n  b:\n    Y: 2\n  condition: a and not b', { X: '1', Y: '3' }, true],
  ['  a:\n    X: 1\n  b:\n    Y: 2\n  condition: a and not b', { X: '1', Y: '2' }, false],
  ['  sel_a:\n    X: 1\n  sel_b:\n    Y: 2\n  condition: 1 of sel_*', { Y: 2 }, true],
  ['  sel_a:\n    X: 1\n  sel_b:\n    Y: 2\n  condition: all of sel_*', { Y: 2 }, false],
  ["  s:\n    CommandLine|re: '^p.+l$'\n  condition: s", { CommandLine: 'powershell' }, true],
  ['  s:\n    SourceIp|cidr: 10.0.0.0/8\n  condition: s', { SourceIp: '10.9.8.7' }, true],
  ['  s:\n    SourceIp|cidr: 10.0.0.0/8\n  condition: s', { SourceIp: '11.9.8.7' }, false],
])('[D3] %j on %j: %s', (detection, event, wanted) => {
  expect(matches(detection, event)).toBe(wanted);
});
test('[D1] a modifier Sigma does not know is refused by name', () => {
  const { rules, refusals } = parseSigma(rule("  s:\n    X|sideways: 'a'\n  condition: s"), 'a.yml');
  expect([rules.length, JSON.stringify(refusals)]).toEqual([0, expect.stringContaining('sideways')]);
});
test('[D4] bytes that are no event log are told as such', () => {
  let records = 0;
  let told = false;
  try {
    told =
      readEvtx(new Uint8Array(5000).fill(65), () => {
        records += 1;
      }).problems.length > 0;
  } catch (error) {
    told = error instanceof Error;
  }
  expect([records, told]).toEqual([0, true]);
});
test.skipIf(absent)(`[D1] every public rule compiles or is refused with a reason${withData}`, () => {
  let rules = 0;
  const unexplained: string[] = [];
  for (const file of globSync('sigma/**/*.yml', { cwd: data })) {
    const parsed = parseSigma(readFileSync(path.join(data, file), 'utf8'), file);
    rules += parsed.rules.length;
    if (parsed.rules.length + parsed.refusals.length === 0) unexplained.push(file);
  }
  expect([rules > 2000, unexplained]).toEqual([true, []]);
});
test.skipIf(absent)(
  `[D2] every public regression case with event logs is matched${withData}`,
  () => {
    const missed: string[] = [];
    const lines = readFileSync(path.join(data, 'sigma-regression/cases.tsv'), 'utf8').trim().split('\n').slice(1);
    let cases = 0;
    for (const line of lines) {
      const [file = '', , , , , files = ''] = line.split('\t');
      const logs = files.split(' ').filter((each) => each.endsWith('.evtx'));
      if (logs.length === 0) continue;
      cases += 1;
      const detector = new Detector(parseSigma(readFileSync(path.join(data, 'sigma', file), 'utf8'), file).rules);
      let found = 0;
      for (const log of logs)
        readEvtx(readFileSync(path.join(data, 'sigma-regression', log)), (record) => {
          found += detector.match(record.event).length;
        });
      if (found === 0) missed.push(file);
    }
    expect([cases > 100, missed]).toEqual([true, []]);
  },
  60_000,
);
