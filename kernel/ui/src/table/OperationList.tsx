/**
 * A whole page from declarations alone: the list of one operation, the form of another. The quickest start of a capability's page.
 * @module
 */
import type { Capability, Operation, Text } from '@hedun/sdk';
import { type ReactNode, useMemo, useState } from 'react';
import { OperationDialog } from '../form/OperationForm.tsx';
import { OrganisationName } from '../parts/organisations.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import type { OperationName } from '../platform/api.ts';
import { usePermission } from '../platform/session.tsx';
import { useSay } from '../texts/index.ts';
import { type Column, columnTitle, listFields, rowShape } from './column.ts';
import { DataTable, type DataTableProps } from './DataTable.tsx';
import { plain } from './Row.tsx';

type AnyRow = Readonly<Record<string, unknown>>;

export interface OperationListProps<C extends Capability>
  extends Partial<Omit<DataTableProps<AnyRow>, 'capability' | 'list' | 'columns' | 'create'>> {
  readonly capability: C;
  readonly list: OperationName<C>;
  readonly create?: OperationName<C>;
  /** Field names of a row; without it all fields but ids. */
  readonly columns?: readonly string[];
  readonly title?: string;
  /** Fields of the page's own in the form that makes a new one, in place of declared ones. */
  readonly createForm?: { readonly omit: readonly string[]; readonly lead: ReactNode };
}

export function OperationList<const C extends Capability>({
  capability,
  list,
  create,
  columns,
  title,
  createForm,
  ...rest
}: OperationListProps<C>) {
  const say = useSay();
  const [creating, setCreating] = useState(false);
  const operation = capability.operations[list] as Operation;
  const made = useMemo(() => columnsOf(operation, columns), [operation, columns]);
  const createOperation = create ? (capability.operations[create] as Operation) : undefined;
  const mayCreate = usePermission(createOperation?.permission ?? 'public') && createOperation !== undefined;
  return (
    <PageFrame title={title ?? say(operation.title)} fill>
      <DataTable<AnyRow>
        {...rest}
        capability={capability}
        list={list}
        columns={made}
        {...(mayCreate && createOperation
          ? { create: { title: say(createOperation.title), run: () => setCreating(true) } }
          : {})}
      />
      {create && (
        <OperationDialog
          capability={capability}
          operation={create}
          open={creating}
          onCancel={() => setCreating(false)}
          onDone={() => setCreating(false)}
          {...createForm}
        />
      )}
    </PageFrame>
  );
}

export function columnsOf(operation: Operation, names?: readonly string[]): readonly Column<AnyRow>[] {
  const shape = rowShape(operation);
  const chosen = names ?? Object.keys(shape).filter((name) => name === 'organisationId' || !/^id$|Ids?$/.test(name));
  return chosen.map((name, index) => {
    const kind = kindOf(name, shape[name]);
    const words = listFields(operation)[name]?.values;
    return {
      id: name,
      title: columnTitle(operation, name),
      ...(index === 0
        ? { narrow: 'title' as const }
        : { width: kind === 'number' ? 100 : 150, narrow: 'line' as const }),
      ...(kind === 'number' ? { align: 'right' as const } : {}),
      render: (row) => {
        const value = row[name];
        if (kind === 'time') return <TimeText at={value as string | null} />;
        if (kind === 'organisation') return <OrganisationName id={value as string | null} />;
        const word = words?.[String(value)];
        return word ? <Word text={word} /> : plain(value);
      },
    };
  });
}

function Word({ text }: { readonly text: Text }) {
  return <>{useSay()(text)}</>;
}

function kindOf(name: string, schema: unknown): 'time' | 'number' | 'organisation' | 'text' {
  if (/organisationId$/i.test(name)) return 'organisation';
  const definition = (schema as { def?: { type: string; format?: string; innerType?: unknown } } | undefined)?.def;
  if (definition?.innerType) return kindOf(name, definition.innerType);
  if (definition?.format === 'datetime' || /At$/.test(name)) return 'time';
  return definition?.type === 'number' || definition?.type === 'int' ? 'number' : 'text';
}
