/**
 * From what a collector saw of a TLS service to an object of the cryptography assessment. It observes and proposes; D is proposed from the
 * certificate, A and the strength from the table, and K (key management) is never guessed from outside: a person must answer it.
 * @module
 */
import { type Day, dayNumber } from '@hedun/workdays';
import { algorithmsInSuite, judgeAlgorithms } from './algorithms.ts';
import { contentHash } from './instrument.ts';
import type { Instrument } from './schema.ts';
import type { ObjectInput, RiskStatement } from './scoring.ts';

export interface TlsObservation {
  readonly service: string;
  readonly observedOn: Day;
  /** Protocols the service accepted, as `TLSv1.2`. */
  readonly protocols: readonly string[];
  /** Cipher suites it accepted. */
  readonly suites: readonly string[];
  readonly certificate?: {
    /** Public key with its size, as `RSA-2048`, `SM2`. */
    readonly key: string;
    /** Hash of the signature, as `SHA-256`, `SM3`. */
    readonly hash: string;
    readonly notBefore: Day;
    readonly notAfter: Day;
    /** Whether a chain to a trusted root was found; absent when it was not checked. */
    readonly trusted?: boolean;
  };
}
export interface TlsJudgement {
  readonly object: ObjectInput;
  readonly risks: readonly RiskStatement[];
  readonly unknown: readonly string[];
  /** Days until the certificate ends, from the day of observation; negative when it has ended. */
  readonly certificateDaysLeft?: number;
  /** Address of the observation as evidence. */
  readonly evidence: string;
}

/**
 * @param unit The unit of the assessment the object belongs to, as `network-confidentiality`.
 * @throws {TypeError | RangeError} for malformed days.
 */
export function tlsObject(instrument: Instrument, unit: string, seen: TlsObservation): TlsJudgement {
  const { certificate } = seen;
  const names = new Set([
    ...seen.protocols,
    ...seen.suites.flatMap((suite) => algorithmsInSuite(instrument, suite)),
    ...(certificate ? [certificate.key, certificate.hash] : []),
  ]);
  const judged = judgeAlgorithms(instrument, [...names]);
  const day = dayNumber(seen.observedOn);
  const daysLeft = certificate && dayNumber(certificate.notAfter) - day;
  const began = certificate && dayNumber(certificate.notBefore) <= day;
  const broken =
    seen.suites.length === 0 ||
    certificate === undefined ||
    !began ||
    (daysLeft ?? -1) < 0 ||
    certificate.trusted === false;
  // Trusted and running is a proposal for D; whether the channel covers the important data is for a person to see.
  const D = broken ? { D: false } : certificate?.trusted === true ? { D: true } : {};
  return {
    object: { id: seen.service, name: seen.service, facts: { ...D, ...judged.facts } },
    risks: judged.risks.map(({ risk, name }) => ({ risk, unit, object: seen.service, description: name })),
    unknown: judged.unknown,
    ...(daysLeft === undefined ? {} : { certificateDaysLeft: daysLeft }),
    evidence: `sha256:${contentHash(seen)}`,
  };
}
