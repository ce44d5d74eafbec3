/**
 * The server half of detection.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { detection } from '../capability.ts';
import { migrations } from './migrations.ts';

export const detectionServer = implementServer(detection, {
  operations: {},
  migrations,
  listeners: {},
});
