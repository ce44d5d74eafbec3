/**
 * The handlers of assets, evidence, findings, cases, reports, search, overview, samples, import and export.
 * @module
 */
import type { Core } from '../contract.ts';
import { reportHandlers } from '../reports/operations.ts';
import { assetHandlers } from './asset-operations.ts';
import { caseHandlers } from './case-operations.ts';
import { exportHandlers } from './export.ts';
import { findingHandlers } from './finding-operations.ts';
import { importHandlers } from './import/operations.ts';
import { overviewHandlers } from './overview.ts';
import { sampleHandlers } from './samples.ts';
import { searchHandlers } from './search.ts';

export function nounHandlers(core: Core) {
  return {
    ...assetHandlers(core),
    ...findingHandlers(core),
    ...caseHandlers(core),
    ...reportHandlers(core),
    ...searchHandlers(),
    ...overviewHandlers(),
    ...sampleHandlers(core),
    ...importHandlers(core),
    ...exportHandlers(core),
  };
}
