/**
 * Reading a source's record, and what of it may be shown.
 * @module
 */
import { Failure } from '@hedun/sdk';
import type { SourceRow, SourceSummary } from '../source-shapes.ts';
import type { Here } from './here.ts';

/** A format of an import: the mapping of a source. `#entries` says that each line is one entry already. */
const formatPattern = /^source:([0-9a-f-]{36})(#entries)?$/;
export const formatOfSource = (id: string, entries = false): string => `source:${id}${entries ? '#entries' : ''}`;
export function sourceInFormat(format: string | undefined): { readonly id: string; readonly entries: boolean } | null {
  const [, id, entries] = formatPattern.exec(format ?? '') ?? [];
  return id ? { id, entries: entries !== undefined } : null;
}

export async function sourceOfId({ db }: Here, id: string): Promise<SourceRow> {
  const row = await db.selectFrom('workdeskSources').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}

export function summaryOfSource({ credential, pushSecret, ...row }: SourceRow): SourceSummary {
  return {
    ...row,
    hasCredential: credential !== null,
    ways: ['file', ...(pushSecret === null ? [] : (['push'] as const)), ...(row.connection ? (['pull'] as const) : [])],
  };
}
