/**
 * The console half of detection.
 * @module
 */
import { implementConsole } from '@hedun/sdk';
import { detection } from '../capability.ts';

export const detectionConsole = implementConsole(detection, {});
