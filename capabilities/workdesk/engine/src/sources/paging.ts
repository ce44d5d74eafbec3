/**
 * Which page to ask for next, from what the last one answered. Fetches nothing itself.
 * @module
 */
import { valueAt } from '../scans/mapped.ts';

export type Paging =
  | { readonly kind: 'none' }
  /** `?page=1`, counted up until a page is empty. */
  | { readonly kind: 'page'; readonly parameter: string; readonly first: number }
  /** The answer names the next position at `path`; empty or absent ends it. */
  | { readonly kind: 'cursor'; readonly parameter: string; readonly path: string }
  /** `Link: <…>; rel="next"` (RFC 8288). */
  | { readonly kind: 'link' };

export interface Page {
  readonly url: string;
  readonly number: number;
}

/** The first address; `{since}` in it becomes the time of the last success, or is taken from the beginning of time. */
export function firstPage(template: string, paging: Paging, since: string | null): Page {
  const url = new URL(template.replaceAll('{since}', encodeURIComponent(since ?? '1970-01-01T00:00:00Z')));
  if (paging.kind === 'page') url.searchParams.set(paging.parameter, String(paging.first));
  return { url: url.href, number: paging.kind === 'page' ? paging.first : 0 };
}

export function nextPage(
  paging: Paging,
  page: Page,
  answer: { readonly document: unknown; readonly entries: number; readonly link: string | undefined },
): Page | null {
  switch (paging.kind) {
    case 'none':
      return null;
    case 'page': {
      if (answer.entries === 0) return null;
      const url = new URL(page.url);
      url.searchParams.set(paging.parameter, String(page.number + 1));
      return { url: url.href, number: page.number + 1 };
    }
    case 'cursor': {
      const cursor: unknown = valueAt(answer.document, paging.path);
      if ((typeof cursor !== 'string' && typeof cursor !== 'number') || cursor === '') return null;
      const url = new URL(page.url);
      if (url.searchParams.get(paging.parameter) === String(cursor)) return null;
      url.searchParams.set(paging.parameter, String(cursor));
      return { url: url.href, number: page.number + 1 };
    }
    case 'link': {
      const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(answer.link ?? '')?.[1];
      if (!target) return null;
      const url = new URL(target, page.url);
      // A page that names itself, or another server, ends it: the credential belongs to one origin.
      return url.href === page.url || url.origin !== new URL(page.url).origin
        ? null
        : { url: url.href, number: page.number + 1 };
    }
  }
}
