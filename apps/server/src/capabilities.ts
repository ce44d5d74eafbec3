/**
 * The capabilities of this server, one line each.
 * @module
 */
import { complianceServer } from '@hedun/capability-compliance/server';
import { workdeskServer } from '@hedun/capability-workdesk/server';
import type { CapabilityServer } from '@hedun/sdk';

export const capabilities = [complianceServer, workdeskServer] as unknown as readonly CapabilityServer[];
