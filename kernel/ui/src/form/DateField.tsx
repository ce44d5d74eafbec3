/**
 * A day (`2026-11-24`) or a moment (ISO 8601) as a form field; a chunk of its own.
 * @module
 */
import { DatePicker } from 'antd';
import dayjs from 'dayjs';

export function DateField({
  value,
  withTime,
  onChange,
  id,
  label,
}: {
  readonly value?: string | undefined;
  readonly withTime: boolean;
  readonly onChange: (value: string | undefined) => void;
  readonly id?: string;
  readonly label?: string;
}) {
  return (
    <DatePicker
      {...(id ? { id } : {})}
      {...(label ? { 'aria-label': label } : {})}
      value={value ? dayjs(value) : null}
      showTime={withTime}
      // Enter takes the day that was typed; it does not send the form around it.
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.preventDefault();
      }}
      onChange={(next) => onChange(next ? (withTime ? next.toISOString() : next.format('YYYY-MM-DD')) : undefined)}
      style={{ width: '100%' }}
    />
  );
}
