/**
 * @hedun/sdk: the contract between the kernel and a capability. Types, three functions and shared schemas; it runs anywhere.
 * @module
 */
export * from './capability.ts';
export * from './console.ts';
export * from './context.ts';
export * from './failure.ts';
export * from './field.ts';
export * from './filter.ts';
export * from './labels.ts';
export * from './nouns.ts';
export * from './permission-patterns.ts';
export * from './server.ts';
export * from './text.ts';
