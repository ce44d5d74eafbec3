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
    permission: 'compliance.view',
    http: 'GET /requests',
    cli: 'compliance request list',
    input: ListInput,
    output: listOutput(RequestSummary),
  },
  createRequest: {
    title: { 'zh-CN': '申请共享', en: 'Request data' },
    effect: 'write',
    permission: 'compliance.unit',
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
    permission: 'compliance.view',
    http: 'GET /requests/:id',
    cli: 'compliance request show',
    input: z.strictObject({ id: Id }),
    output: RequestDetail,
  },
  stepRequest: {
    title: { 'zh-CN': '办理共享申请', en: 'Move a request' },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'POST /requests/:id/steps',
    cli: 'compliance request step',
    input: z.strictObject(step),
    output: RequestSummary,
  },
  recordRequestEvent: {
    title: { 'zh-CN': '登记申请事件', en: 'Record an event of a request' },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'POST /requests/:id/events',
    cli: 'compliance request event',
    input: z.strictObject({
      id: Id,
      type: field(z.string().max(100), { 'zh-CN': '事件', en: 'Event' }),
      at: legalTime,
      data: FactValues.default({}),
      matter: field(
        z.string().trim().min(1).max(100).optional(),
        { 'zh-CN': '事项编号', en: 'Matter' },
        {
          help: {
            'zh-CN': '同一件校核填同一编号，使每件各有期限；不填则为申请本身',
            en: 'One number for one correction, so that each has its clock; the request itself when left out',
          },
        },
      ),
    }),
    output: Done,
  },
  supervision: {
    title: { 'zh-CN': '共享监督', en: 'Supervision' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /supervision',
    cli: 'compliance supervision',
    input: z.strictObject(period),
    output: Supervision,
  },
  writeSupervisionReport: {
    title: { 'zh-CN': '出具监督情况报告', en: 'Write the supervision report' },
    effect: 'write',
    permission: 'compliance.issue',
    http: 'POST /supervision/reports',
    cli: 'compliance supervision report',
    input: z.strictObject({ organisationId, ...period, format }),
    output: FileReference,
  },
} as const;
