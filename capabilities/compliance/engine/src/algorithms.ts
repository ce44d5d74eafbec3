/**
 * What observed algorithms and protocols mean for an assessment: the facts A (compliant) and strength, and the names that are high risks
 * or unknown. A collector observes, this judges by the table of the instrument, a person confirms; an unknown name is never compliant.
 * @module
 */
import type { Facts } from './predicate.ts';
import type { Algorithm, Instrument } from './schema.ts';

export interface AlgorithmJudgement {
  /** Facts `A` and `strengthBits`; without `A` when a name is unknown. */
  readonly facts: Facts;
  readonly found: readonly { readonly name: string; readonly algorithm: Algorithm }[];
  readonly unknown: readonly string[];
  /** High risks that the names point to, by the ids `algorithm` and `technique`, each with the name that caused it. */
  readonly risks: readonly { readonly risk: 'algorithm' | 'technique'; readonly name: string }[];
}

function normalised(name: string): string {
  return name.toUpperCase().replace(/[-\s/:]+/g, '_');
}

/** Parts of suite names that say how an algorithm is used, not which one it is. */
const connectives = new Set([
  'TLS',
  'WITH',
  'ECDHE',
  'ECDH',
  'DHE',
  'DH',
  'ECC',
  'GCM',
  'CBC',
  'CCM',
  'CTR',
  '8',
  'POLY1305',
  'ECDSA',
  'RSA',
  'ECDHE_RSA',
  'EDE',
  'NULL',
  'EXPORT',
  'HMAC',
]);

/**
 * The algorithms in a cipher-suite name (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`, `ECC_SM4_GCM_SM3`), longest names first. Key exchange
 * and signature names without a size (RSA, ECDSA) are left to the certificate. `NULL` and `EXPORT` suites yield themselves, as unknown.
 */
export function algorithmsInSuite(instrument: Instrument, suite: string): readonly string[] {
  const names = instrument.algorithms
    .filter((each) => each.kind === 'algorithm')
    .flatMap((each) => each.names.map(normalised));
  const longestFirst = [...new Set(names)].sort((left, right) => right.split('_').length - left.split('_').length);
  const parts = normalised(suite).split('_');
  const found: string[] = [];
  for (let index = 0; index < parts.length; ) {
    const rest = parts.slice(index);
    const match = longestFirst.find((name) => name.split('_').every((part, offset) => rest[offset] === part));
    const part = parts[index] as string;
    if (match) found.push(match);
    else if (part === 'NULL' || part === 'EXPORT' || !connectives.has(part)) found.push(part);
    index += match ? match.split('_').length : 1;
  }
  return found;
}

/** Judges a set of names together: compliant when every one is approved, as strong as the weakest. */
export function judgeAlgorithms(instrument: Instrument, names: readonly string[]): AlgorithmJudgement {
  const byName = new Map(
    instrument.algorithms.flatMap((each) => each.names.map((name) => [normalised(name), each] as const)),
  );
  const found = names.flatMap((name) => {
    const algorithm = byName.get(normalised(name));
    return algorithm ? [{ name, algorithm }] : [];
  });
  const unknown = names.filter((name) => !byName.has(normalised(name)));
  const strengths = found.flatMap(({ algorithm }) => (algorithm.strengthBits === null ? [] : [algorithm.strengthBits]));
  const compliant = found.every(({ algorithm }) => algorithm.judged === 'approved');
  // One name that is not approved decides; only then may an unknown name leave it open.
  const decided = !compliant ? { A: false } : unknown.length === 0 && found.length > 0 ? { A: true } : {};
  const strength = unknown.length === 0 && strengths.length > 0 ? { strengthBits: Math.min(...strengths) } : {};
  const risks = found.flatMap(({ name, algorithm }) =>
    algorithm.judged === 'insecure'
      ? [{ risk: algorithm.kind === 'protocol' ? ('technique' as const) : ('algorithm' as const), name }]
      : [],
  );
  return { facts: { ...decided, ...strength }, found, unknown, risks };
}
