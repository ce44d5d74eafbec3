/**
 * The capabilities of this server, one line each.
 * @module
 */
import { helloServer } from '@hedun/capability-hello/server';
import type { CapabilityServer } from '@hedun/sdk';

export const capabilities = [helloServer] as unknown as readonly CapabilityServer[];
