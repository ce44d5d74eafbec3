/**
 * What sources call an asset, written in one way, so that the same address always meets itself.
 * @module
 */
import { isIPv6 } from 'node:net';

const mac = /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/;

/** NFKC, lower case, no surrounding space or trailing dot; MAC addresses with colons; IPv6 in its shortest form (RFC 5952). */
export function normaliseIdentifier(raw: string): string {
  const text = raw.normalize('NFKC').trim().toLowerCase();
  if (mac.test(text)) return (text.replace(/[:.-]/g, '').match(/../g) ?? []).join(':');
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (isIPv6(bare) && !bare.includes('%')) return new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  return text.replace(/\.+$/, '');
}

/** Normalised, each once, in the order given. */
export function normaliseIdentifiers(raw: readonly string[]): string[] {
  return [...new Set(raw.map(normaliseIdentifier).filter((each) => each !== ''))];
}
