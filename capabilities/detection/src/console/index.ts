/**
 * The console half of detection.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { detection } from '../capability.ts';

export const detectionConsole = implementConsole(detection, {
  incidents: () => import('./pages/incidents.tsx'),
  alerts: () => import('./pages/alerts.tsx'),
  hunting: () => import('./pages/hunting.tsx'),
  rules: () => import('./pages/rules.tsx'),
  attack: () => import('./pages/attack.tsx'),
  sources: () => import('./pages/sources.tsx'),
});
