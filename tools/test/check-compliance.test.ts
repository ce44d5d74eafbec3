/** @module check:compliance passes on the shipped regulations and fails on an executable id without cases. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { checkCompliance, figuresOf } from '../check-compliance.ts';

const shipped = path.resolve(import.meta.dirname, '../../capabilities/compliance/instruments');
const made: string[] = [];
function copy(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'instruments-'));
  made.push(folder);
  cpSync(shipped, folder, { recursive: true });
  return folder;
}
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});
const falling = (folder: string) =>
  figuresOf(checkCompliance(folder)).flatMap((figure) => (figure.holds ? [] : [figure.id]));

describe('check:compliance', () => {
  test('the shipped regulations pass', () => {
    expect(falling(shipped)).toEqual([]);
  });

  test('cases that are taken away leave untested ids', () => {
    const folder = copy();
    rmSync(path.join(folder, 'gov-data-sharing.cases.yaml'));
    expect(falling(folder)).toContain('compliance.untested');
  });

  test('a changed number makes its cases fail', () => {
    const folder = copy();
    const file = path.join(folder, 'pi-audit.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('op: ">", v: 10000000}', 'op: ">=", v: 10000000}'));
    expect(falling(folder)).toEqual(expect.arrayContaining(['compliance.failing', 'compliance.untested']));
  });

  test('a file that is no regulation is a problem', () => {
    const folder = copy();
    writeFileSync(path.join(folder, 'broken.yaml'), 'format: hedun-instrument/1\n');
    expect(falling(folder)).toContain('compliance.lint');
  });
});
