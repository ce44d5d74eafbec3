import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

test('[C3] a reader that has read enough ends the command quietly', async () => {
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../src/hedun.ts'), '--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Closed before the first line comes, as `head -0` would.
  child.stdout.destroy();
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
}, 120_000);
