import { field, labelOf, type Operation } from '@hedun/sdk';
import { kernel } from '@hedun/sdk/kernel';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeInput, describeJsonSchema } from '../src/form/describe.ts';
import { presetFor, selectionField, undoPreset, valuesOf } from '../src/form/preset.ts';

const label = { 'zh-CN': '名', en: 'Name' };
const input = z.strictObject({
  name: field(z.string().min(1), label),
  kind: field(z.enum(['a', 'b']).default('b'), label, { options: { a: label, b: label } }),
  count: field(z.coerce.number().int().min(1).max(9).optional(), label),
  on: field(z.boolean().default(false), label),
  tags: field(z.array(z.string()).default([]), label),
  organisationId: z.uuid(),
  responsibleUserIds: z.array(z.uuid()).default([]),
  secret: field(z.string(), label, { widget: 'password' }),
  free: z.record(z.string(), z.unknown()).default({}),
  cursor: field(z.string().optional(), label, { widget: 'hidden' }),
  when: field(z.iso.datetime().nullable().optional(), label, { widget: 'datetime' }),
});

test('[D1] fields come from the declared input, through every wrapper', () => {
  const fields = new Map(describeInput(input).map((each) => [each.name, each]));
  expect([...fields.keys()]).toEqual([
    'name',
    'kind',
    'count',
    'on',
    'tags',
    'organisationId',
    'responsibleUserIds',
    'secret',
    'when',
  ]);
  expect(fields.get('name')).toMatchObject({ widget: 'text', required: true, many: false, label });
  expect(fields.get('kind')).toMatchObject({ widget: 'select', required: false, initial: 'b' });
  expect(fields.get('kind')?.options?.map(({ value }) => value)).toEqual(['a', 'b']);
  expect(fields.get('count')).toMatchObject({ widget: 'number', required: false, minimum: 1, maximum: 9 });
  expect(fields.get('on')).toMatchObject({ widget: 'switch', initial: false });
  expect(fields.get('tags')).toMatchObject({ widget: 'tags', many: true });
  expect(fields.get('organisationId')).toMatchObject({ widget: 'organisation', required: true });
  expect(fields.get('responsibleUserIds')).toMatchObject({ widget: 'user', many: true });
  expect(fields.get('secret')).toMatchObject({ widget: 'password' });
  expect(fields.get('when')).toMatchObject({ widget: 'datetime', required: false });
});

test('[D2] a JSON schema from the server gives the same fields', () => {
  const schema = z.toJSONSchema(input.pick({ name: true, kind: true, count: true, on: true, tags: true }), {
    io: 'input',
  });
  const fields = new Map(describeJsonSchema(schema as Record<string, unknown>).map((each) => [each.name, each]));
  expect(fields.get('name')).toMatchObject({ widget: 'text', required: true, label });
  expect(fields.get('kind')).toMatchObject({ widget: 'select', required: false, initial: 'b' });
  expect(fields.get('count')).toMatchObject({ widget: 'number', minimum: 1, maximum: 9 });
  expect(fields.get('on')).toMatchObject({ widget: 'switch' });
  expect(fields.get('tags')).toMatchObject({ widget: 'tags', many: true });
});

const operations = Object.entries(kernel.operations) as unknown as readonly (readonly [string, Operation])[];

test('[D3] every field of a verb on a noun has a label in both languages', () => {
  const verbs = operations.filter(([, { on }]) => on);
  expect(verbs.length).toBeGreaterThan(8);
  for (const [name, operation] of verbs) {
    const chosen = selectionField(operation)?.name;
    for (const each of describeInput(operation.input))
      if (each.name !== chosen && !/^(update|openCase)/.test(name))
        expect(each.label, `${name}.${each.name}`).toHaveProperty('zh-CN');
  }
});

