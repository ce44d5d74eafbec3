/**
 * The console half of anomaly.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { anomaly } from '../capability.ts';

export const anomalyConsole = implementConsole(anomaly, {
  data: () => import('./pages/data.tsx'),
  anomalies: () => import('./pages/anomalies.tsx'),
  tunnel: () => import('./pages/tunnel.tsx'),
});
