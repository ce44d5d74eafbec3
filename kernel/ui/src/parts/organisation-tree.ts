/**
 * A list of organisations as a tree. Pure.
 * @module
 */
import type { Organisation } from '@hedun/sdk';

export interface OrganisationNode {
  readonly value: string;
  readonly title: string;
  readonly organisation: Organisation;
  readonly children: OrganisationNode[];
}

export function treeOf(items: readonly Organisation[]): OrganisationNode[] {
  const nodes = new Map<string, OrganisationNode>(
    items.map((organisation) => [
      organisation.id,
      { value: organisation.id, title: organisation.name, organisation, children: [] },
    ]),
  );
  const top: OrganisationNode[] = [];
  for (const node of nodes.values()) {
    const parent = node.organisation.parentId ? nodes.get(node.organisation.parentId) : undefined;
    (parent?.children ?? top).push(node);
  }
  const order = new Intl.Collator('zh-CN');
  for (const node of nodes.values()) node.children.sort((a, b) => order.compare(a.title, b.title));
  return top;
}
