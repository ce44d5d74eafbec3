/**
 * Severities as numbers, for order and indexes.
 * @module
 */
import type { Severity } from '@hedun/sdk';

/** Larger is worse, so that `-severity` puts the worst first. */
export const severityRank: Readonly<Record<Severity, number>> = { critical: 5, high: 4, medium: 3, low: 2, info: 1 };
