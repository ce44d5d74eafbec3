/**
 * Opens the store an instance is set up with.
 * @module
 */
import { DuckEventStore } from './duck-store.ts';
import type { EventStore } from './event-store.ts';

export interface StoreSettings {
  readonly kind: 'parquet';
  readonly folder: string;
  readonly memoryMb: number;
}
export type OpenStore = EventStore & {
  compact(committed?: Readonly<Record<string, number>>, least?: number): Promise<number>;
  stale?(): void;
};

/** @param reader whether another thread writes */
export async function openEventStore(settings: StoreSettings, reader: boolean): Promise<OpenStore> {
  return await DuckEventStore.open(settings.folder, { memoryMb: settings.memoryMb, reader });
}
