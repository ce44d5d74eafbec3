/**
 * The server half of anomaly.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { anomaly } from '../capability.ts';
import { anomalyHandlers } from './anomalies.ts';
import { driftHandlers } from './drift.ts';
import { evaluateCommand } from './evaluation/command.ts';
import { followHandlers, followListeners } from './follow.ts';
import { migrations } from './migrations.ts';
import { modelHandlers } from './models.ts';
import { mqttService, sourceHandlers } from './mqtt.ts';
import { pushHandlers } from './push.ts';
import { scoringHandlers } from './scoring.ts';
import { setHandlers } from './sets.ts';
import { tunnelHandlers, tunnelService } from './tunnel.ts';

export const anomalyServer = implementServer(anomaly, {
  operations: {
    ...setHandlers,
    ...pushHandlers,
    ...followHandlers,
    ...modelHandlers,
    ...anomalyHandlers,
    ...scoringHandlers,
    ...driftHandlers,
    ...sourceHandlers,
    ...tunnelHandlers,
  },
  migrations,
  listeners: followListeners,
  services: { mqtt: mqttService, tunnel: tunnelService },
  commands: [evaluateCommand],
});
