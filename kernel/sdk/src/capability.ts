/**
 * What a capability may contribute. A capability is data plus two lazy halves: this file types the data;
 * `server.ts` and `console.ts` type the halves that fulfil it. The kernel itself is declared the same way.
 * @module
 */
import type { z } from 'zod';
import type { ErrorTable } from './failure.ts';
import type { Locale, Messages, Text } from './text.ts';

/** Who may call an operation or open a page: a declared permission, anyone signed in, or anyone at all. */
export type Guard<P extends string> = P | 'signed-in' | 'public';

/**
 * One thing the platform can do. From it the kernel derives the HTTP route, the OpenAPI entry, the CLI command,
 * the form, the palette entry, the permission check, the audit record and, for `job`, queue, progress, cancel and retry.
 */
export interface Operation<P extends string = string> {
  readonly title: Text;
  readonly description?: Text;
  /** `read` changes nothing and is not audited; `write` runs in one transaction; `job` is queued and runs on its own. */
  readonly effect: 'read' | 'write' | 'job';
  readonly permission: Guard<P>;
  /** Relative to `/api/<capability id>`; `:name` takes a field of the input. */
  readonly http: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;
  /** Words after `hedun`, e.g. `asset list`. Left out for operations only the console needs. */
  readonly cli?: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** `raw`: the input gets the unparsed request body as `body: Uint8Array` (signed pushes, compressed batches). */
  readonly body?: 'json' | 'raw';
  /** Largest request body in bytes; default 1 MiB. Files go through uploads instead. */
  readonly bodyLimit?: number;
  /** For `job`: tries before it is failed for good (default 3), and a five-field cron expression if it runs by itself. */
  readonly attempts?: number;
  readonly schedule?: string;
  /** For lists: the fields its filter and sort understand; console, CLI and API page offer exactly these. */
  readonly list?: Readonly<Record<string, ListField>>;
  /** Shown in the command palette and allowed on a selection of this noun. */
  readonly on?: 'asset' | 'finding' | 'case' | 'organisation' | 'user';
  /** The operation of the same capability that takes this one back, called with the same selection; the console offers it in the toast. */
  readonly undo?: string;
  /**
   * For a `read` that takes long: `own` leaves its transactions to the handler (`context.transaction`), because on the embedded store
   * one open transaction keeps everyone else waiting.
   */
  readonly transactions?: 'own';
}

/** A field of a list's filter language: `severity:high`, `lastSeenAt:>2026-01-01`, `name:"db-*"`. */
export interface ListField {
  readonly label: Text;
  readonly type: 'text' | 'enum' | 'number' | 'time' | 'boolean' | 'organisation' | 'user' | 'id' | 'tags';
  /** The words an `enum` knows, with their titles. */
  readonly values?: Readonly<Record<string, Text>>;
  readonly sortable?: boolean;
  /** Left out of `field:value` tokens; only sortable. */
  readonly filterable?: false;
}

/** Navigation groups of the console, in the order of the story: observe, understand, act, prove, share, administer. */
export type NavigationGroup = 'overview' | 'observe' | 'understand' | 'act' | 'prove' | 'share' | 'administer';

export interface Page<P extends string = string> {
  readonly title: Text;
  /** TanStack Router form: `/assets/$id`. */
  readonly path: `/${string}`;
  readonly permission: Guard<P>;
  readonly navigation?: { readonly group: NavigationGroup; readonly order: number; readonly icon?: string };
}

/** Whose rows a table holds. The kernel puts row-level security on every declared table by this word. */
export type TableScope =
  /** has `organisation_id`: seen and changed only inside the actor's data scope */
  | 'organisation'
  /** has `organisation_id`: seen by everybody, changed only inside the actor's data scope */
  | 'published'
  /** has `party_ids uuid[]`: seen and changed by whoever has one of these organisations in the data scope */
  | 'parties'
  /** has `user_id`: seen and changed only by that user */
  | 'user'
  /** catalogue data without an owner: guarded by permissions alone */
  | 'shared';

export interface Table {
  readonly row: z.ZodObject;
  readonly scope: TableScope;
}

/** A kind of asset or finding that a capability brings, with the shape of its typed attributes. */
export interface Kind {
  readonly title: Text;
  readonly attributes: z.ZodObject;
}

/** A value an administrator may set; `secret` values are encrypted at rest and never read back. */
export interface Setting {
  readonly title: Text;
  readonly schema: z.ZodType;
  readonly secret?: boolean;
}

export interface Capability<P extends string = string> {
  /** Lower-case word; prefixes routes, permissions, tables (`<id>_<table>`), events and errors. */
  readonly id: string;
  readonly title: Text;
  readonly permissions: Readonly<Record<P, Text>>;
  readonly messages: Readonly<Record<Locale, Messages>>;
  /** Tables this capability owns, named without prefix; their SQL stands in the server half. No other capability reads them. */
  readonly tables: Readonly<Record<string, Table>>;
  readonly operations: Readonly<Record<string, Operation<NoInfer<P>>>>;
  readonly pages: Readonly<Record<string, Page<NoInfer<P>>>>;
  readonly errors?: ErrorTable;
  readonly assetKinds?: Readonly<Record<string, Kind>>;
  readonly findingKinds?: Readonly<Record<string, Kind>>;
  readonly settings?: Readonly<Record<string, Setting>>;
  /** Events this capability publishes, by full name `<id>.<noun>.<verb in past tense>`. */
  readonly emits?: Readonly<Record<string, z.ZodType>>;
  /** Events of others it reacts to, with the part of the payload it needs. */
  readonly listens?: Readonly<Record<string, z.ZodType>>;
}

/** Makes en carry every key of zh-CN, with the same values where a message takes values. */
type SameKeys<C extends Capability> = {
  readonly messages: {
    readonly en: {
      readonly [K in keyof C['messages']['zh-CN']]: C['messages']['zh-CN'][K] extends string
        ? string
        : C['messages']['zh-CN'][K];
    };
  };
};

/** Declares a capability. Data only: importing it pulls in no server and no console code. */
export function defineCapability<const P extends string, const C extends Capability<P>>(
  capability: C & { readonly permissions: Readonly<Record<P, Text>> } & SameKeys<NoInfer<C>>,
): C {
  return capability;
}
