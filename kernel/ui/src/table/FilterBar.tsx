/**
 * The filter of a list as typed tokens: one input that suggests fields and values as one types, and a menu that writes the same tokens.
 * @module
 */
import { CloseOutlined, FilterOutlined, SearchOutlined } from '@ant-design/icons';
import type { ListField, Operation } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { AutoComplete, Button, Dropdown, type InputRef, type RefSelectProps } from 'antd';
import { type Ref, useDeferredValue, useMemo, useState } from 'react';
import { useOrganisations } from '../parts/organisations.tsx';
import { useOperation } from '../platform/api.ts';
import { useSay, useText } from '../texts/index.ts';
import { listFields } from './column.ts';
import {
  addToken,
  type FilterToken,
  formatFilter,
  formatToken,
  inFieldNames,
  token as makeToken,
  parseFilter,
  removeToken,
} from './filter-tokens.ts';

export interface FilterBarProps {
  readonly operation: Operation;
  readonly filter: string;
  readonly onChange: (filter: string) => void;
  readonly inputRef: Ref<RefSelectProps>;
}

interface Suggestion {
  readonly value: string;
  readonly label: string;
}

export function FilterBar({ operation, filter, onChange, inputRef }: FilterBarProps) {
  const t = useText();
  const say = useSay();
  const fields = listFields(operation);
  const [typed, setTyped] = useState('');
  // Whether one went to a suggestion by the arrow keys; one under a resting mouse was not chosen.
  const [arrowed, setArrowed] = useState(false);
  const suggestions = useSuggestions(fields, inFieldNames(typed, fields));
  const tokens = parseFilter(filter);
  const commit = (text: string) => {
    let next = filter;
    for (const each of parseFilter(inFieldNames(text, fields))) next = addToken(next, each);
    setTyped('');
    if (next !== filter) onChange(next);
  };
  const filterable = Object.entries(fields).filter(([, field]) => field.filterable !== false);
  return (
    <div className="hd-filter">
      <SearchOutlined className="hd-faint" />
      {tokens.map((token, index) => (
        <TokenChip
          key={formatToken(token)}
          token={token}
          fields={fields}
          onRemove={() => onChange(removeToken(filter, index))}
          onEdit={() => {
            setTyped(formatToken(token));
            onChange(removeToken(filter, index));
          }}
        />
      ))}
      <AutoComplete
        ref={inputRef}
        className="hd-filter-input"
        variant="borderless"
        value={typed}
        onChange={(text: string) => {
          setTyped(text);
          setArrowed(false);
        }}
        options={[...suggestions]}
        defaultActiveFirstOption={false}
        onSelect={(value: string) => {
          setArrowed(false);
          if (value.endsWith(':')) setTyped(value);
          else commit(value);
        }}
        onInputKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') setArrowed(true);
          if (event.key === 'Enter' && typed.trim() && !arrowed) {
            event.stopPropagation();
            commit(typed);
          }
          if (event.key === 'Backspace' && typed === '' && tokens.length > 0)
            onChange(removeToken(filter, tokens.length - 1));
        }}
        popupMatchSelectWidth={300}
        placeholder={tokens.length === 0 ? t.filterPlaceholder(exampleOf(fields, say)) : ''}
        aria-label={t.filter}
      />
      {filterable.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: filterable.map(([name, field]) => ({
              key: name,
              label: say(field.label),
              ...childrenOf(name, field, say),
            })),
            onClick: ({ key }) => (key.includes(':') ? commit(key) : setTyped(`${key}:`)),
          }}
        >
          <Button size="small" type="text" icon={<FilterOutlined />}>
            {t.filter}
          </Button>
        </Dropdown>
      )}
      {filter && (
        <Button size="small" type="text" icon={<CloseOutlined />} onClick={() => onChange('')}>
          {t.clear}
        </Button>
      )}
    </div>
  );
}

function childrenOf(name: string, field: ListField, say: ReturnType<typeof useSay>) {
  if (field.type !== 'enum' || !field.values) return {};
  return {
    children: Object.entries(field.values).map(([value, title]) => ({ key: `${name}:${value}`, label: say(title) })),
  };
}

