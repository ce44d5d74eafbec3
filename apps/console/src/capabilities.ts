/**
 * The capabilities of this console, one line each; the kernel's own pages come first.
 * @module
 */

import { anomalyConsole } from '@hedun/capability-anomaly/console';
import { complianceConsole } from '@hedun/capability-compliance/console';
import { detectionConsole } from '@hedun/capability-detection/console';
import { exchangeConsole } from '@hedun/capability-exchange/console';
import { workdeskConsole } from '@hedun/capability-workdesk/console';
import type { CapabilityConsole } from '@hedun/sdk';
import { kernelConsole } from '@hedun/ui/kernel';

export const capabilities = [
  kernelConsole,
  complianceConsole,
  workdeskConsole,
  detectionConsole,
  exchangeConsole,
  anomalyConsole,
] as unknown as readonly CapabilityConsole[];
