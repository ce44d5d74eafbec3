/**
 * What the permission patterns of a role mean: `*` is everything, `asset.*` a noun, `*.read` a verb, and a later `!pattern` takes back.
 * The server decides by it and the console shows by it. Pure.
 * @module
 */

export function grantsPermission(patterns: readonly string[], permission: string): boolean {
  let granted = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!');
    if (matches(negative ? pattern.slice(1) : pattern, permission)) granted = !negative;
  }
  return granted;
}

/** Those of `all` that the patterns grant. */
export function expandPatterns(patterns: readonly string[], all: readonly string[]): readonly string[] {
  return all.filter((permission) => grantsPermission(patterns, permission));
}

function matches(pattern: string, permission: string): boolean {
  if (pattern === '*' || pattern === permission) return true;
  if (pattern.endsWith('.*')) return permission.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*.') && permission.endsWith(pattern.slice(1));
}
