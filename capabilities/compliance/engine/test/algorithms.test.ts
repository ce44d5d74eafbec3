/** @module Rules [G1] to [G3], and the words of [P5]. */
import { describe, expect, test } from 'vitest';
import {
  algorithmsInSuite,
  deadlineOfEvent,
  describePredicate,
  describeTrace,
  explain,
  judgeAlgorithms,
  type Predicate,
} from '../src/index.ts';
import { calendar, named } from './shipped.ts';

const { instrument } = named('cn.crypto-assessment.2023');

describe('algorithms', () => {
  test.each([
    ['ECC_SM4_GCM_SM3', ['SM4', 'SM3']],
    ['TLS_SM4_GCM_SM3', ['SM4', 'SM3']],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', ['AES_128', 'SHA256']],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', ['3DES_EDE', 'SHA']],
    ['TLS_RSA_WITH_RC4_128_MD5', ['RC4_128', 'MD5']],
    ['TLS_RSA_WITH_NULL_SHA', ['NULL', 'SHA']],
    ['TLS_FOO_WITH_BAR', ['FOO', 'BAR']],
  ])('[G1] %s holds %j', (suite, expected) => {
    expect(algorithmsInSuite(instrument, suite)).toEqual(expected);
  });

  test('[G2] compliant when all are approved, as strong as the weakest', () => {
    expect(judgeAlgorithms(instrument, ['SM2', 'sm4', 'SM3']).facts).toEqual({ A: true, strengthBits: 128 });
    expect(judgeAlgorithms(instrument, ['AES-256', 'RSA-2048', 'SHA-256']).facts).toEqual({
      A: false,
      strengthBits: 112,
    });
    expect(judgeAlgorithms(instrument, []).facts).toEqual({});
  });

  test('[G2] an unknown name is never compliant and leaves the strength open', () => {
    expect(judgeAlgorithms(instrument, ['SM4', 'HomeMade'])).toMatchObject({ facts: {}, unknown: ['HomeMade'] });
    expect(judgeAlgorithms(instrument, ['AES-128', 'HomeMade']).facts).toEqual({ A: false });
  });

  test('[G3] insecure algorithms and protocols point to their high risk', () => {
    expect(judgeAlgorithms(instrument, ['MD5', 'TLSv1.0', 'SSLv3', 'RSA-1024', 'TLSv1.2']).risks).toEqual([
      { risk: 'algorithm', name: 'MD5' },
      { risk: 'technique', name: 'TLSv1.0' },
      { risk: 'technique', name: 'SSLv3' },
      { risk: 'algorithm', name: 'RSA-1024' },
    ]);
    for (const risk of ['algorithm', 'technique']) expect(instrument.highRisks.map((each) => each.id)).toContain(risk);
  });
});

test('[P5] 以上 and 超过 stay apart in words, in both languages', () => {
  const open = named('cn.pi-audit.2025');
  const words = (id: string, locale: 'zh' | 'en') =>
    describePredicate(open, open.nodes.get(id)?.applies as Predicate, locale);
  expect(words('art-4', 'zh')).toBe('处理个人信息的人数 超过 10,000,000 人');
  expect(words('art-12', 'zh')).toBe('处理个人信息的人数 达到或超过 1,000,000 人');
  expect([words('art-4', 'en'), words('art-12', 'en')]).toEqual([
    'Persons whose personal information is processed is above 10,000,000 persons',
    'Persons whose personal information is processed is at least 1,000,000 persons',
  ]);
  const trace = explain(open.nodes.get('art-4')?.applies as Predicate, { facts: {}, parameters: {} });
  expect(describeTrace(open, trace, 'zh')).toEqual([
    '「处理个人信息的人数」要求超过 10,000,000 人，实际为 未知：无法判定',
  ]);
});

test('[K1] one question, one answer: received then, due when?', () => {
  const found = deadlineOfEvent(
    named('cn.gov-data-sharing.2025'),
    { type: 'request.submitted', occurredAt: '2026-02-13T10:00+08:00', data: { attribute: 'conditional' } },
    { calendar },
  );
  expect(found.map((each) => [each.node, each.dueOn, each.provisional])).toEqual([['art-21.1c', '2026-03-05', false]]);
});
