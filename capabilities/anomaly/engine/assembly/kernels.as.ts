/**
 * The hot loops of the learning runtime, compiled to WebAssembly with 128-bit SIMD by `node tools/assembly.ts`.
 * Every loop adds and multiplies in the same order as `src/runtime/plain.ts`, so that both give the same bits. All addresses are bytes and
 * multiples of 16; element-wise loops run to the next multiple of four, which the heap always reserves.
 * @module
 */

// @ts-nocheck: AssemblyScript, not TypeScript; `f32`, `usize` and `v128` are its own.

/** C (+)= A B; A's element (i, k) stands at `a + 4 (i aRow + k aColumn)`, so a transposed A costs nothing. */
export function multiply(
  a: usize, aRow: i32, aColumn: i32, b: usize, bRow: i32, c: usize, cRow: i32, m: i32, n: i32, k: i32, accumulate: bool,
): void {
  const aStep: usize = <usize>aColumn << 2;
  const aLine: usize = <usize>aRow << 2;
  const bLine: usize = <usize>bRow << 2;
  const cLine: usize = <usize>cRow << 2;
  const wide: i32 = n & ~7;
  const tall: i32 = m & ~3;
  for (let j: i32 = 0; j < wide; j += 8) {
    const bj: usize = b + (<usize>j << 2);
    for (let i: i32 = 0; i < tall; i += 4) {
      let p0: usize = a + <usize>i * aLine;
      let p1: usize = p0 + aLine;
      let p2: usize = p1 + aLine;
      let p3: usize = p2 + aLine;
      let q: usize = bj;
      let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s10 = f32x4.splat(0), s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0), s21 = f32x4.splat(0), s30 = f32x4.splat(0), s31 = f32x4.splat(0);
      for (let l: i32 = 0; l < k; l++) {
        const b0 = v128.load(q);
        const b1 = v128.load(q, 16);
        let x = v128.load32_splat(p0);
        s00 = f32x4.add(s00, f32x4.mul(x, b0));
        s01 = f32x4.add(s01, f32x4.mul(x, b1));
        x = v128.load32_splat(p1);
        s10 = f32x4.add(s10, f32x4.mul(x, b0));
        s11 = f32x4.add(s11, f32x4.mul(x, b1));
        x = v128.load32_splat(p2);
        s20 = f32x4.add(s20, f32x4.mul(x, b0));
        s21 = f32x4.add(s21, f32x4.mul(x, b1));
        x = v128.load32_splat(p3);
        s30 = f32x4.add(s30, f32x4.mul(x, b0));
        s31 = f32x4.add(s31, f32x4.mul(x, b1));
        p0 += aStep; p1 += aStep; p2 += aStep; p3 += aStep;
        q += bLine;
      }
      let r: usize = c + <usize>i * cLine + (<usize>j << 2);
      store8(r, s00, s01, accumulate); r += cLine;
      store8(r, s10, s11, accumulate); r += cLine;
      store8(r, s20, s21, accumulate); r += cLine;
      store8(r, s30, s31, accumulate);
    }
    for (let i: i32 = tall; i < m; i++) {
      let p: usize = a + <usize>i * aLine;
      let q: usize = bj;
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
      for (let l: i32 = 0; l < k; l++) {
        const x = v128.load32_splat(p);
        s0 = f32x4.add(s0, f32x4.mul(x, v128.load(q)));
        s1 = f32x4.add(s1, f32x4.mul(x, v128.load(q, 16)));
        p += aStep;
        q += bLine;
      }
      store8(c + <usize>i * cLine + (<usize>j << 2), s0, s1, accumulate);
    }
  }
  let rest: i32 = wide;
  if (n & 4) {
    const bj: usize = b + (<usize>wide << 2);
    for (let i: i32 = 0; i < tall; i += 4) {
      let p0: usize = a + <usize>i * aLine;
      let p1: usize = p0 + aLine, p2: usize = p1 + aLine, p3: usize = p2 + aLine;
      let q: usize = bj;
      let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
      for (let l: i32 = 0; l < k; l++) {
        const b0 = v128.load(q);
        s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(p0), b0));
        s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(p1), b0));
        s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(p2), b0));
        s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(p3), b0));
        p0 += aStep; p1 += aStep; p2 += aStep; p3 += aStep;
        q += bLine;
      }
      let r: usize = c + <usize>i * cLine + (<usize>wide << 2);
      store4(r, s0, accumulate); r += cLine;
      store4(r, s1, accumulate); r += cLine;
      store4(r, s2, accumulate); r += cLine;
      store4(r, s3, accumulate);
    }
    for (let i: i32 = tall; i < m; i++) {
      let p: usize = a + <usize>i * aLine;
      let q: usize = bj;
      let s = f32x4.splat(0);
      for (let l: i32 = 0; l < k; l++) {
        s = f32x4.add(s, f32x4.mul(v128.load32_splat(p), v128.load(q)));
        p += aStep;
        q += bLine;
      }
      store4(c + <usize>i * cLine + (<usize>wide << 2), s, accumulate);
    }
    rest += 4;
  }
  // Four rows at once here too: a single sum would wait for its last addition at every step.
  for (let j: i32 = rest; j < n; j++) {
    const bj: usize = b + (<usize>j << 2);
    for (let i: i32 = 0; i < tall; i += 4) {
      let p0: usize = a + <usize>i * aLine;
      let p1: usize = p0 + aLine, p2: usize = p1 + aLine, p3: usize = p2 + aLine;
      let q: usize = bj;
      let s0: f32 = 0, s1: f32 = 0, s2: f32 = 0, s3: f32 = 0;
      for (let l: i32 = 0; l < k; l++) {
        const b0 = load<f32>(q);
        s0 += load<f32>(p0) * b0;
        s1 += load<f32>(p1) * b0;
        s2 += load<f32>(p2) * b0;
        s3 += load<f32>(p3) * b0;
        p0 += aStep; p1 += aStep; p2 += aStep; p3 += aStep;
        q += bLine;
      }
      let r: usize = c + <usize>i * cLine + (<usize>j << 2);
      store1(r, s0, accumulate); r += cLine;
      store1(r, s1, accumulate); r += cLine;
      store1(r, s2, accumulate); r += cLine;
      store1(r, s3, accumulate);
    }
    for (let i: i32 = tall; i < m; i++) {
      let p: usize = a + <usize>i * aLine;
      let q: usize = bj;
      let s: f32 = 0;
      for (let l: i32 = 0; l < k; l++) {
        s += load<f32>(p) * load<f32>(q);
        p += aStep;
        q += bLine;
      }
      store1(c + <usize>i * cLine + (<usize>j << 2), s, accumulate);
    }
  }
}

