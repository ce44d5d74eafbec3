/**
 * The report of comparisons as one HTML file without scripts: a plot of the leading measure for each protocol and every figure in tables.
 * @module
 */
import { overall } from '@hedun/anomaly/evaluation';
import { type Comparison, measures, shown, standings } from './compare.ts';

const safe = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const style = `body{font:14px/1.5 system-ui,sans-serif;margin:32px;color:#1b2733;max-width:1100px}table{border-collapse:collapse;margin:12px 0 32px;width:100%}
th,td{padding:3px 10px;text-align:right;border-bottom:1px solid #e3e8ee;font-variant-numeric:tabular-nums}th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}
h2{margin-top:40px}.best{font-weight:600;color:#0a6b4f}.note{color:#5a6b7b}svg text{font:12px system-ui,sans-serif;fill:#1b2733}`;

/** Means over data sets as bars, each data set as a dot on its bar. */
function plot({ protocol, rows }: Comparison): string {
  const leading = measures[protocol][0]!;
  const bars = overall(rows, leading);
  const [left, width, step] = [150, 760, 26];
  const x = (value: number) => left + width * Math.max(0, Math.min(1, value));
  const parts = bars.flatMap(({ detector, values }, index) => {
    const y = 10 + index * step;
    const dots = rows
      .filter((row) => row.detector === detector && Number.isFinite(row.values[leading]?.mean))
      .map(
        (row) =>
          `<circle cx="${x(row.values[leading]!.mean).toFixed(1)}" cy="${y + 9}" r="3" fill="#1b2733" fill-opacity=".35"><title>${safe(row.dataset)} ${shown(row.values[leading]!.mean)}</title></circle>`,
      );
    return [
      `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${safe(detector)}</text>`,
      `<rect x="${left}" y="${y}" width="${(x(values[leading] ?? 0) - left).toFixed(1)}" height="18" fill="${detector === 'fused' || detector === 'vg-net' ? '#0a8f69' : '#9db3c8'}"/>`,
      ...dots,
      `<text x="${(x(values[leading] ?? 0) + 6).toFixed(1)}" y="${y + 13}">${shown(values[leading])}</text>`,
    ];
  });
  return `<svg width="${left + width + 60}" height="${20 + bars.length * step}" role="img" aria-label="${safe(leading)}">${parts.join('')}</svg>`;
}

function table({ protocol, rows }: Comparison): string {
  const names = measures[protocol];
  const lines = rows.map(({ dataset, family, detector, values, rank }) => {
    const cells = names.map((name) => {
      const spread = values[name];
      return `<td>${spread && Number.isFinite(spread.mean) ? `${shown(spread.mean)} ± ${spread.sd.toFixed(3)}` : '–'}</td>`;
    });
    return `<tr${rank === 1 ? ' class="best"' : ''}><td>${safe(dataset)}${family ? ` #${family}` : ''}</td><td>${safe(detector)}</td>${cells.join('')}<td>${rank.toFixed(1)}</td></tr>`;
  });
  const all = overall(rows, names[0]!).map(
    ({ detector, values, meanRank, datasets }) =>
      `<tr><td>mean of ${datasets}</td><td>${safe(detector)}</td>${names.map((name) => `<td>${shown(values[name])}</td>`).join('')}<td>${meanRank.toFixed(2)}</td></tr>`,
  );
  const head = `<tr><th>data set</th><th>detector</th>${names.map((name) => `<th>${safe(name)}</th>`).join('')}<th>rank</th></tr>`;
  return `<table>${head}${all.join('')}</table><table>${head}${lines.join('')}</table>`;
}

export function htmlReport(comparisons: readonly Comparison[], about: readonly string[]): string {
  const sections = comparisons.map(
    (comparison) =>
      `<h2>${safe(comparison.protocol)}</h2>${standings(comparison)
        .map((line) => `<p>${safe(line)}</p>`)
        .join('')}${plot(comparison)}${table(comparison)}${comparison.failed
        .map(({ dataset, detector, reason }) => `<p class="note">${safe(`${dataset} ${detector}: ${reason}`)}</p>`)
        .join('')}`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Anomaly detectors compared</title><style>${style}</style><h1>Anomaly detectors compared</h1>${about
    .map((line) => `<p class="note">${safe(line)}</p>`)
    .join('')}${sections.join('')}</html>\n`;
}
