/**
 * Reads a list page by page, and all ids of a filter for "select all that match". Rows are kept as they came.
 * @module
 */
import type { Capability, ListPage } from '@hedun/sdk';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { clientOf } from '../platform/api.ts';

const pageSize = 100;
/** The most records one bulk call takes. */
export const bulkLimit = 10_000;

type ListCall = (
  input: { filter?: string; sort?: string; cursor?: string; limit?: number },
  options?: { signal?: AbortSignal },
) => Promise<ListPage<Record<string, unknown>>>;
const callOf = (capability: Capability, name: string) => clientOf(capability)[name] as unknown as ListCall;

export function useList<Row>(capability: Capability, name: string, filter: string, sort: string, fixed = '') {
  const whole = [fixed, filter].filter(Boolean).join(' ');
  const query = useInfiniteQuery({
    queryKey: [capability.id, name, 'list', whole, sort],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) =>
      await callOf(capability, name)(
        {
          filter: whole,
          limit: pageSize,
          ...(sort ? { sort } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        { signal },
      ),
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => (query.data?.pages.flatMap((page) => page.items) ?? []) as Row[], [query.data]);
  const first = query.data?.pages[0];
  return { query, rows, total: first?.total ?? 0, totalIsEstimate: first?.totalIsEstimate ?? false, filter: whole };
}

/** The first page as it is now, past the cache. */
export async function firstPage(capability: Capability, name: string, filter: string, sort: string) {
  return await callOf(capability, name)({ filter, limit: pageSize, ...(sort ? { sort } : {}) });
}

/** The ids of everything that matches, up to what one bulk call takes. */
export async function idsMatching(
  capability: Capability,
  name: string,
  filter: string,
  idOf: (row: never) => string,
): Promise<{ readonly ids: readonly string[]; readonly complete: boolean }> {
  const ids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null && ids.length < bulkLimit) {
    const page: ListPage<Record<string, unknown>> = await callOf(
      capability,
      name,
    )({
      filter,
      limit: 500,
      ...(cursor ? { cursor } : {}),
    });
    ids.push(...page.items.map((row) => idOf(row as never)));
    cursor = page.nextCursor;
  }
  return { ids: ids.slice(0, bulkLimit), complete: cursor === null };
}
