/**
 * Policies: read, printed, compiled.
 * @module
 */
export * from './atoms.ts';
export * from './parse.ts';
export * from './print.ts';
export * from './span.ts';
export * from './syntax.ts';
