/**
 * The hot loops of scoring tables, compiled into the same WebAssembly as `kernels.as.ts` and mirrored bit by bit by
 * `src/runtime/plain-tables.ts`. Addresses are bytes; rows stand one after the other, `columns` numbers each.
 * @module
 */

// @ts-nocheck: AssemblyScript, not TypeScript; `f32`, `usize` and `v128` are its own.

/**
 * out[row] += the value of the leaf each row falls into. A node is 16 bytes: the column's offset in a row (bytes), the cut, the address of the
 * right child (the left one is the next node), the value. A leaf cuts at minus infinity and is its own right child, so that steps beyond it do no
 * harm: `sure` of them are taken unasked, then as many as are needed. Eight rows go down together, because each step waits for the one before.
 */
export function walkTree(x: usize, columns: i32, rows: i32, tree: usize, sure: i32, out: usize): void {
  const line: usize = <usize>columns << 2;
  const eight: i32 = rows & ~7;
  for (let row: i32 = 0; row < eight; row += 8) {
    const p4: usize = x + (line << 2);
    let a: usize = tree, b: usize = tree, c: usize = tree, d: usize = tree;
    let e: usize = tree, f: usize = tree, g: usize = tree, h: usize = tree;
    for (let each: i32 = 0; each < sure; each++) {
      a = step(a, x); b = step(b, x + line); c = step(c, x + (line << 1)); d = step(d, x + line * 3);
      e = step(e, p4); f = step(f, p4 + line); g = step(g, p4 + (line << 1)); h = step(h, p4 + line * 3);
    }
    a = descend(a, x); b = descend(b, x + line); c = descend(c, x + (line << 1)); d = descend(d, x + line * 3);
    e = descend(e, p4); f = descend(f, p4 + line); g = descend(g, p4 + (line << 1)); h = descend(h, p4 + line * 3);
    v128.store(out, f32x4.add(v128.load(out), f32x4(load<f32>(a, 12), load<f32>(b, 12), load<f32>(c, 12), load<f32>(d, 12))));
    v128.store(out, f32x4.add(v128.load(out, 16), f32x4(load<f32>(e, 12), load<f32>(f, 12), load<f32>(g, 12), load<f32>(h, 12))), 16);
    x += line << 3;
    out += 32;
  }
  for (let row: i32 = eight; row < rows; row++) {
    store<f32>(out, load<f32>(out) + load<f32>(descend(tree, x), 12));
    x += line;
    out += 4;
  }
}

@inline
function step(node: usize, row: usize): usize {
  const value = load<f32>(row + load<u32>(node));
  return select<usize>(node + 16, load<u32>(node, 8), value < load<f32>(node, 4));
}

@inline
function descend(node: usize, row: usize): usize {
  let next: usize = step(node, row);
  while (next != node) {
    node = next;
    next = step(node, row);
  }
  return node;
}

/**
 * The `most` smallest squared distances of each row, ascending: own + length - 2 product for every reference row. `count` is a multiple of four;
 * what fills it up has an infinite length.
 */
export function nearest(products: usize, own: usize, lengths: usize, out: usize, rows: i32, count: i32, most: i32): void {
  const last: usize = <usize>(most - 1) << 2;
  for (let row: i32 = 0; row < rows; row++) {
    for (let at: i32 = 0; at < most; at++) store<f32>(out + (<usize>at << 2), f32.MAX_VALUE);
    const mine = f32x4.splat(load<f32>(own + (<usize>row << 2)));
    let bar: f32 = f32.MAX_VALUE;
    for (let at: usize = 0; at < <usize>count << 2; at += 16) {
      const p = v128.load(products + at);
      const d = f32x4.sub(f32x4.add(mine, v128.load(lengths + at)), f32x4.add(p, p));
      if (!v128.any_true(f32x4.lt(d, f32x4.splat(bar)))) continue;
      bar = keep(out, last, f32x4.extract_lane(d, 0));
      bar = keep(out, last, f32x4.extract_lane(d, 1));
      bar = keep(out, last, f32x4.extract_lane(d, 2));
      bar = keep(out, last, f32x4.extract_lane(d, 3));
    }
    products += <usize>count << 2;
    out += <usize>most << 2;
  }
}

/** Puts a value where it belongs among the smallest; returns the largest of them. */
function keep(kept: usize, last: usize, value: f32): f32 {
  const bar = load<f32>(kept + last);
  if (!(value < bar)) return bar;
  let at: usize = kept + last;
  while (at > kept && load<f32>(at - 4) > value) {
    store<f32>(at, load<f32>(at - 4));
    at -= 4;
  }
  store<f32>(at, value);
  return load<f32>(kept + last);
}

