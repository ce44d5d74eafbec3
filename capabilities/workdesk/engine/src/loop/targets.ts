/**
 * Where a reported weakness points, and which tool reported it, in words that stay the same from scan to scan.
 * @module
 */
import type { ScanFinding } from '../scans/types.ts';

/** Name and address under which the target may be known, most telling first; empty for findings in code and components. */
export function targetsOf({ location }: Pick<ScanFinding, 'location'>): readonly string[] {
  const { host, address } = location;
  return [...new Set([host, address].flatMap((each) => (each ? [each.toLowerCase().replace(/\.$/, '')] : [])))];
}

const families: readonly (readonly [RegExp, string])[] = [
  [/^(nessus|tenable)/, 'nessus'],
  [/^(openvas|gvm)/, 'openvas'],
  [/^(burp|dastardly)/, 'burp'],
  [/^qualys/, 'qualys'],
  [/^acunetix/, 'acunetix'],
];
/** The tool behind a format: `nessus-csv` and `nessus` are one tool, and so a second scan may come in the other form. */
export function sourceOf(formatId: string): string {
  return families.find(([pattern]) => pattern.test(formatId))?.[1] ?? formatId.replace(/-(xml|json|csv|html)$/, '');
}
