/**
 * Organisations as a tree, a choice and a name. The whole visible tree is one answer, read once and shared.
 * @module
 */
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Tree, TreeSelect } from 'antd';
import { useMemo } from 'react';
import { useOperation } from '../platform/api.ts';
import { usePermission } from '../platform/session.tsx';
import { useText } from '../texts/index.ts';
import { treeOf } from './organisation-tree.ts';

/** The visible organisations; those whose parent is out of sight stand at the top. */
export function useOrganisations() {
  const may = usePermission('organisation.read');
  const query = useOperation<Kernel, 'listOrganisations'>(kernel, 'listOrganisations', {}, { enabled: may });
  const items = query.data?.items;
  const tree = useMemo(() => treeOf(items ?? []), [items]);
  const byId = useMemo(() => new Map((items ?? []).map((each) => [each.id, each])), [items]);
  return { query, tree, byId };
}

export function OrganisationName({ id }: { readonly id: string | null }) {
  const { byId } = useOrganisations();
  const t = useText();
  if (!id) return <span className="hd-faint">—</span>;
  const found = byId.get(id);
  return <span title={found?.name}>{found ? (found.shortName ?? found.name) : t.organisationHidden}</span>;
}

export function OrganisationSelect({
  value,
  onChange,
  allowClear = false,
  id,
  multiple = false,
}: {
  readonly value?: string | readonly string[] | undefined;
  readonly onChange?: (value: string | undefined) => void;
  readonly allowClear?: boolean;
  readonly id?: string | undefined;
  readonly multiple?: boolean;
}) {
  const { tree, query } = useOrganisations();
  const t = useText();
  return (
    <TreeSelect
      {...(id ? { id } : {})}
      value={value as string}
      onChange={(next: string) => onChange?.(next)}
      treeData={tree as never}
      loading={query.isPending}
      showSearch
      treeNodeFilterProp="title"
      treeDefaultExpandAll
      treeLine
      multiple={multiple}
      allowClear={allowClear}
      placeholder={t.chooseOrganisation}
      style={{ width: '100%' }}
    />
  );
}

/** The visible tree to pick one from, e.g. beside a list. */
export function OrganisationTree({
  value,
  onChange,
}: {
  readonly value?: string;
  readonly onChange: (id: string) => void;
}) {
  const { tree } = useOrganisations();
  if (tree.length === 0) return null;
  return (
    <Tree
      blockNode
      defaultExpandAll
      selectedKeys={value ? [value] : []}
      treeData={tree as never}
      fieldNames={{ key: 'value' }}
      onSelect={(keys) => keys[0] && onChange(String(keys[0]))}
    />
  );
}