@inline
function store1(r: usize, value: f32, accumulate: bool): void {
  store<f32>(r, accumulate ? load<f32>(r) + value : value);
}

@inline
function store4(r: usize, value: v128, accumulate: bool): void {
  v128.store(r, accumulate ? f32x4.add(v128.load(r), value) : value);
}

@inline
function store8(r: usize, low: v128, high: v128, accumulate: bool): void {
  if (accumulate) {
    v128.store(r, f32x4.add(v128.load(r), low));
    v128.store(r, f32x4.add(v128.load(r, 16), high), 16);
  } else {
    v128.store(r, low);
    v128.store(r, high, 16);
  }
}

export function transpose(from: usize, to: usize, rows: i32, columns: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    let p: usize = from + (<usize>(i * columns) << 2);
    let q: usize = to + (<usize>i << 2);
    for (let j: i32 = 0; j < columns; j++) {
      store<f32>(q, load<f32>(p));
      p += 4;
      q += <usize>rows << 2;
    }
  }
}

export function zero(at: usize, n: i32): void {
  memory.fill(at, 0, <usize>n << 2);
}

/** out = x + bias for each row. */
export function addRow(x: usize, row: usize, out: usize, rows: i32, columns: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    const p: usize = x + (<usize>(i * columns) << 2);
    const o: usize = out + (<usize>(i * columns) << 2);
    let j: i32 = 0;
    for (; j + 4 <= columns; j += 4) {
      const d: usize = <usize>j << 2;
      v128.store(o + d, f32x4.add(v128.load(p + d), v128.load(row + d)));
    }
    for (; j < columns; j++) {
      const d: usize = <usize>j << 2;
      store<f32>(o + d, load<f32>(p + d) + load<f32>(row + d));
    }
  }
}

