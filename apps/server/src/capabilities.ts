/**
 * The capabilities of this server, one line each.
 * @module
 */

import { anomalyServer } from '@hedun/capability-anomaly/server';
import { complianceServer } from '@hedun/capability-compliance/server';
import { detectionServer } from '@hedun/capability-detection/server';
import { exchangeServer } from '@hedun/capability-exchange/server';
import { workdeskServer } from '@hedun/capability-workdesk/server';
import type { CapabilityServer } from '@hedun/sdk';

export const capabilities = [
  complianceServer,
  workdeskServer,
  detectionServer,
  exchangeServer,
  anomalyServer,
] as unknown as readonly CapabilityServer[];
