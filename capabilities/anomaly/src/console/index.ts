/**
 * The console half of `anomaly`.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { anomaly } from '../capability.ts';

export const anomalyConsole = implementConsole(anomaly, { greetings: () => import('./pages/greetings.tsx') });
