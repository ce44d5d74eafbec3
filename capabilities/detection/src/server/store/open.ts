/**
 * Opens the store an instance is set up with: Parquet segments unless the environment names a ClickHouse.
 * @module
 */
import { connectClickHouse } from './clickhouse-client.ts';
import { ClickHouseEventStore } from './clickhouse-store.ts';
import { DuckEventStore } from './duck-store.ts';
import type { EventStore } from './event-store.ts';

export type StoreSettings =
  | { readonly kind: 'parquet'; readonly folder: string; readonly memoryMb: number }
  | {
      readonly kind: 'clickhouse';
      readonly url: string;
      readonly username: string;
      readonly password: string;
      readonly database: string;
    };
export type OpenStore = EventStore & {
  compact(committed?: Readonly<Record<string, number>>, least?: number): Promise<number>;
  stale?(): void;
};

/** @param reader whether another thread writes */
export async function openEventStore(settings: StoreSettings, reader: boolean): Promise<OpenStore> {
  if (settings.kind === 'clickhouse') {
    const { kind: _, ...server } = settings;
    return await ClickHouseEventStore.open(connectClickHouse(server));
  }
  return await DuckEventStore.open(settings.folder, { memoryMb: settings.memoryMb, reader });
}
