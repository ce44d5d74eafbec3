/**
 * What a list shows is declared twice: a page names columns, an operation says what its rows are. Here both are held together, so that no
 * reader meets the name of a field, or a value that has a word.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { capabilities } from '@hedun/app-server';
import { hello } from '@hedun/capability-hello';
import { labelOf, type Operation } from '@hedun/sdk';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const shapeOf = (schema: z.ZodType | undefined) =>
  (schema as { shape?: Readonly<Record<string, z.ZodType>> } | undefined)?.shape ?? {};
const operations = new Map<string, Operation>(
  [hello, ...capabilities.map(({ capability }) => capability)].flatMap((capability) =>
    Object.entries(capability.operations as Readonly<Record<string, Operation>>),
  ),
);

const lists = globSync('capabilities/*/src/console/**/*.tsx', { cwd: root }).flatMap((file) =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(/<OperationList([\s\S]*?)\/>/g)].flatMap(
    ([, props = '']) => {
      const list = /list="(\w+)"/.exec(props)?.[1];
      const columns = /columns=\{\[([\s\S]*?)\]\}/.exec(props)?.[1]?.match(/\w+/g);
      return list && columns ? [{ page: path.basename(file), list, columns }] : [];
    },
  ),
);

describe('[L6] lists made from declarations', () => {
  test('are found', () => expect(lists.length).toBeGreaterThan(5));
  test.each(lists)('$page, $list: every column has a word in both languages', ({ list, columns }) => {
    const operation = operations.get(list);
    const items = shapeOf(operation?.output).items as { readonly element?: z.ZodType } | undefined;
    const shape = shapeOf(items?.element);
    const nameless = columns.filter((name) => {
      const label = operation?.list?.[name]?.label ?? labelOf(name, shape[name]);
      return !(name in shape) || typeof label === 'string';
    });
    expect(nameless).toEqual([]);
  });
});
