/**
 * Organisations as a tree: city, bureau, office; university, school. Make, change, move, remove.
 * @module
 */
import { PlusOutlined } from '@ant-design/icons';
import { fieldMeta } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Input, Tree } from 'antd';
import { useMemo, useState } from 'react';
import { OperationDialog } from '../form/OperationForm.tsx';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import type { OrganisationNode } from '../parts/organisation-tree.ts';
import { useOrganisations } from '../parts/organisations.tsx';
import { Fields, PageFrame, RecordHead } from '../parts/PageFrame.tsx';
import { StatusTag } from '../parts/SeverityTag.tsx';
import { EmptyView, Skeleton } from '../parts/states.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { useWrite } from '../platform/api.ts';
import { usePermission } from '../platform/session.tsx';
import { useSay, useText } from '../texts/index.ts';

const kinds = fieldMeta(kernel.operations.createOrganisation.input.shape.kind)?.options ?? {};

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useText();
  const search = useSearch({ strict: false }) as { id?: string };
  const navigate = useNavigate();
  const { tree, byId, query } = useOrganisations();
  const mayWrite = usePermission('organisation.write');
  const [typed, setTyped] = useState('');
  const [dialog, setDialog] = useState<'create' | 'update' | null>(null);
  // What is closed is remembered, not what is open: a new organisation is then in sight at once.
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const id = recordId ?? search.id ?? tree[0]?.value;
  const chosen = id ? byId.get(id) : undefined;
  const shown = useMemo(() => (typed.trim() ? pruned(tree, typed.trim().toLowerCase()) : tree), [tree, typed]);
  const open = (next: string) => void navigate({ to: '/organisations' as never, search: { id: next } as never });
  return (
    <PageFrame
      title={t.organisations}
      fill
      actions={
        mayWrite && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setDialog('create')}>
            {t.newOrganisation}
          </Button>
        )
      }
    >
      {query.isPending && <Skeleton />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && (
        <div className="hd-split">
          <div className="hd-split-side">
            <Input.Search
              allowClear
              placeholder={t.searchOrganisations}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
            {shown.length === 0 ? (
              <EmptyView kind="no-match" />
            ) : (
              <Tree
                blockNode
                showLine
                expandedKeys={[...byId.keys()].filter((each) => !collapsed.has(each))}
                onExpand={(_, { node, expanded }) => setCollapsed(toggledIn(collapsed, String(node.key), !expanded))}
                selectedKeys={id ? [id] : []}
                treeData={shown as never}
                fieldNames={{ key: 'value' }}
                onSelect={(keys) => keys[0] && open(String(keys[0]))}
              />
            )}
          </div>
          <div className="hd-split-main">
            {chosen ? (
              <Detail key={chosen.id} id={chosen.id} onEdit={() => setDialog('update')} onOpen={open} />
            ) : (
              <EmptyView kind="nothing-yet" />
            )}
          </div>
        </div>
      )}
      <OperationDialog
        capability={kernel as Kernel}
        operation="createOrganisation"
        open={dialog === 'create'}
        initial={{ parentId: id, kind: 'bureau' }}
        onCancel={() => setDialog(null)}
        onDone={(made) => {
          setDialog(null);
          open(made.id);
        }}
      />
      {chosen && (
        <OperationDialog
          capability={kernel as Kernel}
          operation="updateOrganisation"
          open={dialog === 'update'}
          preset={{ id: chosen.id }}
          omit={chosen.parentId ? [] : ['parentId']}
          initial={{ ...chosen }}
          onCancel={() => setDialog(null)}
          onDone={() => setDialog(null)}
        />
      )}
    </PageFrame>
  );
}

function Detail({
  id,
  onEdit,
  onOpen,
}: {
  readonly id: string;
  readonly onEdit: () => void;
  readonly onOpen: (id: string) => void;
}) {
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const { byId } = useOrganisations();
  const mayWrite = usePermission('organisation.write');
  const navigate = useNavigate();
  const remove = useWrite<Kernel, 'deleteOrganisation'>(kernel, 'deleteOrganisation');
  const organisation = byId.get(id);
  if (!organisation) return null;
  const parent = organisation.parentId ? byId.get(organisation.parentId) : undefined;
  const children = [...byId.values()].filter(({ parentId }) => parentId === id);
  const word = kinds[organisation.kind];
  return (
    <div className="hd-record">
      <RecordHead
        over={word ? say(word) : organisation.kind}
        title={organisation.name}
        tags={organisation.synthetic ? <StatusTag tone="warn">{t.synthetic}</StatusTag> : undefined}
        actions={
          mayWrite && (
            <>
              <Button onClick={onEdit}>{t.edit}</Button>
              {organisation.parentId && (
                <Button
                  danger
                  onClick={() =>
                    feedback.confirm({
                      title: t.deleteOrganisation(organisation.name),
                      text: t.deleteOrganisationText,
                      verb: t.delete,
                      typed: organisation.shortName ?? organisation.name,
                      onYes: () =>
                        remove
                          .mutateAsync({ id })
                          .then(() => parent && onOpen(parent.id))
                          .catch((error: unknown) => feedback.failure(error)),
                    })
                  }
                >
                  {t.delete}
                </Button>
              )}
            </>
          )
        }
      />
      <Fields
        rows={[
          [t.shortName, organisation.shortName],
          [
            t.parent,
            parent ? (
              <button key="parent" type="button" className="hd-link" onClick={() => onOpen(parent.id)}>
                {parent.name}
              </button>
            ) : null,
          ],
          [t.creditCode, organisation.creditCode && <code key="credit">{organisation.creditCode}</code>],
          [t.contact, organisation.contact],
          [t.createdAt, <TimeText key="c" at={organisation.createdAt} exact />],
        ]}
      />
      <div className="hd-related">
        <Button
          onClick={() => void navigate({ to: '/assets' as never, search: { filter: `organisation:${id}` } as never })}
        >
          {t.itsAssets}
        </Button>
        <Button
          onClick={() => void navigate({ to: '/findings' as never, search: { filter: `organisation:${id}` } as never })}
        >
          {t.itsFindings}
        </Button>
        <Button
          onClick={() => void navigate({ to: '/cases' as never, search: { filter: `organisation:${id}` } as never })}
        >
          {t.itsCases}
        </Button>
      </div>
      {children.length > 0 && (
        <section className="hd-section">
          <h3>{t.children(children.length)}</h3>
          <ul className="hd-plain-list">
            {children.map((child) => (
              <li key={child.id}>
                <button type="button" className="hd-link" onClick={() => onOpen(child.id)}>
                  {child.name}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function pruned(nodes: readonly OrganisationNode[], typed: string): OrganisationNode[] {
  return nodes.flatMap((node) => {
    const children = pruned(node.children, typed);
    const hit = `${node.title} ${node.organisation.shortName ?? ''}`.toLowerCase().includes(typed);
    return hit || children.length > 0
      ? [{ ...node, children: hit && children.length === 0 ? node.children : children }]
      : [];
  });
}

function toggledIn(set: ReadonlySet<string>, id: string, present: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (present) next.add(id);
  else next.delete(id);
  return next;
}