test('[D3] fields and choices that mean the same everywhere have words without being told', () => {
  const [format] = describeInput(z.object({ format: z.enum(['docx', 'pdf']) }));
  expect(format?.label).toHaveProperty('zh-CN', '格式');
  expect(format?.options?.map(({ label }) => label)).toEqual([
    expect.objectContaining({ en: 'Word (DOCX)' }),
    expect.objectContaining({ en: 'PDF' }),
  ]);
});

test('[D4] a selection becomes ids, or one id, or the verb is not offered', () => {
  expect(presetFor(kernel.operations.triageFindings as Operation, ['a', 'b'])).toEqual({ ids: ['a', 'b'] });
  expect(presetFor(kernel.operations.openCase as Operation, ['a', 'b'])).toEqual({ findingIds: ['a', 'b'] });
  expect(presetFor(kernel.operations.setCaseDeadline as Operation, ['a'])).toEqual({ id: 'a' });
  expect(presetFor(kernel.operations.setCaseDeadline as Operation, ['a', 'b'])).toBe(null);
  expect(presetFor({ ...(kernel.operations.signOut as Operation), on: 'asset' }, ['a'])).toBe(null);
});

test('[D5] a deed is taken back for the records it changed', () => {
  const { triageFindings, undoFindingStep, setCaseDeadline } = kernel.operations as unknown as Record<
    string,
    Operation
  >;
  const take = (output: unknown, ids = ['a', 'b']) =>
    undoPreset(triageFindings as Operation, undoFindingStep as Operation, { ids }, output);
  expect(take({ changed: 2, skipped: [] })).toEqual({ ids: ['a', 'b'] });
  expect(take({ changed: 1, skipped: [{ id: 'a', why: 'x' }] })).toEqual({ ids: ['b'] });
  expect(take({ changed: 0, skipped: [{ id: 'a' }, { id: 'b' }] })).toBe(null);
  expect(undoPreset(setCaseDeadline as Operation, undoFindingStep as Operation, { id: 'c' }, {})).toEqual({
    ids: ['c'],
  });
  const named = operations.filter(([, { undo }]) => undo);
  expect(named.length).toBeGreaterThan(5);
  for (const [name, operation] of named)
    expect(presetFor(kernel.operations[operation.undo as 'undoFindingStep'] as Operation, ['a']), name).not.toBe(null);
});

test('[D6] a form about one record starts with its values', () => {
  const row = {
    id: 'x',
    name: '主机',
    status: 'active',
    protectionLevel: null,
    identifiers: ['10.0.0.1'],
    createdAt: 'y',
  };
  expect(valuesOf(describeInput(kernel.operations.updateAsset.input), row)).toMatchObject({
    name: '主机',
    status: 'active',
    identifiers: ['10.0.0.1'],
  });
  expect(valuesOf(describeInput(kernel.operations.updateAsset.input), row)).not.toHaveProperty('protectionLevel');
  expect(valuesOf(describeInput(kernel.operations.updateAsset.input), undefined)).toEqual({});
});

test.each(Object.entries(kernel.operations))('[D3] every field and choice of %s has its words', (_name, operation) => {
  const nameless = describeInput((operation as Operation).input).flatMap((each) => [
    ...(typeof each.label === 'string' ? [each.name] : []),
    ...(each.options ?? [])
      .filter(({ label }) => typeof label === 'string')
      .map(({ value }) => `${each.name}=${value}`),
  ]);
  expect(nameless).toEqual([]);
});

test.each(Object.entries(kernel.operations).filter(([, operation]) => 'list' in operation))(
  '[D3] every column of %s has its words, also in an export',
  (_name, operation) => {
    const { output, list } = operation as Operation;
    const shape = (output as z.ZodObject<{ items: z.ZodArray<z.ZodObject> }>).shape.items.element.shape;
    expect(
      Object.keys(shape).filter((key) => !list?.[key] && typeof labelOf(key, shape[key] as z.ZodType) === 'string'),
    ).toEqual([]);
  },
);
