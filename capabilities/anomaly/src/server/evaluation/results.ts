/**
 * Answers of an evaluation kept as files, one a run, so that a run that was killed goes on where it ended. An answer is taken again only if the
 * engine's sources and the data set are the same as when it was measured, or if the caller asks for older ones by name.
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Task } from './task.ts';

export interface Results {
  /** The kept answer of this very run, or null. */
  read(task: Task): Answer | null;
  write(answer: Answer): void;
  /** How many of the answers read so far are of other sources. */
  older(): number;
}
interface Kept {
  readonly sources: string;
  readonly data: string;
  readonly answer: Answer;
}

/** Of everything that can change a figure: the engine's sources, in the order of their names. */
export function fingerprintOfEngine(): string {
  const folder = path.dirname(fileURLToPath(import.meta.resolve('@hedun/anomaly')));
  const hash = createHash('sha256');
  for (const file of globSync('**/*.ts', { cwd: folder }).sort())
    hash.update(file).update(readFileSync(path.join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

/** @param older whether answers of other sources count; they are told apart in `older()` */
export function openResults(folder: string, sources: string, { older = false } = {}): Results {
  let others = 0;
  const fileOf = ({ protocol, file, name, detector, seed }: Task) =>
    path.join(
      folder,
      protocol,
      (name ?? path.basename(file, '.json')).replaceAll(/[^\w.-]+/g, '_'),
      `${detector}.${seed}.json`,
    );
  const fingerprints = new Map<string, string>();
  const fingerprintOf = (file: string) => {
    const known = fingerprints.get(file);
    if (known !== undefined) return known;
    const found = existsSync(file)
      ? createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16)
      : 'generated';
    fingerprints.set(file, found);
    return found;
  };
  return {
    read: (task) => {
      const file = fileOf(task);
      if (!existsSync(file)) return null;
      // A figure that does not exist is null in the file and not a number here.
      const kept = JSON.parse(readFileSync(file, 'utf8'), (_key, value: unknown) =>
        value === null ? Number.NaN : value,
      ) as Kept;
      if (kept.data !== fingerprintOf(task.file) || (kept.sources !== sources && !older)) return null;
      if (kept.sources !== sources) others += 1;
      return { ...kept.answer, task };
    },
    write: (answer) => {
      // A failure is no result: it is tried again.
      if (answer.kind === 'failed') return;
      const file = fileOf(answer.task);
      mkdirSync(path.dirname(file), { recursive: true });
      const kept: Kept = { sources, data: fingerprintOf(answer.task.file), answer };
      // Written beside and moved: a killed run leaves no half file.
      writeFileSync(`${file}.part`, JSON.stringify(kept));
      renameSync(`${file}.part`, file);
    },
    older: () => others,
  };
}
