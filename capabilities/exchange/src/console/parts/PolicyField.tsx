/**
 * A policy built by clicks or written as text, with the sentence that says who will be able to decrypt.
 * @module
 */

import { fill } from '@hedun/sdk';
import { Alert, Button, Input, InputNumber, Segmented, Select, Space, useMessages, useOperation } from '@hedun/ui';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { type Exchange, exchange } from '../../capability.ts';
import type { AttributeRow } from '../../shapes.ts';
import { useLanguage } from './language.ts';

export type DirectoryAttribute = z.output<typeof AttributeRow>;
interface Condition {
  readonly id: number;
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}
interface Group {
  readonly id: number;
  readonly all: boolean;
  readonly conditions: readonly Condition[];
}

function textOfCondition(
  { name, operator, value }: Condition,
  attributes: readonly DirectoryAttribute[],
): string | null {
  const attribute = attributes.find((each) => each.name === name);
  if (!attribute || value === '') return null;
  if (attribute.kind !== 'word') return `${name}${operator}${value}`;
  return `${name}:${/^[\p{L}\p{N}_.\-/]+$/u.test(value) ? value : `"${value}"`}`;
}
/** Groups are joined the other way round: all-of groups by `or`, so that two levels say what people mostly mean. */
export function textOfGroups(groups: readonly Group[], attributes: readonly DirectoryAttribute[]): string {
  const parts = groups.flatMap(({ all, conditions }) => {
    const words = conditions.flatMap((condition) => textOfCondition(condition, attributes) ?? []);
    if (words.length === 0) return [];
    return [
      words.length === 1 || groups.length === 1
        ? words.join(all ? ' and ' : ' or ')
        : `(${words.join(all ? ' and ' : ' or ')})`,
    ];
  });
  return parts.join(' or ');
}

let next = 1;
const emptyCondition = (): Condition => ({ id: next++, name: '', operator: '>=', value: '' });
const emptyGroup = (): Group => ({ id: next++, all: true, conditions: [emptyCondition()] });

export function PolicyField({
  attributes,
  onChange,
}: {
  readonly attributes: readonly DirectoryAttribute[];
  /** The canonical text, or null while it does not read. */
  readonly onChange: (policy: string | null) => void;
}) {
  const t = useMessages(exchange);
  const language = useLanguage();
  const [mode, setMode] = useState<'clicks' | 'text'>('clicks');
  const [groups, setGroups] = useState<readonly Group[]>([emptyGroup()]);
  const [typed, setTyped] = useState('');
  const text = mode === 'clicks' ? textOfGroups(groups, attributes) : typed;
  const report = useOperation<Exchange, 'explainPolicy'>(
    exchange,
    'explainPolicy',
    { policy: text },
    { enabled: text.trim() !== '', keep: true },
  );
  const { data } = report;
  const good = text.trim() !== '' && data?.valid && data.unknown.length === 0 ? data.policy : null;
  useEffect(() => onChange(good), [good, onChange]);
  const change = (group: Group, changes: Partial<Group>) =>
    setGroups(groups.map((each) => (each.id === group.id ? { ...each, ...changes } : each)));
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Segmented
        value={mode}
        onChange={(value) => {
          // What was clicked together can be refined by hand.
          if (value === 'text') setTyped(text);
          setMode(value as 'clicks' | 'text');
        }}
        options={[
          { value: 'clicks', label: t.byClicks },
          { value: 'text', label: t.byText },
        ]}
      />
      {mode === 'text' ? (
        <Input.TextArea
          aria-label={t.policy}
          rows={3}
          value={typed}
          placeholder="(dept:dispatch and level>=3) or role:auditor"
          onChange={({ target }) => setTyped(target.value)}
        />
      ) : (
        groups.map((group) => (
          <GroupRows
            key={group.id}
            group={group}
            attributes={attributes}
            onChange={(changes) => change(group, changes)}
            onRemove={groups.length > 1 ? () => setGroups(groups.filter(({ id }) => id !== group.id)) : null}
          />
        ))
      )}
      {mode === 'clicks' && (
        <Button size="small" onClick={() => setGroups([...groups, emptyGroup()])}>
          {t.anyOf} +
        </Button>
      )}
      {data?.problem && text.trim() !== '' && (
        <Alert
          type="error"
          title={fill(t.policyWrong, {
            position: data.problem.position + 1,
            expected: data.problem.expected,
            got: data.problem.got,
          })}
        />
      )}
      {data && data.unknown.length > 0 && (
        <Alert type="warning" title={fill(t.policyUnknown, { names: data.unknown.join(', ') })} />
      )}
      {good && data?.sentence && (
        <Alert
          type="info"
          title={data.sentence[language]}
          description={mode === 'clicks' ? <code>{data.policy}</code> : null}
        />
      )}
    </Space>
  );
}

