/**
 * Second copies of ciphertexts: in the platform's own database, or in MongoDB by its driver. A copy is as good as its address: it is checked
 * when it is read, so a backup needs to be reachable, not trusted.
 * @module
 */
import { parseCid } from '@hedun/exchange/content';
import type { NounTables, TablesOf } from '@hedun/sdk';
import type { Kysely } from 'kysely';
import type { Collection, MongoClient } from 'mongodb';
import type { Exchange } from '../../capability.ts';
import { blocksByPlace } from './by-place.ts';

export interface BackupStore {
  readonly kind: string;
  put(cid: string, blocks: AsyncIterable<Uint8Array>): Promise<void>;
  get(cid: string): AsyncIterable<Uint8Array>;
  delete(cid: string): Promise<void>;
}

/** Blocks in the table `exchange_backups`. */
export function databaseBackup(db: Kysely<TablesOf<Exchange> & NounTables>): BackupStore {
  return {
    kind: 'database',
    put: async (cid, blocks) => {
      const name = parseCid(cid).toString();
      let index = 0;
      for await (const block of blocks) {
        const bytes = Uint8Array.from(block);
        await db
          .insertInto('exchangeBackups')
          .values({ cid: name, index, bytes })
          .onConflict((conflict) => conflict.columns(['cid', 'index']).doUpdateSet({ bytes }))
          .execute();
        index += 1;
      }
      await db.deleteFrom('exchangeBackups').where('cid', '=', name).where('index', '>=', index).execute();
    },
    get: (cid) =>
      blocksByPlace(parseCid(cid).toString(), async (index) => {
        const row = await db
          .selectFrom('exchangeBackups')
          .select('bytes')
          .where('cid', '=', cid)
          .where('index', '=', index)
          .executeTakeFirst();
        return row && Uint8Array.from(row.bytes);
      }),
    delete: async (cid) => void (await db.deleteFrom('exchangeBackups').where('cid', '=', cid).execute()),
  };
}

interface Document {
  readonly _id: string;
  readonly bytes: Buffer;
}
/** Blocks as documents `<cid>/<index>` of the collection `exchange_backups`. Below MongoDB's limit of 16 MB each. */
export function mongoBackup(client: Pick<MongoClient, 'db'>): BackupStore {
  const collection = (): Collection<Document> => client.db().collection<Document>('exchange_backups');
  const idOf = (cid: string, index: number) => `${parseCid(cid)}/${String(index).padStart(8, '0')}`;
  return {
    kind: 'mongodb',
    put: async (cid, blocks) => {
      let index = 0;
      for await (const bytes of blocks) {
        await collection().replaceOne({ _id: idOf(cid, index) }, { bytes: Buffer.from(bytes) } as never, {
          upsert: true,
        });
        index += 1;
      }
    },
    get: (cid) =>
      blocksByPlace(parseCid(cid).toString(), async (index) => {
        const found = await collection().findOne({ _id: idOf(cid, index) }, { promoteBuffers: true });
        return found ? Uint8Array.from(found.bytes) : undefined;
      }),
    delete: async (cid) => {
      const prefix = parseCid(cid).toString();
      await collection().deleteMany({ _id: { $gte: `${prefix}/`, $lt: `${prefix}0` } } as never);
    },
  };
}
