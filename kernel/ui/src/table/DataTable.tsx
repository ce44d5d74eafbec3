/**
 * The one list of the console: findings, assets, cases, users, jobs and every capability's records are shown by it, so that the
 * toolbar, the keys, the selection and the states are the same everywhere. It keeps no data; the address bar is its state.
 * Longer than most files because it is where state, rows, keys and selection meet.
 * @module
 */
import { PlusOutlined, ReloadOutlined } from '@ant-design/icons';
import type { Capability, Operation } from '@hedun/sdk';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Button, Checkbox, type RefSelectProps, Tooltip } from 'antd';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { describeInput } from '../form/describe.ts';
import { valuesOf } from '../form/preset.ts';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { SidePanel } from '../parts/SidePanel.tsx';
import { EmptyView, NoPermission, Skeleton } from '../parts/states.tsx';
import { useNarrow } from '../parts/use-narrow.ts';
import { ClientFailure } from '../platform/api.ts';
import { type DeclaredOperation, useOperationsOn } from '../platform/registry.tsx';
import { usePermission } from '../platform/session.tsx';
import { formatNumber, formatTime } from '../texts/format.ts';
import { useSay, useText } from '../texts/index.ts';
import { rowHeights } from '../theme/tokens.ts';
import { BulkBar } from './BulkBar.tsx';
import { type Column, columnTitle, sortKey, visibleColumns } from './column.ts';
import { FilterBar } from './FilterBar.tsx';
import { addToken, token } from './filter-tokens.ts';
import { HeadCell, templateOf, widthOf } from './Head.tsx';
import { useLocalListState, useUrlListState } from './list-state.ts';
import { NewsBanner } from './NewsBanner.tsx';
import { MemoRow } from './Row.tsx';
import { type MenuPlace, RowMenu } from './RowMenu.tsx';
import { SavedViews } from './SavedViews.tsx';
import { toggled } from './selection.ts';
import { TableMenu } from './TableMenu.tsx';
import { useKeys } from './use-keys.ts';
import { idsMatching, useList } from './use-list.ts';

export interface DataTableProps<Row> {
  readonly capability: Capability;
  /** Name of the list operation. */
  readonly list: string;
  readonly columns: readonly Column<Row>[];
  /** The noun of the rows: its operations become the verbs of the selection. */
  readonly noun?: NonNullable<Operation['on']>;
  readonly rowId?: (row: Row) => string;
  /** What the side panel and the full page show of a record. */
  readonly detail?: (id: string) => ReactNode;
  readonly toolbar?: ReactNode;
  readonly create?: { readonly title: string; readonly run: () => void };
  /** Filter tokens that always hold, for lists inside another record. */
  readonly fixed?: string;
  readonly defaultSort?: string;
  readonly emptyText?: string;
  readonly emptyAction?: ReactNode;
  readonly above?: (list: { readonly filter: string; readonly setFilter: (filter: string) => void }) => ReactNode;
  readonly initialFor?: (operation: DeclaredOperation, rows: readonly Row[]) => Readonly<Record<string, unknown>>;
  /** Whether a verb makes sense for this record now; without it every verb of the noun is in its menu. */
  readonly allows?: (operation: DeclaredOperation, row: Row) => boolean;
}

const idOfRow = (row: unknown) => (row as { id: string }).id;
const narrowRowHeight = 64;

/** The list of a page: the address bar holds its state. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const operation = props.capability.operations[props.list] as Operation;
  const may = usePermission(operation.permission);
  const state = useUrlListState();
  return may ? <Table {...props} hook={state} /> : <NoPermission permission={operation.permission} />;
}
/** A list inside a record: its state is its own. */
export function EmbeddedTable<Row>(props: DataTableProps<Row> & { readonly height?: number }) {
  const operation = props.capability.operations[props.list] as Operation;
  const may = usePermission(operation.permission);
  const state = useLocalListState();
  if (!may) return <NoPermission permission={operation.permission} />;
  return (
    <div className="hd-embedded" style={{ height: props.height ?? 320 }}>
      <Table {...props} hook={state} />
    </div>
  );
}

