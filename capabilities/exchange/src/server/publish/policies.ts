/**
 * Policies against the directory of attributes: explained, checked, decided.
 * @module
 */
import { inEpochs, namesIn, order } from '@hedun/exchange/abe';
import {
  type Attribute,
  atomsOf,
  atomTree,
  compileSpan,
  dayOf,
  describePolicy,
  formatPolicy,
  type Policy,
  PolicyError,
  type PolicyWords,
  parsePolicy,
  selectRows,
} from '@hedun/exchange/policy';
import { Failure, handlers } from '@hedun/sdk';
import type { z } from 'zod';
import type { Exchange } from '../../capability.ts';
import type { AttributeRow, GrantRow } from '../../shapes.ts';
import type { Here } from '../here.ts';

type AttributeRow_ = z.infer<typeof AttributeRow>;
type GrantRow_ = z.infer<typeof GrantRow>;

export async function directory({ db }: Pick<Here, 'db'>): Promise<readonly AttributeRow_[]> {
  return await db.selectFrom('exchangeAttributes').selectAll().orderBy('name').execute();
}
export function wordsOf(attributes: readonly AttributeRow_[]): PolicyWords {
  return {
    names: Object.fromEntries(attributes.map(({ name, title }) => [name, title])),
    values: Object.fromEntries(
      attributes.flatMap(({ name, options }) => options.map(({ value, title }) => [`${name}:${value}`, title])),
    ),
  };
}
export function sentenceOf(policy: Policy, words: PolicyWords) {
  return { 'zh-CN': describePolicy(policy, 'zh-CN', words), en: describePolicy(policy, 'en', words) };
}
/** @throws Failure `exchange.policy` with the position */
export function readPolicy(text: string): Policy {
  try {
    return parsePolicy(text);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new Failure('exchange.policy', {
      where: `policy:${cause.position + 1}`,
      expected: cause.expected,
      got: cause.got,
      values: { position: cause.position + 1 },
      cause,
    });
  }
}

/** What a grant says, as the engine understands it. @throws RangeError where the value does not fit the kind */
export function attributeOf(kind: AttributeRow_['kind'], name: string, value: string): Attribute {
  if (kind === 'word') return { kind, name, value };
  const number = kind === 'date' ? dayOf(value) : /^\d{1,10}$/.test(value) ? Number(value) : undefined;
  if (number === undefined) throw new RangeError(kind === 'date' ? 'a date such as 2026-11-30' : 'a whole number');
  return { kind, name, value: number };
}

/** The granted attributes of a user that have not run out. */
export async function heldBy(
  context: Pick<Here, 'db' | 'now'>,
  userId: string,
  authorityId?: string,
): Promise<Attribute[]> {
  const today = context.now().toISOString().slice(0, 10);
  const rows = await context.db
    .selectFrom('exchangeGrants')
    .innerJoin('exchangeAttributes', 'exchangeAttributes.id', 'exchangeGrants.attributeId')
    .select(['exchangeAttributes.name', 'exchangeAttributes.kind', 'exchangeGrants.value', 'exchangeGrants.expiresOn'])
    .where('exchangeGrants.userId', '=', userId)
    .where('exchangeGrants.status', '=', 'granted')
    .$if(authorityId !== undefined, (query) => query.where('exchangeGrants.authorityId', '=', authorityId as string))
    .orderBy('exchangeGrants.id')
    .execute();
  return rows
    .filter(({ expiresOn }) => expiresOn === null || expiresOn >= today)
    .map(({ kind, name, value }) => attributeOf(kind, name, value));
}
export function isMet(policy: Policy, attributes: readonly Attribute[]): boolean {
  const held = new Set(attributes.flatMap(atomsOf));
  return selectRows(atomTree(policy), (atom) => held.has(atom), order) !== undefined;
}
export type { GrantRow_ };

export const policyHandlers = handlers<Exchange>()({
  explainPolicy: async ({ policy: text }, context) => {
    const nothing = { policy: null, sentence: null, attributes: [], unknown: [], rows: 0, headerSize: 0 };
    try {
      const policy = parsePolicy(text);
      const attributes = await directory(context);
      const tree = atomTree(policy);
      const names = namesIn(tree);
      const program = compileSpan(inEpochs(tree, {}), order);
      const known = new Set(attributes.map(({ name }) => name));
      return {
        valid: true,
        policy: formatPolicy(policy),
        sentence: sentenceOf(policy, wordsOf(attributes)),
        attributes: [...names],
        unknown: names.filter((name) => !known.has(name)),
        rows: program.rows.length,
        headerSize: 3 + 96 * (1 + program.colours) + 48 * program.rows.length + 64,
        problem: null,
      };
    } catch (error) {
      if (error instanceof PolicyError)
        return {
          ...nothing,
          valid: false,
          problem: { position: error.position, expected: error.expected, got: error.got },
        };
      if (error instanceof RangeError)
        return { ...nothing, valid: false, problem: { position: 0, expected: 'a smaller policy', got: error.message } };
      throw error;
    }
  },
});
