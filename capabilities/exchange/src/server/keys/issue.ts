/**
 * Keys made and sent: whenever the attributes of a holder or their epochs change, the holder's key is made new and sealed to the holder.
 * @module
 */
import { type Epochs, issueHolderKey, sealTo, writeHolderKey } from '@hedun/exchange/abe';
import { fromBase64, type Here, instant, toBase64 } from '../here.ts';
import { heldBy } from '../publish/policies.ts';
import { masterOf } from './authorities.ts';

/** What a sealed key is for; the holder's side uses the same words. */
export const keyPurpose = (authority: string, serial: number): string => `attribute-key/${authority}/${serial}`;

export async function epochsOf({ db }: Pick<Here, 'db'>): Promise<Epochs> {
  const rows = await db.selectFrom('exchangeAttributes').select(['name', 'epoch']).execute();
  return Object.fromEntries(rows.map(({ name, epoch }) => [name, epoch]));
}

/** Makes and seals the key of a user under an authority, or takes it away where no attribute is left. Nothing without a registered public key. */
export async function issueTo(context: Here, authorityId: string, userId: string): Promise<void> {
  const holder = await context.db
    .selectFrom('exchangeHolders')
    .selectAll()
    .where('userId', '=', userId)
    .executeTakeFirst();
  const attributes = holder ? await heldBy(context, userId, authorityId) : [];
  if (!holder || attributes.length === 0) {
    await context.db
      .deleteFrom('exchangeKeys')
      .where('authorityId', '=', authorityId)
      .where('userId', '=', userId)
      .execute();
    return;
  }
  const master = await masterOf(context, authorityId);
  const key = issueHolderKey(master, { name: userId, serial: holder.serial }, attributes, await epochsOf(context));
  const sealed = toBase64(
    sealTo(
      fromBase64(holder.publicKey),
      writeHolderKey(key),
      keyPurpose(master.parameters.authority, holder.serial),
      (size) => context.randomBytes(size),
    ),
  );
  const values = { serial: holder.serial, sealed, issuedAt: instant(context) };
  await context.db
    .insertInto('exchangeKeys')
    .values({ id: context.newId(), authorityId, userId, ...values })
    .onConflict((conflict) => conflict.columns(['authorityId', 'userId']).doUpdateSet(values))
    .execute();
}
