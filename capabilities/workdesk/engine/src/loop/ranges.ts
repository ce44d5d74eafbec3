/**
 * Who answers for an address or a domain by the network it lies in: the longest prefix, the longest domain suffix.
 * @module
 */
export interface Range {
  /** `10.12.0.0/16`, `2001:db8::/32`, or a domain with everything below it: `cs.example.edu.cn`. */
  readonly value: string;
  readonly owner: string;
}
interface Block {
  readonly bits: number;
  readonly length: number;
  readonly start: bigint;
  readonly owner: string;
}
export interface RangeIndex {
  readonly blocks: readonly Block[];
  readonly domains: ReadonlyMap<string, string>;
}

/** @throws {RangeError} for a value that is neither a CIDR block nor a domain. */
export function openRanges(ranges: readonly Range[]): RangeIndex {
  const blocks: Block[] = [];
  const domains = new Map<string, string>();
  for (const { value, owner } of ranges) {
    const parsed = parseRange(value);
    if (parsed.kind === 'domain') domains.set(parsed.domain, owner);
    else blocks.push({ ...parsed, owner });
  }
  return { blocks: blocks.sort((left, right) => right.length - left.length), domains };
}

export function ownerOf({ blocks, domains }: RangeIndex, target: string): string | null {
  const number = addressNumber(target);
  if (number)
    return (
      blocks.find(
        ({ bits, length, start }) =>
          bits === number.bits && number.value >> BigInt(bits - length) === start >> BigInt(bits - length),
      )?.owner ?? null
    );
  const labels = target.toLowerCase().split('.');
  for (let index = 0; index < labels.length; index += 1) {
    const owner = domains.get(labels.slice(index).join('.'));
    if (owner) return owner;
  }
  return null;
}

export function parseRange(
  value: string,
):
  | { readonly kind: 'block'; readonly bits: number; readonly length: number; readonly start: bigint }
  | { readonly kind: 'domain'; readonly domain: string } {
  const text = value.trim().toLowerCase();
  const [address = '', prefix] = text.split('/');
  const number = addressNumber(address);
  if (number) {
    const length = prefix === undefined ? number.bits : Number(prefix);
    if (Number.isInteger(length) && length >= 0 && length <= number.bits)
      return { kind: 'block', bits: number.bits, length, start: number.value };
  }
  const domain = text.replace(/^\*?\./, '');
  if (/^(?=.{1,253}$)([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{1,62}$/u.test(domain))
    return { kind: 'domain', domain };
  throw new RangeError(`range: expected a CIDR block or a domain, got ${value.slice(0, 80)}`);
}

/** An IPv4 or IPv6 address as a number, or null. */
export function addressNumber(text: string): { readonly bits: 32 | 128; readonly value: bigint } | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.').map(Number);
    if (parts.some((part) => part > 255)) return null;
    return { bits: 32, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  }
  if (!/^[0-9a-f:]+(:\d{1,3}(\.\d{1,3}){3})?$/i.test(text) || !text.includes(':')) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groupsOf = (half: string): bigint[] | null => {
    if (half === '') return [];
    const groups: bigint[] = [];
    for (const part of half.split(':')) {
      if (part.includes('.')) {
        const inner = addressNumber(part);
        if (!inner) return null;
        groups.push(inner.value >> 16n, inner.value & 0xffffn);
      } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
      else return null;
    }
    return groups;
  };
  const [left, right] = [groupsOf(halves[0] ?? ''), groupsOf(halves[1] ?? '')];
  if (!left || !right) return null;
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array.from({ length: missing }, () => 0n), ...right];
  return { bits: 128, value: groups.reduce((sum, group) => (sum << 16n) + group, 0n) };
}
