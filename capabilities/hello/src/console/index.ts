/**
 * The console half of `hello`.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { hello } from '../capability.ts';

export const helloConsole = implementConsole(hello, { greetings: () => import('./pages/greetings.tsx') });
