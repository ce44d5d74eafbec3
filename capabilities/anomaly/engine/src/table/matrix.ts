/**
 * A table of numbers, row-major, and the few ways to take parts of it.
 * @module
 */

export type Matrix = {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
};

export function matrix(rows: number, columns: number, values: Float32Array = new Float32Array(rows * columns)): Matrix {
  if (!Number.isInteger(rows) || rows < 0 || !Number.isInteger(columns) || columns < 1)
    throw new RangeError(`table: expected whole numbers of rows and columns, got ${rows} x ${columns}`);
  if (values.length !== rows * columns)
    throw new RangeError(`table: expected ${rows} x ${columns} = ${rows * columns} numbers, got ${values.length}`);
  return { rows, columns, values };
}

export const rowOf = (table: Matrix, row: number): Float32Array =>
  table.values.subarray(row * table.columns, (row + 1) * table.columns);

export function takeRows(table: Matrix, rows: ArrayLike<number>): Matrix {
  const { columns } = table;
  const taken = matrix(rows.length, columns);
  for (let index = 0; index < rows.length; index += 1)
    taken.values.set(table.values.subarray(rows[index]! * columns, (rows[index]! + 1) * columns), index * columns);
  return taken;
}

export function stackRows(...tables: readonly Matrix[]): Matrix {
  const columns = tables[0]!.columns;
  const all = matrix(
    tables.reduce((sum, { rows }) => sum + rows, 0),
    columns,
  );
  let at = 0;
  for (const { values } of tables) {
    all.values.set(values, at);
    at += values.length;
  }
  return all;
}

/** At most `most` different rows, drawn without replacement, in drawn order. */
export function sampleRows(random: { below(n: number): number }, rows: number, most: number): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, index) => index);
  const count = Math.min(rows, most);
  for (let index = 0; index < count; index += 1) {
    const other = index + random.below(rows - index);
    const kept = order[index]!;
    order[index] = order[other]!;
    order[other] = kept;
  }
  return order.subarray(0, count);
}
