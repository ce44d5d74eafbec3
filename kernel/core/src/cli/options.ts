/**
 * What an app gives to the command line.
 * @module
 */
import type { CapabilityServer } from '@hedun/sdk';

export interface CliOptions {
  readonly capabilities: readonly CapabilityServer[];
  readonly version: string;
  /** Starts the server and resolves when it has stopped; given by the app. */
  readonly serve: (values: Readonly<Record<string, unknown>>) => Promise<number>;
  readonly argv: readonly string[];
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}
