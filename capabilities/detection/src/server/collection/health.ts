/**
 * The health of sources as people see it: totals that outlive a restart, rate, one hour by minutes.
 * @module
 */
import { sql } from 'kysely';
import { type Here, instant } from '../here.ts';
import type { WorkSource } from '../worker/shapes.ts';
import type { CollectorHealth } from './host.ts';

const minute = 60_000;
const shownMinutes = 60;

interface Page {
  /** Counters of the running collector when last kept; a restarted one begins at 0. */
  received: number;
  bytes: number;
  dropped: number;
  addReceived: number;
  addBytes: number;
  addDropped: number;
  latest: CollectorHealth | undefined;
  rate: number;
  rateAt: number;
  rateReceived: number;
  minutes: number[];
  minuteAt: number;
}

const listensFor = (kind: string) => kind !== 'http' && kind !== 'upload';

/** A source has its row of health from its first moment: what is counted before the book is next kept would find none and be lost. */
export async function beginHealth(
  context: Here,
  { id, organisationId, kind }: { readonly id: string; readonly organisationId: string; readonly kind: string },
): Promise<void> {
  await sql`INSERT INTO detection_source_health (source_id, organisation_id, status, detail, port, received, parsed, failed, damaged, dropped, late, bytes, rate, skew_ms, minutes, unparsed, sample, updated_at)
    VALUES (${id}::uuid, ${organisationId}::uuid, ${listensFor(kind) ? 'waiting' : 'running'}, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '[]', '[]', '[]', ${instant(context)}::timestamptz)
    ON CONFLICT (source_id) DO NOTHING`.execute(context.db);
}

export class HealthBook {
  readonly #pages = new Map<string, Page>();

  get running(): number {
    return [...this.#pages.values()].filter(({ latest }) => latest?.status === 'running').length;
  }

  take(collectors: readonly CollectorHealth[], now: number): void {
    const seen = new Set<string>();
    for (const each of collectors) {
      seen.add(each.sourceId);
      this.#add(each.sourceId, each, now);
    }
    for (const [id, page] of this.#pages) if (!seen.has(id)) page.latest = undefined;
  }

  #add(id: string, each: CollectorHealth, now: number): void {
    const page = this.#page(id, now);
    const step = (before: number, after: number) => (after >= before ? after - before : after);
    const received = step(page.received, each.received);
    page.addReceived += received;
    page.addBytes += step(page.bytes, each.bytes);
    page.addDropped += step(page.dropped, each.dropped);
    page.received = each.received;
    page.bytes = each.bytes;
    page.dropped = each.dropped;
    page.latest = each;
    page.rateReceived += received;
    while (now - page.minuteAt >= minute) {
      page.minutes.push(0);
      if (page.minutes.length > shownMinutes) page.minutes.shift();
      page.minuteAt += minute;
    }
    page.minutes[page.minutes.length - 1] = (page.minutes.at(-1) ?? 0) + received;
    const span = now - page.rateAt;
    if (span >= 2000) {
      page.rate = (page.rateReceived * 1000) / span;
      page.rateReceived = 0;
      page.rateAt = now;
    }
  }

  async keep(context: Here, sources: readonly WorkSource[]): Promise<void> {
    for (const { id, organisationId, kind } of sources) {
      const page = this.#pages.get(id);
      const listens = listensFor(kind);
      const latest = page?.latest;
      const status = latest?.status ?? (listens ? 'waiting' : 'running');
      const lastAt = latest && latest.lastAt > 0 ? new Date(latest.lastAt).toISOString() : null;
      const [received, bytes, dropped] = [page?.addReceived ?? 0, page?.addBytes ?? 0, page?.addDropped ?? 0];
      await sql`INSERT INTO detection_source_health (source_id, organisation_id, status, detail, port, received, parsed, failed, damaged, dropped, late, bytes, rate, skew_ms, last_at, minutes, unparsed, sample, updated_at)
        VALUES (${id}::uuid, ${organisationId}::uuid, ${status}, ${latest?.detail ?? ''}, ${latest?.port ?? 0}, ${received}, 0, 0, 0, ${dropped}, 0, ${bytes}, ${page?.rate ?? 0}, 0, ${lastAt}::timestamptz, ${JSON.stringify(page?.minutes ?? [])}::jsonb, '[]', '[]', ${instant(context)}::timestamptz)
        ON CONFLICT (source_id) DO UPDATE SET status = excluded.status, detail = excluded.detail, port = excluded.port, received = detection_source_health.received + excluded.received, dropped = detection_source_health.dropped + excluded.dropped,
          bytes = detection_source_health.bytes + excluded.bytes, rate = excluded.rate, last_at = coalesce(excluded.last_at, detection_source_health.last_at), minutes = ${listens ? sql`excluded.minutes` : sql`detection_source_health.minutes`}, updated_at = excluded.updated_at`.execute(
        context.db,
      );
      if (page) {
        page.addReceived -= received;
        page.addBytes -= bytes;
        page.addDropped -= dropped;
      }
    }
  }

  #page(id: string, now: number): Page {
    let page = this.#pages.get(id);
    if (!page) {
      page = {
        received: 0,
        bytes: 0,
        dropped: 0,
        addReceived: 0,
        addBytes: 0,
        addDropped: 0,
        latest: undefined,
        rate: 0,
        rateAt: now,
        rateReceived: 0,
        minutes: [0],
        minuteAt: now,
      };
      this.#pages.set(id, page);
    }
    return page;
  }
}
