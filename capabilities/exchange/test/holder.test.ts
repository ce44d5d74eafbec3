/**
 * The browser's half of the holder, run here on the same web platform functions that Node has: WebCrypto, Blob, streams.
 */
import {
  createAuthority,
  issueHolderKey,
  loadCurve,
  sealTo,
  writeHolderKey,
  writeParameters,
} from '@hedun/exchange/abe';
import { suites } from '@hedun/exchange/envelope';
import { beforeAll, expect, test } from 'vitest';
import { keyPurpose } from '../src/server/keys/issue.ts';
import { folderStore } from '../src/server/storage/folder.ts';
import { inBlocks } from '../src/server/storage/port.ts';

interface HolderSide {
  makePair(userId: string): { publicKey: Uint8Array };
  pairHere(userId: string): { publicKey: Uint8Array } | null;
  importPair(userId: string, text: string): { publicKey: Uint8Array };
  sealFile(file: Blob, how: unknown, onProgress: (done: number) => void): Promise<{ header: string; sealed: Blob }>;
  openFile(pair: unknown, key: unknown, fetched: unknown, mediaType: string): Promise<Blob>;
}
let side: HolderSide;
const kept = new Map<string, string>();
beforeAll(async () => {
  await loadCurve();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    },
  });
  // The console half is typed against the browser; by its address it is loaded without those types.
  side = (await import(new URL('../src/console/parts/holder.ts', import.meta.url).href)) as HolderSide;
});
const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

test.each(suites)(
  '[X99] %s: the browser seals what the server stores, checks the address of what comes back, and opens it',
  async (suite) => {
    const { mkdtempSync, rmSync } = await import('node:fs');
    const folder = mkdtempSync(`${(await import('node:os')).tmpdir()}/hedun-exchange-`);
    try {
      const master = createAuthority('浏览器', random);
      const parameters = base64(writeParameters(master.parameters));
      const pair = side.makePair('u');
      expect(base64(side.pairHere('u')?.publicKey as Uint8Array)).toBe(base64(pair.publicKey));
      const attributeKey = issueHolderKey(
        master,
        { name: 'u', serial: 1 },
        [{ kind: 'word', name: 'dept', value: 'a' }],
        {},
      );
      const key = {
        parameters,
        serial: 1,
        sealed: base64(
          sealTo(pair.publicKey, writeHolderKey(attributeKey), keyPurpose(master.parameters.authority, 1), random),
        ),
      };
      const plain = Buffer.concat(Array.from({ length: suite === 'aes-256-gcm' ? 40 : 18 }, () => random(65_536)));
      const progress: number[] = [];
      const { header, sealed } = await side.sealFile(
        new Blob([plain]),
        { parameters, policy: 'dept:a', epochs: {}, suite },
        (done) => progress.push(done),
      );
      expect(progress.at(-1)).toBe(1);
      const store = folderStore(folder);
      const { cid } = await store.put(inBlocks(sealed.stream(), 1_048_576));
      const stream = async () => {
        const parts: Uint8Array[] = [];
        for await (const part of store.get(cid)) parts.push(Uint8Array.from(part));
        return new Blob(parts as Uint8Array<ArrayBuffer>[]);
      };
      const whole = await stream();
      const opened = await side.openFile(pair, key, { cid, header, bytes: whole.stream() }, 'text/csv');
      expect(Buffer.compare(Buffer.from(await opened.arrayBuffer()), plain)).toBe(0);
      const bytes = new Uint8Array(await whole.arrayBuffer());
      bytes[1_048_577] = (bytes[1_048_577] as number) ^ 1;
      await expect(side.openFile(pair, key, { cid, header, bytes: new Blob([bytes]).stream() }, '')).rejects.toThrow(
        'expected bafy',
      );
      const stranger = side.importPair('v', base64(random(32)));
      await expect(side.openFile(stranger, key, { cid, header, bytes: whole.stream() }, '')).rejects.toThrow(
        'does not open',
      );
      expect(() => side.importPair('v', base64(random(31)))).toThrow('32 bytes');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
