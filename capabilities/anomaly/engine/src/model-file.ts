/**
 * One portable file for any model: a magic word, the format's version, a JSON tree in which arrays of numbers are named by place, the arrays
 * themselves as little-endian bytes, and a SHA-256 over all of it. Reading checks everything before a number is used.
 * @module
 */
import { createHash } from 'node:crypto';

/** Plain data with typed arrays at its leaves. */
export interface ModelState {
  readonly [key: string]: ModelValue;
}
export type ModelValue = string | number | boolean | null | NumberArray | ModelState | readonly ModelValue[];
type NumberArray = Float32Array | Float64Array | Uint8Array | Uint16Array | Int16Array | Uint32Array;

const kinds = { Float32Array, Float64Array, Uint8Array, Uint16Array, Int16Array, Uint32Array } as const;
type Kind = keyof typeof kinds;
const magic = 'HEDUNMDL';
const version = 1;

export function writeModel(state: ModelState): Uint8Array {
  const arrays: Uint8Array[] = [];
  let at = 0;
  const tree = (value: ModelValue): unknown => {
    if (ArrayBuffer.isView(value)) {
      const kind = value.constructor.name as Kind;
      if (!(kind in kinds)) throw new TypeError(`model: expected a known kind of array, got ${kind}`);
      // A copy always starts at a multiple of eight of its own buffer.
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
      const from = at;
      arrays.push(bytes, new Uint8Array((8 - (bytes.length % 8)) % 8));
      at += Math.ceil(bytes.length / 8) * 8;
      return { $: kind, at: from, length: value.length };
    }
    if (Array.isArray(value)) return value.map(tree);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value as ModelState).map(([key, each]) => [key, tree(each)]));
    return value;
  };
  const head = new TextEncoder().encode(JSON.stringify(tree(state)));
  const padding = (8 - (head.length % 8)) % 8;
  const file = new Uint8Array(24 + head.length + padding + at + 32);
  file.set(new TextEncoder().encode(magic));
  const view = new DataView(file.buffer);
  view.setUint32(8, version, true);
  view.setUint32(12, head.length, true);
  view.setUint32(16, at, true);
  file.set(head, 24);
  let to = 24 + head.length + padding;
  for (const bytes of arrays) {
    file.set(bytes, to);
    to += bytes.length;
  }
  file.set(createHash('sha256').update(file.subarray(0, to)).digest(), to);
  return file;
}

export function readModel(file: Uint8Array): ModelState {
  const refuse = (expected: string, got: string) => new RangeError(`model file: expected ${expected}, got ${got}`);
  if (file.length < 56 || new TextDecoder().decode(file.subarray(0, 8)) !== magic)
    throw refuse(`a file that begins with ${magic}`, `${file.length} bytes that do not`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(8, true) !== version) throw refuse(`version ${version}`, `${view.getUint32(8, true)}`);
  const [headLength, size] = [view.getUint32(12, true), view.getUint32(16, true)];
  const from = 24 + Math.ceil(headLength / 8) * 8;
  const end = from + size;
  if (end + 32 !== file.length) throw refuse(`${end + 32} bytes`, `${file.length}`);
  const digest = createHash('sha256').update(file.subarray(0, end)).digest();
  if (digest.some((byte, index) => byte !== file[end + index])) throw refuse('an unchanged file', 'another checksum');
  const body = file.slice(from, end);
  const build = (value: unknown): ModelValue => {
    if (Array.isArray(value)) return value.map(build);
    if (typeof value !== 'object' || value === null) return value as ModelValue;
    const { $: kind, at, length } = value as { $?: Kind; at: number; length: number };
    if (kind === undefined) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, build(each)]));
    const make = kinds[kind];
    if (!make || at + length * make.BYTES_PER_ELEMENT > size)
      throw refuse('arrays inside the file', `${kind} at ${at}`);
    return new make(body.buffer, at, length);
  };
  return build(JSON.parse(new TextDecoder().decode(file.subarray(24, 24 + headLength)))) as ModelState;
}
