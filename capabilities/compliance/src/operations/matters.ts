/**
 * Disputes between the parties of a request, complaints of anybody, and which institutions belong together, declared.
 * @module
 */
import { Done, field, Id, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { AffiliationRow, Day } from '../shapes.ts';
import { Complaint, complaintFields, Dispute } from '../sharing-shapes.ts';
import { legalTime, organisationId, step } from './fields.ts';

const evidenceIds = field(z.array(Id).max(50).default([]), { 'zh-CN': '材料', en: 'Material' }, { widget: 'file' });

export const matterOperations = {
  listDisputes: {
    title: { 'zh-CN': '共享争议', en: 'Disputes' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /disputes',
    cli: 'compliance dispute list',
    input: ListInput,
    output: listOutput(Dispute),
  },
  getDispute: {
    title: { 'zh-CN': '查看争议', en: 'Show a dispute' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /disputes/:id',
    cli: 'compliance dispute show',
    input: z.strictObject({ id: Id }),
    output: Dispute,
  },
  openDispute: {
    title: { 'zh-CN': '提出争议', en: 'Open a dispute' },
    description: {
      'zh-CN':
        '先行协商；协商不成的，申请同级主管部门协调，跨层级、跨地域的由共同的上级主管部门协调，仍不一致的报本级人民政府决定。',
      en: 'Negotiation first; then the authority, across levels the common superior; then the people’s government decides.',
    },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'POST /disputes',
    cli: 'compliance dispute open',
    input: z.strictObject({
      requestId: field(Id, { 'zh-CN': '共享申请', en: 'Request' }),
      organisationId,
      claim: field(
        z.string().trim().min(1).max(4000),
        { 'zh-CN': '争议事项与主张', en: 'What is in dispute' },
        { widget: 'textarea' },
      ),
    }),
    output: Dispute,
  },
  stepDispute: {
    title: { 'zh-CN': '办理争议', en: 'Move a dispute' },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'POST /disputes/:id/steps',
    cli: 'compliance dispute step',
    input: z.strictObject(step),
    output: Dispute,
  },
  listComplaints: {
    title: { 'zh-CN': '投诉举报', en: 'Complaints' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /complaints',
    cli: 'compliance complaint list',
    input: ListInput,
    output: listOutput(Complaint),
  },
  getComplaint: {
    title: { 'zh-CN': '查看投诉举报', en: 'Show a complaint' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /complaints/:id',
    cli: 'compliance complaint show',
    input: z.strictObject({ id: Id }),
    output: Complaint,
  },
  receiveComplaint: {
    title: { 'zh-CN': '登记投诉举报', en: 'Receive a complaint' },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'POST /complaints',
    cli: 'compliance complaint receive',
    input: z.strictObject({ organisationId, ...complaintFields, at: legalTime, evidenceIds }),
    output: Complaint,
  },
  answerComplaint: {
    title: { 'zh-CN': '办结投诉举报', en: 'Answer a complaint' },
    effect: 'write',
    permission: 'compliance.unit',
    http: 'POST /complaints/:id/answer',
    cli: 'compliance complaint answer',
    input: z.strictObject({
      id: Id,
      outcome: field(
        z.string().trim().min(1).max(8000),
        { 'zh-CN': '处理结果', en: 'Outcome' },
        { widget: 'textarea' },
      ),
      at: legalTime,
    }),
    output: Complaint,
  },
  listAffiliations: {
    title: { 'zh-CN': '审计机构关联', en: 'Affiliated institutions' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /affiliations',
    cli: 'compliance affiliation list',
    input: ListInput,
    output: listOutput(AffiliationRow),
  },
  stateAffiliation: {
    title: { 'zh-CN': '登记关联关系', en: 'State an affiliation' },
    description: {
      'zh-CN': '连续审计的次数按同一机构及其关联机构合并计算，以各次审计完成之日的关联关系为准。',
      en: 'Consecutive audits of an institution and its affiliates count together, by the relations of the day of each audit.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /affiliations',
    cli: 'compliance affiliation state',
    input: z.strictObject({
      organisationId,
      one: field(z.string().trim().min(1).max(200), { 'zh-CN': '机构', en: 'Institution' }),
      other: field(z.string().trim().min(1).max(200), { 'zh-CN': '关联机构', en: 'Affiliate' }),
      basis: field(z.string().trim().min(1).max(500), { 'zh-CN': '关联依据', en: 'Basis' }),
      validFrom: field(Day, { 'zh-CN': '起', en: 'From' }, { widget: 'date' }),
      validTo: field(Day.optional(), { 'zh-CN': '止', en: 'To' }, { widget: 'date' }),
    }),
    output: AffiliationRow,
  },
  endAffiliation: {
    title: { 'zh-CN': '终止关联关系', en: 'End an affiliation' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /affiliations/:id/end',
    cli: 'compliance affiliation end',
    input: z.strictObject({ id: Id, validTo: field(Day, { 'zh-CN': '止', en: 'To' }, { widget: 'date' }) }),
    output: Done,
  },
} as const;
