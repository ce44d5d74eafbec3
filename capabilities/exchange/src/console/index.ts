/**
 * The console half of `exchange`.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { exchange } from '../capability.ts';

export const exchangeConsole = implementConsole(exchange, {
  ledger: () => import('./pages/ledger.tsx'),
  members: () => import('./pages/members.tsx'),
  provenance: () => import('./pages/provenance.tsx'),
  supervision: () => import('./pages/supervision.tsx'),
  objects: () => import('./pages/objects.tsx'),
  mine: () => import('./pages/mine.tsx'),
  attributes: () => import('./pages/attributes.tsx'),
});
