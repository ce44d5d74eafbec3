/**
 * "12 new": what others changed while one reads a list collects behind this line instead of moving the rows. It asks for the list's
 * first page again when the server hints that something of its noun changed, at most every few seconds, and only while the page is seen.
 * @module
 */
import { ArrowUpOutlined } from '@ant-design/icons';
import type { Capability, Operation } from '@hedun/sdk';
import { useEffect, useRef, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { watchChanges } from '../live/stream.ts';
import { formatNumber } from '../texts/format.ts';
import { useText } from '../texts/index.ts';
import { type News, newsOf } from './news.ts';
import { firstPage } from './use-list.ts';

/** Least time between two looks; an import of thousands is many hints. */
const pauseMs = 3000;
const none: News = { added: 0, changed: 0 };

export function NewsBanner(props: {
  readonly capability: Capability;
  readonly list: string;
  readonly noun: Operation['on'] | undefined;
  readonly filter: string;
  readonly sort: string;
  readonly rows: readonly unknown[];
  readonly rowId: (row: unknown) => string;
  /** Null when it is an estimate, which says nothing about a few rows. */
  readonly total: number | null;
  readonly shownAt: number;
  readonly onShow: () => void;
}) {
  const t = useText();
  const { locale } = usePreferences();
  const { added, changed } = useNews(props);
  if (added === 0 && changed === 0) return null;
  return (
    <button type="button" className="hd-news" onClick={props.onShow} aria-live="polite">
      <ArrowUpOutlined />{' '}
      {added > 0 ? t.newRows(formatNumber(added, locale)) : t.changedRows(formatNumber(changed, locale))}
    </button>
  );
}

function useNews(props: Parameters<typeof NewsBanner>[0]): News {
  const { noun, shownAt } = props;
  const [news, setNews] = useState({ at: 0, news: none });
  const current = useRef(props);
  current.current = props;
  useEffect(() => {
    if (noun === undefined) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let lookedAt = 0;
    const look = async () => {
      timer = null;
      if (document.hidden) return;
      lookedAt = performance.now();
      const { capability, list, filter, sort, rows, rowId, total, shownAt: at } = current.current;
      const page = await firstPage(capability, list, filter, sort).catch(() => null);
      // What was read again meanwhile is on the screen already.
      if (!page || current.current.shownAt !== at || current.current.filter !== filter || current.current.sort !== sort)
        return;
      const totals = total === null || page.totalIsEstimate ? null : { shown: total, fresh: page.total };
      setNews({ at, news: newsOf(rows, page.items, rowId, totals) });
    };
    const soon = () => {
      timer ??= setTimeout(() => void look(), Math.max(500, lookedAt + pauseMs - performance.now()));
    };
    const stop = watchChanges((nouns) => nouns.includes(noun) && soon());
    const seen = () => void (document.hidden || soon());
    document.addEventListener('visibilitychange', seen);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', seen);
      if (timer) clearTimeout(timer);
    };
  }, [noun]);
  return news.at === shownAt ? news.news : none;
}
