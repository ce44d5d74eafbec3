/**
 * The server half of a capability: handlers, migrations, listeners, services.
 * @module
 */
import type { z } from 'zod';
import type { Capability } from './capability.ts';
import type { Context } from './context.ts';
import type { Locale, Text } from './text.ts';

export type Handler<C extends Capability, K extends keyof C['operations']> = (
  input: z.output<C['operations'][K]['input']>,
  context: Context<C>,
) => Promise<C['operations'][K] extends { readonly effect: 'job' } ? unknown : z.input<C['operations'][K]['output']>>;

export type Handlers<C extends Capability> = { readonly [K in keyof C['operations']]: Handler<C, K> };

/** One step of a table. Ids count through the whole capability from 1 without gaps and give the order; a released step never changes. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  /** SQL of one or more statements; tables are named `<capability id>_<table>`. */
  readonly up: string;
}

/** Something that runs as long as the server does: a listener on a port, a bridge to a broker. */
export interface Service<C extends Capability> {
  start(
    context: Context<C>,
  ): Promise<{ stop(): Promise<void>; health?(): { readonly ok: boolean; readonly detail: string } }>;
}

export type Listeners<C extends Capability> = {
  /** Called at least once per event, in order per key; must be idempotent. */
  readonly [K in keyof C['listens']]: (
    payload: C['listens'][K] extends z.ZodType ? z.output<C['listens'][K]> : never,
    context: Context<C>,
  ) => Promise<void>;
};

export interface ServerHalf<C extends Capability> {
  readonly operations: Handlers<C>;
  /** The steps that make each declared table; a table without any does not compile. */
  readonly migrations: { readonly [K in keyof C['tables']]: readonly [Migration, ...Migration[]] };
  readonly listeners?: Listeners<C>;
  readonly services?: Readonly<Record<string, Service<C>>>;
  readonly commands?: readonly LocalCommand[];
  /** Fills a synthetic organisation with examples; runs in one transaction, removable as a whole. */
  readonly samples?: (context: Context<C>, organisationId: string) => Promise<void>;
}

export interface CapabilityServer<C extends Capability = Capability> extends Omit<ServerHalf<C>, 'migrations'> {
  readonly capability: C;
  /** All steps in order. */
  readonly migrations: readonly Migration[];
}

/** Fulfils a declaration on the server. A missing or extra operation or listener does not compile. */
export function implementServer<const C extends Capability>(
  capability: C,
  half: ServerHalf<C> & (keyof C['listens'] extends never ? unknown : { readonly listeners: Listeners<C> }),
): CapabilityServer<C> {
  return {
    ...half,
    capability,
    migrations: inOrder(capability.id, Object.values<readonly Migration[]>(half.migrations).flat()),
  };
}

function inOrder(id: string, steps: readonly Migration[]): readonly Migration[] {
  const sorted = [...steps].sort((a, b) => a.id - b.id);
  const wrong = sorted.findIndex((step, index) => step.id !== index + 1);
  if (wrong >= 0) throw new RangeError(`migrations of ${id}: expected step ${wrong + 1}, got ${sorted[wrong]?.id}`);
  return sorted;
}

/** Handlers of some operations, written in a file of their own and spread together in the server half. */
export function handlers<const C extends Capability>() {
  return <K extends keyof C['operations']>(some: Pick<Handlers<C>, K>): Pick<Handlers<C>, K> => some;
}

/** A command that works on local files without a store, e.g. `hedun detection scan`. Everything else is an operation. */
export interface LocalCommand {
  readonly title: Text;
  /** Words after `hedun`. */
  readonly words: string;
  /** One line behind the words, e.g. `--rules DIR [--json] FILES…`. */
  readonly usage: string;
  readonly options: Readonly<
    Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean; readonly short?: string }>
  >;
  /** Answers the exit code. */
  run(
    args: { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] },
    io: CommandIo,
  ): Promise<number>;
}
export interface CommandIo {
  write(text: string): void;
  warn(text: string): void;
  readonly locale: Locale;
}
