/**
 * Files that grow: read from where reading ended, through rotation by renaming and by truncation. Positions are kept only after the lines
 * are durable, so that a restart reads again rather than leaves out.
 * @module
 */
import { type FileHandle, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StreamFramer } from '@hedun/detection';
import { lineKey } from '../worker/shapes.ts';
import { freshCounts, type OpenCollector } from './collector.ts';

const lookMs = 500;
const chunkBytes = 1 << 20;

interface Followed {
  handle: FileHandle;
  inode: number;
  position: number;
  /** Up to where whole lines were taken. */
  kept: number;
  framer: StreamFramer;
}

export const openFiles: OpenCollector = async ({ source, sink, now, folder }) => {
  const pattern = source.settings.path;
  if (!path.isAbsolute(pattern)) throw new Error(`path: expected an absolute path, got ${pattern}`);
  const counts = freshCounts();
  const positionFile = path.join(folder, `positions-${source.id}.json`);
  const positions = new Map<string, { inode: number; position: number }>(
    Object.entries(JSON.parse(await readFile(positionFile, 'utf8').catch(() => '{}'))),
  );
  const followed = new Map<string, Followed>();
  let problem: string | null = null;
  let stopped = false;

  const read = async (file: string, each: Followed): Promise<boolean> => {
    const key = Buffer.from(lineKey({ sourceId: source.id, importId: null, peer: path.basename(file), kind: 'line' }));
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let any = false;
    while (!stopped && !sink.full) {
      const { bytesRead } = await each.handle.read(buffer, 0, chunkBytes, each.position);
      if (bytesRead === 0) break;
      any = true;
      each.position += bytesRead;
      counts.bytes += bytesRead;
      counts.lastAt = now();
      // The framer keeps views for the length of the call only, and its rest as a copy.
      each.framer.push(buffer.subarray(0, bytesRead), (line) => {
        counts.received += 1;
        sink.add(key, counts.lastAt, line);
      });
      each.kept = each.position - each.framer.waiting;
    }
    return any;
  };
  const look = async (): Promise<void> => {
    let changed = false;
    for (const file of await matching(pattern)) {
      const now = await stat(file).catch(() => null);
      if (!now?.isFile()) continue;
      let each = followed.get(file);
      if (each && (each.inode !== now.ino || now.size < each.position)) {
        // Rotated: what the old file still holds comes first.
        if (each.inode !== now.ino && (await read(file, each))) changed = true;
        await each.handle.close();
        followed.delete(file);
        positions.delete(file);
        each = undefined;
      }
      if (!each) {
        const known = positions.get(file);
        const position = known?.inode === now.ino && known.position <= now.size ? known.position : 0;
        each = { handle: await open(file, 'r'), inode: now.ino, position, kept: position, framer: new StreamFramer() };
        followed.set(file, each);
      }
      if (await read(file, each)) changed = true;
    }
    if (!changed) return;
    const kept = [...followed].map(([file, { inode, kept: position }]) => [file, { inode, position }] as const);
    await sink.settled();
    for (const [file, place] of kept) positions.set(file, place);
    await writeFile(`${positionFile}.new`, JSON.stringify(Object.fromEntries(positions)));
    await rename(`${positionFile}.new`, positionFile);
  };
  const loop = (async () => {
    while (!stopped) {
      try {
        await look();
        problem = followed.size === 0 ? `no file: ${pattern}` : null;
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
      await new Promise((resolve) => {
        wake = () => resolve(undefined);
        setTimeout(resolve, lookMs);
      });
    }
  })();
  let wake = () => {};
  return {
    port: 0,
    counts,
    get problem() {
      return problem;
    },
    stop: async () => {
      stopped = true;
      wake();
      await loop;
      for (const { handle } of followed.values()) await handle.close();
    },
  };
};

/** One `*` in the last part of the path stands for any characters. */
async function matching(pattern: string): Promise<readonly string[]> {
  const name = path.basename(pattern);
  if (!name.includes('*')) return [pattern];
  const folder = path.dirname(pattern);
  const [head = '', ...rest] = name.split('*');
  const tail = rest.join('*');
  const names = await readdir(folder);
  return names
    .filter((each) => each.startsWith(head) && each.endsWith(tail) && each.length >= head.length + tail.length)
    .sort()
    .map((each) => path.join(folder, each));
}
