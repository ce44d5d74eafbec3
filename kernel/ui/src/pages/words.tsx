/**
 * Kinds of assets and findings by their declared titles, and the columns the kernel's own lists share.
 * @module
 */
import type { Text } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useCallback, useMemo } from 'react';
import { useOperation } from '../platform/api.ts';
import { useConsoles } from '../platform/registry.tsx';
import { useSay } from '../texts/index.ts';

/** Titles from the declarations of this console; a kind of a capability it does not have shows its id. */
export function useKindTitles(of: 'assetKinds' | 'findingKinds'): (kind: string) => string {
  const consoles = useConsoles();
  const say = useSay();
  const titles = useMemo(
    () =>
      new Map(
        consoles.flatMap(({ capability }) =>
          Object.entries(capability[of] ?? {}).map(([kind, { title }]) => [kind, title] as const),
        ),
      ),
    [consoles, of],
  );
  return useCallback(
    (kind: string) => {
      const title: Text | undefined = titles.get(kind);
      return title ? say(title) : kind;
    },
    [titles, say],
  );
}

/** The kinds of asset with the JSON schema of their attributes, as the server knows them. */
export function useAssetKinds() {
  return useOperation<Kernel, 'listAssetKinds'>(kernel, 'listAssetKinds', {});
}

/** Names of persons by id, as far as this person may read users. */
export function useUserNames(ids: readonly string[], enabled: boolean): ReadonlyMap<string, string> {
  const users = useOperation<Kernel, 'listUsers'>(
    kernel,
    'listUsers',
    { limit: 500 },
    { enabled: enabled && ids.length > 0 },
  );
  return useMemo(() => new Map((users.data?.items ?? []).map((user) => [user.id, user.displayName])), [users.data]);
}
