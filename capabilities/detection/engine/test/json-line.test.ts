import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Detector } from '../src/index.ts';
import { JsonLine } from '../src/sigma/json-line.ts';
import { compile, ruleText } from './helpers.ts';

const all = () => true;

/** What JSON.parse says; undefined where it refuses. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function read(line: JsonLine, text: string | Uint8Array): { readonly value: unknown } | undefined | 'left' {
  if (!line.walk(text)) return 'left';
  try {
    return { value: line.event(0, all) };
  } catch {
    return undefined;
  }
}

const name = fc.oneof(
  fc.constantFrom('a', 'Channel', 'EventID', 'Message', 'Event', 'winlog', '', '中文', 'toString'),
  fc.string(),
);
const object = fc
  .array(fc.tuple(name, fc.jsonValue({ maxDepth: 2 })), { maxLength: 8 })
  // Put together by hand, so that a name may stand twice.
  .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`);

describe('lines of JSON', () => {
  test('[S19] what is read of a line is what JSON.parse reads, with spaces, escapes and names that stand twice', () => {
    const line = new JsonLine(1);
    let walked = 0;
    void fc.assert(
      fc.property(object, fc.constantFrom('', ' ', '\t\r\n'), (text, space) => {
        const spaced = `${space}${text}${space}`;
        const found = read(line, spaced);
        // Half of a surrogate pair has no bytes.
        if (spaced.isWellFormed()) expect(read(line, Buffer.from(spaced))).toEqual(found);
        if (found === 'left') return;
        walked += 1;
        expect(found).toEqual(parsed(spaced));
      }),
      { numRuns: 2000 },
    );
    expect(walked).toBeGreaterThan(500);
  });

  test('[S19] a line with one character changed, left out or cut off is read as JSON.parse reads it, or refused alike', () => {
    const line = new JsonLine(1);
    const character = fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '[',
      ',',
      ':',
      '0',
      '1',
      '-',
      '.',
      'e',
      'u',
      'x',
      '\u0000',
      '\u001f',
      'é',
      '\ud800',
      ' ',
    );
    let judged = 0;
    void fc.assert(
      fc.property(object, fc.nat(), character, fc.nat(2), (text, place, other, how) => {
        const at = place % (text.length + 1);
        const changed =
          how === 0 ? text.slice(0, at) : text.slice(0, at) + other + text.slice(at + (how === 1 ? 1 : 0));
        const found = read(line, changed);
        if (changed.isWellFormed()) expect(read(line, Buffer.from(changed))).toEqual(found);
        if (found === 'left') return;
        judged += 1;
        expect(found).toEqual(parsed(changed));
      }),
      { numRuns: 5000 },
    );
    expect(judged).toBeGreaterThan(300);
  });

  test.each([
    '{"a":01}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":-}',
    '{"a":1e}',
    '{"a":+1}',
    '{"a":tru}',
    '{"a":nulll}',
    '{"a":"x\u0001"}',
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":"open}',
    '{"a":1,}',
    '{"a" 1}',
    '{a:1}',
    '{"a":1}}',
    '{"a":[1,2}}',
    '{"a":{"b":1]}',
    '{"a":1} x',
    '{',
    '',
  ])('[S19] %j is refused', (text) => {
    expect(parsed(text)).toBeUndefined();
    expect(() => new Detector([]).matchLine(text)).toThrow(SyntaxError);
    expect(() => new Detector([]).matchLine(Buffer.from(text))).toThrow(SyntaxError);
  });

  test('[S19] of bytes only what is asked for is read, wherever it stands; bytes that are no UTF-8 read as they do in text', () => {
    const line = new JsonLine(1);
    let asked = 0;
    void fc.assert(
      fc.property(object, fc.integer({ min: 1, max: 3 }), (text, every) => {
        const bytes = Buffer.from(text);
        if (!text.isWellFormed() || !line.walk(bytes)) return;
        const asks = (name: string) => name.length % every === 0;
        const whole = JSON.parse(text) as Record<string, unknown>;
        const found = line.event(every, asks);
        for (const [name, value] of Object.entries(whole)) if (asks(name)) expect(found[name]).toEqual(value);
        expect(line.walk(text) && line.event(every, asks)).toEqual(found);
        expect(bytes.toString()).toBe(text);
        asked += 1;
      }),
      { numRuns: 2000 },
    );
    expect(asked).toBeGreaterThan(500);
    const broken = Buffer.from(`{"a":"x?y","b?":"?","long":"${'m'.repeat(200)}"}`);
    for (let at = broken.indexOf(63); at >= 0; at = broken.indexOf(63)) broken[at] = 0xc3;
    expect(line.walk(broken)).toBe(true);
    expect(line.event(0, (name) => name !== 'long')).toEqual({ a: 'x\ufffdy', 'b\ufffd': '\ufffd' });
  });

  test('[S19] senders that make up ever new names, and long ones, change nothing', () => {
    const line = new JsonLine(1);
    for (let index = 0; index < 12_000; index += 1) {
      const text = `{"n${index}":${index},"${'x'.repeat(index % 97)}${index}":"v","same":1}`;
      expect(line.walk(text)).toBe(true);
      expect(line.event(0, (each) => each === 'same')).toEqual({ same: 1 });
    }
  });

  test('[S19] the members that rules ask for are read, under their other names and along paths', () => {
    const rules = [
      ruleText('s:\n  a: x\n  b|fieldref: c\ncondition: s'),
      ruleText('s:\n  d.e: y\ncondition: s'),
    ].flatMap((text) => compile(text));
    const detector = new Detector(rules);
    const long = 'm'.repeat(400);
    const hits = (event: object) => detector.matchLine(JSON.stringify({ long, ...event, more: long })).length;
    for (let round = 0; round < 3; round += 1) {
      expect(hits({ a: 'x', b: 'q', c: 'Q' })).toBe(1);
      expect(hits({ a: 'x', b: 'q', c: 'r' })).toBe(0);
      expect(hits({ d: { e: 'y' } })).toBe(1);
      expect(hits({ 'd.e': 'Y' })).toBe(1);
      expect(hits({ d: [{ e: 'z' }, { e: 'y' }] })).toBe(1);
      expect(hits({ Event: { System: { EventID: 1 }, EventData: { a: 'x', b: 'é', c: 'É' } } })).toBe(1);
    }
  });
});
