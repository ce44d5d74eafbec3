/**
 * What can go wrong in detection, and what to do about it.
 * @module
 */
import type { ErrorTable } from '@hedun/sdk';

export const errors = {} as const satisfies ErrorTable;
