/**
 * Compiles a policy to a monotone span program and finds the cheapest way a set of attributes meets it.
 *
 * AND and OR after Lewko and Waters, "Decentralizing Attribute-Based Encryption", EUROCRYPT 2011, appendix G; k-of-n gates by a Vandermonde
 * block after Liu, Cao and Wong, "Efficient Generation of Linear Secret Sharing Scheme Matrices from Threshold Access Trees", 2010/374.
 *
 * Two departures, both sound because they publish a function of what the plain scheme would publish:
 * - The leaves directly under an AND gate become ONE row whose point is the sum of theirs. Anybody can compute that sum from the plain
 *   ciphertext (the shares add up, and the rows are used with coefficient 1), so it tells an attacker nothing new, and a conjunction of a
 *   hundred attributes costs one row instead of a hundred.
 * - Rows that share an attribute get different colours, and each colour its own randomness: Riepel and Wee, "FABEO", CCS 2022, need every
 *   pair (attribute, colour) to be used once. The number of colours is their τ.
 * @module
 */
import type { AtomTree } from './atoms.ts';
import { policyLimits } from './syntax.ts';

export interface Row {
  /** Sorted and different from each other. All are needed to use the row. */
  readonly atoms: readonly string[];
  /** Column and coefficient, only those that are not zero. Column 0 holds the secret. */
  readonly coefficients: readonly (readonly [column: number, coefficient: bigint])[];
  readonly colour: number;
}
export interface SpanProgram {
  readonly rows: readonly Row[];
  readonly columns: number;
  readonly colours: number;
}

type Vector = ReadonlyMap<number, bigint>;
function plus(left: Vector, column: number, coefficient: bigint): Vector {
  return new Map(left).set(column, (left.get(column) ?? 0n) + coefficient);
}

/** A part of a gate: leaves that stand together in one row, or a gate. Rows are numbered depth first. */
type Part =
  | { readonly kind: 'row'; readonly atoms: readonly string[]; readonly row: number }
  | { readonly kind: 'gate'; readonly gate: Gate };
interface Gate {
  readonly threshold: number;
  readonly parts: readonly Part[];
}

/** Under AND all leaves are one part, elsewhere each is its own. */
function layOut(tree: AtomTree): Gate {
  let rows = 0;
  const row = (atoms: readonly string[]): Part => ({ kind: 'row', atoms, row: rows++ });
  const visit = (each: AtomTree): Gate => {
    if (each.kind === 'atom') return { threshold: 1, parts: [row([each.atom])] };
    const leaves = each.branches.filter((branch) => branch.kind === 'atom').map(({ atom }) => atom);
    const isAnd = each.threshold === each.branches.length;
    const own = isAnd && leaves.length > 0 ? [row([...new Set(leaves)].sort())] : leaves.map((atom) => row([atom]));
    const gates = each.branches.filter((branch) => branch.kind === 'gate');
    const parts = [...own, ...gates.map((branch): Part => ({ kind: 'gate', gate: visit(branch) }))];
    return { threshold: isAnd ? parts.length : each.threshold, parts };
  };
  return visit(tree);
}

