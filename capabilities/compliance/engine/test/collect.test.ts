/** @module Rule [G4]. */
import { describe, expect, test } from 'vitest';
import { score, type TlsObservation, tlsObject } from '../src/index.ts';
import { named } from './shipped.ts';

const { instrument } = named('cn.crypto-assessment.2023');
const certificate = { key: 'SM2', hash: 'SM3', notBefore: '2026-01-01', notAfter: '2026-12-31', trusted: true };
const seen: TlsObservation = {
  service: 'gateway:443',
  observedOn: '2026-03-02',
  protocols: ['TLCP'],
  suites: ['ECC_SM4_GCM_SM3'],
  certificate,
};
const facts = (change: Partial<TlsObservation>) =>
  tlsObject(instrument, 'network-confidentiality', { ...seen, ...change }).object.facts;

describe('TLS', () => {
  test('[G4] a national channel is compliant; key management is never guessed', () => {
    const judged = tlsObject(instrument, 'network-confidentiality', seen);
    expect(judged).toMatchObject({
      object: { facts: { D: true, A: true, strengthBits: 128 } },
      risks: [],
      unknown: [],
      certificateDaysLeft: 304,
    });
    expect('K' in judged.object.facts).toBe(false);
    const result = score(instrument, 'rules-2023', {
      level: 3,
      units: { 'network-confidentiality': { kind: 'objects', objects: [judged.object] } },
    });
    expect(result.missing.find((each) => each.ref.startsWith('network-confidentiality/'))).toMatchObject({
      why: 'undecided',
      facts: ['K'],
    });
  });

  test('[G4] an international channel is not compliant and has its strength', () => {
    expect(
      facts({
        protocols: ['TLSv1.2'],
        suites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
        certificate: { ...certificate, key: 'RSA-2048', hash: 'SHA-256' },
      }),
    ).toEqual({ D: true, A: false, strengthBits: 112 });
  });

  test('[G4] ended, not begun, untrusted or missing certificates are not effective; an unchecked chain is left open', () => {
    expect(facts({ certificate: { ...certificate, notAfter: '2026-03-01' } }).D).toBe(false);
    expect(facts({ certificate: { ...certificate, notAfter: '2026-03-02' } }).D).toBe(true);
    expect(facts({ certificate: { ...certificate, notBefore: '2026-03-03' } }).D).toBe(false);
    expect(facts({ certificate: { ...certificate, trusted: false } }).D).toBe(false);
    expect(facts({ suites: [] }).D).toBe(false);
    const { trusted: _, ...unchecked } = certificate;
    expect('D' in facts({ certificate: unchecked })).toBe(false);
  });

  test('[G4] old protocols become risks of the unit', () => {
    const { risks } = tlsObject(instrument, 'network-confidentiality', { ...seen, protocols: ['TLCP', 'TLSv1.0'] });
    expect(risks).toEqual([
      { risk: 'technique', unit: 'network-confidentiality', object: 'gateway:443', description: 'TLSv1.0' },
    ]);
  });

  test('[G4] equal observations are the same evidence', () => {
    const address = (change: Partial<TlsObservation>) =>
      tlsObject(instrument, 'network-confidentiality', { ...seen, ...change }).evidence;
    expect(address({})).toBe(address({}));
    expect(address({})).not.toBe(address({ observedOn: '2026-03-03' }));
  });
});
