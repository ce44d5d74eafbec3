/**
 * Bytes of a log line to text that can do no harm: decoded, bounded, without characters that would start a new line, move a cursor or
 * turn the reading direction. What was changed is counted by kind. The bytes themselves are kept elsewhere; this is what people read.
 * @module
 */

/** What was wrong with a line's bytes. */
export type Damage = 'cut' | 'encoding' | 'nul' | 'control' | 'direction';

export interface SafeText {
  readonly text: string;
  readonly damage: readonly Damage[];
}

/** Longer lines are cut here: four times the largest UDP payload, far more than any device writes. */
export const lineLimit = 256 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8');

/** C0 without tab, DEL, C1, and the characters of Unicode Technical Report 36 that turn the reading direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
const hostile = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
const hostileAll = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const none: readonly Damage[] = [];

/** @param encoding what the source writes where its bytes are not UTF-8: devices of Chinese make often write GB 18030 */
export function safeText(bytes: Uint8Array, encoding: 'utf-8' | 'gb18030' = 'utf-8', limit = lineLimit): SafeText {
  let damage: Damage[] | undefined;
  let part = bytes;
  if (part.length > limit) {
    part = part.subarray(0, limit);
    damage = ['cut'];
  }
  let end = part.length;
  // Line ends and the NUL some senders close a message with are framing, not content.
  while (end > 0 && (part[end - 1] === 10 || part[end - 1] === 13 || part[end - 1] === 0)) end -= 1;
  if (end < part.length) part = part.subarray(0, end);
  let text: string;
  try {
    text = utf8.decode(part);
  } catch {
    // A cut may have gone through a character; that is no fault of the sender's.
    text = encoding === 'gb18030' ? new TextDecoder('gb18030').decode(part) : lenient.decode(part);
    if (encoding === 'utf-8') {
      damage ??= [];
      damage.push('encoding');
    }
  }
  return contain(text, damage);
}

/** The same for text that was decoded already. */
export function contain(text: string, before?: Damage[]): SafeText {
  if (!hostile.test(text)) return { text, damage: before ?? none };
  const found = new Set(before);
  const shown = text.replace(hostileAll, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0) found.add('nul');
    else if (code > 0x2000) found.add('direction');
    else found.add('control');
    // Control pictures (U+2400 and on) show what stood there and do nothing.
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
  return { text: shown, damage: [...found] };
}
