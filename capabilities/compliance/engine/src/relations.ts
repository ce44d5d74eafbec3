/**
 * Who belonged together on a day: the equivalence closure of dated relations between parties (affiliated institutions, for one). A
 * relation that ended, or had not begun, on that day joins nobody.
 * @module
 */
import { type Day, dayNumber } from '@hedun/workdays';

export interface DatedRelation {
  readonly left: string;
  readonly right: string;
  readonly from: Day;
  /** Last day; open when absent. */
  readonly to?: Day;
}

/** The party itself and everybody reachable through relations of that day, sorted. */
export function relatedOn(relations: readonly DatedRelation[], party: string, day: Day): readonly string[] {
  const today = dayNumber(day);
  const neighbours = new Map<string, string[]>();
  for (const { left, right, from, to } of relations) {
    if (dayNumber(from) > today || (to !== undefined && today > dayNumber(to))) continue;
    neighbours.set(left, [...(neighbours.get(left) ?? []), right]);
    neighbours.set(right, [...(neighbours.get(right) ?? []), left]);
  }
  const found = new Set([party]);
  for (const each of found) for (const next of neighbours.get(each) ?? []) found.add(next);
  return [...found].sort();
}
