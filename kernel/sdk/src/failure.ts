/**
 * The one error that reaches a user: a code of a declared table, the place, what was expected and what came.
 * HTTP, CLI and console show the same code and the same sentences; `docs/errors` lists them all.
 * @module
 */
import type { Text, Values } from './text.ts';

/** One row of an error table. `{name}` in a text is filled from the failure's values. */
export interface ErrorDeclaration {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 423 | 429 | 500 | 501 | 502 | 503 | 504;
  /** What happened. */
  readonly message: Text;
  /** What the user can do about it. */
  readonly fix: Text;
}
export type ErrorTable = Readonly<Record<string, ErrorDeclaration>>;

export interface FailureDetails {
  /** Where: a JSON path of the input, a file position (`assets.csv:12:4`), a record id. */
  readonly where?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly values?: Values;
  /** Several failures of one input, for example every bad row of a file. */
  readonly issues?: readonly FailureIssue[];
  readonly cause?: unknown;
}
export interface FailureIssue {
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly code?: string;
}

/** Thrown by handlers and the kernel. Engines throw TypeError or RangeError instead and know nothing of codes. */
export class Failure extends Error {
  readonly code: string;
  readonly where: string | undefined;
  readonly expected: string | undefined;
  readonly got: string | undefined;
  readonly values: Values;
  readonly issues: readonly FailureIssue[];

  constructor(code: string, details: FailureDetails = {}) {
    const seen = [
      details.where && `at ${details.where}`,
      details.expected && `expected ${details.expected}`,
      details.got && `got ${details.got}`,
    ].filter(Boolean);
    super(seen.length > 0 ? `${code}: ${seen.join(', ')}` : code, { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.where = details.where;
    this.expected = details.expected;
    this.got = details.got;
    this.values = details.values ?? {};
    this.issues = details.issues ?? [];
  }
}

/** What HTTP sends, the CLI prints with `--json` and the console shows for a failure. */
export interface FailureBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly fix: string;
    readonly where?: string;
    readonly expected?: string;
    readonly got?: string;
    readonly issues?: readonly FailureIssue[];
    readonly requestId?: string;
  };
}
