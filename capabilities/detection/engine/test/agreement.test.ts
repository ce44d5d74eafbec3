import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DetectionRule, Detector, parseSigma, readEvtx, routeOf } from '../src/index.ts';
import { declaredRoute } from '../src/sigma/logsource.ts';
import { compile, ruleText } from './helpers.ts';
import { interpret } from './interpreter.ts';

const data = path.resolve(import.meta.dirname, '../../../../../shared/data/detection');

const piece = fc.constantFrom(
  'a',
  'B',
  'cmd',
  '.exe',
  '\\',
  '*',
  '?',
  '-',
  ' -x',
  '/',
  'ſ',
  'K',
  'İ',
  'Σ',
  '中',
  '😀',
  '%',
  '"',
  ':',
  '1',
  's',
  '|',
);
const word = fc.array(piece, { minLength: 0, maxLength: 5 }).map((parts) => parts.join(''));
const scalar = fc.oneof(word, fc.integer({ min: -3, max: 12 }), fc.boolean(), fc.constant(null));
const field = fc.constantFrom('a', 'b', 'c.d');
const textKey = fc
  .tuple(
    field,
    fc.constantFrom(
      '',
      '|contains',
      '|startswith',
      '|endswith',
      '|contains|all',
      '|cased',
      '|contains|cased',
      '|contains|windash',
      '|base64offset|contains',
      '|neq',
      '|contains|neq',
    ),
  )
  .map((parts) => parts.join(''));
const entry = fc.oneof(
  fc.tuple(textKey, fc.array(word, { minLength: 1, maxLength: 3 })),
  fc.tuple(field, scalar),
  fc.tuple(
    field.map((name) => `${name}|re`),
    fc.constantFrom('a+b', '(?i)S.*k', '[^a]c?md', 'x|b', 'cm{1,2}d\\.exe', '\\\\a', '^B', '中?a', 'b*1'),
  ),
  fc.tuple(
    fc.tuple(field, fc.constantFrom('|lt', '|gte')).map((parts) => parts.join('')),
    fc.integer({ min: -3, max: 12 }),
  ),
  fc.tuple(
    field.map((name) => `${name}|exists`),
    fc.boolean(),
  ),
  fc.tuple(
    fc.tuple(field, fc.constantFrom('|fieldref', '|fieldref|contains', '|fieldref|neq')).map((parts) => parts.join('')),
    field,
  ),
);
const detection = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(entry, { minLength: 1, maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  },
  {
    weight: 1,
    arbitrary: fc.array(
      word.filter((text) => text !== ''),
      { minLength: 1, maxLength: 2 },
    ),
  },
);
const condition = fc.constantFrom(
  'x',
  'x and y',
  'x or y',
  'x and not y',
  'not x',
  '1 of them',
  'all of them',
  '2 of them',
  'x and (y or not z)',
  'not (x or z) and y',
);
const value = fc.oneof(scalar, fc.array(word, { maxLength: 3 }));
const event = fc.record(
  { a: value, b: value, 'c.d': value, c: fc.record({ d: value }), e: word },
  { requiredKeys: [] },
);

describe('the fast engine and the plain interpreter agree', () => {
  test('[S10] on generated rules and events', () => {
    let compiled = 0;
    let matched = 0;
    void fc.assert(
      fc.property(
        fc.array(fc.tuple(detection, detection, detection, condition), { minLength: 1, maxLength: 4 }),
        fc.array(event, { minLength: 1, maxLength: 6 }),
        (sections, events) => {
          const rules = sections.flatMap(([x, y, z, text]) => {
            const body = `x: ${JSON.stringify(x)}\ny: ${JSON.stringify(y)}\nz: ${JSON.stringify(z)}\ncondition: ${text}`;
            return parseSigma(ruleText(body), 'generated').rules;
          }) as readonly DetectionRule[];
          compiled += rules.length;
          const detector = new Detector(rules);
          for (const each of [...events, ...events]) {
            const fast = detector.match(each, { product: 'test' });
            const plain = interpret(rules, each, declaredRoute({ product: 'test' }));
            matched += fast.length;
            expect(fast.map((rule) => rules.indexOf(rule))).toEqual(plain.map((rule) => rules.indexOf(rule)));
          }
        },
      ),
      { numRuns: 1500, seed: 20261124 },
    );
    expect(compiled).toBeGreaterThan(1000);
    expect(matched).toBeGreaterThan(500);
  });
  test('[S10] also after the wake-up predicates were learned anew', () => {
    const rules = compile(
      ruleText('x: {a|contains: cmd, b: "1"}\ny: {c: [p, q]}\ncondition: x or y'),
    ) as readonly DetectionRule[];
    const detector = new Detector(rules);
    for (let index = 0; index < 2000; index += 1) {
      const each = { a: index % 3 ? 'x cmd y' : 'none', b: index % 7 ? '2' : '1', c: index % 11 ? 'r' : 'q' };
      expect(detector.match(each, { product: 'test' })).toEqual(
        interpret(rules, each, declaredRoute({ product: 'test' })),
      );
    }
  });
  test.skipIf(!existsSync(data))('[S10] on real rules and real events (skipped: no shared data)', () => {
    const rules = globSync('sigma/rules/windows/{registry,file,builtin}/**/*.yml', { cwd: data }).flatMap(
      (file) => parseSigma(readFileSync(path.join(data, file), 'utf8'), file).rules,
    ) as readonly DetectionRule[];
    const detector = new Detector(rules);
    let events = 0;
    for (const file of globSync('evtx/**/*.evtx', { cwd: data }).sort().slice(0, 40))
      readEvtx(readFileSync(path.join(data, file)), ({ event: each }) => {
        events += 1;
        if (events > 400) return;
        expect(detector.match(each).map((rule) => rule.where)).toEqual(
          interpret(rules, each, routeOf(each, undefined)).map((rule) => rule.where),
        );
      });
    expect(rules.length).toBeGreaterThan(300);
    expect(events).toBeGreaterThan(100);
  });
});
