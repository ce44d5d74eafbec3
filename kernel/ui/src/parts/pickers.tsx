/**
 * Choices among many records: suggestions are asked for as one types, never loaded beforehand.
 * @module
 */
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useOperation } from '../platform/api.ts';
import { formatFilter, token } from '../table/filter-tokens.ts';
import { useText } from '../texts/index.ts';

interface PickerProps {
  readonly value?: string | readonly string[] | undefined;
  readonly onChange?: (value: never) => void;
  readonly many?: boolean;
  readonly id?: string | undefined;
}

const wordFilter = (text: string) => (text.trim() ? formatFilter([token(null, text.trim())]) : '');

export function UserSelect(props: PickerProps) {
  const [typed, setTyped] = useState('');
  const filter = wordFilter(useDeferredValue(typed));
  const users = useOperation<Kernel, 'listUsers'>(kernel, 'listUsers', { filter, limit: 20 }, { keep: true });
  const options = (users.data?.items ?? []).map((user) => ({
    value: user.id,
    label: user.displayName === user.name ? user.name : `${user.displayName} (${user.name})`,
  }));
  return <RemoteSelect {...props} options={options} loading={users.isFetching} onType={setTyped} />;
}

export function AssetSelect(props: PickerProps) {
  const [typed, setTyped] = useState('');
  const filter = wordFilter(useDeferredValue(typed));
  const assets = useOperation<Kernel, 'listAssets'>(kernel, 'listAssets', { filter, limit: 20 }, { keep: true });
  const options = (assets.data?.items ?? []).map((asset) => ({
    value: asset.id,
    label: asset.identifiers[0] ? `${asset.name} (${asset.identifiers[0]})` : asset.name,
  }));
  return <RemoteSelect {...props} options={options} loading={assets.isFetching} onType={setTyped} />;
}

export function FindingSelect(props: PickerProps) {
  const [typed, setTyped] = useState('');
  const filter = wordFilter(useDeferredValue(typed));
  const findings = useOperation<Kernel, 'listFindings'>(kernel, 'listFindings', { filter, limit: 20 }, { keep: true });
  const options = (findings.data?.items ?? []).map((finding) => ({ value: finding.id, label: finding.title }));
  return <RemoteSelect {...props} options={options} loading={findings.isFetching} onType={setTyped} />;
}

function RemoteSelect({
  value,
  onChange,
  many = false,
  id,
  options,
  loading,
  onType,
}: PickerProps & {
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly loading: boolean;
  readonly onType: (text: string) => void;
}) {
  const t = useText();
  return (
    <Select
      {...(id ? { id } : {})}
      value={value as string}
      onChange={(next) => onChange?.((next ?? null) as never)}
      {...(many ? { mode: 'multiple' as const } : {})}
      showSearch={{ filterOption: false, onSearch: onType }}
      allowClear
      options={[...options]}
      loading={loading}
      placeholder={t.typeToSearch}
      style={{ width: '100%' }}
    />
  );
}
