/**
 * A column of a list, and how a column is made from what an operation declares when a page says nothing else.
 * @module
 */
import type { ListField, Operation, Text } from '@hedun/sdk';
import { fieldMeta, labelOf } from '@hedun/sdk';
import type { ReactNode } from 'react';
import type { z } from 'zod';

export interface Column<Row> {
  readonly id: string;
  readonly title: Text | string;
  /** Width in px; the one column without a width takes what is left. */
  readonly width?: number;
  readonly align?: 'right';
  readonly render?: (row: Row) => ReactNode;
  /** The word a filter token for this cell would carry; without it the cell offers no filter. */
  readonly filterValue?: (row: Row) => string | null;
  /** Column of the operation it sorts by; null: it cannot be sorted. Without it the declared fields decide. */
  readonly sort?: string | null;
  readonly hidden?: boolean;
  /** On a narrow screen: the title line, the line below, or left out. */
  readonly narrow?: 'title' | 'line' | 'none';
}

/** The shape of one row of a list operation, as its output declares it. */
export function rowShape(operation: Operation): Readonly<Record<string, z.ZodType>> {
  const items = shapeOf(operation.output)?.items as { element?: z.ZodType } | undefined;
  return (items?.element && shapeOf(items.element)) ?? {};
}
function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  return (schema as { shape?: Record<string, z.ZodType> }).shape;
}

export function listFields(operation: Operation): Readonly<Record<string, ListField>> {
  return operation.list ?? {};
}

export function columnTitle(operation: Operation, name: string): Text | string {
  const declared = listFields(operation)[name]?.label;
  if (declared) return declared;
  const schema = rowShape(operation)[name];
  const asked = shapeOf(operation.input)?.[name];
  return (schema && fieldMeta(schema)?.label) ?? labelOf(name, asked);
}

export function sortKey<Row>(operation: Operation, column: Column<Row>): string | null {
  if (column.sort !== undefined) return column.sort;
  return listFields(operation)[column.id]?.sortable ? column.id : null;
}

/** The chosen columns in their chosen order (`title,severity` in the address bar), or those a page shows by default. */
export function visibleColumns<Row>(columns: readonly Column<Row>[], chosen: string): readonly Column<Row>[] {
  if (!chosen) return columns.filter(({ hidden }) => !hidden);
  const ids = chosen.split(',');
  const found = ids.flatMap((id) => columns.find((column) => column.id === id) ?? []);
  return found.length > 0 ? found : columns.filter(({ hidden }) => !hidden);
}
