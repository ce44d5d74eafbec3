/**
 * `npm run bench:exchange`: the encryption and the ledger of the exchange, one after the other, in one table and with `--json` in one object. Each half runs
 * alone with options of its own, which may be given here: `--size MIB --windows N` (encryption, files), `--transactions N --rounds N` (ledger).
 * @module
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure, report } from '../tools/report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    size: { type: 'string' },
    windows: { type: 'string' },
    transactions: { type: 'string' },
    rounds: { type: 'string' },
  },
});
const halves = [
  ['exchange-abe.ts', ['size', 'windows']],
  ['exchange-ledger.ts', ['transactions', 'rounds']],
] as const;
const figures: Figure[] = [];
for (const [half, options] of halves) {
  const given = options.flatMap((name) => (values[name] === undefined ? [] : [`--${name}`, values[name]]));
  const { status, stdout } = spawnSync(process.execPath, [path.join(import.meta.dirname, half), '--json', ...given], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${half}: expected to end with 0, got ${status}`);
  figures.push(...(JSON.parse(stdout.trim().split('\n').at(-1)!) as { figures: Figure[] }).figures);
}
report(figures, values);
