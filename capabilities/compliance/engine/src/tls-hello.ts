/**
 * The first words of a TLS connection as bytes, for protocols and suites that no common library offers any more or yet: SSL 3.0, TLCP
 * (GB/T 38636) and the SM suites of TLS 1.3 (RFC 8998). It writes a ClientHello and reads what answers it; it opens no socket.
 * @module
 */

export interface HelloInput {
  /** Version on the wire, as 0x0101 for TLCP, 0x0300 for SSL 3.0, 0x0303 for TLS 1.2. */
  readonly version: number;
  readonly suites: readonly number[];
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** Name of the host, left out for addresses and for protocols without extensions. */
  readonly serverName?: string;
  /** Offers TLS 1.3 with these groups; the answer then carries the suite, as ServerHello or as a request to try again. */
  readonly groups?: readonly number[];
}
export type HelloAnswer =
  | { readonly kind: 'hello'; readonly version: number; readonly suite: number }
  | { readonly kind: 'alert'; readonly level: number; readonly code: number }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'other' };

const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const u24 = (value: number): number[] => [(value >> 16) & 255, ...u16(value)];
const extension = (type: number, body: readonly number[]) => [...u16(type), ...u16(body.length), ...body];

/** RFC 8446 §4.1.2 and RFC 6066 §3; the older protocols are the same without extensions. @throws {RangeError} for a wrong random. */
export function clientHello({ version, suites, random, serverName, groups }: HelloInput): Uint8Array {
  if (random.length !== 32) throw new RangeError(`random: expected 32 bytes, got ${random.length}`);
  const name = serverName === undefined ? [] : [...new TextEncoder().encode(serverName)];
  const extensions = [
    ...(name.length > 0 ? extension(0, [...u16(name.length + 3), 0, ...u16(name.length), ...name]) : []),
    ...(groups
      ? [
          ...extension(43, [2, ...u16(0x0304)]),
          ...extension(10, [...u16(groups.length * 2), ...groups.flatMap(u16)]),
          // sm2sig_sm3 (RFC 8998), then what any server has.
          ...extension(13, [...u16(8), ...[0x0708, 0x0403, 0x0804, 0x0401].flatMap(u16)]),
          // No share: the server asks again and names suite and group, which is all we want to know.
          ...extension(51, u16(0)),
        ]
      : []),
  ];
  const body = [
    ...u16(version),
    ...random,
    0,
    ...u16(suites.length * 2),
    ...suites.flatMap(u16),
    1,
    0,
    ...(extensions.length > 0 ? [...u16(extensions.length), ...extensions] : []),
  ];
  const handshake = [1, ...u24(body.length), ...body];
  // The record of a TLS 1.2 or 1.3 hello is marked 1.0, as every client does; the others carry their own version.
  const recordVersion = version >= 0x0303 ? 0x0301 : version;
  return Uint8Array.from([22, ...u16(recordVersion), ...u16(handshake.length), ...handshake]);
}

/** Reads the first record of an answer. */
export function readHelloAnswer(bytes: Uint8Array): HelloAnswer {
  const at = (index: number) => bytes[index] ?? 0;
  const word = (index: number) => (at(index) << 8) | at(index + 1);
  if (bytes.length < 5) return { kind: 'incomplete' };
  const type = at(0);
  if (type !== 21 && type !== 22) return { kind: 'other' };
  const length = word(3);
  if (length === 0 || length > 18_432) return { kind: 'other' };
  if (type === 21) return bytes.length < 7 ? { kind: 'incomplete' } : { kind: 'alert', level: at(5), code: at(6) };
  // Handshake: type, length, version, random, session id, suite.
  if (bytes.length < 5 + 4 + 2 + 32 + 1) return { kind: 'incomplete' };
  if (at(5) !== 2) return { kind: 'other' };
  const session = at(43);
  if (bytes.length < 44 + session + 2) return { kind: 'incomplete' };
  return { kind: 'hello', version: word(9), suite: word(44 + session) };
}

/** SM suites by number: GB/T 38636-2020 table 2 for TLCP, RFC 8998 for TLS 1.3. */
export const smSuites: Readonly<Record<number, string>> = {
  57361: 'ECDHE_SM4_CBC_SM3',
  57425: 'ECDHE_SM4_GCM_SM3',
  57363: 'ECC_SM4_CBC_SM3',
  57427: 'ECC_SM4_GCM_SM3',
  198: 'TLS_SM4_GCM_SM3',
  199: 'TLS_SM4_CCM_SM3',
};
export const tlcpSuites: readonly number[] = [0xe011, 0xe051, 0xe013, 0xe053];
export const smTls13Suites: readonly number[] = [0x00c6, 0x00c7];
/** curveSM2 (RFC 8998). */
export const curveSm2 = 41;
