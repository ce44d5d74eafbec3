/**
 * The server half of compliance.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { compliance } from '../capability.ts';
import { assessmentHandlers } from './assessments.ts';
import { commands } from './commands.ts';
import { migrations } from './migrations.ts';
import { sharingHandlers } from './sharing.ts';
import { supervisionHandlers } from './supervision.ts';

export const complianceServer = implementServer(compliance, {
  operations: { ...assessmentHandlers, ...sharingHandlers, ...supervisionHandlers },
  migrations,
  commands,
});
