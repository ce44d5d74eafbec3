/**
 * What a server begins before it loads everything else: its configuration is read and its database opens in a thread of its own meanwhile.
 * @module
 */
export { loadConfig } from './config/index.ts';
export { openPool } from './store/pool.ts';
