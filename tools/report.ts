/**
 * What every benchmark and check prints: a readable table, and with `--json` one object on the last line. A benchmark exits 0 and tells
 * the truth; a check exits 1 when a figure falls short.
 * @module
 */
export interface Figure {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number;
  /** min: at least the target; max: at most. */
  readonly direction: 'min' | 'max';
  readonly beside?: { readonly name: string; readonly value: number };
}

export function holds(figure: Figure): boolean {
  return figure.direction === 'min' ? figure.value >= figure.target : figure.value <= figure.target;
}

/** Prints the figures. @returns whether all of them hold. */
export function report(
  figures: readonly Figure[],
  options: { readonly json: boolean; readonly print?: (line: string) => void },
): boolean {
  const print = options.print ?? console.log;
  const width = Math.max(...figures.map((figure) => figure.id.length));
  for (const figure of figures) {
    const beside = figure.beside ? `   beside ${figure.beside.name}: ${figure.beside.value}` : '';
    const sign = figure.direction === 'min' ? '≥' : '≤';
    print(
      `${figure.id.padEnd(width)}  ${String(figure.value).padStart(12)} ${figure.unit}  (${sign} ${figure.target}: ${holds(figure) ? 'holds' : 'falls short'})${beside}`,
    );
  }
  if (options.json) print(JSON.stringify({ figures: figures.map((figure) => ({ ...figure, holds: holds(figure) })) }));
  return figures.every(holds);
}

/** Median of `runs` timings in milliseconds, after one run that does not count. */
export function medianMilliseconds(runs: number, work: () => void): number {
  work();
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((left, right) => left - right);
  return times[Math.floor(times.length / 2)] ?? 0;
}