/** row += the sum of the rows of x. */
export function sumRows(x: usize, row: usize, rows: i32, columns: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    const p: usize = x + (<usize>(i * columns) << 2);
    let j: i32 = 0;
    for (; j + 4 <= columns; j += 4) {
      const d: usize = <usize>j << 2;
      v128.store(row + d, f32x4.add(v128.load(row + d), v128.load(p + d)));
    }
    for (; j < columns; j++) {
      const d: usize = <usize>j << 2;
      store<f32>(row + d, load<f32>(row + d) + load<f32>(p + d));
    }
  }
}

/** y (+)= factor x. */
export function scale(x: usize, y: usize, n: i32, factor: f32, accumulate: bool): void {
  const f = f32x4.splat(factor);
  const end: usize = x + (<usize>n << 2);
  for (; x < end; x += 16, y += 16) {
    const v = f32x4.mul(v128.load(x), f);
    v128.store(y, accumulate ? f32x4.add(v128.load(y), v) : v);
  }
}

export function add(x: usize, y: usize, out: usize, n: i32): void {
  const end: usize = x + (<usize>n << 2);
  for (; x < end; x += 16, y += 16, out += 16) v128.store(out, f32x4.add(v128.load(x), v128.load(y)));
}

export function subtract(x: usize, y: usize, out: usize, n: i32): void {
  const end: usize = x + (<usize>n << 2);
  for (; x < end; x += 16, y += 16, out += 16) v128.store(out, f32x4.sub(v128.load(x), v128.load(y)));
}

/** out (+)= x y. */
export function product(x: usize, y: usize, out: usize, n: i32, accumulate: bool): void {
  const end: usize = x + (<usize>n << 2);
  for (; x < end; x += 16, y += 16, out += 16) {
    const v = f32x4.mul(v128.load(x), v128.load(y));
    v128.store(out, accumulate ? f32x4.add(v128.load(out), v) : v);
  }
}

// exp and log in single precision: the polynomials of the Cephes library (S. Moshier), relative error about 2e-7.
@inline
function exponential(value: v128): v128 {
  const x = f32x4.min(f32x4.max(value, f32x4.splat(-87)), f32x4.splat(88));
  const n = f32x4.floor(f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), f32x4.splat(0.5)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** For positive values only; smaller ones count as the smallest normal number. */
@inline
function logarithm(value: v128): v128 {
  const v = f32x4.max(value, f32x4.splat(1.17549435e-38));
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(v, 23), i32x4.splat(126)));
  let m = v128.or(v128.and(v, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  e = f32x4.sub(e, v128.and(small, f32x4.splat(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(small, m)), f32x4.splat(1));
  const z = f32x4.mul(m, m);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.1514610310e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, m), z);
  p = f32x4.add(p, f32x4.mul(e, f32x4.splat(-2.12194440e-4)));
  p = f32x4.sub(p, f32x4.mul(z, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(m, p), f32x4.mul(e, f32x4.splat(0.693359375)));
}

@inline
function logistic(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exponential(f32x4.neg(x))));
}

@inline
function apply(kind: i32, x: v128): v128 {
  const none = f32x4.splat(0);
  switch (kind) {
    case 0: return f32x4.max(x, none);
    case 1: return f32x4.add(f32x4.max(x, none), f32x4.mul(f32x4.splat(0.2), f32x4.min(x, none)));
    case 2: return logistic(x);
    case 3: return f32x4.sub(f32x4.mul(f32x4.splat(2), logistic(f32x4.mul(f32x4.splat(2), x))), f32x4.splat(1));
    case 4: return f32x4.add(f32x4.max(x, none), logarithm(f32x4.add(f32x4.splat(1), exponential(f32x4.neg(f32x4.abs(x))))));
    case 5: return exponential(x);
    case 6: return logarithm(x);
    case 7: return f32x4.mul(x, x);
    case 8: return f32x4.abs(x);
    default: return f32x4.sqrt(x);
  }
}

