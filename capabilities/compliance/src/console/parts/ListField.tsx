/**
 * A fact that is a list: plain items as tags, items with parts as rows of inputs. It checks nothing, the server does.
 * @module
 */
import type { FactShape } from '@hedun/compliance';
import { Button, Input, InputNumber, Select, Space, useMessages } from '@hedun/ui';
import { useState } from 'react';
import { compliance } from '../../capability.ts';

type Item = Record<string, unknown>;
const separators = [',', '，', '、', '\n'];

export function ListField({
  label,
  shape,
  value,
  onChange,
}: {
  readonly label: string;
  readonly shape: FactShape;
  readonly value: readonly unknown[] | undefined;
  readonly onChange: (value: unknown[]) => void;
}) {
  const t = useMessages(compliance);
  const [rows, setRows] = useState<readonly Item[]>((value ?? []) as readonly Item[]);
  if (!shape.items)
    return (
      <Space wrap>
        <Select
          mode="tags"
          aria-label={label}
          style={{ minWidth: 220 }}
          value={(value ?? []) as string[]}
          tokenSeparators={separators}
          open={false}
          suffixIcon={null}
          onChange={(next) => onChange(next)}
        />
        {value === undefined && (
          <Button size="small" onClick={() => onChange([])}>
            {t.noneOfIt}
          </Button>
        )}
      </Space>
    );
  const parts = Object.entries(shape.items);
  const set = (index: number, name: string, next: unknown) =>
    setRows(rows.map((row, at) => (at === index ? { ...row, [name]: next } : row)));
  const keep = (next: readonly Item[]) => {
    setRows(next);
    onChange([...next]);
  };
  return (
    <Space direction="vertical" style={{ width: '100%' }}>
      {rows.map((row, index) => (
        // Rows have no name of their own; their place is what tells them apart.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Space key={index} wrap>
          {parts.map(([name, type]) =>
            type === 'number' ? (
              <InputNumber
                key={name}
                aria-label={`${label} ${index + 1} ${name}`}
                placeholder={name}
                value={(row[name] as number | undefined) ?? null}
                onChange={(next) => set(index, name, next ?? undefined)}
              />
            ) : type === 'list' ? (
              <Select
                key={name}
                mode="tags"
                aria-label={`${label} ${index + 1} ${name}`}
                placeholder={name}
                style={{ minWidth: 160 }}
                value={(row[name] ?? []) as string[]}
                tokenSeparators={separators}
                open={false}
                suffixIcon={null}
                onChange={(next) => set(index, name, next)}
              />
            ) : (
              <Input
                key={name}
                aria-label={`${label} ${index + 1} ${name}`}
                placeholder={type === 'day' ? `${name} YYYY-MM-DD` : name}
                style={{ width: 150 }}
                value={String(row[name] ?? '')}
                onChange={({ target }) => set(index, name, type === 'boolean' ? target.value === 'true' : target.value)}
              />
            ),
          )}
          <Button size="small" onClick={() => keep(rows.filter((_, at) => at !== index))}>
            {t.remove}
          </Button>
        </Space>
      ))}
      <Space>
        <Button size="small" onClick={() => setRows([...rows, {}])}>
          {t.addItem}
        </Button>
        {rows.length > 0 && (
          <Button size="small" type="primary" onClick={() => keep(rows)}>
            {t.keepList}
          </Button>
        )}
        {value === undefined && rows.length === 0 && (
          <Button size="small" onClick={() => keep([])}>
            {t.noneOfIt}
          </Button>
        )}
      </Space>
    </Space>
  );
}
