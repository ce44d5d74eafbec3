/**
 * Content addresses.
 * @module
 */
export * from './dag.ts';