/** The derivative at x, where y is the value there. */
@inline
function slope(kind: i32, x: v128, y: v128): v128 {
  const none = f32x4.splat(0);
  const one = f32x4.splat(1);
  switch (kind) {
    case 0: return v128.and(f32x4.gt(x, none), one);
    case 1: return v128.bitselect(one, f32x4.splat(0.2), f32x4.gt(x, none));
    case 2: return f32x4.mul(y, f32x4.sub(one, y));
    case 3: return f32x4.sub(one, f32x4.mul(y, y));
    case 4: return logistic(x);
    case 5: return y;
    case 6: return f32x4.div(one, f32x4.max(x, f32x4.splat(1.17549435e-38)));
    case 7: return f32x4.mul(f32x4.splat(2), x);
    case 8: return f32x4.sub(v128.and(f32x4.gt(x, none), one), v128.and(f32x4.lt(x, none), one));
    default: return f32x4.div(f32x4.splat(0.5), f32x4.max(y, f32x4.splat(1e-12)));
  }
}

@inline
function mapKind(kind: i32, x: usize, y: usize, end: usize): void {
  for (; x < end; x += 16, y += 16) v128.store(y, apply(kind, v128.load(x)));
}

/** y = f(x). Kinds: 0 relu, 1 leaky relu (0.2), 2 sigmoid, 3 tanh, 4 softplus, 5 exp, 6 log, 7 square, 8 abs, 9 square root. */
export function map(kind: i32, x: usize, y: usize, n: i32): void {
  const end: usize = x + (<usize>n << 2);
  switch (kind) {
    case 0: mapKind(0, x, y, end); break;
    case 1: mapKind(1, x, y, end); break;
    case 2: mapKind(2, x, y, end); break;
    case 3: mapKind(3, x, y, end); break;
    case 4: mapKind(4, x, y, end); break;
    case 5: mapKind(5, x, y, end); break;
    case 6: mapKind(6, x, y, end); break;
    case 7: mapKind(7, x, y, end); break;
    case 8: mapKind(8, x, y, end); break;
    default: mapKind(9, x, y, end);
  }
}

@inline
function slopeKind(kind: i32, x: usize, y: usize, dy: usize, dx: usize, end: usize): void {
  for (; x < end; x += 16, y += 16, dy += 16, dx += 16)
    v128.store(dx, f32x4.add(v128.load(dx), f32x4.mul(v128.load(dy), slope(kind, v128.load(x), v128.load(y)))));
}

/** dx += dy f'(x). */
export function mapBackward(kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32): void {
  const end: usize = x + (<usize>n << 2);
  switch (kind) {
    case 0: slopeKind(0, x, y, dy, dx, end); break;
    case 1: slopeKind(1, x, y, dy, dx, end); break;
    case 2: slopeKind(2, x, y, dy, dx, end); break;
    case 3: slopeKind(3, x, y, dy, dx, end); break;
    case 4: slopeKind(4, x, y, dy, dx, end); break;
    case 5: slopeKind(5, x, y, dy, dx, end); break;
    case 6: slopeKind(6, x, y, dy, dx, end); break;
    case 7: slopeKind(7, x, y, dy, dx, end); break;
    case 8: slopeKind(8, x, y, dy, dx, end); break;
    default: slopeKind(9, x, y, dy, dx, end);
  }
}

/** y = softmax of each row of x. */
export function softmax(x: usize, y: usize, rows: i32, columns: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    const p: usize = x + (<usize>(i * columns) << 2);
    const q: usize = y + (<usize>(i * columns) << 2);
    let most: f32 = load<f32>(p);
    for (let j: i32 = 1; j < columns; j++) most = max<f32>(most, load<f32>(p + (<usize>j << 2)));
    let sum: f32 = 0;
    for (let j: i32 = 0; j < columns; j++) {
      const d: usize = <usize>j << 2;
      const e = f32x4.extract_lane(exponential(f32x4.splat(load<f32>(p + d) - most)), 0);
      store<f32>(q + d, e);
      sum += e;
    }
    for (let j: i32 = 0; j < columns; j++) {
      const d: usize = <usize>j << 2;
      store<f32>(q + d, load<f32>(q + d) / sum);
    }
  }
}

