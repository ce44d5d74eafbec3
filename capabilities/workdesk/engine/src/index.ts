/**
 * @hedun/workdesk: the pure part of the workdesk.
 * @module
 */
export * from './assessment/score.ts';
export * from './duties/reminders.ts';
export * from './duties/safe-slots.ts';
export * from './forms/answers.ts';
export * from './forms/form.ts';
export * from './forms/summary.ts';
export * from './loop/deadlines.ts';
export * from './loop/priority.ts';
export * from './loop/ranges.ts';
export * from './loop/recheck.ts';
export * from './loop/targets.ts';
export * from './registers/filing.ts';
export * from './registers/system.ts';
export * from './scans/index.ts';
export * from './scans/mapped.ts';
export * from './scans/mapping-assistant.ts';
export * from './sources/paging.ts';
export * from './sources/push.ts';
