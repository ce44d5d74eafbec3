/**
 * The capabilities of this console, for everything that is derived from their declarations: navigation, palette, bulk verbs.
 * @module
 */
import type { Capability, CapabilityConsole, Operation, Page } from '@hedun/sdk';
import { createContext, useContext, useMemo } from 'react';
import { mayUse, useSession } from './session.tsx';

const RegistryContext = createContext<readonly CapabilityConsole[]>([]);
export const RegistryProvider = RegistryContext;

export interface DeclaredPage {
  readonly id: string;
  readonly capability: Capability;
  readonly page: Page;
}
export interface DeclaredOperation {
  readonly id: string;
  readonly name: string;
  readonly capability: Capability;
  readonly operation: Operation;
}

export function useConsoles(): readonly CapabilityConsole[] {
  return useContext(RegistryContext);
}

/** The pages this person may open, in the order of the navigation. */
export function usePages(): readonly DeclaredPage[] {
  const consoles = useConsoles();
  const session = useSession();
  return useMemo(
    () =>
      consoles
        .flatMap(({ capability }) =>
          Object.entries(capability.pages).map(([name, page]) => ({
            id: `${capability.id}.${name}`,
            capability,
            page,
          })),
        )
        .filter(({ page }) => mayUse(session, page.permission))
        .sort((a, b) => (a.page.navigation?.order ?? 999) - (b.page.navigation?.order ?? 999)),
    [consoles, session],
  );
}

/** The operations this person may call, of every capability. */
export function useOperations(): readonly DeclaredOperation[] {
  const consoles = useConsoles();
  const session = useSession();
  return useMemo(
    () =>
      consoles
        .flatMap(({ capability }) =>
          Object.entries(capability.operations).map(([name, operation]) => ({
            id: `${capability.id}.${name}`,
            name,
            capability,
            operation: operation as Operation,
          })),
        )
        .filter(({ operation }) => mayUse(session, operation.permission)),
    [consoles, session],
  );
}

/** The verbs for a selection of this noun. */
export function useOperationsOn(noun: Operation['on'] | undefined): readonly DeclaredOperation[] {
  const operations = useOperations();
  return useMemo(() => (noun ? operations.filter(({ operation }) => operation.on === noun) : []), [operations, noun]);
}
