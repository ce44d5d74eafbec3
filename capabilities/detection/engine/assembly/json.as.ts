/**
 * Walks over one line of JSON with 128-bit SIMD and writes down where the members of the outermost object stand; compiled by
 * `node tools/assembly.ts`. It judges everything but what lies inside nested values (RFC 8259), and answers -1
 * for what it does not want to judge; the caller then parses the line whole.
 * @module
 */

// @ts-nocheck: AssemblyScript, not TypeScript; `i32`, `usize` and `v128` are its own.

// Addresses; src/sigma/json-line.ts has the same.
const header: usize = 1024;
const members: usize = 4096;
const memberLimit: i32 = 1024;
const slots: usize = 65536;
const slotCount: u32 = 8192;
const pool: usize = 262144;
const poolEnd: usize = 524288;
const input: usize = 524288;

let poolUsed: usize = pool;
let escaped: bool = false;

@inline
function isSpace(c: u8): bool {
  return c == 32 || c == 9 || c == 10 || c == 13;
}

@inline
function skip(p: usize): usize {
  while (isSpace(load<u8>(p))) p++;
  return p;
}

@inline
function isDigit(c: u8): bool {
  return c - 48 < 10;
}

function isHex(c: u8): bool {
  return c - 48 < 10 || (c | 32) - 97 < 6;
}

/** The closing quote of a string whose first byte stands at `p`; 0 where it is not closed, or no JSON. */
function stringEnd(p: usize, limit: usize): usize {
  const quote = i8x16.splat(34);
  const slash = i8x16.splat(92);
  const space = i8x16.splat(32);
  escaped = false;
  while (p < limit) {
    const v = v128.load(p);
    const mask = i8x16.bitmask(v128.or(v128.or(i8x16.eq(v, quote), i8x16.eq(v, slash)), i8x16.lt_u(v, space)));
    if (mask == 0) {
      p += 16;
      continue;
    }
    p += ctz(mask);
    if (p >= limit) return 0;
    const c = load<u8>(p);
    if (c == 34) return p;
    if (c != 92) return 0;
    escaped = true;
    const e = load<u8>(p + 1);
    if (e == 117) {
      if (!isHex(load<u8>(p + 2)) || !isHex(load<u8>(p + 3)) || !isHex(load<u8>(p + 4)) || !isHex(load<u8>(p + 5))) return 0;
      p += 6;
    } else if (e == 92 || e == 110 || e == 116 || e == 114 || e == 34 || e == 47 || e == 98 || e == 102) p += 2;
    else return 0;
  }
  return 0;
}

/** Where a number ends; 0 where there is none. */
function numberEnd(p: usize): usize {
  if (load<u8>(p) == 45) p++;
  const first = load<u8>(p);
  if (!isDigit(first)) return 0;
  p++;
  if (first != 48) while (isDigit(load<u8>(p))) p++;
  if (load<u8>(p) == 46) {
    p++;
    if (!isDigit(load<u8>(p))) return 0;
    while (isDigit(load<u8>(p))) p++;
  }
  if ((load<u8>(p) | 32) == 101) {
    p++;
    const sign = load<u8>(p);
    if (sign == 43 || sign == 45) p++;
    if (!isDigit(load<u8>(p))) return 0;
    while (isDigit(load<u8>(p))) p++;
  }
  return p;
}

/** The end of a nested value by its brackets alone; 0 where they do not close. */
function nestedEnd(p: usize, limit: usize): usize {
  let depth: i32 = 0;
  while (p < limit) {
    const c = load<u8>(p);
    if (c == 34) {
      p = stringEnd(p + 1, limit);
      if (p == 0) return 0;
    } else if (c == 123 || c == 91) depth++;
    else if (c == 125 || c == 93) {
      depth--;
      if (depth == 0) return p + 1;
    }
    p++;
  }
  return 0;
}

/** Of a name: its length, first eight and last eight bytes (all of it where it is shorter). */
@inline
function hashOf(start: usize, length: u32): u32 {
  let h: u64;
  if (length >= 8) h = load<u64>(start) ^ rotl<u64>(load<u64>(start + length - 8), 23);
  else h = load<u64>(start) & ((<u64>1 << (length << 3)) - 1);
  h = (h ^ length) * 0x9e3779b97f4a7c15;
  return <u32>(h >> 32) | 1;
}

@inline
function sameBytes(a: usize, b: usize, length: u32): bool {
  while (length >= 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
    length -= 8;
  }
  return length == 0 || ((load<u64>(a) ^ load<u64>(b)) & ((<u64>1 << (length << 3)) - 1)) == 0;
}

