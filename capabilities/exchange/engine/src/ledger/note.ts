/**
 * Signed notes and checkpoints as C2SP writes them (signed-note, tlog-checkpoint, tlog-cosignature): a text anyone can read, its signatures below.
 * Ed25519 keys; a witness's cosignature carries the time at which it saw the checkpoint.
 * @module
 */
import { concat, equalBytes, fromBase64, toBase64, utf8 } from './bytes.ts';
import type { Hash } from './merkle.ts';

export type VerifyEd25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
export type SignEd25519 = (message: Uint8Array) => Uint8Array;

/** Signature types of C2SP signed-note: plain Ed25519 and timestamped cosignature/v1. */
const ed25519 = 0x01;
const cosignature = 0x04;

export interface NoteKey {
  readonly name: string;
  readonly kind: 'log' | 'witness';
  readonly publicKey: Uint8Array;
}
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}
export interface Cosignature {
  readonly name: string;
  readonly seconds: number;
}

const separator = '\n\n— ';
const typeOf = (kind: NoteKey['kind']) => (kind === 'log' ? ed25519 : cosignature);
const keyHash = (hash: Hash, key: NoteKey) =>
  hash(concat(utf8(`${key.name}\n`), Uint8Array.of(typeOf(key.kind)), key.publicKey)).subarray(0, 4);

/** `name+hash+base64(type ‖ key)`. */
export function formatKey(hash: Hash, key: NoteKey): string {
  const digits = Array.from(keyHash(hash, key), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${key.name}+${digits}+${toBase64(concat(Uint8Array.of(typeOf(key.kind)), key.publicKey))}`;
}
export function parseKey(hash: Hash, text: string): NoteKey {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  if (!match) throw new RangeError(`note key: expected name+hash+key, got ${text.slice(0, 60)}`);
  const bytes = fromBase64(match[3]!);
  const kind = bytes[0] === ed25519 ? 'log' : bytes[0] === cosignature ? 'witness' : null;
  if (!kind || bytes.length !== 33)
    throw new RangeError(`note key: expected 33 bytes of type 1 or 4, got ${bytes.length}`);
  const key: NoteKey = { name: match[1]!, kind, publicKey: bytes.slice(1) };
  if (formatKey(hash, key) !== text) throw new RangeError(`note key: expected ${formatKey(hash, key)}, got ${text}`);
  return key;
}

export function signNote(hash: Hash, body: string, key: NoteKey, sign: SignEd25519): string {
  if (!body.endsWith('\n') || body.includes(separator))
    throw new RangeError('note: expected lines that end with a newline');
  return `${body}\n— ${key.name} ${toBase64(concat(keyHash(hash, key), sign(utf8(body))))}\n`;
}

/** A witness's signature under a note that the log signed already. */
export function cosignNote(hash: Hash, note: string, key: NoteKey, sign: SignEd25519, seconds: number): string {
  const { body } = splitNote(note);
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(seconds));
  const signature = sign(utf8(`cosignature/v1\ntime ${seconds}\n${body}`));
  return `${note}— ${key.name} ${toBase64(concat(keyHash(hash, key), stamp, signature))}\n`;
}

interface SignatureLine {
  readonly name: string;
  readonly bytes: Uint8Array;
}
export function splitNote(note: string): { readonly body: string; readonly lines: readonly SignatureLine[] } {
  if (note.length > 64_000) throw new RangeError(`note: expected at most 64000 characters, got ${note.length}`);
  const at = note.lastIndexOf(separator);
  if (at < 0 || !note.endsWith('\n')) throw new RangeError('note: expected a text, an empty line and signatures');
  const lines = note
    .slice(at + 2, -1)
    .split('\n')
    .map((line) => {
      const match = /^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line);
      if (!match) throw new RangeError(`note: expected a signature line, got ${line.slice(0, 60)}`);
      return { name: match[1]!, bytes: fromBase64(match[2]!) };
    });
  return { body: note.slice(0, at + 1), lines };
}

/** The keys whose signature stands under the note and holds; a line by a known key that does not hold makes the note invalid. */
export function verifyNote(
  hash: Hash,
  verify: VerifyEd25519,
  note: string,
  keys: readonly NoteKey[],
): { readonly body: string; readonly signers: readonly NoteKey[]; readonly cosignatures: readonly Cosignature[] } {
  const { body, lines } = splitNote(note);
  const signers: NoteKey[] = [];
  const cosignatures: Cosignature[] = [];
  for (const { name, bytes } of lines) {
    const key = keys.find((each) => each.name === name && equalBytes(keyHash(hash, each), bytes.subarray(0, 4)));
    if (!key || signers.includes(key)) continue;
    const rest = bytes.subarray(4);
    if (key.kind === 'log') {
      if (rest.length !== 64 || !verify(key.publicKey, utf8(body), rest))
        throw new RangeError(`note: expected a signature of ${name}, got one that does not hold`);
    } else {
      const seconds = rest.length === 72 ? Number(new DataView(rest.buffer, rest.byteOffset).getBigUint64(0)) : -1;
      if (seconds < 0 || !verify(key.publicKey, utf8(`cosignature/v1\ntime ${seconds}\n${body}`), rest.subarray(8)))
        throw new RangeError(`note: expected a cosignature of ${name}, got one that does not hold`);
      cosignatures.push({ name, seconds });
    }
    signers.push(key);
  }
  return { body, signers, cosignatures };
}

export const formatCheckpoint = ({ origin, size, root }: Checkpoint) => `${origin}\n${size}\n${toBase64(root)}\n`;
export function parseCheckpoint(body: string): Checkpoint {
  const [origin, size, root] = body.split('\n');
  if (!origin || !size || !root || !/^(0|[1-9]\d{0,15})$/.test(size))
    throw new RangeError('checkpoint: expected origin, size and root on lines of their own');
  const bytes = fromBase64(root);
  if (bytes.length !== 32) throw new RangeError(`checkpoint: expected a root of 32 bytes, got ${bytes.length}`);
  return { origin, size: Number(size), root: bytes };
}
