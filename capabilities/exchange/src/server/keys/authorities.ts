/**
 * Attribute authorities and the directory of attributes.
 * @module
 */
import {
  createAuthority,
  loadCurve,
  type MasterKey,
  readMaster,
  writeMaster,
  writeParameters,
} from '@hedun/exchange/abe';
import { namePattern } from '@hedun/exchange/policy';
import { Failure, handlers } from '@hedun/sdk';
import type { Exchange } from '../../capability.ts';
import { found, fromBase64, type Here, instant, json, toBase64 } from '../here.ts';
import { attributeOf, directory } from '../publish/policies.ts';

const purposeOf = (authorityId: string) => `exchange/authority/${authorityId}`;
/** Reading a master secret costs a pairing; an instance has a handful of authorities. */
const opened = new Map<string, MasterKey>();

export async function masterOf(context: Here, authorityId: string): Promise<MasterKey> {
  await loadCurve();
  const row = found(
    await context.db.selectFrom('exchangeAuthorities').selectAll().where('id', '=', authorityId).executeTakeFirst(),
    'authority',
    'authorityId',
  );
  const known = opened.get(row.sealedMaster);
  if (known) return known;
  const master = readMaster(fromBase64(context.secrets.open(row.sealedMaster, purposeOf(row.id))));
  opened.set(row.sealedMaster, master);
  return master;
}

export const authorityHandlers = handlers<Exchange>()({
  createAuthority: async ({ organisationId, name }, context) => {
    context.organisations.requireScope([organisationId]);
    const taken = await context.db
      .selectFrom('exchangeAuthorities')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirst();
    if (taken) throw new Failure('exchange.named', { where: 'name', got: name, values: { name } });
    await loadCurve();
    const id = context.newId();
    // The name in the cryptography is unique in the world, that on the page only here.
    const master = createAuthority(`${name}/${id}`, (size) => context.randomBytes(size));
    const row = {
      id,
      organisationId,
      name,
      parameters: toBase64(writeParameters(master.parameters)),
      createdAt: instant(context),
    };
    const sealedMaster = context.secrets.seal(toBase64(writeMaster(master)), purposeOf(id));
    await context.db
      .insertInto('exchangeAuthorities')
      .values({ ...row, sealedMaster })
      .execute();
    return row;
  },
  listAuthorities: async (_input, { db }) => ({
    items: await db
      .selectFrom('exchangeAuthorities')
      .select(['id', 'organisationId', 'name', 'parameters', 'createdAt'])
      .orderBy('name')
      .execute(),
  }),
  defineAttribute: async ({ authorityId, name, kind, title, options }, context) => {
    const authority = found(
      await context.db
        .selectFrom('exchangeAuthorities')
        .select(['id', 'organisationId'])
        .where('id', '=', authorityId)
        .executeTakeFirst(),
      'authority',
      'authorityId',
    );
    context.organisations.requireScope([authority.organisationId]);
    if (!namePattern.test(name))
      throw new Failure('exchange.value', {
        where: 'name',
        expected: 'letters, digits, _ . - /, beginning with a letter',
        got: name,
      });
    const taken = await context.db
      .selectFrom('exchangeAttributes')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirst();
    if (taken) throw new Failure('exchange.named', { where: 'name', got: name, values: { name } });
    const row = { id: context.newId(), authorityId, name, kind, title, options, epoch: 0, createdAt: instant(context) };
    await context.db
      .insertInto('exchangeAttributes')
      .values({ ...row, title: json(title), options: json(options) })
      .execute();
    return row;
  },
  listAttributes: async (_input, context) => ({ items: [...(await directory(context))] }),
});

/** @throws Failure `exchange.value` */
export function checkValue(
  { kind, name, options }: { kind: 'word' | 'number' | 'date'; name: string; options: readonly { value: string }[] },
  value: string,
): void {
  try {
    attributeOf(kind, name, value);
  } catch (cause) {
    throw new Failure('exchange.value', { where: 'value', expected: (cause as Error).message, got: value, cause });
  }
  if (kind === 'word' && options.length > 0 && !options.some((option) => option.value === value))
    throw new Failure('exchange.value', {
      where: 'value',
      expected: options.map((option) => option.value).join(', '),
      got: value,
    });
}
