/**
 * Reads the fields of an X.509 certificate (RFC 5280, DER by X.690) that a contract decides by: serial number, names, validity, public key.
 * It never checks a signature: a certificate counts on chain because members voted it in, not because of who issued it.
 * @module
 */
export interface CertificateFields {
  /** Lower-case hexadecimal without leading zero bytes. */
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo in hexadecimal. */
  readonly publicKey: string;
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const sextet = new Int16Array(128).fill(-1);
for (let i = 0; i < 64; i += 1) sextet[alphabet.charCodeAt(i)] = i;

function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let [bits, held, length] = [0, 0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 61 || code === 10 || code === 13 || code === 32) continue;
    const value = code < 128 ? sextet[code]! : -1;
    if (value < 0) throw malformed('base64', `character ${code} at ${i}`);
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length] = (held >> bits) & 0xff;
      length += 1;
    }
  }
  return bytes.subarray(0, length);
}

const malformed = (expected: string, got: string) =>
  new Error(`certificate.malformed: expected ${expected}, got ${got}`);

function element(der: Uint8Array, at: number, limit: number): Element {
  if (at + 2 > limit) throw malformed('an ASN.1 element', `the end at byte ${at}`);
  let [length, body] = [der[at + 1]!, at + 2];
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 3 || body + count > limit) throw malformed('a definite length', `${length} at byte ${at}`);
    length = 0;
    for (let i = 0; i < count; i += 1) length = length * 256 + der[body + i]!;
    body += count;
  }
  if (body + length > limit) throw malformed(`${length} bytes of content`, `${limit - body} at byte ${body}`);
  return { tag: der[at]!, start: at, body, end: body + length };
}

function children(der: Uint8Array, parent: Element): Element[] {
  const found: Element[] = [];
  for (let at = parent.body; at < parent.end; ) {
    const next = element(der, at, parent.end);
    found.push(next);
    at = next.end;
  }
  return found;
}

const digits = '0123456789abcdef';
function hex(der: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i += 1) text += digits[der[i]! >> 4]! + digits[der[i]! & 15]!;
  return text;
}

const decoder = new TextDecoder();
/** The common name (2.5.4.3), or all values joined where there is none. */
function nameOf(der: Uint8Array, name: Element): string {
  const values: string[] = [];
  for (const set of children(der, name))
    for (const pair of children(der, set)) {
      const [type, value] = children(der, pair);
      if (!type || !value) throw malformed('a name attribute', 'an incomplete one');
      const text = decoder.decode(der.subarray(value.body, value.end));
      if (hex(der, type.body, type.end) === '550403') return text;
      values.push(text);
    }
  return values.join(',');
}

/** Days since 1970-01-01 of a proleptic Gregorian date (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
export function daysOfDate(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** UTCTime or GeneralizedTime, both in Zulu as RFC 5280 §4.1.2.5 demands. */
function timeOf(der: Uint8Array, time: Element): number {
  const text = decoder.decode(der.subarray(time.body, time.end));
  const match = /^(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match || (time.tag === 0x18) !== (match[1] !== undefined)) throw malformed('a time in Zulu', text);
  const short = Number(match[2]);
  const year = match[1] === undefined ? (short < 50 ? 2000 : 1900) + short : Number(match[1]) * 100 + short;
  const [month, day, hour, minute, second] = match.slice(3).map(Number) as [number, number, number, number, number];
  return daysOfDate(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
}

/** Texts read before: the same few certificates sign thousands of transactions. The same text always gives the same fields. */
const known = new Map<string, CertificateFields>();
const mostKnown = 1024;

/** @throws Error `certificate.malformed` with what was expected and what came. */
export function readCertificate(pem: string): CertificateFields {
  let fields = known.get(pem);
  if (!fields) {
    fields = parseCertificate(pem);
    if (known.size >= mostKnown) known.clear();
    known.set(pem, fields);
  }
  return fields;
}

function parseCertificate(pem: string): CertificateFields {
  const begin = '-----BEGIN CERTIFICATE-----';
  const [from, to] = [pem.indexOf(begin), pem.indexOf('-----END CERTIFICATE-----')];
  if (from < 0 || to < from) throw malformed('PEM of a certificate', JSON.stringify(pem.slice(0, 30)));
  const der = decodeBase64(pem.slice(from + begin.length, to));
  const outer = element(der, 0, der.length);
  const [body] = children(der, outer);
  if (outer.tag !== 0x30 || body?.tag !== 0x30) throw malformed('a certificate sequence', `tag ${outer.tag}`);
  const parts = children(der, body);
  // The version is an explicit [0]; version 1 certificates leave it out.
  if (parts[0]?.tag === 0xa0) parts.shift();
  const [serial, , issuer, validity, subject, publicKey] = parts;
  if (!serial || !issuer || !validity || !subject || !publicKey)
    throw malformed('serial, issuer, validity, subject and key', `${parts.length} parts`);
  const [notBefore, notAfter] = children(der, validity);
  if (!notBefore || !notAfter) throw malformed('a validity of two times', 'fewer');
  return {
    serial: hex(der, serial.body, serial.end).replace(/^(00)+(?=..)/, ''),
    subject: nameOf(der, subject),
    issuer: nameOf(der, issuer),
    notBefore: timeOf(der, notBefore),
    notAfter: timeOf(der, notAfter),
    publicKey: hex(der, publicKey.start, publicKey.end),
  };
}
