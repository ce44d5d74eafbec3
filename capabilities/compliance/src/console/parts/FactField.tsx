/**
 * One fact as a control of its declared type. Lists are typed as JSON or as lines; it checks nothing, the server does.
 * @module
 */
import type { FactShape } from '@hedun/compliance';
import { Input, InputNumber, Segmented, Select, useMessages } from '@hedun/ui';
import { compliance } from '../../capability.ts';
import { useWords } from './words.ts';

export type FactValue = string | number | boolean | unknown[];

export function FactField({
  shape,
  value,
  onChange,
}: {
  readonly shape: FactShape;
  readonly value: FactValue | undefined;
  readonly onChange: (value: FactValue) => void;
}) {
  const words = useWords();
  const t = useMessages(compliance);
  const label = words(shape.title);
  if (shape.type === 'boolean')
    return (
      <Segmented
        size="small"
        aria-label={label}
        value={value === undefined ? '' : String(value)}
        onChange={(next) => next !== '' && onChange(next === 'true')}
        options={[
          { value: 'true', label: t.yes },
          { value: 'false', label: t.no },
          { value: '', label: t.unknown, disabled: value !== undefined },
        ]}
      />
    );
  if (shape.type === 'number')
    return (
      <InputNumber
        aria-label={label}
        value={typeof value === 'number' ? value : null}
        min={shape.min ?? Number.MIN_SAFE_INTEGER}
        onBlur={({ target }) => target.value.trim() !== '' && onChange(Number(target.value.replaceAll(',', '')))}
        style={{ width: 180 }}
      />
    );
  if (shape.type === 'choice')
    return (
      <Select
        aria-label={label}
        value={typeof value === 'string' ? value : null}
        onChange={(next: string | null) => next && onChange(next)}
        options={(shape.options ?? []).map(({ id, title }) => ({ value: id, label: words(title) }))}
        style={{ minWidth: 220 }}
      />
    );
  const text = Array.isArray(value) ? JSON.stringify(value) : String(value ?? '');
  return (
    <Input
      key={text}
      aria-label={label}
      defaultValue={text}
      placeholder={shape.type === 'list' ? '["…"]' : shape.type === 'day' ? 'YYYY-MM-DD' : ''}
      onBlur={({ target }) => {
        const typed = target.value.trim();
        if (typed !== '' && typed !== text) onChange(shape.type === 'list' ? listOf(typed) : typed);
      }}
    />
  );
}

function listOf(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Plain words, separated by commas.
  }
  return text.split(/[,，、]/).map((each) => each.trim());
}
