/**
 * The server half of detection.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { detection } from '../capability.ts';
import { importHandlers } from './collection/import.ts';
import { runtimeOf } from './collection/runtime.ts';
import { collectionService } from './collection/service.ts';
import { sourceHandlers } from './collection/sources.ts';
import { huntHandlers } from './hunting/operations.ts';
import { incidentHandlers } from './incidents/operations.ts';
import { migrations } from './migrations.ts';
import { contentService, ruleHandlers, scanCommand } from './rules/handlers.ts';

export const detectionServer = implementServer(detection, {
  operations: { ...sourceHandlers, ...importHandlers, ...incidentHandlers, ...huntHandlers, ...ruleHandlers },
  migrations,
  listeners: {
    // What a person said changes what the reduction concludes from then on.
    'detection.incident.judged': async (_payload, context) => runtimeOf(context)?.forget(),
  },
  // Rules stand before anything is detected.
  services: { content: contentService, collection: collectionService },
  commands: [scanCommand],
});
