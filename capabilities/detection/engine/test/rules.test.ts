import { describe, expect, test } from 'vitest';
import { Detector, parseSigma } from '../src/index.ts';
import { compile, item, matches, refusalOf, ruleText } from './helpers.ts';

describe('documents', () => {
  test('[S1] a document becomes a rule or a refusal with name, place and reason', () => {
    const text = `${ruleText(item('a', 'x'))}---\ntitle: Broken\nlogsource: {product: test}\ndetection: {condition: nothing, b: {a: 1}}\n---\n[1]\n`;
    const { rules, refusals } = parseSigma(text, 'file.yml');
    expect(rules.map((rule) => rule.where)).toEqual(['file.yml#1']);
    expect(refusals).toEqual([
      { name: 'Broken', where: 'file.yml#2', code: 'condition', reason: 'no detection is called "nothing"' },
      { name: 'file.yml#3', where: 'file.yml#3', code: 'document', reason: 'is no map' },
    ]);
  });
  test.each([
    ['a: [', 'yaml'],
    ['a: 1\na: 2', 'yaml'],
    ['', 'holds no document'],
    ['title: x', 'none of detection'],
    ['detection: {}', 'has no title'],
    ['title: x\naction: global', 'ended with Sigma 1'],
    ['title: x\ndetection: {a: {b: 1}, condition: a}', 'has no logsource'],
    ['title: x\nlogsource: {definition: d}\ndetection: {a: {b: 1}, condition: a}', 'names none of'],
    ['title: x\nlogsource: {product: p}\ndetection: {a: {b: 1}}', 'has no condition'],
    ['title: x\nlogsource: {product: p}\ndetection: {condition: a}', 'has no detection'],
    ['title: x\nlogsource: {product: p}\ndetection: {a: {b: 1}, timeframe: 5m, condition: a}', 'timeframe'],
    ['title: x\nlogsource: {product: p}\ndetection: {a: {b: 1}, condition: a | count() > 5}', 'aggregation'],
  ])('[S1] %j is refused', (text, reason) => {
    expect(refusalOf(text)).toContain(reason);
  });
  test('[S1] aliases that multiply without end are refused', () => {
    const bomb = Array.from(
      { length: 20 },
      (_, index) => `a${index}: &a${index} [${index ? `*a${index - 1}, *a${index - 1}` : 'x'}]`,
    ).join('\n');
    expect(refusalOf(bomb)).toMatch(/yaml/);
  });
});

describe('conditions', () => {
  const event = { a: '1', b: '2' };
  const of = (condition: string) =>
    matches(`sel_a: {a: 1}\nsel_b: {b: 2}\nsel_c: {c: 3}\n_hidden: {d: 4}\ncondition: ${condition}`, event);
  test.each([
    ['sel_a and sel_b', true],
    ['sel_a and not sel_b', false],
    ['not (sel_a and sel_c)', true],
    ['not sel_a or sel_b', true],
    ['sel_c or sel_a and sel_b', true],
    ['(sel_c or sel_a) and sel_c', false],
    ['1 of sel_*', true],
    ['any of sel_*', true],
    ['all of sel_*', false],
    ['2 of sel_*', true],
    ['3 of them', false],
    ['all of them', false],
    ['1 of *_a', true],
    ['not 1 of sel_*', false],
    ['sel_a AND NOT sel_c', true],
  ])('[S5] %s', (condition, expected) => {
    expect(of(condition)).toBe(expected);
  });
  test.each([
    ['sel_a sel_b'],
    ['(sel_a'],
    ['sel_a and'],
    ['1 of'],
    ['1 of x*'],
    ['not'],
    ['many of sel_*'],
    ['and sel_a'],
  ])('[S5] %s is refused', (condition) => {
    expect(refusalOf(ruleText(`sel_a: {a: 1}\nsel_b: {b: 2}\ncondition: ${condition}`))).toContain('condition:');
  });
  test('[S5] nesting without end is refused, not a stack overflow', () => {
    expect(refusalOf(ruleText(`a: {a: 1}\ncondition: ${'('.repeat(50_000)}a${')'.repeat(50_000)}`))).toContain(
      'nests deeper',
    );
  });
  test('[S6] keywords are looked for in every value of the event', () => {
    const keywords = 'words: [Mimikatz, "secret*dump"]\ncondition: words';
    expect(matches(keywords, { x: { y: ['run mimikatz now'] } })).toBe(true);
    expect(matches(keywords, { message: 'secrets were DUMPed: secret-dump' })).toBe(true);
    expect(matches(keywords, { mimikatz: 'only the name of a field' })).toBe(false);
    expect(matches('words: {"|all": [a1, b2]}\ncondition: words', { x: 'a1', y: 'b2' })).toBe(true);
    expect(matches('words: {"|all": [a1, b2]}\ncondition: words', { x: 'a1' })).toBe(false);
  });
  test('[S6] a list of maps means or, a map means and', () => {
    const lists = 's:\n  - {a: 1, b: 3}\n  - {b: 2}\ncondition: s';
    expect(matches(lists, event)).toBe(true);
    expect(matches(lists, { a: 1, b: 4 })).toBe(false);
  });
});

