/**
 * A real browser from npm alone: Chromium with the libraries it carries, unpacked once into node_modules/.cache, and a Chinese font
 * made known to it. It reaches nothing but this machine.
 * @module
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const root = path.resolve(import.meta.dirname, '..');
const require = createRequire(path.join(root, 'apps/console/package.json'));
const folderOf = (name: string, inside: string) => {
  const entry = require.resolve(name);
  return path.join(entry.slice(0, entry.lastIndexOf(name) + name.length), inside);
};

/** Why no browser can run here, or null when one can. */
export function whyNoBrowser(): string | null {
  if (process.platform !== 'linux') return `Chromium from npm runs on Linux, this is ${process.platform}`;
  return process.arch === 'x64' ? null : `Chromium from npm is built for x64, this is ${process.arch}`;
}

export async function launchBrowser(): Promise<Browser> {
  const { executable, libraries, fontFile } = unpack();
  return await chromium.launch({
    executablePath: executable,
    headless: true,
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_FILE: fontFile,
    },
    // Without a sandbox because tests run as root in containers; they open only this machine's own pages.
    args: [
      '--no-sandbox',
      '--no-zygote',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--font-render-hinting=none',
      '--headless=new',
    ],
  });
}

function unpack(): { executable: string; libraries: string; fontFile: string } {
  const source = folderOf('@sparticuz/chromium', 'bin');
  const { version } = JSON.parse(readFileSync(path.join(source, '../package.json'), 'utf8')) as { version: string };
  const cache = path.join(root, 'node_modules/.cache/hedun-browser', version);
  const executable = path.join(cache, 'chromium');
  const done = path.join(cache, 'unpacked');
  if (!existsSync(done)) {
    mkdirSync(cache, { recursive: true });
    const part = `${executable}.${process.pid}`;
    writeFileSync(part, brotliDecompressSync(readFileSync(path.join(source, 'chromium.br'))));
    chmodSync(part, 0o755);
    renameSync(part, executable);
    for (const archive of ['al2023', 'fonts', 'swiftshader'])
      untar(brotliDecompressSync(readFileSync(path.join(source, `${archive}.tar.br`))), path.join(cache, archive));
    writeFileSync(done, version);
  }
  const fontFile = path.join(cache, 'fonts.conf');
  const chinese = folderOf('@expo-google-fonts/noto-sans-sc', '');
  writeFileSync(
    fontFile,
    fontConfiguration(
      [
        path.join(cache, 'fonts'),
        ...['400Regular', '600SemiBold', '700Bold'].map((weight) => path.join(chinese, weight)),
      ],
      path.join(cache, 'font-cache'),
    ),
  );
  return { executable, libraries: path.join(cache, 'al2023/lib'), fontFile };
}

function fontConfiguration(folders: readonly string[], cache: string): string {
  const prefer = (family: string) =>
    `<alias><family>${family}</family><prefer><family>Open Sans</family><family>Noto Sans SC</family></prefer></alias>`;
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders.map((folder) => `<dir>${folder}</dir>`).join('')}<cachedir>${cache}</cachedir>${['sans-serif', 'system-ui', 'monospace'].map(prefer).join('')}</fontconfig>`;
}

/** Unpacks a tar of files, folders and links; 512-byte headers as POSIX.1-1988 ustar lays them out. */
export function untar(bytes: Uint8Array, folder: string): void {
  const text = (start: number, length: number) =>
    Buffer.from(bytes.subarray(start, start + length))
      .toString('utf8')
      .replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const prefix = text(at + 345, 155);
    const name = prefix ? `${prefix}/${text(at, 100)}` : text(at, 100);
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    const kind = String.fromCharCode(bytes[at + 156] ?? 0);
    const target = path.join(folder, name);
    if (!target.startsWith(folder)) throw new RangeError(`tar: expected a name inside ${folder}, got ${name}`);
    if (kind === '5') mkdirSync(target, { recursive: true });
    else if (kind === '2') {
      mkdirSync(path.dirname(target), { recursive: true });
      if (!existsSync(target)) symlinkSync(text(at + 157, 100), target);
    } else if (kind === '0' || kind === '\0') {
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, bytes.subarray(at + 512, at + 512 + size), {
        mode: Number.parseInt(text(at + 100, 8).trim(), 8) || 0o644,
      });
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
