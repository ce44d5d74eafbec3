/**
 * The console half of the kernel: its own pages, fulfilled like those of any capability.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { kernel } from '@hedun/sdk/kernel';

export const kernelConsole = implementConsole(kernel, {
  overview: () => import('./overview.tsx'),
  assets: () => import('./assets.tsx'),
  findings: () => import('./findings.tsx'),
  cases: () => import('./cases.tsx'),
  reports: () => import('./reports.tsx'),
  audit: () => import('./audit.tsx'),
  organisations: () => import('./organisations.tsx'),
  users: () => import('./users.tsx'),
  jobs: () => import('./jobs.tsx'),
  settings: () => import('./settings.tsx'),
  account: () => import('./account.tsx'),
  api: () => import('./api.tsx'),
});
