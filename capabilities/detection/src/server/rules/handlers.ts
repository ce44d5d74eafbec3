/**
 * All of rules for the server half: handlers, the shipped content, the command.
 * @module
 */
import { backtestHandlers } from './backtest.ts';
import { catalogueHandlers } from './catalogue.ts';
import { exceptionHandlers } from './exceptions.ts';
import { importHandlers } from './import.ts';

export { scanCommand } from './scan.ts';
export { contentService } from './ship.ts';

export const ruleHandlers = { ...catalogueHandlers, ...exceptionHandlers, ...importHandlers, ...backtestHandlers };
