/**
 * `npm start`: the server with its console, built first when the sources are newer than the build.
 * @module
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { start } = await import('./start.ts');
process.exitCode = await start(process.env);
