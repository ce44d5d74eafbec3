/** @module Rule [G5]: the first words of a TLS connection. */
import { expect, test } from 'vitest';
import { clientHello, curveSm2, readHelloAnswer, smSuites, smTls13Suites, tlcpSuites } from '../src/index.ts';

const random = Uint8Array.from({ length: 32 }, (_, index) => index);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
/** A ServerHello record as the standard lays it out, written here by hand. */
const serverHello = (version: number, suite: number, session = 0) => {
  const body = [
    version >> 8,
    version & 255,
    ...random,
    session,
    ...Array<number>(session).fill(7),
    suite >> 8,
    suite & 255,
    0,
  ];
  const handshake = [2, 0, 0, body.length, ...body];
  return Uint8Array.from([22, version >> 8, version & 255, 0, handshake.length, ...handshake]);
};

test('[G5] a TLCP hello has its version in record and handshake, its suites, and no extensions', () => {
  const hello = clientHello({ version: 0x0101, suites: tlcpSuites, random });
  expect(hex(hello)).toBe(`16010100330100002f0101${hex(random)}000008e011e051e013e0530100`);
  expect(hello.length).toBe(5 + 0x33);
});
test('[G5] a hello for the SM suites of TLS 1.3 offers version, group and an empty share', () => {
  const hello = hex(
    clientHello({ version: 0x0303, suites: smTls13Suites, random, serverName: 'a.example', groups: [curveSm2] }),
  );
  expect(hello.startsWith('160301')).toBe(true);
  expect(hello).toContain('0000000e000c000009612e6578616d706c65');
  for (const wanted of ['002b0003020304', '000a000400020029', '003300020000', '000400c600c7'])
    expect(hello).toContain(wanted);
  const length = Number.parseInt(hello.slice(6, 10), 16);
  expect(hello.length / 2).toBe(5 + length);
});
test('[G5] an answer is a hello with version and suite, an alert, or something else; half of one is incomplete', () => {
  for (const suite of [...tlcpSuites, ...smTls13Suites]) {
    expect(smSuites[suite]).toBeDefined();
    for (const session of [0, 32]) {
      const bytes = serverHello(0x0101, suite, session);
      expect(readHelloAnswer(bytes)).toEqual({ kind: 'hello', version: 0x0101, suite });
      for (let length = 0; length < 44 + session + 2; length += 1)
        expect(readHelloAnswer(bytes.subarray(0, length)).kind).toBe('incomplete');
    }
  }
  expect(readHelloAnswer(Uint8Array.from([21, 3, 3, 0, 2, 2, 40]))).toEqual({ kind: 'alert', level: 2, code: 40 });
  expect(readHelloAnswer(new TextEncoder().encode('HTTP/1.1 400 Bad Request')).kind).toBe('other');
  expect(readHelloAnswer(Uint8Array.from([22, 3, 3, 255, 255, 2])).kind).toBe('other');
  expect(() => clientHello({ version: 0x0101, suites: [], random: new Uint8Array(3) })).toThrow('32 bytes');
});