/** dx += y (dy - <dy, y>) for each row. */
export function softmaxBackward(y: usize, dy: usize, dx: usize, rows: i32, columns: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    const o: usize = <usize>(i * columns) << 2;
    let dot: f32 = 0;
    for (let j: i32 = 0; j < columns; j++) {
      const d: usize = o + (<usize>j << 2);
      dot += load<f32>(dy + d) * load<f32>(y + d);
    }
    for (let j: i32 = 0; j < columns; j++) {
      const d: usize = o + (<usize>j << 2);
      store<f32>(dx + d, load<f32>(dx + d) + load<f32>(y + d) * (load<f32>(dy + d) - dot));
    }
  }
}

/** y = (x - mean) / deviation of each row; `spread` keeps 1 / deviation of each row. */
export function normalise(x: usize, y: usize, spread: usize, rows: i32, columns: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    const o: usize = <usize>(i * columns) << 2;
    let sum: f32 = 0;
    for (let j: i32 = 0; j < columns; j++) sum += load<f32>(x + o + (<usize>j << 2));
    const mean: f32 = sum / <f32>columns;
    let square: f32 = 0;
    for (let j: i32 = 0; j < columns; j++) {
      const v: f32 = load<f32>(x + o + (<usize>j << 2)) - mean;
      square += v * v;
    }
    const inverse: f32 = <f32>1 / sqrt<f32>(square / <f32>columns + <f32>1e-5);
    store<f32>(spread + (<usize>i << 2), inverse);
    for (let j: i32 = 0; j < columns; j++) {
      const d: usize = o + (<usize>j << 2);
      store<f32>(y + d, (load<f32>(x + d) - mean) * inverse);
    }
  }
}

export function normaliseBackward(y: usize, spread: usize, dy: usize, dx: usize, rows: i32, columns: i32): void {
  for (let i: i32 = 0; i < rows; i++) {
    const o: usize = <usize>(i * columns) << 2;
    let sum: f32 = 0;
    let dot: f32 = 0;
    for (let j: i32 = 0; j < columns; j++) {
      const d: usize = o + (<usize>j << 2);
      sum += load<f32>(dy + d);
      dot += load<f32>(dy + d) * load<f32>(y + d);
    }
    const mean: f32 = sum / <f32>columns;
    const along: f32 = dot / <f32>columns;
    const inverse: f32 = load<f32>(spread + (<usize>i << 2));
    for (let j: i32 = 0; j < columns; j++) {
      const d: usize = o + (<usize>j << 2);
      store<f32>(dx + d, load<f32>(dx + d) + inverse * (load<f32>(dy + d) - mean - load<f32>(y + d) * along));
    }
  }
}

/** Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019); `rate` and `epsilon` carry the bias corrections. */
export function adam(
  p: usize, g: usize, m: usize, v: usize, n: i32, rate: f32, first: f32, second: f32, epsilon: f32, decay: f32,
): void {
  const b1 = f32x4.splat(first), c1 = f32x4.splat(<f32>1 - first);
  const b2 = f32x4.splat(second), c2 = f32x4.splat(<f32>1 - second);
  const step = f32x4.splat(rate), tiny = f32x4.splat(epsilon), keep = f32x4.splat(<f32>1 - decay);
  const end: usize = p + (<usize>n << 2);
  for (; p < end; p += 16, g += 16, m += 16, v += 16) {
    const d = v128.load(g);
    const m1 = f32x4.add(f32x4.mul(b1, v128.load(m)), f32x4.mul(c1, d));
    const v1 = f32x4.add(f32x4.mul(b2, v128.load(v)), f32x4.mul(c2, f32x4.mul(d, d)));
    v128.store(m, m1);
    v128.store(v, v1);
    v128.store(p, f32x4.sub(f32x4.mul(keep, v128.load(p)), f32x4.div(f32x4.mul(step, m1), f32x4.add(f32x4.sqrt(v1), tiny))));
  }
}