function Table<Row>(props: DataTableProps<Row> & { readonly hook: ReturnType<typeof useUrlListState> }) {
  const { capability, list, noun, rowId = idOfRow, detail, fixed = '' } = props;
  const operation = capability.operations[list] as Operation;
  const [state, setState] = props.hook;
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const narrow = useNarrow();
  const { density, locale } = usePreferences();
  const sort = state.sort || props.defaultSort || '';
  const { query, rows, total, totalIsEstimate, filter } = useList<Row>(capability, list, state.filter, sort, fixed);
  const verbs = useOperationsOn(noun);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [focus, setFocus] = useState(-1);
  const [selectingAll, setSelectingAll] = useState(false);
  const [menu, setMenu] = useState<(MenuPlace & { readonly index: number }) | null>(null);
  const anchor = useRef(-1);
  const filterInput = useRef<RefSelectProps>(null);
  const scroller = useRef<HTMLDivElement>(null);

  const columns = useMemo(() => visibleColumns(props.columns, state.columns), [props.columns, state.columns]);
  const selectable = verbs.some((verb) => props.columns.length > 0 && verb.operation.on === noun) && !narrow;
  const template = useMemo(() => templateOf(columns, selectable), [columns, selectable]);
  const minWidth = useMemo(() => widthOf(columns, selectable), [columns, selectable]);
  const rowHeight = narrow ? narrowRowHeight : rowHeights[density];
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  useEffect(() => {
    // The virtual list keeps the heights it measured; a new row height makes them wrong.
    if (rowHeight > 0) virtual.measure();
  }, [rowHeight, virtual]);
  const lastShown = virtual.getVirtualItems().at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= rows.length - 30) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastShown, rows.length]);

  const setFilter = useCallback((next: string) => setState({ filter: next, id: '' }), [setState]);
  const filterCell = useCallback(
    (field: string, value: string, negated: boolean) => setFilter(addToken(state.filter, token(field, value, negated))),
    [setFilter, state.filter],
  );
  const open = useCallback(
    (index: number) => {
      const row = rows[index];
      if (row === undefined) return;
      setFocus(index);
      if (detail) setState({ id: rowId(row) }, state.id !== '');
    },
    [rows, detail, rowId, setState, state.id],
  );
  const toggle = useCallback(
    (index: number, range: boolean) => {
      setFocus(index);
      setSelected((before) => toggled(before, rows.map(rowId), index, range ? anchor.current : -1));
      anchor.current = index;
    },
    [rows, rowId],
  );
  const openMenu = useCallback((index: number, x: number, y: number) => {
    setFocus(index);
    setMenu({ index, x, y });
  }, []);
  const move = (step: number) => {
    const from = state.id ? rows.findIndex((row) => rowId(row) === state.id) : focus;
    const next = Math.max(0, Math.min(rows.length - 1, from + step));
    setFocus(next);
    virtual.scrollToIndex(next);
    const row = rows[next];
    if (state.id && row !== undefined) setState({ id: rowId(row) }, true);
  };
  /** The menu of a row called by a key stands at the row. */
  const openMenuAtRow = (index: number) => {
    const row = scroller.current?.querySelector('.hd-row.is-focused')?.getBoundingClientRect();
    if (row) openMenu(index, row.left + 48, row.bottom);
  };
  useKeys(
    {
      j: () => move(1),
      k: () => move(-1),
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      x: () => focus >= 0 && selectable && toggle(focus, false),
      Enter: () => focus >= 0 && open(focus),
      m: () => focus >= 0 && openMenuAtRow(focus),
      Escape: () => (state.id ? setState({ id: '' }) : setSelected(new Set())),
      '/': () => filterInput.current?.focus(),
      ...(props.create ? { c: props.create.run } : {}),
    },
    !fixed,
  );

  const selectAll = async () => {
    setSelectingAll(true);
    try {
      const { ids, complete } = await idsMatching(capability, list, filter, rowId as (row: never) => string);
      setSelected(new Set(ids));
      if (!complete) feedback.success(t.selectionLimited(formatNumber(ids.length, locale)));
    } catch (error) {
      feedback.failure(error);
    }
    setSelectingAll(false);
  };
  const changeSort = (key: string) => setState({ sort: sort === key ? `-${key}` : sort === `-${key}` ? '' : key });
  const selectedIds = useMemo(() => [...selected], [selected]);
  const listId = `${capability.id}.${list}`;
  const failedFilter = query.error instanceof ClientFailure && query.error.code.startsWith('input.');

  return (
    <div className="hd-list">
      <div className="hd-list-main">
        {!fixed && (
          <SavedViews
            list={listId}
            state={state}
            current={state.view}
            onOpen={(view, next) => setState({ ...next, view, id: '' })}
          />
        )}
        {props.above?.({ filter: state.filter, setFilter })}
        <div className="hd-toolbar">
          <FilterBar operation={operation} filter={state.filter} onChange={setFilter} inputRef={filterInput} />
          <div className="hd-toolbar-actions">
            {props.toolbar}
            <TableMenu
              listId={listId}
              operation={operation}
              columns={props.columns}
              shown={columns}
              filter={filter}
              sort={sort}
              onColumns={(ids) => setState({ columns: ids.join(',') }, true)}
            />
            {props.create && (
              <Button type="primary" icon={<PlusOutlined />} onClick={props.create.run}>
                {props.create.title}
              </Button>
            )}
          </div>
        </div>
        <BulkBar
          ids={selectedIds}
          total={total}
          totalIsEstimate={totalIsEstimate}
          operations={verbs}
          selectingAll={selectingAll}
          onSelectAll={() => void selectAll()}
          onClear={() => setSelected(new Set())}
          initialFor={(verb) =>
            startingValues(
              verb,
              rows.filter((row) => selected.has(rowId(row))),
              props.initialFor,
            )
          }
        />
        <NewsBanner
          capability={capability}
          list={list}
          noun={noun}
          filter={filter}
          sort={sort}
          rows={rows}
          rowId={rowId as (row: unknown) => string}
          total={totalIsEstimate ? null : total}
          shownAt={query.dataUpdatedAt}
          onShow={() => {
            scroller.current?.scrollTo({ top: 0 });
            void query.refetch();
          }}
        />
        <div className="hd-table" ref={scroller} role="grid" aria-rowcount={total} aria-busy={query.isFetching}>
          {!narrow && (
            <div className="hd-head" style={{ gridTemplateColumns: template, minWidth }} role="row">
              {selectable && (
                <div className="hd-cell hd-cell-select" role="columnheader">
                  <Checkbox
                    aria-label={t.selectAll}
                    indeterminate={selected.size > 0 && selected.size < rows.length}
                    checked={rows.length > 0 && selected.size >= rows.length}
                    onChange={({ target }) => setSelected(new Set(target.checked ? rows.map(rowId) : []))}
                  />
                </div>
              )}
              {columns.map((column) => (
                <HeadCell
                  key={column.id}
                  title={say(column.title || columnTitle(operation, column.id))}
                  column={column}
                  sort={sort}
                  sortBy={sortKey(operation, column)}
                  onSort={changeSort}
                />
              ))}
            </div>
          )}
          {query.isPending && <Skeleton rows={10} />}
          {query.isError && (rows.length === 0 || failedFilter) && (
            <ErrorView error={query.error} onRetry={() => void query.refetch()} />
          )}
          {query.isSuccess && rows.length === 0 && (
            <EmptyView
              kind={state.filter ? 'no-match' : 'nothing-yet'}
              text={
                state.filter
                  ? t.noMatchText
                  : beginning(props.emptyText, props.create && t.beginWith(props.create.title))
              }
              action={state.filter ? <Button onClick={() => setFilter('')}>{t.clearFilter}</Button> : props.emptyAction}
            />
          )}
          {!(query.isError && failedFilter) && (
            <div
              className="hd-rows"
              style={{
                height: virtual.getTotalSize(),
                ...(narrow ? {} : { minWidth }),
                opacity: query.isPlaceholderData ? 0.55 : 1,
              }}
            >
              {virtual.getVirtualItems().map(({ index, start }) => {
                const row = rows[index] as Row;
                const id = rowId(row);
                return (
                  <MemoRow
                    key={id}
                    row={row}
                    id={id}
                    index={index}
                    columns={columns}
                    template={template}
                    top={start}
                    height={rowHeight}
                    selectable={selectable}
                    selected={selected.has(id)}
                    focused={index === focus}
                    open={id === state.id}
                    narrow={narrow}
                    onOpen={open}
                    onToggle={toggle}
                    onFilter={filterCell}
                    onMenu={detail || verbs.length > 0 ? openMenu : undefined}
                  />
                );
              })}
            </div>
          )}
        </div>
        <div className="hd-foot">
          <span>{t.totalRows((totalIsEstimate ? t.about : '') + formatNumber(total, locale))}</span>
          {query.isFetchingNextPage && <span>{t.loadingMore}</span>}
          <span className="hd-grow" />
          {query.dataUpdatedAt > 0 && (
            <Tooltip title={t.refresh}>
              <button type="button" className="hd-link" onClick={() => void query.refetch()}>
                <ReloadOutlined spin={query.isFetching} />{' '}
                {t.dataUntil(formatTime(new Date(query.dataUpdatedAt).toISOString()).slice(11))}
              </button>
            </Tooltip>
          )}
        </div>
      </div>
      {menu && rows[menu.index] !== undefined && (
        <RowMenu
          place={menu}
          id={rowId(rows[menu.index] as Row)}
          operations={verbs.filter((verb) => props.allows?.(verb, rows[menu.index] as Row) ?? true)}
          initialFor={(verb) => startingValues(verb, [rows[menu.index] as Row], props.initialFor)}
          onOpen={detail ? () => open(menu.index) : undefined}
          onClose={() => setMenu(null)}
        />
      )}
      {detail && state.id && (
        <SidePanel onClose={() => setState({ id: '' })} onStep={move} recordId={state.id}>
          {detail(state.id)}
        </SidePanel>
      )}
    </div>
  );
}

/** What an empty list is for, and the button that begins it. */
function beginning(text: string | undefined, hint: string | undefined): string | undefined {
  if (!text || !hint) return text ?? hint;
  return /[\p{P}]$/u.test(text) ? `${text} ${hint}` : `${text}. ${hint}`;
}

/** A form about one record starts with its values; what the page says goes before. */
function startingValues<Row>(
  verb: DeclaredOperation,
  rows: readonly Row[],
  own: DataTableProps<Row>['initialFor'],
): Readonly<Record<string, unknown>> {
  const values = rows.length === 1 ? valuesOf(describeInput(verb.operation.input), rows[0]) : {};
  return { ...values, ...own?.(verb, rows) };
}