function TokenChip({
  token,
  fields,
  onRemove,
  onEdit,
}: {
  readonly token: FilterToken;
  readonly fields: Readonly<Record<string, ListField>>;
  readonly onRemove: () => void;
  readonly onEdit: () => void;
}) {
  const say = useSay();
  const t = useText();
  const { byId } = useOrganisations();
  const field = token.field === null ? undefined : fields[token.field];
  const unknown = token.field !== null && Object.keys(fields).length > 0 && !field;
  const word = (value: string) => {
    const title = field?.values?.[value];
    return title ? say(title) : (byId.get(value)?.name ?? value);
  };
  const sign = token.operator === '=' ? '' : `${token.operator} `;
  return (
    <span
      className={`hd-token${unknown ? ' hd-token-unknown' : ''}`}
      title={unknown ? t.unknownField : formatToken(token)}
    >
      <button type="button" onClick={onEdit}>
        {token.field !== null && (
          <span className="hd-token-field">
            {token.negated && t.not}
            {field ? say(field.label) : token.field}
            {t.colon}
          </span>
        )}
        {sign + token.values.map(word).join(t.orJoin)}
      </button>
      <button type="button" onClick={onRemove} aria-label={t.remove}>
        <CloseOutlined />
      </button>
    </span>
  );
}

/** What may follow the typed text: field names first, then the values of the named field. */
function useSuggestions(fields: Readonly<Record<string, ListField>>, typed: string): readonly Suggestion[] {
  const say = useSay();
  const t = useText();
  const [, minus = '', name = '', text = ''] = /^(-?)([A-Za-z][\w.]*):"?(.*)$/.exec(typed) ?? [];
  const field = fields[name];
  const { byId } = useOrganisations();
  const deferred = useDeferredValue(text);
  const users = useOperation<Kernel, 'listUsers'>(
    kernel,
    'listUsers',
    { filter: deferred ? formatFilter([makeToken(null, deferred)]) : '', limit: 10 },
    { enabled: field?.type === 'user', keep: true },
  );
  return useMemo(() => {
    if (!field) {
      const wanted = typed.replace(/^-/, '').toLowerCase();
      if (wanted === '') return [];
      return Object.entries(fields)
        .filter(
          ([key, each]) =>
            each.filterable !== false &&
            `${key} ${each.label['zh-CN']} ${each.label.en}`.toLowerCase().includes(wanted),
        )
        .map(([key, each]) => ({
          value: `${typed.startsWith('-') ? '-' : ''}${key}:`,
          label: `${say(each.label)}  ${key}:`,
        }));
    }
    const token = (value: string, label: string): Suggestion => ({
      value: formatToken(makeToken(name, value, minus === '-')),
      label,
    });
    const matching = (label: string) => label.toLowerCase().includes(text.toLowerCase());
    if (field.values)
      return Object.entries(field.values)
        .filter(([value, title]) => matching(`${value} ${say(title)}`))
        .map(([value, title]) => token(value, say(title)));
    switch (field.type) {
      case 'boolean':
        return [token('true', t.yes), token('false', t.no)];
      case 'organisation':
        return [...byId.values()]
          .filter(({ name: each }) => matching(each))
          .slice(0, 12)
          .map((each) => token(each.id, each.name));
      case 'user':
        return (users.data?.items ?? []).map((user) => token(user.id, user.displayName));
      case 'time':
        return text === ''
          ? [1, 7, 30, 90].map((days) => ({ value: `${name}:>${daysAgo(days)}`, label: t.lastDays(days) }))
          : [];
      default:
        return [];
    }
  }, [fields, field, typed, text, name, minus, byId, users.data, say, t]);
}

/** A token this very list understands, to show how they look. */
function exampleOf(fields: Readonly<Record<string, ListField>>, say: ReturnType<typeof useSay>): string {
  const [name, field] = Object.entries(fields).find(([, each]) => each.type === 'enum') ?? [];
  const [value, title] = Object.entries(field?.values ?? {})[1] ?? [];
  if (!name || !field || !value || !title) return '';
  // A word with a space would need quotation marks; the field's own name never does.
  const words = `${say(field.label)}:${say(title)}`;
  return /\s/.test(words) ? `${name}:${value}` : words;
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

export type { InputRef };