/** The modulus only shortens the powers of a Vandermonde block; shares are taken modulo the same prime. */
export function compileSpan(tree: AtomTree, modulus: bigint): SpanProgram {
  const rows: Row[] = [];
  const coloursOf = new Map<string, Set<number>>();
  let columns = 1;
  let colours = 1;
  const colourFor = (atoms: readonly string[]): number => {
    let colour = 0;
    while (atoms.some((atom) => coloursOf.get(atom)?.has(colour))) colour += 1;
    for (const atom of atoms) coloursOf.set(atom, (coloursOf.get(atom) ?? new Set()).add(colour));
    colours = Math.max(colours, colour + 1);
    if (colours > policyLimits.colours)
      throw new RangeError(`policy: expected an attribute at most ${policyLimits.colours} times, got more`);
    return colour;
  };
  const place = (part: Part, vector: Vector): void => {
    if (part.kind === 'gate') {
      spread(part.gate, vector);
      return;
    }
    const coefficients = [...vector].filter(([, coefficient]) => coefficient !== 0n);
    rows.push({ atoms: part.atoms, coefficients, colour: colourFor(part.atoms) });
  };
  const spread = ({ threshold, parts }: Gate, vector: Vector): void => {
    const first = columns;
    if (threshold > 1) columns += threshold - 1;
    for (const [index, part] of parts.entries()) {
      let own = vector;
      if (threshold === parts.length && threshold > 1) {
        // Additive shares: v + c1, -c1 + c2, ..., -c(n-1).
        if (index > 0) own = new Map([[first + index - 1, -1n]]);
        if (index < parts.length - 1) own = plus(own, first + index, 1n);
      } else {
        // Points 1, 2, ... of a polynomial of degree threshold - 1 whose value at 0 is the gate's secret. For OR the degree is 0.
        let power = 1n;
        for (let column = 0; column < threshold - 1; column += 1) {
          power = (power * BigInt(index + 1)) % modulus;
          own = plus(own, first + column, power);
        }
      }
      place(part, own);
    }
  };
  spread(layOut(tree), new Map([[0, 1n]]));
  return { rows, columns, colours };
}

/** One share per row: row · (secret, randoms). */
export function sharesOf(program: SpanProgram, secret: bigint, randoms: readonly bigint[], modulus: bigint): bigint[] {
  const vector = [secret, ...randoms];
  if (vector.length !== program.columns)
    throw new RangeError(`shares: expected ${program.columns - 1} random numbers, got ${randoms.length}`);
  return program.rows.map(({ coefficients }) => {
    let share = 0n;
    for (const [column, coefficient] of coefficients) share += coefficient * (vector[column] as bigint);
    share %= modulus;
    return share < 0n ? share + modulus : share;
  });
}

/** A row to use and the factor it is used with, so that the chosen shares add up to the secret. */
export interface Use {
  readonly row: number;
  readonly factor: bigint;
}

/** The cheapest selection of rows that the atoms allow; undefined when they do not meet the policy. */
export function selectRows(
  tree: AtomTree,
  has: (atom: string) => boolean,
  modulus: bigint,
): readonly Use[] | undefined {
  const root = layOut(tree);
  const known = new Map<Gate, number>();
  const priceOf = (part: Part): number => {
    if (part.kind === 'row') return part.atoms.every(has) ? 1 : Number.POSITIVE_INFINITY;
    const before = known.get(part.gate);
    if (before !== undefined) return before;
    const prices = part.gate.parts.map(priceOf).sort((left, right) => left - right);
    const total = prices.slice(0, part.gate.threshold).reduce((sum, each) => sum + each, 0);
    known.set(part.gate, total);
    return total;
  };
  if (priceOf({ kind: 'gate', gate: root }) === Number.POSITIVE_INFINITY) return undefined;
  const uses: Use[] = [];
  const choose = (gate: Gate, factor: bigint): void => {
    const chosen = gate.parts
      .map((part, index) => ({ part, point: BigInt(index + 1), price: priceOf(part) }))
      .sort((left, right) => left.price - right.price || Number(left.point - right.point))
      .slice(0, gate.threshold);
    const isChain = gate.threshold === 1 || gate.threshold === gate.parts.length;
    const points = chosen.map(({ point }) => point);
    for (const { part, point } of chosen) {
      const own = isChain ? factor : (factor * lagrangeAtZero(point, points, modulus)) % modulus;
      if (part.kind === 'gate') choose(part.gate, own);
      else uses.push({ row: part.row, factor: own });
    }
  };
  choose(root, 1n);
  return uses.sort((left, right) => left.row - right.row);
}

function lagrangeAtZero(point: bigint, points: readonly bigint[], modulus: bigint): bigint {
  let above = 1n;
  let under = 1n;
  for (const other of points) {
    if (other === point) continue;
    above = (above * other) % modulus;
    under = (under * (other - point + modulus)) % modulus;
  }
  return (above * inverse(under, modulus)) % modulus;
}
function inverse(value: bigint, modulus: bigint): bigint {
  let [low, high, left, right] = [value % modulus, modulus, 1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high, left, right] = [high % low, low, right - quotient * left, left];
  }
  return left < 0n ? left + modulus : left;
}
