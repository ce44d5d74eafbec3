import { existsSync } from 'node:fs';
import path from 'node:path';
import { Detector, type EventRecord, flattenWindowsEvent, routeOf } from '@hedun/detection';
import { expect, test } from 'vitest';
import { compile, ruleText } from '../../capabilities/detection/engine/test/helpers.ts';
import { interpret } from '../../capabilities/detection/engine/test/interpreter.ts';
import { readRecordings } from '../detection-data.ts';

const recordings = path.resolve(import.meta.dirname, '../../../shared/data/detection/otrf');

test.skipIf(!existsSync(recordings))(
  '[S19] [S10] lines of the public recordings match what the interpreter finds',
  () => {
    const rules = [
      's:\n  EventID: 10\n  TargetImage|endswith: lsass.exe\ncondition: s',
      's:\n  Image|contains: powershell\ncondition: s',
      's:\n  ScriptBlockText|contains: Invoke\ncondition: s',
      "s:\n  TargetObject|contains: '\\Run'\ncondition: s",
    ].flatMap((text) => compile(ruleText(text, 'logsource: {product: windows}')));
    const detector = new Detector(rules);
    let matches = 0;
    for (const { lines } of readRecordings(recordings))
      for (let index = 0; index < lines.length; index += 11) {
        const text = lines[index] as string;
        const event = flattenWindowsEvent(JSON.parse(text) as EventRecord);
        const found = detector.matchLine(index % 2 === 0 ? text : Buffer.from(text));
        expect(found).toEqual(interpret(detector.rules, event, routeOf(event, undefined)));
        matches += found.length;
      }
    expect(matches).toBeGreaterThan(100);
  },
);
