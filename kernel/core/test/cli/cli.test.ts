import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { helloServer } from '@hedun/capability-hello/server';
import type { CapabilityServer } from '@hedun/sdk';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/index.ts';
import { clean } from '../../src/cli/output.ts';
import { loadConfig } from '../../src/config/index.ts';
import { startKernel } from '../../src/kernel.ts';
import { silent } from '../../src/testing.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hedun-cli-'));
const capabilities = [helloServer as unknown as CapabilityServer];
const hedun = async (...argv: string[]) => {
  let stdout = '';
  let stderr = '';
  const code = await runCli({
    capabilities,
    version: '1.2.3',
    argv: [...argv, '--locale', 'zh-CN'],
    serve: async () => 0,
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
};
const here = ['--data', folder];
let root: string;
const inside = async (work: (kernel: Awaited<ReturnType<typeof startKernel>>) => Promise<void>) => {
  const kernel = await startKernel({
    config: loadConfig({ HEDUN_DATA: folder, HEDUN_LOG_LEVEL: 'silent' }),
    capabilities,
    log: silent,
    version: '0',
    background: false,
  });
  await work(kernel);
  await kernel.stop();
};
beforeAll(async () => {
  await inside(async (kernel) => {
    const token = await kernel.core.access.setupToken();
    await kernel.execute({
      operationId: 'kernel.completeSetup',
      input: {
        token,
        organisationName: '示例市',
        userName: 'admin',
        displayName: '管理员',
        password: 'Correct-Horse-42',
      },
      principal: null,
      request: null,
      locale: 'zh-CN',
    });
  });
  root =
    (JSON.parse((await hedun('organisation', 'list', '--json', ...here)).stdout) as { items: { id: string }[] })
      .items[0]?.id ?? '';
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('[C1] an operation is a command: flags are its fields, bare words fill the required ones', async () => {
  const added = await hedun('hello', 'add', root, '你好', '--json', ...here);
  expect([added.code, JSON.parse(added.stdout)]).toMatchObject([0, { text: '你好' }]);
  const { stdout } = await hedun('hello', 'list', ...here);
  expect(stdout).toContain('你好');
  expect(stdout).toContain('1 / 1');
});
test('[C1] a job runs to its end and answers its result', async () => {
  const { code, stdout } = await hedun('hello', 'greet', '--json', ...here);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { status: 'succeeded', result: { greeted: 1 } }]);
});
test('[C3] exit codes and the failure on standard error', async () => {
  const wrong = await hedun('hello', 'add', '--nonsense', ...here);
  expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  expect(wrong.stderr).toContain('input.invalid');
  const missing = await hedun('organisation', 'show', '00000000-0000-7000-8000-000000000000', '--json', ...here);
  expect([missing.code, JSON.parse(missing.stderr)]).toMatchObject([4, { error: { code: 'record.not_found' } }]);
  expect((await hedun('hello', 'add', root, '！！！', ...here)).code).toBe(1);
  expect((await hedun('dance')).code).toBe(2);
  expect((await hedun('asset', 'list', '--server', 'http://127.0.0.1:1')).code).toBe(5);
});
test('[C1] help, version and completion', async () => {
  expect((await hedun('--version')).stdout).toBe('hedun 1.2.3\n');
  expect((await hedun('hello', 'add', '--help')).stdout).toContain('--organisation-id');
  expect((await hedun()).stdout).toContain('hello greet');
  const complete = async (...words: string[]) => (await runCliPlain('__complete', ...words)).trim().split('\n');
  expect(await complete('hello', '')).toEqual(['add', 'greet', 'list']);
  expect(await complete('finding', 'raise', '--severity', 'c')).toEqual(['critical']);
  expect(await complete('hello', 'add', '--te')).toEqual(['--text']);
  for (const shell of ['bash', 'zsh', 'fish'])
    expect((await hedun('completion', shell)).stdout).toContain('hedun __complete');
});
async function runCliPlain(...argv: string[]): Promise<string> {
  let out = '';
  await runCli({
    capabilities,
    version: '0',
    argv,
    serve: async () => 0,
    stdout: (text) => {
      out += text;
    },
    stderr: () => undefined,
  });
  return out;
}
test('[C2] control characters of data never reach the terminal', () => {
  expect(clean('\u001b[31mred\u001b[0m\u0007 a\nb \u202eevil')).toBe('red  a b  evil');
});
test('[C1] audit verify names a tampered record and exits 1', async () => {
  expect((await hedun('audit', 'verify', ...here)).code).toBe(0);
  await inside((kernel) =>
    kernel.core.store.system(
      async (db) => void (await sql`UPDATE audit_records SET actor_name = '别人' WHERE sequence = 2`.execute(db)),
    ),
  );
  const { code, stdout } = await hedun('audit', 'verify', '--json', ...here);
  expect([code, JSON.parse(stdout)]).toMatchObject([1, { valid: false, problems: [{ sequence: 2, kind: 'changed' }] }]);
});
test('[S11] backup and restore by command: everything comes back, a cut file is refused', async () => {
  const file = path.join(folder, 'all.hedun');
  expect((await hedun('backup', file, ...here)).code).toBe(0);
  const target = mkdtempSync(path.join(tmpdir(), 'hedun-restored-'));
  const cut = path.join(folder, 'cut.hedun');
  const { readFileSync } = await import('node:fs');
  writeFileSync(cut, readFileSync(file).subarray(0, -40));
  expect((await hedun('restore', cut, '--data', target)).stderr).toContain('store.backup_invalid');
  expect((await hedun('restore', file, '--data', target)).code).toBe(0);
  expect((await hedun('hello', 'list', '--data', target)).stdout).toContain('你好');
  expect((await hedun('restore', file, '--data', target)).stderr).toContain('record.exists');
  rmSync(target, { recursive: true, force: true });
});
