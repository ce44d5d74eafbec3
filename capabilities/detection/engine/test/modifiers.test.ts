import { describe, expect, test } from 'vitest';
import { item, matches, refusalOf, ruleText } from './helpers.ts';

const base64 = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('base64');

describe('values', () => {
  test('[S3] text compares without regard to case, numbers and booleans by their text', () => {
    expect(matches(item('a', 'CMD.exe'), { a: 'cmd.EXE' })).toBe(true);
    expect(matches(item('a', 'cmd.exe'), { a: 'cmd.exe2' })).toBe(false);
    expect(matches(item('a', 4688), { a: '4688' })).toBe(true);
    expect(matches(item('a', '4688'), { a: 4688 })).toBe(true);
    expect(matches(item('a', true), { a: 'True' })).toBe(true);
    expect(matches(item('a', 'ΟΔΟΣ'), { a: 'οδος' })).toBe(true);
  });
  test('[S3] wildcards stand for any run or one unit, escapes make them literal', () => {
    expect(matches(item('a', 'a*c?e'), { a: 'abbbcde' })).toBe(true);
    expect(matches(item('a', 'a*c?e'), { a: 'abbbce' })).toBe(false);
    expect(matches(item('a', 'a\\*b'), { a: 'a*b' })).toBe(true);
    expect(matches(item('a', 'a\\*b'), { a: 'axb' })).toBe(false);
    expect(matches(item('a', 'C:\\\\*'), { a: 'c:\\windows' })).toBe(true);
    expect(matches(item('a', '\\\\\\\\server\\share'), { a: '\\\\server\\share' })).toBe(true);
    expect(matches(item('a', '\\?x'), { a: '?x' })).toBe(true);
    expect(matches(item('a', '*'), { a: '' })).toBe(true);
    expect(matches(item('a', '*'), {})).toBe(false);
  });
  test('[S3] a list of values means or, of event values any element counts, null means absent or null', () => {
    expect(matches(item('a', ['x', 'y']), { a: 'y' })).toBe(true);
    expect(matches(item('a', 'y'), { a: ['x', 'y'] })).toBe(true);
    expect(matches(item('a', null), {})).toBe(true);
    expect(matches(item('a', null), { a: null })).toBe(true);
    expect(matches(item('a', null), { a: '' })).toBe(false);
    expect(matches(item('a', ''), { a: '' })).toBe(true);
    expect(matches(item('a', ''), {})).toBe(false);
  });
  test('[S3] dotted fields follow nested maps and lists', () => {
    expect(matches(item('a.b.c', 'x'), { a: { b: [{ c: 'y' }, { c: 'x' }] } })).toBe(true);
    expect(matches(item('a.b.c', 'x'), { 'a.b.c': 'x' })).toBe(true);
    expect(matches(item('constructor', '*'), {})).toBe(false);
    expect(matches(item('__proto__|exists', true), {})).toBe(false);
  });
});

