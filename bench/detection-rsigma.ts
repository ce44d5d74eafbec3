/**
 * RSigma, the engine to beat, on the same rules and events where its program is on the path; it is never installed from here.
 * @module
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export function rsigmaThere(): boolean {
  return spawnSync('rsigma', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** CPU-seconds RSigma takes for the events alone: a run over none, which reads the rules, is taken off. */
export function runInRsigma(rules: string, lines: readonly string[]): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-rsigma-'));
  try {
    const seconds = (events: readonly string[]) => {
      const file = path.join(folder, 'events.jsonl');
      writeFileSync(file, events.map((line) => `${line}\n`).join(''));
      // The shell tells what its child used; Node does not.
      const told = execFileSync(
        'bash',
        ['-c', 'TIMEFORMAT="%U %S"; { time rsigma eval -r "$0" < "$1" > /dev/null 2>&1; } 2>&1', rules, file],
        { encoding: 'utf8' },
      );
      const [user = 0, system = 0] = told.trim().split(/\s+/).map(Number);
      return user + system;
    };
    return Math.max(0.001, seconds(lines) - seconds([]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
