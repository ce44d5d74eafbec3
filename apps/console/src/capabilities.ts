/**
 * The capabilities of this console, one line each; the kernel's own pages come first.
 * @module
 */
import { helloConsole } from '@hedun/capability-hello/console';
import type { CapabilityConsole } from '@hedun/sdk';
import { kernelConsole } from '@hedun/ui/kernel';

export const capabilities = [kernelConsole, helloConsole] as unknown as readonly CapabilityConsole[];
