/**
 * The server half of `exchange`.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { exchange } from '../capability.ts';
import { migrations } from './migrations.ts';
import { objectHandlers } from './publish/objects.ts';

export const exchangeServer = implementServer(exchange, { operations: { ...objectHandlers }, migrations });
