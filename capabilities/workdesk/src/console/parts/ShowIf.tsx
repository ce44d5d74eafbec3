/**
 * On which answer further up a question or a section appears: a choice, a number from or up to a value, or any answer at all.
 * @module
 */
import { InputNumber, Select, useMessages } from '@hedun/ui';
import type { Condition, Question } from '@hedun/workdesk';
import { workdesk } from '../../capability.ts';

export function ShowIf({
  label,
  condition,
  above,
  onChange,
}: {
  readonly label: string;
  readonly condition: Condition | undefined;
  readonly above: readonly Question[];
  readonly onChange: (condition: Condition | null) => void;
}) {
  const t = useMessages(workdesk);
  const choices = above.flatMap((each) => {
    const name = each.title || t.unnamedQuestion;
    if (each.kind === 'yes-no')
      return [
        { value: `${each.id}=yes`, label: `${name} = ${t.yes}` },
        { value: `${each.id}=no`, label: `${name} = ${t.no}` },
      ];
    if (each.options)
      return each.options.map((option) => ({
        value: `${each.id}=${option.value}`,
        label: `${name} = ${option.label}`,
      }));
    if (each.kind === 'number')
      return [
        { value: `${each.id}>`, label: `${name} ${t.atLeast}` },
        { value: `${each.id}<`, label: `${name} ${t.atMost}` },
      ];
    return [{ value: `${each.id}?`, label: `${name} ${t.answeredCondition}` }];
  });
  if (choices.length === 0) return null;
  const limited = condition?.is === 'at-least' || condition?.is === 'at-most';
  return (
    <span style={{ display: 'inline-flex', gap: 8, flexWrap: 'wrap' }}>
      <Select
        size="small"
        style={{ minWidth: 220 }}
        popupMatchSelectWidth={false}
        aria-label={label}
        placeholder={label}
        allowClear
        value={wordOf(condition)}
        options={choices}
        onChange={(next: string | undefined) => onChange(next ? conditionOf(next, condition) : null)}
      />
      {limited && (
        <InputNumber
          size="small"
          aria-label={t.conditionValue}
          value={condition.value}
          onChange={(value) => onChange({ ...condition, value: value ?? 0 })}
        />
      )}
    </span>
  );
}

function wordOf(condition: Condition | undefined): string | null {
  switch (condition?.is) {
    case 'one-of':
      return `${condition.question}=${condition.values[0]}`;
    case 'at-least':
      return `${condition.question}>`;
    case 'at-most':
      return `${condition.question}<`;
    case 'answered':
      return `${condition.question}?`;
    default:
      return null;
  }
}

function conditionOf(word: string, before: Condition | undefined): Condition {
  // Names of questions hold none of these signs; values of options may.
  const [, question = '', sign = '', value = ''] = /^([a-z0-9-]+)([=<>?])(.*)$/s.exec(word) ?? [];
  if (sign === '=') return { question, is: 'one-of', values: [value] };
  if (sign === '?') return { question, is: 'answered' };
  const limit = before?.is === 'at-least' || before?.is === 'at-most' ? before.value : 1;
  return { question, is: sign === '>' ? 'at-least' : 'at-most', value: limit };
}
