/**
 * @hedun/core: the kernel as apps see it. Capabilities never import it.
 * @module
 */
export { checkConfig, loadConfig } from './config/index.ts';
export type { Config, Core, Principal } from './contract.ts';
export type { Executor, Invocation } from './execute.ts';
export { openApi } from './http/openapi.ts';
export { createHttpServer } from './http/server.ts';
export { type KernelOptions, type RunningKernel, startKernel } from './kernel.ts';
export { createLog } from './log.ts';
export { type ServeOptions, serve, serveUntilSignal } from './serve.ts';
