/**
 * What this room refuses, in both languages.
 * @module
 */
import type { ErrorTable } from '@hedun/sdk';

export const errors = {
  'exchange.unknown': {
    status: 404,
    message: { 'zh-CN': '没有找到这项数据', en: 'There is no such data object' },
    fix: { 'zh-CN': '核对编号。', en: 'Check the id.' },
  },
} as const satisfies ErrorTable;
