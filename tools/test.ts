/**
 * `npm test`: types, style, arrows, then every test (unit and room tests, the store suite once more on a real PostgreSQL, the browser
 * journeys), and one closing line `N passed, N failed, N skipped`. `npm test -- unit` runs one part.
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface Part {
  readonly name: string;
  readonly command: readonly string[];
  /** Vitest parts report their counts; a check counts as one test. */
  readonly kind: 'check' | 'vitest';
}
interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

const root = path.resolve(import.meta.dirname, '..');
const scratch = mkdtempSync(path.join(tmpdir(), 'hedun-test-'));
const parts: readonly Part[] = [
  { name: 'types of engines', kind: 'check', command: ['npx', 'tsc', '-p', 'tsconfig.engines.json'] },
  { name: 'types of server', kind: 'check', command: ['npx', 'tsc', '-p', 'tsconfig.server.json'] },
  { name: 'types of console', kind: 'check', command: ['npx', 'tsc', '-p', 'tsconfig.console.json'] },
  { name: 'style', kind: 'check', command: ['npx', 'biome', 'check', '--error-on-warnings'] },
  { name: 'arrows', kind: 'check', command: ['node', 'tools/arrows.ts'] },
  { name: 'documents', kind: 'check', command: ['node', 'tools/documents.ts', '--check'] },
  { name: 'unit', kind: 'vitest', command: ['npx', 'vitest', 'run'] },
  {
    name: 'postgresql',
    kind: 'vitest',
    command: ['node', 'tools/with-postgres.ts', 'npx', 'vitest', 'run', 'kernel/core', 'capabilities/hello'],
  },
  { name: 'browser', kind: 'vitest', command: ['npx', 'vitest', 'run', '--config', 'e2e/vitest.config.ts'] },
];

const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: [] as string[] };
for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.some((each) => name.includes(each)))) {
  const started = performance.now();
  const { passed, failed, skipped } = await run(part);
  total.passed += passed;
  total.failed += failed;
  total.skipped.push(...skipped);
  console.log(
    `── ${part.name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
}
rmSync(scratch, { recursive: true, force: true });
for (const name of total.skipped) console.log(`skipped: ${name}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function run({ name, kind, command }: Part): Promise<Outcome> {
  const report = path.join(scratch, `${name.replaceAll(' ', '-')}.json`);
  const extra = kind === 'vitest' ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const [program = '', ...args] = [...command, ...extra];
  const code = await new Promise<number>((resolve) => {
    spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, FORCE_COLOR: '0' },
    })
      .on('close', (status) => resolve(status ?? 1))
      .on('error', () => resolve(1));
  });
  if (kind === 'check') return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
  return readReport(report, code);
}

/** A suite that failed outside its tests, or a report that is missing, counts as a failure: silence is never success. */
function readReport(file: string, code: number): Outcome {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      testResults: readonly {
        status: string;
        name: string;
        assertionResults: readonly { status: string; fullName: string }[];
      }[];
    };
    const skipped = report.testResults.flatMap((suite) =>
      suite.assertionResults
        .filter((test) => test.status === 'pending' || test.status === 'skipped' || test.status === 'todo')
        .map((test) => test.fullName),
    );
    const brokenSuites = report.testResults.filter(
      (suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'),
    ).length;
    const failed = report.numFailedTests + brokenSuites;
    return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  }
}