describe('every modifier of Sigma 2.1', () => {
  test('[S4] contains, startswith, endswith, all', () => {
    expect(matches(item('a|contains', 'b'), { a: 'aBc' })).toBe(true);
    expect(matches(item('a|startswith', 'ab'), { a: 'ABc' })).toBe(true);
    expect(matches(item('a|endswith', 'bc'), { a: 'aBC' })).toBe(true);
    expect(matches(item('a|endswith', 'ab'), { a: 'abc' })).toBe(false);
    expect(matches(item('a|contains|all', ['a', 'c']), { a: 'abc' })).toBe(true);
    expect(matches(item('a|contains|all', ['a', 'd']), { a: 'abc' })).toBe(false);
  });
  test('[S4] cased, exists, neq', () => {
    expect(matches(item('a|cased', 'Ab'), { a: 'Ab' })).toBe(true);
    expect(matches(item('a|cased', 'Ab'), { a: 'ab' })).toBe(false);
    expect(matches(item('a|contains|cased', 'B'), { a: 'abc' })).toBe(false);
    expect(matches(item('a|exists', true), { a: '' })).toBe(true);
    expect(matches(item('a|exists', true), { a: null })).toBe(true);
    expect(matches(item('a|exists', false), { b: 1 })).toBe(true);
    expect(matches(item('a|neq', 'x'), { a: 'y' })).toBe(true);
    expect(matches(item('a|neq', ['x', 'y']), { a: 'y' })).toBe(false);
    expect(matches(item('a|contains|neq', 'x'), { a: 'axb' })).toBe(false);
  });
  test('[S4] windash permutes every dash before a word', () => {
    for (const dash of ['-', '/', '–', '—', '―'])
      expect(matches(item('a|contains|windash', ' -enc '), { a: `powershell ${dash}ENC AAA` })).toBe(true);
    expect(matches(item('a|contains|windash', ' -a /b '), { a: 'x /a –b y' })).toBe(true);
    expect(matches(item('a|contains|windash', ' -enc '), { a: 'powershell enc AAA' })).toBe(false);
    expect(matches(item('a|contains|windash', 'foo-bar'), { a: 'foo/bar' })).toBe(false);
  });
  test('[S4] re with i, m, s; case counts unless i; found anywhere', () => {
    expect(matches(item('a|re', 'b+c'), { a: 'abbbcd' })).toBe(true);
    expect(matches(item('a|re', 'B'), { a: 'abc' })).toBe(false);
    expect(matches(item('a|re|i', 'B'), { a: 'abc' })).toBe(true);
    expect(matches(item('a|re', '^b'), { a: 'a\nb' })).toBe(false);
    expect(matches(item('a|re|m', '^b'), { a: 'a\nb' })).toBe(true);
    expect(matches(item('a|re', 'a.b'), { a: 'a\nb' })).toBe(false);
    expect(matches(item('a|re|s', 'a.b'), { a: 'a\nb' })).toBe(true);
    expect(matches(item('a|re', ['x', '(?i)FOO\\d{2,3}']), { a: 'foo123' })).toBe(true);
    expect(matches(item('a|re|i', 'mask'), { a: 'maſK' })).toBe(true);
  });
  test('[S4] base64 and base64offset find the value wherever it was encoded', () => {
    expect(matches(item('a|base64|contains', 'whoami'), { a: `x ${base64('whoami')}` })).toBe(true);
    for (const before of ['', 'a', 'ab', 'abc'])
      expect(
        matches(item('a|base64offset|contains', 'http://evil'), { a: base64(`${before}http://evil.example/`) }),
      ).toBe(true);
    expect(matches(item('a|base64offset|contains', 'http://evil'), { a: base64('http://good.example') })).toBe(false);
  });
  test('[S4] utf16le, wide, utf16be, utf16 before base64offset', () => {
    for (const modifier of ['utf16le', 'wide'])
      for (const before of ['', 'x', 'xy'])
        expect(
          matches(item(`a|${modifier}|base64offset|contains`, 'IEX'), { a: base64(`${before}IEX (`, 'utf16le') }),
        ).toBe(true);
    const big = Buffer.from('IEX', 'utf16le').swap16();
    expect(matches(item('a|utf16be|base64|contains', 'IEX'), { a: big.toString('base64') })).toBe(true);
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('IEX', 'utf16le')]);
    expect(matches(item('a|utf16|base64|contains', 'IEX'), { a: marked.toString('base64') })).toBe(true);
  });
  test('[S4] lt, lte, gt, gte compare numbers', () => {
    expect(matches(item('a|lt', 5), { a: 4 })).toBe(true);
    expect(matches(item('a|lt', 5), { a: 5 })).toBe(false);
    expect(matches(item('a|lte', 5), { a: '5' })).toBe(true);
    expect(matches(item('a|gt', 5), { a: 5.5 })).toBe(true);
    expect(matches(item('a|gte', 5), { a: 'five' })).toBe(false);
    expect(matches(item('a|gte', 0), { a: '' })).toBe(false);
  });
  test('[S4] minute, hour, day, week, month, year of a time, alone or compared', () => {
    const event = { t: '2026-01-04T23:59:30.5Z' };
    expect(matches(item('t|minute', 59), event)).toBe(true);
    expect(matches(item('t|hour|gte', 22), event)).toBe(true);
    expect(matches(item('t|day', 4), event)).toBe(true);
    expect(matches(item('t|week', 1), event)).toBe(true);
    expect(matches(item('t|month|lt', 2), event)).toBe(true);
    expect(matches(item('t|year', 2026), { t: 1767571170 })).toBe(true);
    expect(matches(item('t|hour', 3), { t: 'noon' })).toBe(false);
  });
  test('[S4] cidr of IPv4 and IPv6', () => {
    expect(matches(item('a|cidr', '10.0.0.0/8'), { a: '10.255.1.2' })).toBe(true);
    expect(matches(item('a|cidr', ['192.168.0.0/23', '::1/128']), { a: '192.168.2.1' })).toBe(false);
    expect(matches(item('a|cidr', 'fe80::/10'), { a: 'febf::1' })).toBe(true);
    expect(matches(item('a|cidr', 'fe80::/10'), { a: 'fec0::1' })).toBe(false);
    expect(matches(item('a|cidr', '10.0.0.0/8'), { a: '::ffff:10.1.1.1' })).toBe(true);
    expect(matches(item('a|cidr', '0.0.0.0/0'), { a: 'host' })).toBe(false);
  });
  test('[S4] expand takes values from placeholders, and refuses where there are none', () => {
    const placeholders = { admins: ['root', 'adm_*'] };
    expect(matches(item('a|expand', '%admins%'), { a: 'ADM_joe' }, placeholders)).toBe(true);
    expect(matches(item('a|contains|expand', 'u=%admins%;'), { a: 'x u=root; y' }, placeholders)).toBe(true);
    expect(refusalOf(ruleText(item('a|expand', '%admins%')))).toContain('placeholder %admins% has no values');
  });
  test('[S4] fieldref, also with neq, cased and positions', () => {
    expect(matches(item('a|fieldref', 'b'), { a: 'X', b: 'x' })).toBe(true);
    expect(matches(item('a|fieldref|cased', 'b'), { a: 'X', b: 'x' })).toBe(false);
    expect(matches(item('a|fieldref|neq', 'b'), { a: 'X', b: 'y' })).toBe(true);
    expect(matches(item('a|fieldref|endswith', 'b'), { a: 'foo.exe', b: '.exe' })).toBe(true);
    expect(matches(item('a|fieldref|contains', 'b'), { a: 'foo.exe', b: 'oo' })).toBe(true);
    expect(matches(item('a|fieldref|startswith', 'b'), { a: 'foo', b: 'oo' })).toBe(false);
    expect(matches(item('a|fieldref', 'b'), { a: 'x' })).toBe(false);
  });
});

