/**
 * One fact as a control of its declared type. It checks nothing, the server does.
 * @module
 */
import type { FactShape } from '@hedun/compliance';
import { Input, InputNumber, Segmented, Select, useMessages } from '@hedun/ui';
import { compliance } from '../../capability.ts';
import { ListField } from './ListField.tsx';
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
  if (shape.type === 'list')
    return (
      <ListField
        label={label}
        shape={shape}
        value={Array.isArray(value) ? value : undefined}
        onChange={(next) => onChange(next)}
      />
    );
  const text = String(value ?? '');
  return (
    <Input
      key={text}
      aria-label={label}
      defaultValue={text}
      placeholder={shape.type === 'day' ? 'YYYY-MM-DD' : ''}
      onBlur={({ target }) => {
        const typed = target.value.trim();
        if (typed !== '' && typed !== text) onChange(typed);
      }}
    />
  );
}
