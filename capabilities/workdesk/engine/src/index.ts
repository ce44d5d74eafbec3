/**
 * @hedun/workdesk: the pure part of the workdesk.
 * @module
 */
export * from './scans/index.ts';
