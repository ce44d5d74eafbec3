/**
 * A moment: how long ago, with the exact time on hover; or the exact time where order matters.
 * @module
 */
import { useSyncExternalStore } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { formatRelative, formatTime } from '../texts/format.ts';

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // One clock for all relative times of the page; a minute is fine enough for "3 minutes ago". It stood still while nobody looked.
  if (!timer) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, 30_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}
/** The present, to half a minute. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => now,
  );
}

export function TimeText({ at, exact = false }: { readonly at: string | null | undefined; readonly exact?: boolean }) {
  const { locale } = usePreferences();
  const present = useNow();
  if (!at) return <span className="hd-faint">—</span>;
  const full = formatTime(at);
  return (
    <time dateTime={at} title={full} className="hd-number">
      {exact ? full : formatRelative(at, atLeast(present, at), locale)}
    </time>
  );
}

/** What happened since the clock's last look happened now, not in a minute. */
function atLeast(present: number, at: string): number {
  const moment = Date.parse(at);
  return moment > present && moment - present < 60_000 ? moment : present;
}

/** A deadline: red when it has passed, amber in its last three days, unless the matter is closed. */
export function DeadlineText({ at, closed = false }: { readonly at: string | null; readonly closed?: boolean }) {
  const present = useNow();
  if (!at) return <span className="hd-faint">—</span>;
  const left = Date.parse(at) - present;
  const tone = closed ? '' : left < 0 ? 'hd-tone-text-bad' : left < 3 * 86_400_000 ? 'hd-tone-text-warn' : '';
  return (
    <time dateTime={at} title={formatTime(at)} className={`hd-number ${tone}`}>
      {formatTime(at, false)}
    </time>
  );
}
