/**
 * Facts from a table somebody exported elsewhere: a register of the workdesk, a spreadsheet. Each row names a fact and its value; a row
 * that does not fit is named with its line, and then nothing is taken.
 * @module
 */
import { type FactShape, type FactStatement, type OpenInstrument, unfitness, type Value } from '@hedun/compliance';
import { Failure, type FailureIssue, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import { derivedFacts } from '../shapes.ts';
import { change, withFact } from './assessment-record.ts';

const columns = {
  fact: ['事实', 'fact'],
  value: ['取值', 'value'],
  from: ['起', 'from'],
  to: ['止', 'to'],
} as const;
type Column = keyof typeof columns;
const day = /^\d{4}-\d{2}-\d{2}$/;
const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  是: true,
  yes: true,
  false: false,
  否: false,
  no: false,
};

/** By the declared type; what cannot be read stays as written and is refused as unfit. */
function readValue(shape: FactShape, text: string): Value {
  if (shape.type === 'number') return text === '' ? Number.NaN : Number(text.replace(/,/g, ''));
  if (shape.type === 'boolean') return booleans[text.toLowerCase()] ?? text;
  if (shape.type === 'list') return text.split(/[,，、;；]/).map((each) => each.trim());
  if (shape.type === 'choice')
    return shape.options?.find(({ id, title }) => id === text || title.zh === text || title.en === text)?.id ?? text;
  return text;
}

function shapeOf(open: OpenInstrument, name: string): FactShape | undefined {
  const found =
    open.facts.get(name) ?? [...open.facts.values()].find(({ title }) => title.zh === name || title.en === name);
  return found && !derivedFacts.includes(found.id) ? found : undefined;
}

export const importHandlers = handlers<Compliance>()({
  importFacts: async ({ id, evidenceId, standing }, context) => {
    const table = await context.files.table(evidenceId);
    const place = (column: Column) => {
      const names: readonly string[] = columns[column];
      return table.headers.findIndex((header) => names.includes(header.trim().toLowerCase()));
    };
    const [factAt, valueAt, fromAt, toAt] = [place('fact'), place('value'), place('from'), place('to')];
    if (factAt < 0 || valueAt < 0)
      throw new Failure('compliance.refused', {
        where: 'evidenceId',
        expected: '事实, 取值 (fact, value)',
        got: table.headers.join(', ') || 'none',
      });
    const items: { fact: string; value: unknown; line: number }[] = [];
    await change(context, id, ({ body }, open) => {
      const issues: FailureIssue[] = [];
      let next = body;
      const today = dayOfInstant(context.now().toISOString());
      for (const { line, cells } of table.rows) {
        const cell = (at: number) => (at < 0 ? '' : (cells[at] ?? '').trim());
        const [name, text, from, to] = [cell(factAt), cell(valueAt), cell(fromAt), cell(toAt)];
        if (name === '' && text === '') continue;
        const shape = shapeOf(open, name);
        const value = shape && readValue(shape, text);
        const wrong = shape && value !== undefined ? unfitness(shape, value) : 'a fact of the instrument';
        if (wrong) issues.push({ where: `${line}: ${name}`, expected: wrong, got: shape ? text : name });
        for (const [where, given] of [
          ['from', from],
          ['to', to],
        ] as const)
          if (given !== '' && !day.test(given))
            issues.push({ where: `${line}: ${where}`, expected: 'YYYY-MM-DD', got: given });
        if (!shape || value === undefined || issues.length > 0) continue;
        const statement: FactStatement = {
          id: context.newId(),
          fact: shape.id,
          value,
          by: context.actor.name,
          standing,
          validFrom: from || today,
          ...(to ? { validTo: to } : {}),
          evidence: [evidenceId],
        };
        next = withFact(open, next, statement, false);
        items.push({ fact: shape.id, value, line });
      }
      if (issues.length > 0)
        throw new Failure('compliance.refused', {
          where: 'evidenceId',
          expected: issues[0]?.expected ?? '',
          got: issues[0]?.got ?? '',
          issues,
        });
      return next;
    });
    return { items };
  },
});
