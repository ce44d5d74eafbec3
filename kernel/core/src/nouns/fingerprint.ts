/**
 * What makes two reports the same weakness, as one hash.
 * @module
 */
import { hash } from 'node:crypto';

const domain = 'hedun finding v1';

/**
 * SHA-256 (hex) over length-prefixed parts behind a fixed domain text: `['a', 'bc']` and `['ab', 'c']` differ, and so do a finding
 * without asset and one whose asset has an empty id. The organisation is not part of it: the database keeps fingerprints per organisation.
 */
export function fingerprintOf(finding: {
  readonly kind: string;
  readonly assetId?: string | null | undefined;
  readonly identity: readonly string[];
}): string {
  const parts = [domain, finding.assetId ? `asset:${finding.assetId}` : 'none', finding.kind, ...finding.identity];
  return hash('sha256', parts.map((part) => `${Buffer.byteLength(part)}:${part};`).join(''));
}
