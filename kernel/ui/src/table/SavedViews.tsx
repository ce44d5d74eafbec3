/**
 * Saved views of a list as tabs: name, mine or shared. A changed view shows a dot and offers to save.
 * @module
 */
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Button, Checkbox, Dropdown, Input, Modal } from 'antd';
import { useState } from 'react';
import { useFeedback } from '../parts/feedback.tsx';
import { useOperation, useWrite } from '../platform/api.ts';
import { useText } from '../texts/index.ts';
import type { ListState } from './list-state.ts';

const kept = ['filter', 'sort', 'columns'] as const;
type ViewState = Pick<ListState, (typeof kept)[number]>;

export function SavedViews({
  list,
  state,
  current,
  onOpen,
}: {
  readonly list: string;
  readonly state: ListState;
  /** Id of the view that is open, or empty. */
  readonly current: string;
  readonly onOpen: (id: string, state: ViewState) => void;
}) {
  const t = useText();
  const feedback = useFeedback();
  const views = useOperation<Kernel, 'listViews'>(kernel, 'listViews', { list });
  const save = useWrite<Kernel, 'saveView'>(kernel, 'saveView');
  const remove = useWrite<Kernel, 'deleteView'>(kernel, 'deleteView');
  const [naming, setNaming] = useState<{ name: string; shared: boolean } | null>(null);
  const items = views.data?.items ?? [];
  const open = items.find(({ id }) => id === current);
  const base: ViewState = open ? viewState(open.state) : { filter: '', sort: '', columns: '' };
  const changed = kept.some((key) => (state[key] ?? '') !== base[key]);
  const now: ViewState = { filter: state.filter, sort: state.sort, columns: state.columns };
  const fail = (error: unknown) => feedback.failure(error);
  if (items.length === 0 && !changed) return null;
  return (
    <div className="hd-views" role="tablist">
      <button
        type="button"
        role="tab"
        aria-selected={!open}
        onClick={() => onOpen('', { filter: '', sort: '', columns: '' })}
      >
        {t.all}
      </button>
      {items.map((view) => (
        <button
          key={view.id}
          type="button"
          role="tab"
          aria-selected={view.id === current}
          onClick={() => onOpen(view.id, viewState(view.state))}
        >
          {view.name}
          {view.shared && <span className="hd-faint"> · {t.shared}</span>}
          {view.id === current && changed && <span className="hd-dot" />}
        </button>
      ))}
      {changed && (
        <Button size="small" type="link" onClick={() => setNaming({ name: '', shared: false })}>
          {t.saveView}
        </Button>
      )}
      {open?.mine && (
        <Dropdown
          menu={{
            items: [
              ...(changed ? [{ key: 'save', label: t.saveChanges }] : []),
              { key: 'delete', label: t.deleteView, danger: true },
            ],
            onClick: ({ key }) => {
              if (key === 'save')
                save.mutate({ id: open.id, list, name: open.name, shared: open.shared, state: now }, { onError: fail });
              else {
                remove.mutate(
                  { id: open.id },
                  { onError: fail, onSuccess: () => onOpen('', { filter: '', sort: '', columns: '' }) },
                );
              }
            },
          }}
        >
          <Button size="small" type="text">
            ⋯
          </Button>
        </Dropdown>
      )}
      <Modal
        open={naming !== null}
        title={t.saveView}
        okText={t.save}
        okButtonProps={{ disabled: !naming?.name.trim(), loading: save.isPending }}
        onCancel={() => setNaming(null)}
        onOk={() =>
          naming &&
          save.mutate(
            { list, name: naming.name.trim(), shared: naming.shared, state: now },
            {
              onError: fail,
              onSuccess: ({ id }) => {
                setNaming(null);
                onOpen(id, now);
              },
            },
          )
        }
      >
        {naming && (
          <div className="hd-stack">
            <Input
              autoFocus
              maxLength={60}
              placeholder={t.viewName}
              value={naming.name}
              onChange={({ target }) => setNaming({ ...naming, name: target.value })}
            />
            <Checkbox
              checked={naming.shared}
              onChange={({ target }) => setNaming({ ...naming, shared: target.checked })}
            >
              {t.shareView}
            </Checkbox>
          </div>
        )}
      </Modal>
    </div>
  );
}

function viewState(state: Readonly<Record<string, unknown>>): ViewState {
  const text = (key: string) => (typeof state[key] === 'string' ? (state[key] as string) : '');
  return { filter: text('filter'), sort: text('sort'), columns: text('columns') };
}
