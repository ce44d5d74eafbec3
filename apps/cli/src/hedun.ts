#!/usr/bin/env node
/**
 * The `hedun` command with the capabilities of the server.
 * @module
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
// Whoever reads may have read enough (`hedun … | head`): that is the end, and no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
