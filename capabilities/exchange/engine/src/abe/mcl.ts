/**
 * mcl-wasm as one object, whoever loads it: Node, a bundler, or a development server, each of which wraps a CommonJS module in its own way.
 * @module
 */
import * as wrapped from 'mcl-wasm';
import * as wrappedRaw from 'mcl-wasm/dist/mcl.js';

type Wrapped<T> = T & { readonly default?: T };
const unwrapped = <T>(module: T): T => (module as Wrapped<T>).default ?? module;

export const mcl = unwrapped(wrapped);
/** The loaded WebAssembly module stands in its property `mod`, once it is there. */
export const rawModule = unwrapped(wrappedRaw);