function GroupRows({
  group,
  attributes,
  onChange,
  onRemove,
}: {
  readonly group: Group;
  readonly attributes: readonly DirectoryAttribute[];
  readonly onChange: (changes: Partial<Group>) => void;
  readonly onRemove: (() => void) | null;
}) {
  const t = useMessages(exchange);
  const language = useLanguage();
  const set = (condition: Condition, changes: Partial<Condition>) =>
    onChange({
      conditions: group.conditions.map((each) => (each.id === condition.id ? { ...each, ...changes } : each)),
    });
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space>
        <Segmented
          size="small"
          value={group.all ? 'all' : 'any'}
          onChange={(value) => onChange({ all: value === 'all' })}
          options={[
            { value: 'all', label: t.allOf },
            { value: 'any', label: t.anyOf },
          ]}
        />
        {onRemove && (
          <Button size="small" type="link" onClick={onRemove}>
            {t.remove}
          </Button>
        )}
      </Space>
      {group.conditions.map((condition) => {
        const attribute = attributes.find(({ name }) => name === condition.name);
        return (
          <Space key={condition.id} wrap>
            <Select
              aria-label={t.attribute}
              style={{ minWidth: 180 }}
              placeholder={t.choose}
              value={condition.name || null}
              onChange={(name) => set(condition, { name: name ?? '', value: '' })}
              options={attributes.map(({ name, title }) => ({ value: name, label: `${title[language]}（${name}）` }))}
            />
            {attribute && attribute.kind !== 'word' ? (
              <Select
                style={{ width: 80 }}
                value={condition.operator}
                onChange={(operator) => set(condition, { operator })}
                options={['>=', '>', '<=', '<', '='].map((value) => ({ value, label: value }))}
              />
            ) : (
              <span>{t.is}</span>
            )}
            {attribute?.kind === 'word' && attribute.options.length > 0 ? (
              <Select
                aria-label={t.value}
                style={{ minWidth: 160 }}
                value={condition.value || null}
                placeholder={t.choose}
                onChange={(value) => set(condition, { value: value ?? '' })}
                options={attribute.options.map(({ value, title }) => ({ value, label: title[language] }))}
              />
            ) : attribute?.kind === 'number' ? (
              <InputNumber
                aria-label={t.value}
                min={0}
                precision={0}
                value={condition.value === '' ? null : Number(condition.value)}
                onChange={(value) => set(condition, { value: value === null ? '' : String(value) })}
              />
            ) : (
              <Input
                aria-label={t.value}
                style={{ width: 160 }}
                value={condition.value}
                placeholder={attribute?.kind === 'date' ? '2026-12-31' : ''}
                onChange={({ target }) => set(condition, { value: target.value.trim() })}
              />
            )}
            {group.conditions.length > 1 && (
              <Button
                size="small"
                type="link"
                onClick={() => onChange({ conditions: group.conditions.filter(({ id }) => id !== condition.id) })}
              >
                {t.remove}
              </Button>
            )}
          </Space>
        );
      })}
      <Button
        size="small"
        type="dashed"
        onClick={() => onChange({ conditions: [...group.conditions, emptyCondition()] })}
      >
        {t.addCondition}
      </Button>
    </Space>
  );
}
