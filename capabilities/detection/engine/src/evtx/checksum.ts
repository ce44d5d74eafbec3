/**
 * CRC-32 (ISO 3309, reflected polynomial 0xEDB88320), as EVTX files use it.
 * @module
 */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @returns unsigned 32-bit checksum of the ranges, one after the other */
export function crc32(bytes: Uint8Array, ...ranges: readonly (readonly [start: number, end: number])[]): number {
  let value = 0xffffffff;
  for (const [start, end] of ranges)
    for (let index = start; index < end; index += 1)
      value = (value >>> 8) ^ (table[(value ^ (bytes[index] as number)) & 255] as number);
  return (value ^ 0xffffffff) >>> 0;
}
