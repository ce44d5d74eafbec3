/**
 * Who is signed in and what they may do. Everything here is for showing and hiding; the server decides by itself.
 * @module
 */
import { type Kernel, kernel, type SessionInfo } from '@hedun/sdk/kernel';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect } from 'react';
import type { z } from 'zod';
import { type Preferences, rememberPreferencesBy, setPreferences } from '../app/preferences.ts';
import { ClientFailure, clientOf } from './api.ts';

export type Session = z.output<typeof SessionInfo>;
export const sessionKey = ['kernel', 'getSession'] as const;

const SessionContext = createContext<Session | null>(null);

/** The session, or null when nobody is signed in; undefined while that is not known yet. */
export function useSessionQuery() {
  return useQuery<Session | null>({
    queryKey: sessionKey,
    staleTime: 60_000,
    refetchOnWindowFocus: true,
    queryFn: async () => {
      try {
        return await clientOf<Kernel>(kernel).getSession({});
      } catch (error) {
        if (error instanceof ClientFailure && error.status === 401) return null;
        throw error;
      }
    },
  });
}

export function SessionProvider({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  useEffect(() => {
    const client = clientOf<Kernel>(kernel);
    rememberPreferencesBy((name, value) => {
      client.setPreference({ name, value }).catch(() => undefined);
    });
    client
      .getPreferences({})
      .then(({ values }) => {
        const kept = ['theme', 'density', 'folded'].flatMap((name) => {
          const value = values[`console.${name}`];
          return value ? [[name, value]] : [];
        });
        setPreferences(Object.fromEntries(kept) as Partial<Preferences>, true);
      })
      .catch(() => undefined);
    return () => rememberPreferencesBy(null);
  }, []);
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession: expected a signed-in page, got none');
  return session;
}

/** Whether the person holds this permission; `signed-in` and `public` are always held here. */
export function usePermission(permission: string): boolean {
  const session = useContext(SessionContext);
  return mayUse(session, permission);
}
export function mayUse(session: Session | null, permission: string): boolean {
  if (permission === 'public') return true;
  if (!session) return false;
  return permission === 'signed-in' || session.permissions.includes(permission);
}

/** Replaces the session after sign-in, or forgets it after sign-out, together with everything read under it. */
export function useSetSession(): (session: Session | null) => void {
  const queries = useQueryClient();
  return (session) => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== 'getSession' });
    queries.setQueryData(sessionKey, session);
    if (session) setPreferences({ locale: session.user.locale }, true);
  };
}
