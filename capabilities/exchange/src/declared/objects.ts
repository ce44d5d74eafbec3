/**
 * Declared: the catalogue of shared data objects.
 * @module
 */
import { ListInput, listOutput } from '@hedun/sdk';
import { ObjectRow } from '../shapes.ts';

export const objectOperations = {
  listObjects: {
    title: { 'zh-CN': '共享数据', en: 'Shared data' },
    effect: 'read',
    permission: 'exchange.read',
    http: 'GET /objects',
    cli: 'exchange list',
    input: ListInput,
    output: listOutput(ObjectRow),
  },
} as const;
