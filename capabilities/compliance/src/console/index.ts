/**
 * The console half of compliance.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { compliance } from '../capability.ts';

export const complianceConsole = implementConsole(compliance, {
  instruments: () => import('./pages/instruments.tsx'),
  assessments: () => import('./pages/assessments.tsx'),
  obligations: () => import('./pages/obligations.tsx'),
  liability: () => import('./pages/liability.tsx'),
  readiness: () => import('./pages/readiness.tsx'),
  catalogue: () => import('./pages/catalogue.tsx'),
  requests: () => import('./pages/requests.tsx'),
  disputes: () => import('./pages/disputes.tsx'),
  complaints: () => import('./pages/complaints.tsx'),
  statistics: () => import('./pages/statistics.tsx'),
  affiliations: () => import('./pages/affiliations.tsx'),
  supervision: () => import('./pages/supervision.tsx'),
});
