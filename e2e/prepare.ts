/**
 * Before the journeys, once for all of them: the console is built and the browser unpacked, so that journeys side by side never do either.
 * @module
 */
import path from 'node:path';
import { ensureConsole } from '../apps/server/src/console-build.ts';
import { unpack, whyNoBrowser } from './browser.ts';

export async function setup(): Promise<void> {
  if (whyNoBrowser() !== null) return;
  unpack();
  await ensureConsole(path.resolve(import.meta.dirname, '..'), (text) => console.log(text));
}
