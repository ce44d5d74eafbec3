/**
 * One-time codes: TOTP with SHA-1, six digits, 30 seconds (RFC 6238 over RFC 4226), as every authenticator app expects.
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const stepSeconds = 30;
const digits = 6;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function totpAt(secret: Uint8Array, step: number, length = digits): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** length).padStart(length, '0');
}

/** The step a code belongs to, one step of clock difference allowed, later than the last one used; null when it does not match. */
export function totpStep(secret: Uint8Array, code: string, now: Date, lastStep: number | null): number | null {
  const current = Math.floor(now.getTime() / 1000 / stepSeconds);
  for (const step of [current, current - 1, current + 1]) {
    if (lastStep !== null && step <= lastStep) continue;
    const wanted = Buffer.from(totpAt(secret, step));
    const got = Buffer.from(code);
    if (wanted.length === got.length && timingSafeEqual(wanted, got)) return step;
  }
  return null;
}

/** Base32 without padding (RFC 4648, section 6). */
export function base32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}
export function fromBase32(text: string): Uint8Array {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
export function otpauthUri(secret: string, userName: string): string {
  return `otpauth://totp/Hedun:${encodeURIComponent(userName)}?secret=${secret}&issuer=Hedun&algorithm=SHA1&digits=${digits}&period=${stepSeconds}`;
}
