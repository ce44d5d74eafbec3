import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkConfig, loadConfig } from '../../src/config/index.ts';
import { createSecrets } from '../../src/config/secrets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hedun-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (value: unknown) => {
  const place = path.join(folder, 'hedun.config.json');
  writeFileSync(place, typeof value === 'string' ? value : JSON.stringify(value));
  return place;
};

test('[G1] the environment goes before the file, the file before the defaults', () => {
  const config = loadConfig({ HEDUN_CONFIG: file({ port: 9000, host: '0.0.0.0' }), HEDUN_PORT: '9001' });
  expect([config.port, config.host, config.basePath, config.jobs.workers]).toEqual([9001, '0.0.0.0', '', 2]);
});
test.each([
  [{ HEDUN_PORT: 'many' }, 'port (HEDUN_PORT)'],
  [{ HEDUN_PORTS: '1' }, 'HEDUN_PORTS'],
  [{ HEDUN_BASE_PATH: '/a/' }, 'basePath (HEDUN_BASE_PATH)'],
  [{ DATABASE_URL: 'mysql://x' }, 'databaseUrl (DATABASE_URL)'],
  [{ HEDUN_CONFIG: '/nowhere/hedun.json' }, 'HEDUN_CONFIG'],
  [{ HEDUN_KEY: 'short' }, 'key (HEDUN_KEY)'],
])('[G1] %o is named', (environment, where) => {
  expect(checkConfig(environment).problems.map((problem) => problem.where)).toEqual([where]);
  expect(() => loadConfig(environment)).toThrow('config.invalid');
});
test('[G1] broken and unknown parts of the file are named', () => {
  expect(checkConfig({ HEDUN_CONFIG: file('{ "port": ') }).problems[0]).toMatchObject({ expected: 'JSON' });
  expect(checkConfig({ HEDUN_CONFIG: file({ prot: 1 }) }).problems.length).toBe(1);
});
test('[G2] secrets are masked where the configuration is shown', () => {
  const shown = JSON.stringify(
    checkConfig({
      DATABASE_URL: 'postgresql://u:geheim@h/d',
      HEDUN_KEY: 'ab'.repeat(32),
      HEDUN_SMTP_HOST: 'm',
      HEDUN_SMTP_FROM: 'a@b',
      HEDUN_SMTP_PASSWORD: 'geheim',
    }),
  );
  expect(shown).not.toMatch(/geheim|abab/);
  expect(shown).toContain('postgresql://u:••••@h/d');
});
test('[G2] a sealed secret opens for its purpose only and not when a bit was turned', () => {
  const secrets = createSecrets({ dataFolder: folder });
  const sealed = secrets.seal('geheim', 'channel/1');
  expect(secrets.open(sealed, 'channel/1')).toBe('geheim');
  expect(Buffer.from(sealed).toString('latin1')).not.toContain('geheim');
  expect(() => secrets.open(sealed, 'channel/2')).toThrow();
  const turned = Uint8Array.from(sealed, (byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte));
  expect(() => secrets.open(turned, 'channel/1')).toThrow();
  expect(statSync(path.join(folder, 'keys/instance.key')).mode & 0o777).toBe(0o600);
  expect(createSecrets({ dataFolder: folder }).open(sealed, 'channel/1')).toBe('geheim');
});
