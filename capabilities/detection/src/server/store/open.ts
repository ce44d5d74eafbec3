/**
 * Opens the store an instance is set up with: Parquet segments unless the environment names a ClickHouse.
 * @module
 */
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
  // Loaded where it is opened: either library takes a tenth of the whole start.
  if (settings.kind === 'clickhouse') {
    const [{ connectClickHouse }, { ClickHouseEventStore }] = await Promise.all([
      import('./clickhouse-client.ts'),
      import('./clickhouse-store.ts'),
    ]);
    const { kind: _, ...server } = settings;
    return await ClickHouseEventStore.open(connectClickHouse(server));
  }
  const { DuckEventStore } = await import('./duck-store.ts');
  return await DuckEventStore.open(settings.folder, { memoryMb: settings.memoryMb, reader });
}