describe('refusals', () => {
  test.each([
    ['a|nosuch', 'x', 'unknown modifier "nosuch"'],
    ['a|contains|startswith', 'x', 'exclude each other'],
    ['a|re|contains', 'x', 'exclude each other'],
    ['a|i', 'x', 'stands only after "re"'],
    ['a|all', 'x', '"all" needs a list'],
    ['a|lt', 'x', 'expected a number'],
    ['a|cidr', '10.0.0.0/33', 'no CIDR'],
    ['a|exists', 'yes', 'expected true or false'],
    ['a|re', '(a', 'not a regular expression of linear time'],
    ['a|re', '(a)\\1', 'not a regular expression of linear time'],
    ['a|base64', 'a*', 'cannot encode a value with wildcards'],
    ['a', { b: 1 }, 'got a map'],
    ['a', [], 'an empty list'],
    ['a|fieldref|windash', 'b', 'names a field'],
    ['a|contains|contains', 'b', 'stands twice'],
  ])('[S2] %s: %j is refused by reason', (key, value, reason) => {
    expect(refusalOf(ruleText(item(key, value)))).toContain(reason);
  });
  test('[S2] variants are bounded', () => {
    expect(refusalOf(ruleText(item('a|windash', ' -a -b -c -d -e -f')))).toContain('more than 3125 variants');
  });
  test('[S2] a regular expression that would stall a backtracking engine answers at once', () => {
    expect(matches(item('a|re', '^(a+)+$'), { a: `${'a'.repeat(5000)}b` })).toBe(false);
  });
});
