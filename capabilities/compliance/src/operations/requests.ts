/**
 * Requests for shared data and the supervision of their clocks, declared.
 * @module
 */
import { Done, FileReference, field, Id, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { FactValues } from '../shapes.ts';
import { RequestDetail, RequestSummary, requestFields, Supervision } from '../sharing-shapes.ts';
import { format, legalTime, organisationId, period, step } from './fields.ts';

export const requestOperations = {
  listRequests: {
    title: { 'zh-CN': '共享申请', en: 'Sharing requests' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /requests',
    cli: 'compliance request list',
    input: ListInput,
    output: listOutput(RequestSummary),
  },
  createRequest: {
    title: { 'zh-CN': '申请共享', en: 'Request data' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /requests',
    cli: 'compliance request create',
    input: z.strictObject({
      organisationId,
      entryId: field(Id, { 'zh-CN': '目录条目', en: 'Catalogue entry' }),
      ...requestFields,
    }),
    output: RequestSummary,
  },
  getRequest: {
    title: { 'zh-CN': '查看共享申请', en: 'Show a request' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /requests/:id',
    cli: 'compliance request show',
    input: z.strictObject({ id: Id }),
    output: RequestDetail,
  },
  stepRequest: {
    title: { 'zh-CN': '办理共享申请', en: 'Move a request' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /requests/:id/steps',
    input: z.strictObject(step),
    output: RequestSummary,
  },
  recordRequestEvent: {
    title: { 'zh-CN': '登记申请事件', en: 'Record an event of a request' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /requests/:id/events',
    input: z.strictObject({
      id: Id,
      type: field(z.string().max(100), { 'zh-CN': '事件', en: 'Event' }),
      at: legalTime,
      data: FactValues.default({}),
    }),
    output: Done,
  },
  supervision: {
    title: { 'zh-CN': '共享监督', en: 'Supervision' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /supervision',
    cli: 'compliance supervision',
    input: z.strictObject(period),
    output: Supervision,
  },
  writeSupervisionReport: {
    title: { 'zh-CN': '出具监督情况报告', en: 'Write the supervision report' },
    effect: 'write',
    permission: 'compliance.supervise',
    http: 'POST /supervision/reports',
    cli: 'compliance supervision report',
    input: z.strictObject({ organisationId, ...period, format }),
    output: FileReference,
  },
} as const;