/** out[row] += the value of the bin each number falls into; `table` has `bins + 2` values a column, one beyond each end of [0, 1]. */
export function sumBins(x: usize, columns: i32, rows: i32, bins: i32, table: usize, out: usize): void {
  const wide: i32 = columns & ~3;
  const width = f32x4.splat(<f32>bins), end = f32x4.splat(<f32>(bins + 1)), none = f32x4.splat(0), one = f32x4.splat(1);
  const line: usize = <usize>(bins + 2) << 2;
  for (let row: i32 = 0; row < rows; row++) {
    let a: f32 = 0, b: f32 = 0, c: f32 = 0, d: f32 = 0;
    let t: usize = table;
    for (let column: i32 = 0; column < wide; column += 4) {
      const place = f32x4.add(f32x4.floor(f32x4.mul(v128.load(x), width)), one);
      const bin = i32x4.trunc_sat_f32x4_s(f32x4.max(none, f32x4.min(end, place)));
      a += load<f32>(t + (<usize>i32x4.extract_lane(bin, 0) << 2));
      t += line;
      b += load<f32>(t + (<usize>i32x4.extract_lane(bin, 1) << 2));
      t += line;
      c += load<f32>(t + (<usize>i32x4.extract_lane(bin, 2) << 2));
      t += line;
      d += load<f32>(t + (<usize>i32x4.extract_lane(bin, 3) << 2));
      t += line;
      x += 16;
    }
    for (let column: i32 = wide; column < columns; column++) {
      const place: f32 = Mathf.floor(load<f32>(x) * <f32>bins) + 1;
      a += load<f32>(t + (<usize>(<i32>max<f32>(0, min<f32>(<f32>(bins + 1), place))) << 2));
      t += line;
      x += 4;
    }
    const o: usize = out + (<usize>row << 2);
    store<f32>(o, load<f32>(o) + (a + b) + (c + d));
  }
}

/** out[row] = the sum of the squares of a row. */
export function sumSquares(x: usize, columns: i32, rows: i32, out: usize): void {
  const wide: i32 = columns & ~3;
  for (let row: i32 = 0; row < rows; row++) {
    let four = f32x4.splat(0);
    for (let column: i32 = 0; column < wide; column += 4) {
      const value = v128.load(x);
      four = f32x4.add(four, f32x4.mul(value, value));
      x += 16;
    }
    let sum: f32 = f32x4.extract_lane(four, 0) + f32x4.extract_lane(four, 1) + (f32x4.extract_lane(four, 2) + f32x4.extract_lane(four, 3));
    for (let column: i32 = wide; column < columns; column++) {
      sum += load<f32>(x) * load<f32>(x);
      x += 4;
    }
    store<f32>(out + (<usize>row << 2), sum);
  }
}

/**
 * One column of all rows: which of `size` sorted knots (a power of two, filled up with infinity) a number is at or between, and out[row] += the
 * two values that stand for it. `pairs` has two places a knot: for below it, and for at it.
 */
export function sumTails(x: usize, columns: i32, rows: i32, knots: usize, size: i32, pairs: usize, out: usize): void {
  const line: usize = <usize>columns << 2;
  const four: i32 = rows & ~3;
  const from: usize = <usize>size << 1;
  for (let row: i32 = 0; row < four; row += 4) {
    const v0 = load<f32>(x), v1 = load<f32>(x + line), v2 = load<f32>(x + (line << 1)), v3 = load<f32>(x + line * 3);
    let a: usize = knots, b: usize = knots, c: usize = knots, d: usize = knots;
    for (let half: usize = from; half >= 4; half >>= 1) {
      a = select<usize>(a + half, a, load<f32>(a + half - 4) < v0);
      b = select<usize>(b + half, b, load<f32>(b + half - 4) < v1);
      c = select<usize>(c + half, c, load<f32>(c + half - 4) < v2);
      d = select<usize>(d + half, d, load<f32>(d + half - 4) < v3);
    }
    addPair(out, pairs + ((a - knots) << 2) + (<usize>(load<f32>(a) == v0) << 3));
    addPair(out + 8, pairs + ((b - knots) << 2) + (<usize>(load<f32>(b) == v1) << 3));
    addPair(out + 16, pairs + ((c - knots) << 2) + (<usize>(load<f32>(c) == v2) << 3));
    addPair(out + 24, pairs + ((d - knots) << 2) + (<usize>(load<f32>(d) == v3) << 3));
    x += line << 2;
    out += 32;
  }
  for (let row: i32 = four; row < rows; row++) {
    const value = load<f32>(x);
    let at: usize = knots;
    for (let half: usize = from; half >= 4; half >>= 1)
      at = select<usize>(at + half, at, load<f32>(at + half - 4) < value);
    addPair(out, pairs + ((at - knots) << 2) + (<usize>(load<f32>(at) == value) << 3));
    x += line;
    out += 8;
  }
}

@inline
function addPair(out: usize, pair: usize): void {
  v128.store64_lane(out, f32x4.add(v128.load64_zero(out), v128.load64_zero(pair)), 0);
}
