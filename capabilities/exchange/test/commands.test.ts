import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exchangeServer } from '@hedun/capability-exchange/server';
import {
  createAuthority,
  issueHolderKey,
  loadCurve,
  sealTo,
  writeHolderKey,
  writeParameters,
} from '@hedun/exchange/abe';
import { suites } from '@hedun/exchange/envelope';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyPurpose } from '../src/server/keys/issue.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hedun-exchange-'));
beforeAll(() => loadCurve());
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const place = (name: string) => path.join(folder, name);

async function command(words: string, values: Record<string, unknown>, ...positionals: string[]) {
  const found = exchangeServer.commands?.find((each) => each.words === words);
  const written: string[] = [];
  const io = {
    write: (text: string) => void written.push(text),
    warn: (text: string) => void written.push(text),
    locale: 'zh-CN' as const,
  };
  const code = await found?.run({ values, positionals }, io);
  return { code, written: written.join('') };
}

test.each(suites)(
  '[X98] %s: sealed and opened where the files lie; the private half stays in its file',
  async (suite) => {
    const master = createAuthority('命令行', random);
    const parameters = base64(writeParameters(master.parameters));
    const secret = place(`${suite}.key`);
    const { written } = await command('exchange keygen', { out: secret });
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    await expect(command('exchange keygen', { out: secret })).rejects.toThrow('EEXIST');
    const publicKey = Uint8Array.from(Buffer.from(written.trim(), 'base64'));
    const key = issueHolderKey(master, { name: 'u', serial: 3 }, [{ kind: 'word', name: 'dept', value: '调度' }], {
      dept: 2,
    });
    const sealedKey = base64(
      sealTo(publicKey, writeHolderKey(key), keyPurpose(master.parameters.authority, 3), random),
    );
    const plain = Buffer.concat(Array.from({ length: 40 }, () => random(65_536)));
    writeFileSync(place('plain'), plain);
    const sealed = await command(
      'exchange seal',
      { parameters, policy: 'dept:调度', epoch: ['dept=2'], suite, out: place('sealed') },
      place('plain'),
    );
    expect(sealed.written).toContain('只有dept为「调度」的人可以解密。');
    const values = { 'private-key': secret, key: sealedKey, serial: '3', parameters, header: place('sealed.header') };
    await command('exchange open', { ...values, out: place('opened') }, place('sealed'));
    expect(Buffer.compare(readFileSync(place('opened')), plain)).toBe(0);
    // Tier 3: the same file under a new content key.
    await command('exchange rekey', { ...values, out: place('again') }, place('sealed'));
    await command(
      'exchange open',
      { ...values, header: place('again.header'), out: place('opened again') },
      place('again'),
    );
    expect(Buffer.compare(readFileSync(place('opened again')), plain)).toBe(0);
    await expect(command('exchange open', { ...values, out: place('no') }, place('again'))).rejects.toThrow(
      'exchange.cannot_open',
    );
    // Another serial, a changed file: one error, and no half file.
    await expect(
      command('exchange open', { ...values, serial: '4', out: place('no') }, place('sealed')),
    ).rejects.toThrow('exchange.cannot_open');
    const changed = readFileSync(place('sealed'));
    changed[changed.length - 40] = (changed[changed.length - 40] as number) ^ 1;
    writeFileSync(place('changed'), changed);
    await expect(command('exchange open', { ...values, out: place('no') }, place('changed'))).rejects.toThrow(
      'exchange.cannot_open',
    );
    expect(() => statSync(place('no'))).toThrow('ENOENT');
    expect(() => statSync(place('no.part'))).toThrow('ENOENT');
    expect((await command('exchange seal', { parameters }, place('plain'))).code).toBe(2);
    await expect(
      command('exchange seal', { parameters, policy: 'dept:', out: place('x') }, place('plain')),
    ).rejects.toThrow('exchange.policy');
  },
);
