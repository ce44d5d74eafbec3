/**
 * Small changes of lists and names while a form is designed.
 * @module
 */

/** The first free name of its sort: q1, q2 … */
export function freeName(letter: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) if (!taken.includes(`${letter}${number}`)) return `${letter}${number}`;
}
export const replaced = <T>(items: readonly T[], at: number, next: T | null): T[] =>
  next === null ? items.filter((_, index) => index !== at) : items.map((each, index) => (index === at ? next : each));

/** The item one place up or down. */
export function swapped<T>(items: readonly T[], at: number, by: -1 | 1): T[] {
  const next = [...items];
  const [moving] = next.splice(at, 1);
  if (moving !== undefined) next.splice(at + by, 0, moving);
  return next;
}
