/**
 * What makes two reports the same weakness, as one hash.
 * @module
 */
import { createHash } from 'node:crypto';

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
  const hash = createHash('sha256');
  for (const part of [domain, finding.assetId ? `asset:${finding.assetId}` : 'none', finding.kind, ...finding.identity])
    hash.update(`${Buffer.byteLength(part)}:${part};`);
  return hash.digest('hex');
}
