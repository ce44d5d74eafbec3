/**
 * mcl-wasm as one object, whoever loads it: Node, a bundler, or a development server, each of which wraps a CommonJS module in its own way. It is
 * loaded when first asked for: a page that only shows names and dates does without its 300 kB.
 * @module
 */
type Mcl = typeof import('mcl-wasm');
type Wrapped<T> = T & { readonly default?: T };
const unwrapped = <T>(module: T): T => (module as Wrapped<T>).default ?? module;

/** Set by `loadMcl`; nothing of the curve works before. */
export let mcl: Mcl;
/** The loaded WebAssembly module stands in its property `mod`, once it is there. */
export let rawModule: unknown;

export async function loadMcl(): Promise<void> {
  const [wrapped, raw] = await Promise.all([import('mcl-wasm'), import('mcl-wasm/dist/mcl.js')]);
  mcl = unwrapped(wrapped);
  rawModule = unwrapped(raw as unknown);
}