describe('log sources, pipelines, filters', () => {
  const documents = compile(
    [
      ['one', '{product: windows, category: process_creation}', 'Image|endswith', '\\cmd.exe'],
      ['two', '{product: windows, service: security}', 'NewProcessName|endswith', '\\cmd.exe'],
      ['three', '{product: linux, category: process_creation}', 'Image|endswith', '/sh'],
      ['four', '{category: webserver}', 'cs-uri-query|contains', 'select'],
    ]
      .map(
        ([id, logsource, key, value]) =>
          `title: ${id}\nid: ${id}\nlogsource: ${logsource}\ndetection:\n  s: {${JSON.stringify(key)}: ${JSON.stringify(value)}}\n  condition: s\n`,
      )
      .join('---\n'),
  );
  const detector = new Detector(documents);
  const ids = (event: Record<string, unknown>, source?: object) => detector.match(event, source).map((rule) => rule.id);
  test('[S7] Windows events are routed by channel and event id, others by what the collector declares', () => {
    expect(ids({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, Image: 'C:\\cmd.exe' })).toEqual(['one']);
    expect(ids({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 3, Image: 'C:\\cmd.exe' })).toEqual([]);
    expect(ids({ Image: '/bin/sh' }, { product: 'linux', category: 'process_creation' })).toEqual(['three']);
    expect(ids({ Image: '/bin/sh' }, { product: 'macos', category: 'process_creation' })).toEqual([]);
    expect(ids({ Image: '/bin/sh' })).toEqual(['three']);
  });
  test("[S8] field mappings bridge taxonomies where the rule's own field is absent", () => {
    expect(ids({ Channel: 'Security', EventID: 4688, NewProcessName: 'C:\\CMD.EXE' })).toEqual(['one', 'two']);
    expect(
      ids({ process: { executable: 'C:\\cmd.exe' } }, { product: 'windows', category: 'process_creation' }),
    ).toEqual(['one']);
    expect(
      ids({ actor: 1, process: { file: { path: '/bin/sh' } } }, { product: 'linux', category: 'process_creation' }),
    ).toEqual(['three']);
    expect(ids({ http_request: { url: { query_string: 'q=SELECT' } } }, { category: 'webserver' })).toEqual(['four']);
  });
  test('[S9] a filter adds its condition to the rules it names, and names what it does not find', () => {
    const filter = compile(
      'title: F\nlogsource: {product: windows, category: process_creation}\nfilter:\n  rules: [one, gone]\n  s: {User|startswith: adm_}\n  condition: not s\n',
    );
    const filtered = new Detector([...documents, ...filter]);
    const event = { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, Image: 'C:\\cmd.exe' };
    expect(filtered.match({ ...event, User: 'adm_x' })).toEqual([]);
    expect(filtered.match({ ...event, User: 'joe' }).map((rule) => rule.id)).toEqual(['one']);
    expect(filtered.refusals).toEqual([
      { name: 'F', where: 'test', code: 'reference', reason: 'filter names a rule that is not here: gone' },
    ]);
  });
});
