/**
 * What the tests of the cryptographic part share: seeded bytes, random policies and attributes, and a judge that knows nothing of span programs.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Attribute, Policy } from '@hedun/exchange/policy';

/** Repeatable bytes: a test that fails fails again. */
export function seeded(seed: string): (size: number) => Uint8Array {
  let counter = 0;
  return (size) => {
    const parts: Buffer[] = [];
    for (let have = 0; have < size; have += 64)
      parts.push(createHash('sha512').update(`${seed}/${counter++}`).digest());
    return Uint8Array.from(Buffer.concat(parts).subarray(0, size));
  };
}
export function drawer(seed: string) {
  const bytes = seeded(seed);
  const below = (bound: number) => Buffer.from(bytes(6)).readUIntBE(0, 6) % bound;
  return { bytes, below, pick: <T>(items: readonly T[]): T => items[below(items.length)] as T };
}
export type Drawer = ReturnType<typeof drawer>;

const names = ['dept', 'role', 'site', '部门'];
const values = ['a', 'b', 'c', '调度'];
export function randomPolicy(draw: Drawer, depth: number): Policy {
  const kind = draw.below(depth > 0 ? 5 : 2);
  if (kind === 0) return { kind: 'attribute', name: draw.pick(names), value: draw.pick(values) };
  if (kind === 1) {
    const unit = draw.pick(['number', 'date'] as const);
    const operator = draw.pick(['<', '<=', '=', '>=', '>'] as const);
    // The calendar of a policy ends with the year 9999, day 2,932,896.
    const value = 1 + draw.below(draw.pick([3, 20, 300, 70_000, 2_900_000]));
    return { kind: 'compare', name: unit === 'date' ? 'until' : draw.pick(['level', '级别']), operator, value, unit };
  }
  const branches = Array.from({ length: 2 + draw.below(3) }, () => randomPolicy(draw, depth - 1));
  const threshold = kind === 2 ? branches.length : kind === 3 ? 1 : 1 + draw.below(branches.length);
  return { kind: 'gate', threshold, branches };
}
export function randomAttributes(draw: Drawer): Attribute[] {
  const words = Array.from(
    { length: draw.below(9) },
    (): Attribute => ({ kind: 'word', name: draw.pick(names), value: draw.pick(values) }),
  );
  const number = (name: string): Attribute => ({
    kind: 'number',
    name,
    value: draw.below(draw.pick([4, 24, 400, 90_000, 5_000_000])),
  });
  return [
    ...words,
    ...(draw.below(2) ? [number('level')] : []),
    ...(draw.below(2) ? [number('级别')] : []),
    ...(draw.below(2) ? [{ kind: 'date', name: 'until', value: draw.below(draw.pick([30, 5_000_000])) } as const] : []),
  ];
}

/** Whether attributes meet a policy, decided on the policy itself. */
export function meets(policy: Policy, attributes: readonly Attribute[]): boolean {
  switch (policy.kind) {
    case 'attribute':
      return attributes.some(
        (each) => each.kind === 'word' && each.name === policy.name && each.value === policy.value,
      );
    case 'compare':
      return attributes.some((each) => {
        if (each.kind !== policy.unit || each.name !== policy.name) return false;
        const { value } = each;
        return {
          '<': value < policy.value,
          '<=': value <= policy.value,
          '=': value === policy.value,
          '>=': value >= policy.value,
          '>': value > policy.value,
        }[policy.operator];
      });
    case 'gate':
      return policy.branches.filter((branch) => meets(branch, attributes)).length >= policy.threshold;
  }
}
