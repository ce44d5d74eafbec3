/**
 * `npm run bench:exchange`: the encryption and the ledger of the exchange, one after the other, in one table and with `--json` in one object.
 * Each half runs alone with options of its own.
 * @module
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { type Figure, report } from './report.ts';

const json = process.argv.includes('--json');
const figures: Figure[] = [];
for (const half of ['exchange-abe.ts', 'exchange-ledger.ts']) {
  const { status, stdout } = spawnSync(process.execPath, [path.join(import.meta.dirname, half), '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${half}: expected to end with 0, got ${status}`);
  figures.push(...(JSON.parse(stdout.trim().split('\n').at(-1)!) as { figures: Figure[] }).figures);
}
report(figures, { json });
