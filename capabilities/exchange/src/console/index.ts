/**
 * The console half of `exchange`.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { exchange } from '../capability.ts';

export const exchangeConsole = implementConsole(exchange, { objects: () => import('./pages/objects.tsx') });
