/** @module Rule [P7]. */
import { expect, test } from 'vitest';
import { type DatedRelation, evaluate, type Predicate, relatedOn } from '../src/index.ts';
import { generator, named } from './shipped.ts';

test('[P7] affiliates of the day: begun, not ended, through third parties', () => {
  const relations: readonly DatedRelation[] = [
    { left: 'x', right: 'y', from: '2025-01-01', to: '2025-12-31' },
    { left: 'z', right: 'y', from: '2025-06-01' },
  ];
  expect(relatedOn(relations, 'x', '2025-05-31')).toEqual(['x', 'y']);
  expect(relatedOn(relations, 'x', '2025-06-01')).toEqual(['x', 'y', 'z']);
  expect(relatedOn(relations, 'x', '2025-12-31')).toEqual(['x', 'y', 'z']);
  expect(relatedOn(relations, 'x', '2026-01-01')).toEqual(['x']);
  expect(relatedOn(relations, 'z', '2026-01-01')).toEqual(['y', 'z']);
});

test('[P7] an equivalence: symmetric and transitive on 200 generated groups, equal to repeated merging', () => {
  const next = generator(31);
  const parties = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (let round = 0; round < 200; round += 1) {
    const relations = Array.from(
      { length: next(7) },
      (): DatedRelation => ({
        left: parties[next(6)] as string,
        right: parties[next(6)] as string,
        from: `2025-0${1 + next(9)}-01`,
      }),
    );
    const valid = relations.filter((each) => each.from <= '2025-05-15');
    let groups = parties.map((party) => new Set([party]));
    for (const { left, right } of valid) {
      const touched = groups.filter((group) => group.has(left) || group.has(right));
      groups = [...groups.filter((group) => !touched.includes(group)), new Set(touched.flatMap((group) => [...group]))];
    }
    for (const party of parties)
      expect(relatedOn(relations, party, '2025-05-15')).toEqual(
        [...(groups.find((group) => group.has(party)) ?? [])].sort(),
      );
  }
});

test('[P7] affiliation counts as it was at the time of each audit', () => {
  const open = named('cn.pi-audit.2025');
  const relations: readonly DatedRelation[] = [{ left: 'x', right: 'y', from: '2025-01-01', to: '2025-12-31' }];
  const audits = (days: readonly string[]) =>
    days.map((completedOn, index) => ({
      affiliates: [...relatedOn(relations, 'y', completedOn)],
      lead: `lead-${index}`,
      mode: 'ordered',
      completedOn,
    }));
  const allowed = (days: readonly string[]) =>
    evaluate(open.nodes.get('art-15')?.rule as Predicate, {
      facts: { 'candidate.institution': 'x', 'candidate.lead': 'new', audits: audits(days) },
      parameters: open.parameters,
    });
  // Two audits by y while it was affiliated with x bar x; when the second came after the affiliation ended, they do not.
  expect(allowed(['2025-03-01', '2025-09-01'])).toBe(false);
  expect(allowed(['2025-09-01', '2026-03-01'])).toBe(true);
});