function find(start: usize, length: u32): i32 {
  const hash = hashOf(start, length);
  let slot = hash & (slotCount - 1);
  for (;;) {
    const at = slots + (<usize>slot << 4);
    const known = load<u32>(at);
    if (known == 0) return 0;
    if (known == hash && load<u32>(at, 4) == length && sameBytes(start, load<u32>(at, 8), length)) return load<i32>(at, 12);
    slot = (slot + 1) & (slotCount - 1);
  }
  return 0;
}

/** Remembers the name that stands at `start` in the input under a number. @returns false where there is no room */
export function remember(start: i32, length: i32, id: i32): bool {
  if (poolUsed + length + 8 > poolEnd) return false;
  memory.copy(poolUsed, input + start, length);
  const hash = hashOf(input + start, length);
  let slot = hash & (slotCount - 1);
  while (load<u32>(slots + (<usize>slot << 4)) != 0) slot = (slot + 1) & (slotCount - 1);
  const at = slots + (<usize>slot << 4);
  store<u32>(at, hash);
  store<u32>(at, length, 4);
  store<u32>(at, <u32>poolUsed, 8);
  store<i32>(at, id, 12);
  poolUsed += (length + 7) & ~7;
  return true;
}

export function forget(): void {
  memory.fill(slots, 0, slotCount << 4);
  poolUsed = pool;
}

/**
 * Per member six numbers: the name's (0: unknown), where the name stands, its length, where the value stands and ends, its kind (0 text,
 * 1 text with escapes, 2 number, 3 word, 4 nested). In the header: the last members called 1 (channel) and 2 (event id), whether a value is
 * nested, whether a name is unknown. Names 3 to 5 hold the event inside where their value is an object; 6 cannot be set on an object.
 * The header ends with the number the channel's text was remembered under, 0 where it was not.
 */
export function walk(length: i32): i32 {
  const limit = input + length;
  // Nothing that stood there before is read as part of this line.
  store<u64>(limit, 0);
  let channel: i32 = -1;
  let eventId: i32 = -1;
  let nested: i32 = 0;
  let unknown: i32 = 0;
  let count: i32 = 0;
  let p = skip(input);
  if (load<u8>(p) != 123) return -1;
  p = skip(p + 1);
  if (load<u8>(p) == 125) p++;
  else {
    for (;;) {
      if (load<u8>(p) != 34 || count == memberLimit) return -1;
      const name = p + 1;
      p = stringEnd(name, limit);
      if (p == 0 || escaped) return -1;
      const nameLength = <u32>(p - name);
      const id = find(name, nameLength);
      if (id == 0) unknown = 1;
      p = skip(p + 1);
      if (load<u8>(p) != 58) return -1;
      p = skip(p + 1);
      const c = load<u8>(p);
      const start = p;
      let kind: i32;
      if (c == 34) {
        p = stringEnd(p + 1, limit);
        if (p == 0) return -1;
        p++;
        kind = escaped ? 1 : 0;
      } else if (c == 45 || isDigit(c)) {
        p = numberEnd(p);
        if (p == 0) return -1;
        kind = 2;
      } else if (c == 123 || c == 91) {
        p = nestedEnd(p, limit);
        if (p == 0) return -1;
        kind = 4;
        nested = 1;
      } else {
        const word = load<u32>(p);
        if (word == 0x65757274 || word == 0x6c6c756e) p += 4;
        else if (word == 0x736c6166 && load<u8>(p + 4) == 101) p += 5;
        else return -1;
        kind = 3;
      }
      if (id > 0 && id <= 6) {
        if (id == 1) channel = count;
        else if (id == 2) eventId = count;
        else if (id == 6 || c == 123) return -1;
      }
      const at = members + <usize>(count * 24);
      store<i32>(at, id);
      store<i32>(at, <i32>(name - input), 4);
      store<i32>(at, <i32>nameLength, 8);
      store<i32>(at, <i32>(start - input), 12);
      store<i32>(at, <i32>(p - input), 16);
      store<i32>(at, kind, 20);
      count++;
      p = skip(p);
      const next = load<u8>(p);
      p++;
      if (next == 125) break;
      if (next != 44) return -1;
      p = skip(p);
    }
  }
  if (skip(p) != limit) return -1;
  // Where the channel's own text was remembered as a name its number is told, so that no text has to be made of it.
  let channelName: i32 = 0;
  if (channel >= 0) {
    const at = members + <usize>(channel * 24);
    if (load<i32>(at, 20) == 0)
      channelName = find(input + load<i32>(at, 12) + 1, <u32>(load<i32>(at, 16) - load<i32>(at, 12) - 2));
  }
  store<i32>(header, channelName, 16);
  store<i32>(header, channel);
  store<i32>(header, eventId, 4);
  store<i32>(header, nested, 8);
  store<i32>(header, unknown, 12);
  return count;
}
