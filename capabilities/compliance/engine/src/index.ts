/**
 * Law and standards as executable data: one engine, five primitives (node tree, three-valued predicate, obligation with a clock, state
 * machine, scoring or penalty table). Pure: texts, facts, events, calendar and time are arguments.
 * @module
 */
export * from './algorithms.ts';
export * from './assessment.ts';
export * from './boundaries.ts';
export * from './cases.ts';
export * from './clocks.ts';
export * from './collect.ts';
export * from './coverage.ts';
export * from './describe.ts';
export * from './documents/blocks.ts';
export * from './documents/crypto.ts';
export * from './documents/improvement.ts';
export * from './documents/penalty-words.ts';
export * from './documents/report.ts';
export * from './documents/score-words.ts';
export * from './documents/supervision.ts';
export * from './documents/words.ts';
export * from './documents/working-papers.ts';
export * from './events.ts';
export * from './facts.ts';
export * from './instrument.ts';
export * from './lint.ts';
export * from './load.ts';
export * from './machine.ts';
export * from './oscal.ts';
export * from './penalty.ts';
export * from './predicate.ts';
export * from './records.ts';
export * from './relations.ts';
export * from './schema.ts';
export * from './scoring.ts';
export * from './statistics.ts';
export * from './tls-hello.ts';
