/**
 * The server half of anomaly.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { anomaly } from '../capability.ts';
import { evaluateCommand } from './evaluation/command.ts';
import { migrations } from './migrations.ts';
import { modelHandlers } from './models.ts';
import { mqttService, sourceHandlers } from './mqtt.ts';
import { setHandlers } from './sets.ts';
import { tunnelHandlers, tunnelService } from './tunnel.ts';

export const anomalyServer = implementServer(anomaly, {
  operations: { ...setHandlers, ...modelHandlers, ...sourceHandlers, ...tunnelHandlers },
  migrations,
  services: { mqtt: mqttService, tunnel: tunnelService },
  commands: [evaluateCommand],
});
