/**
 * From the text of a regulation file (YAML or JSON) to an instrument, or to problems with line and column. Reads no file itself.
 * @module
 */
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Instrument, instrumentSchema } from './schema.ts';

export type ProblemPath = readonly (string | number)[];
export interface Problem {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly path: ProblemPath;
  /** From 1; absent when the problem has no place in the text. */
  readonly line?: number;
  readonly column?: number;
  readonly zh: string;
  readonly en: string;
}
export interface Place {
  readonly line: number;
  readonly column: number;
}
export interface LoadedText {
  readonly file: string;
  readonly value: unknown;
  readonly locate: (path: ProblemPath) => Place | undefined;
}
export type Loaded<T> =
  | { readonly kind: 'loaded'; readonly value: T; readonly text: LoadedText }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

function placeOf(document: Document, lines: LineCounter, path: ProblemPath): Place | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = document.getIn(path.slice(0, length), true);
    if (isNode(found) && found.range) {
      const { line, col } = lines.linePos(found.range[0]);
      return { line, column: col };
    }
  }
  return undefined;
}

/** Parses YAML 1.2 (of which JSON is a part). Aliases are limited, so a small file cannot unfold into a large one. */
export function parseText(file: string, source: string): Loaded<unknown> {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error): Problem => {
      const { line, col } = lines.linePos(error.pos[0]);
      return {
        code: 'syntax',
        severity: 'error',
        file,
        path: [],
        line,
        column: col,
        zh: `文件语法错误：${error.message}`,
        en: `syntax: ${error.message}`,
      };
    });
    return { kind: 'refused', problems };
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  return { kind: 'loaded', value, text: { file, value, locate: (path) => placeOf(document as Document, lines, path) } };
}

/** The issue that explains most: of the branches of a union, the one that got furthest. */
function deepest(
  issue: z.core.$ZodIssue,
  prefix: ProblemPath = [],
): { readonly path: ProblemPath; readonly message: string } {
  const path = [...prefix, ...(issue.path as (string | number)[])];
  if (issue.code !== 'invalid_union') return { path, message: issue.message };
  const branches = issue.errors.flatMap((errors) => {
    const [first] = errors;
    return first && errors.length > 0 ? [{ ...deepest(first, path), count: errors.length }] : [];
  });
  branches.sort((left, right) => right.path.length - left.path.length || left.count - right.count);
  const [best] = branches;
  return best && best.path.length > path.length ? best : { path, message: 'none of the allowed shapes fits' };
}

/** Parses and checks the shape. What the linter finds comes on top of it. */
export function loadInstrument(file: string, source: string): Loaded<Instrument> {
  const parsed = parseText(file, source);
  if (parsed.kind === 'refused') return parsed;
  const checked = instrumentSchema.safeParse(parsed.value);
  if (checked.success) return { kind: 'loaded', value: checked.data, text: parsed.text };
  const problems = checked.error.issues.map((issue): Problem => {
    const { path, message } = deepest(issue);
    const where = path.join('.') || '(root)';
    return {
      code: 'shape',
      severity: 'error',
      file,
      path,
      ...parsed.text.locate(path),
      zh: `${where}：结构不符合要求（${message}）`,
      en: `${where}: ${message}`,
    };
  });
  return { kind: 'refused', problems };
}
