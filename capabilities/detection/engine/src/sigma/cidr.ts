/**
 * IP addresses and CIDR networks, versions 4 and 6 (RFC 4632, RFC 4291). An IPv4-mapped IPv6 address counts as its IPv4 address.
 * It never resolves names.
 * @module
 */
export interface Network {
  readonly version: 4 | 6;
  readonly bits: number;
  readonly words: readonly number[];
}

/** The address as 16-bit words (two for version 4, eight for version 6), or undefined where the text is none. */
export function parseAddress(text: string): readonly number[] | undefined {
  if (text.includes(':')) return parseVersion6(text);
  return parseVersion4(text);
}

function parseVersion4(text: string): readonly number[] | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!found) return undefined;
  const [first = 0, second = 0, third = 0, fourth = 0] = found.slice(1).map(Number);
  if (Math.max(first, second, third, fourth) > 255) return undefined;
  return [(first << 8) | second, (third << 8) | fourth];
}

function parseVersion6(whole: string): readonly number[] | undefined {
  const text = whole.replace(/%.*$/, '');
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const read = (half: string): number[] | undefined => {
    if (half === '') return [];
    const words: number[] = [];
    const groups = half.split(':');
    for (const [index, group] of groups.entries()) {
      if (group.includes('.')) {
        const tail = index === groups.length - 1 ? parseVersion4(group) : undefined;
        if (!tail) return undefined;
        words.push(...tail);
      } else if (/^[0-9a-f]{1,4}$/i.test(group)) words.push(Number.parseInt(group, 16));
      else return undefined;
    }
    return words;
  };
  const head = read(halves[0] ?? '');
  const tail = read(halves[1] ?? '');
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const words = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  const mapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  return mapped ? words.slice(6) : words;
}

/** @returns undefined where the text is no network; a bare address is a network of one. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.trim().split('/');
  if (rest.length > 0) return undefined;
  const words = parseAddress(address);
  if (!words) return undefined;
  const bits = length === undefined ? words.length * 16 : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (bits < 0 || bits > words.length * 16) return undefined;
  return { version: words.length === 2 ? 4 : 6, bits, words };
}

export function contains(network: Network, text: string): boolean {
  const words = parseAddress(text);
  if (!words || words.length !== network.words.length) return false;
  let left = network.bits;
  for (let index = 0; left > 0; index += 1, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if (((words[index] ?? 0) & mask) !== ((network.words[index] ?? 0) & mask)) return false;
  }
  return true;
}
