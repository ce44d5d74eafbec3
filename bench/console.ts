/**
 * Size and quickness of the console: what the first view and each page load, and how long it takes to answer a key, a filter and a scroll
 * on ten thousand rows in a real browser. Made-up answers stand in for the server, so that only the console is measured.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { kernel } from '@hedun/sdk/kernel';
import type { Page } from 'playwright-core';
import { launchBrowser, whyNoBrowser } from '../e2e/browser.ts';
import { type Figure, report } from '../tools/report.ts';
import { serveConsole } from './console-answers.ts';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'apps/console/dist');
const rows = 10_000;
const firstViewLimit = 600;
const pageLimit = 150;
const interactionLimit = 100;

if (!existsSync(path.join(dist, '.vite/manifest.json')))
  execFileSync('npm', ['run', 'build', '-w', 'apps/console'], { cwd: root, stdio: 'ignore' });

interface Chunk {
  readonly file: string;
  readonly src?: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}
const manifest = JSON.parse(readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8')) as Readonly<
  Record<string, Chunk>
>;
const sizes = new Map<string, number>();

function gzipped(file: string): number {
  let size = sizes.get(file);
  if (size === undefined) {
    size = gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length;
    sizes.set(file, size);
  }
  return size;
}
/** A chunk and all it needs at once, scripts and styles. */
function filesOf(key: string, into = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || into.has(chunk.file)) return into;
  into.add(chunk.file);
  for (const style of chunk.css ?? []) into.add(style);
  for (const each of chunk.imports ?? []) filesOf(each, into);
  return into;
}
const kilobytes = (files: Iterable<string>) =>
  Math.round([...files].reduce((sum, file) => sum + gzipped(file), 0) / 100) / 10;

const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry);
if (!entry) throw new Error('manifest: expected an entry, got none');
const shell = filesOf(entry);
const overview = Object.keys(manifest).find((key) => key.endsWith('pages/overview.tsx')) ?? '';
const firstView = new Set([...shell, ...filesOf(overview)]);
const pages = Object.keys(manifest)
  .filter((key) => /\/pages\/[\w-]+\.tsx$/.test(key))
  .map((key) => ({ key, size: kilobytes([...filesOf(key)].filter((file) => !shell.has(file))) }))
  .sort((a, b) => b.size - a.size);
for (const { key, size } of pages) console.log(`${String(size).padStart(8)} kB  ${key.replace(/^(\.\.\/)*/, '')}`);

const figures: Figure[] = [
  { id: 'console.firstView', value: kilobytes(firstView), unit: 'kB gzip', target: firstViewLimit, direction: 'max' },
  { id: 'console.largestPage', value: pages[0]?.size ?? 0, unit: 'kB gzip', target: pageLimit, direction: 'max' },
];
const reason = whyNoBrowser();
if (reason) console.log(`interaction not measured: ${reason}`);
else figures.push(...(await interactions()));
report(figures, { json: process.argv.includes('--json') });

async function interactions(): Promise<Figure[]> {
  const server = await serveConsole(rows, Object.keys(kernel.permissions));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 860 } });
    await page.goto(`${server.url}/findings`);
    await page.locator('.hd-row').first().waitFor();
    await loadAll(page);
    const figure = (id: string, value: number): Figure => ({
      id: `console.${id}`,
      value,
      unit: 'ms (median of 15)',
      target: interactionLimit,
      direction: 'max',
    });
    return [
      figure('key10k', await median(page, 'key')),
      figure('select10k', await median(page, 'select')),
      figure('scroll10k', await median(page, 'scroll')),
    ];
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Scrolls until every row has been read, as an infinite list does. */
async function loadAll(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const table = document.querySelector('.hd-table');
    for (let round = 0; round < 400; round += 1) {
      table.scrollTop = table.scrollHeight;
      await new Promise((resolve) => setTimeout(resolve, 40));
      if (document.querySelector('.hd-rows').offsetHeight >= ${rows} * 34) break;
    }
    table.scrollTop = 0;
  })()`);
  const height = await page.evaluate<number>(`document.querySelector('.hd-rows').offsetHeight`);
  if (height < rows * 34) throw new Error(`console: expected ${rows} rows, got ${height / 34}`);
}

/** From the deed to the frame after the one that shows it. */
async function median(page: Page, deed: 'key' | 'select' | 'scroll'): Promise<number> {
  return await page.evaluate<number>(`(async () => {
    const table = document.querySelector('.hd-table');
    const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const press = (key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    const times = [];
    for (let round = 0; round < 15; round += 1) {
      await frames();
      const start = performance.now();
      if ('${deed}' === 'key') press('j');
      if ('${deed}' === 'select') { press('j'); press('x'); }
      if ('${deed}' === 'scroll') table.scrollTop = (round + 1) * 20000;
      await frames();
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    return Math.round(times[7] * 10) / 10;
  })()`);
}
