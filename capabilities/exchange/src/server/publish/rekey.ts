/**
 * Revocation, tier 3, by order of a file's publisher: the bulk sealed again under a new content key and the present epochs, for when the old key may be known
 * to those who must not have it. Plain text stands in this process one chunk at a time and nowhere else; whoever will not have that uses
 * `hedun exchange rekey` where the file's owner is. The old ciphertext goes when the new one is recorded; what was handed out before is beyond recall.
 * @module
 */
import { OpenError } from '@hedun/exchange/abe';
import {
  blockSize,
  contentKeySize,
  headerDigest,
  objectSize,
  openHeaderAsAuthority,
  prefixSize,
  readHeader,
  rekeyStream,
  StreamError,
  sealHeader,
} from '@hedun/exchange/envelope';
import { Failure, type Handler } from '@hedun/sdk';
import type { Exchange } from '../../capability.ts';
import type { ObjectRow } from '../../shapes.ts';
import { found, fromBase64, type Here, toBase64 } from '../here.ts';
import { masterOf } from '../keys/authorities.ts';
import { epochsOf } from '../keys/issue.ts';
import { cipherOf } from '../storage/ciphers.ts';
import { currentStore, storeNamed, told, withBackup } from '../storage/index.ts';

/** How a new version of an object is told to the chain, in the transaction that makes it; a refusal undoes all of it. */
type Record = (within: Here, object: ObjectRow) => Promise<void>;

/** Locked until the transaction ends. */
async function publishedObject(within: Here, objectId: string): Promise<ObjectRow> {
  const row = await within.db
    .selectFrom('exchangeObjects')
    .selectAll()
    .where('id', '=', objectId)
    .forUpdate()
    .executeTakeFirst();
  const object = found(row, 'data object', 'objectId');
  within.organisations.requireScope([object.organisationId]);
  if (object.status === 'withdrawn') throw new Failure('exchange.withdrawn', { where: 'objectId' });
  return object;
}

export function rekeyWith(record: Record): Handler<Exchange, 'rekeyObject'> {
  return async ({ objectId }, context) => {
    const { before, master } = await context.transaction(async (within) => {
      const object = await publishedObject(within, objectId);
      return { before: object, master: await masterOf(within, object.authorityId) };
    });
    const [from, to] = [await storeNamed(context, before.storage), await currentStore(context)];
    const [contentKey, prefix] = [context.randomBytes(contentKeySize), context.randomBytes(prefixSize)];
    const { suite, prefix: oldPrefix } = readHeader(fromBase64(before.header));
    const { cid, size } = await opening(async () => {
      const oldKey = openHeaderAsAuthority(master, fromBase64(before.header));
      const sealed = rekeyStream(
        watched(context, told(from.get(before.cid)), Number(before.storedSize)),
        { cipher: cipherOf(suite, oldKey), prefix: oldPrefix },
        { cipher: cipherOf(suite, contentKey), prefix },
        blockSize,
        { owned: true },
      );
      return await to.put(sealed, { owned: true });
    });
    try {
      await context.transaction(async (within) => {
        const object = await publishedObject(within, objectId);
        if (object.cid !== before.cid) throw new Failure('exchange.replaced', { where: 'objectId' });
        // Now, not before: an epoch may have been raised while the bulk was under way.
        const facts = { policy: object.policy, epochs: await epochsOf(within), suite, prefix };
        const random = (count: number) => within.randomBytes(count);
        const header = sealHeader(master.parameters, { ...facts, object: random(objectSize) }, contentKey, random);
        const changes = {
          cid,
          storage: to.kind,
          storedSize: size,
          header: toBase64(header),
          headerDigest: Buffer.from(headerDigest(header)).toString('hex'),
          headerVersion: object.headerVersion + 1,
        };
        await within.db.updateTable('exchangeObjects').set(changes).where('id', '=', objectId).execute();
        await withBackup(within, async (backup) => await backup.put(cid, told(to.get(cid))));
        // Last, since a chain takes nothing back.
        await record(within, { ...object, ...changes });
      });
    } catch (error) {
      // Nobody knows its address; left behind it would only take room.
      await to
        .delete(cid)
        .catch((cause) => context.log('a new ciphertext could not be removed', { cause: String(cause) }));
      throw error;
    }
    return { bytes: size, oldRemoved: await remove(context, before) };
  };
}

/** The old ciphertext and its backup, unless another object is the very same file. What cannot be removed now is said, and the new one stands. */
async function remove(context: Here, before: ObjectRow): Promise<boolean> {
  try {
    const isUsed = await context.transaction(async (within) => {
      const other = await within.db
        .selectFrom('exchangeObjects')
        .select('id')
        .where('cid', '=', before.cid)
        .executeTakeFirst();
      if (!other) await withBackup(within, async (backup) => await backup.delete(before.cid));
      return other !== undefined;
    });
    if (!isUsed) await (await storeNamed(context, before.storage)).delete(before.cid);
    return !isUsed;
  } catch (cause) {
    context.log('the old ciphertext could not be removed', { objectId: before.id, cause: String(cause) });
    return false;
  }
}

/** Tells how far it is, every few blocks. */
async function* watched(context: Here, blocks: AsyncIterable<Uint8Array>, total: number): AsyncGenerator<Uint8Array> {
  const [step, known] = [16 * blockSize, Math.max(1, total)];
  let done = 0;
  for await (const block of blocks) {
    done += block.length;
    const isStep = done % step < block.length;
    yield block;
    if (isStep) await context.progress(Math.min(done, known), known);
  }
}

/** What the publisher sealed wrongly does not open for anybody; one error for all of it. */
async function opening<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof OpenError) && !(cause instanceof StreamError)) throw cause;
    throw new Failure('exchange.cannot_open', {
      where: 'objectId',
      expected: 'a header and a file that belong together',
      got: cause.message,
      cause,
    });
  }
}
