/**
 * Starts the console: a route per declared page, each a chunk of its own, behind the sign-in; the public pages beside them.
 * @module
 */
import type { CapabilityConsole, Page } from '@hedun/sdk';
import { QueryClientProvider } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  RouterProvider,
  useRouterState,
} from '@tanstack/react-router';
import { type ComponentType, lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { RunProvider } from '../form/use-run.tsx';
import { Crash } from '../parts/Crash.tsx';
import { ErrorView } from '../parts/ErrorView.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { EmptyView, NoPermission, Skeleton } from '../parts/states.tsx';
import { createQueryClient } from '../platform/api.ts';
import { RegistryProvider } from '../platform/registry.tsx';
import { SessionProvider, usePermission, useSessionQuery } from '../platform/session.tsx';
import { parseSearch, stringifySearch } from '../table/list-state.ts';
import { useText } from '../texts/index.ts';
import { ThemeProvider } from '../theme/ThemeProvider.tsx';
import { AppShell } from './AppShell.tsx';
import { baseUrl } from './base-url.ts';

// The page's security policy forbids code made from text; the checker then works without it.
z.config({ jitless: true });

const SignIn = lazy(async () => ({ default: (await import('../public/SignIn.tsx')).SignIn }));
const publicPages = {
  '/setup': lazy(async () => ({ default: (await import('../public/Setup.tsx')).Setup })),
  '/invitation': lazy(async () => ({ default: (await import('../public/Invitation.tsx')).Invitation })),
} as const;

export function mountConsole(place: HTMLElement, consoles: readonly CapabilityConsole[]): void {
  const router = makeRouter(consoles);
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={createQueryClient()}>
        <ThemeProvider>
          <RegistryProvider value={consoles}>
            <RouterProvider router={router as never} />
          </RegistryProvider>
        </ThemeProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

function makeRouter(consoles: readonly CapabilityConsole[]) {
  const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: Crash });
  const routes = consoles.flatMap(({ capability, pages }) =>
    Object.entries(capability.pages).flatMap(([name, page]) => {
      const loader = pages[name];
      if (!loader) return [];
      const Loaded = lazy(async () => ({ default: (await loader()).Page as ComponentType<{ recordId?: string }> }));
      const route = (path: string) =>
        createRoute({
          getParentRoute: () => root,
          path,
          component: () => <Guarded page={page} Loaded={Loaded} />,
          errorComponent: Crash,
        });
      // Every page also answers for one of its records on a page of its own.
      return page.path.includes('$') || page.path === '/'
        ? [route(page.path)]
        : [route(page.path), route(`${page.path}/$recordId`)];
    }),
  );
  const open = Object.keys(publicPages).map((path) =>
    createRoute({ getParentRoute: () => root, path, component: () => null }),
  );
  return createRouter({
    routeTree: root.addChildren([...routes, ...open]),
    basepath: baseUrl || '/',
    parseSearch,
    stringifySearch,
    defaultPreload: false,
  });
}

function Root() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const session = useSessionQuery();
  const Public = publicPages[path.replace(/\/$/, '') as keyof typeof publicPages];
  if (Public)
    return (
      <Suspense fallback={null}>
        <Public />
      </Suspense>
    );
  if (session.isPending) return <div className="hd-boot" />;
  if (session.isError) return <ErrorView error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data)
    return (
      <Suspense fallback={null}>
        <SignIn />
      </Suspense>
    );
  return (
    <SessionProvider session={session.data}>
      <RunProvider>
        <AppShell>
          <Outlet />
        </AppShell>
      </RunProvider>
    </SessionProvider>
  );
}

function Guarded({ page, Loaded }: { readonly page: Page; readonly Loaded: ComponentType<{ recordId?: string }> }) {
  const may = usePermission(page.permission);
  const recordId = useRouterState({
    select: (state) => (state.matches.at(-1)?.params as { recordId?: string } | undefined)?.recordId,
  });
  if (!may) return <NoPermission permission={page.permission} />;
  return (
    <Suspense fallback={<Skeleton rows={10} />}>
      <Loaded {...(recordId ? { recordId } : {})} />
    </Suspense>
  );
}

function NotFound() {
  const t = useText();
  return (
    <PageFrame title={t.noSuchPage}>
      <EmptyView
        kind="no-match"
        title={t.noSuchPage}
        text={t.noSuchPageText}
        action={<Link to={'/' as never}>{t.backHome}</Link>}
      />
    </PageFrame>
  );
}
