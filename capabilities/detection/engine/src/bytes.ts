/**
 * Text to bytes in the encodings Sigma names, Base64 of bytes, and bytes back to text one code unit a byte. Never a Buffer.
 * @module
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 Base64 with padding. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const first = bytes[index] ?? 0;
    const second = bytes[index + 1];
    const third = bytes[index + 2];
    text += alphabet[first >> 2];
    text += alphabet[((first & 3) << 4) | ((second ?? 0) >> 4)];
    text += second === undefined ? '=' : alphabet[((second & 15) << 2) | ((third ?? 0) >> 6)];
    text += third === undefined ? '=' : alphabet[third & 63];
  }
  return text;
}

/** The bytes of an RFC 4648 Base64 text; padding may be missing. */
export function fromBase64(text: string): Uint8Array {
  const clean = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of clean) {
    bits = (bits << 6) | alphabet.indexOf(letter);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at] = (bits >>> held) & 255;
    at += 1;
  }
  return bytes;
}

/** The three substrings of a Base64 text that stay fixed however the value is shifted inside it. */
export function base64Offsets(bytes: Uint8Array): readonly string[] {
  const dropped = [0, 2, 3];
  const trailing = [0, -3, -2];
  return [0, 1, 2].map((shift) => {
    const shifted = new Uint8Array(bytes.length + shift).fill(0x20);
    shifted.set(bytes, shift);
    const text = base64(shifted);
    const end = text.length + (trailing[shifted.length % 3] ?? 0);
    return text.slice(dropped[shift], end);
  });
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function utf16(text: string, order: 'little' | 'big', mark = false): Uint8Array {
  const bytes: number[] = mark ? [0xff, 0xfe] : [];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (order === 'little') bytes.push(unit & 255, unit >> 8);
    else bytes.push(unit >> 8, unit & 255);
  }
  return Uint8Array.from(bytes);
}

/** One code unit a byte, so that encoded bytes can be looked for in text. */
export function bytesAsText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
