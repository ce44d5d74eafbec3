/**
 * A day or a moment outside a declared form: the same calendar, loaded when the first one is shown.
 * @module
 */
import { Input } from 'antd';
import { lazy, Suspense } from 'react';

const DateField = lazy(async () => ({ default: (await import('./DateField.tsx')).DateField }));

export function DayInput({
  value,
  onChange,
  withTime = false,
  label,
  id,
}: {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly withTime?: boolean;
  /** Its name for readers who do not see the label beside it. */
  readonly label?: string;
  readonly id?: string;
}) {
  return (
    <Suspense fallback={<Input disabled />}>
      <DateField
        value={value}
        withTime={withTime}
        onChange={onChange}
        {...(id ? { id } : {})}
        {...(label ? { label } : {})}
      />
    </Suspense>
  );
}
