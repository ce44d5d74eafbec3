/**
 * Opens the database that is configured, embedded or PostgreSQL. Needs nothing of the kernel, so that it can begin while the rest is loaded.
 * @module
 */
import type { Config } from '../contract.ts';
import type { Pool } from './connection.ts';

export async function openPool({ databaseUrl, dataFolder }: Pick<Config, 'dataFolder' | 'databaseUrl'>): Promise<Pool> {
  return databaseUrl === null
    ? await (await import('./embedded.ts')).openEmbedded(dataFolder)
    : await (await import('./postgresql.ts')).openPostgresql(databaseUrl);
}
