/**
 * What people judge in an assessment, declared: checks, units of a score, high risks.
 * @module
 */
import { Done, field, Id } from '@hedun/sdk';
import { z } from 'zod';
import { Day, FactValues } from '../shapes.ts';
import { node, note } from './fields.ts';

const UnitAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('whole'), choice: z.enum(['met', 'partly', 'unmet']) }),
  z.strictObject({ kind: z.literal('not-applicable'), reason: z.string().trim().min(1).max(1000) }),
  z.strictObject({
    kind: z.literal('objects'),
    objects: z
      .array(z.strictObject({ id: z.string().min(1).max(100), name: z.string().min(1).max(200), facts: FactValues }))
      .max(500),
  }),
]);

export const judgementOperations = {
  chooseScheme: {
    title: { 'zh-CN': '组成密码应用方案', en: 'Compose a cryptography scheme' },
    description: {
      'zh-CN': '从参考部署库中选用；以所给清单取代原清单，缺口随即列出。',
      en: 'Chosen from the library of reference deployments; the list given replaces the one before, and the gaps are shown.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/scheme',
    cli: 'compliance assessment scheme',
    input: z.strictObject({ id: Id, deployments: z.array(z.string().max(100)).max(100) }),
    output: Done,
  },
  stateCompensations: {
    title: { 'zh-CN': '认定弥补', en: 'State compensations' },
    description: {
      'zh-CN': '以所给清单取代原清单；认定人为经办人。',
      en: 'The list given replaces the one before; the caller confirms.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/compensations',
    cli: 'compliance assessment compensations',
    input: z.strictObject({
      id: Id,
      compensations: z
        .array(
          z.strictObject({
            unit: z.string().max(100),
            object: z.string().max(100),
            giverUnit: z.string().max(100),
            giver: z.string().max(100),
            reason: z.string().trim().min(1).max(1000),
          }),
        )
        .max(500),
    }),
    output: Done,
  },
  writePaper: {
    title: { 'zh-CN': '编制工作底稿', en: 'Write a working paper' },
    description: {
      'zh-CN': '编制人为本人；修改底稿后须重新复核。',
      en: 'The caller is its preparer; a change asks for a new review.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/papers',
    cli: 'compliance assessment paper',
    input: z.strictObject({
      id: Id,
      node,
      procedure: field(
        z.string().trim().min(1).max(4000),
        { 'zh-CN': '实施的审计程序', en: 'Procedure' },
        { widget: 'textarea' },
      ),
      population: field(z.string().trim().max(1000).optional(), { 'zh-CN': '总体', en: 'Population' }),
      sample: field(
        z.string().trim().max(1000).optional(),
        { 'zh-CN': '样本', en: 'Sample' },
        { help: { 'zh-CN': '填写样本的，应写明总体', en: 'A sample needs its population' } },
      ),
      controlRunBy: field(
        z.array(z.string().trim().min(1).max(100)).max(50).default([]),
        { 'zh-CN': '该项控制的执行人', en: 'People who run the control' },
        { widget: 'tags', help: { 'zh-CN': '执行人不得作为唯一的复核人', en: 'They cannot be the only reviewers' } },
      ),
    }),
    output: Done,
  },
  reviewPaper: {
    title: { 'zh-CN': '复核工作底稿', en: 'Review a working paper' },
    description: {
      'zh-CN': '复核人为本人；编制人与控制执行人不能复核。',
      en: 'The caller is the reviewer; the preparer and those who run the control cannot be.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/papers/reviews',
    cli: 'compliance assessment review',
    input: z.strictObject({ id: Id, node }),
    output: Done,
  },
  planMeasures: {
    title: { 'zh-CN': '制定整改计划', en: 'Plan measures' },
    description: {
      'zh-CN': '以所给清单取代原清单：每一项写明措施、责任人和完成期限。',
      en: 'The list given replaces the one before: measure, responsible person and day for each item.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/measures',
    cli: 'compliance assessment plan',
    input: z.strictObject({
      id: Id,
      measures: z
        .array(
          z.strictObject({
            node: z.string().max(100),
            measure: z.string().trim().min(1).max(2000),
            responsible: z.string().trim().min(1).max(100),
            dueOn: Day,
            doneOn: Day.optional(),
          }),
        )
        .max(500),
    }),
    output: Done,
  },
  answerCheck: {
    title: { 'zh-CN': '填写结论', en: 'Answer a check' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/answers',
    cli: 'compliance assessment answer',
    input: z.strictObject({
      id: Id,
      node,
      judgement: field(
        z.enum(['conform', 'minor', 'major']),
        { 'zh-CN': '结论', en: 'Judgement' },
        {
          options: {
            conform: { 'zh-CN': '符合', en: 'Conforms' },
            minor: { 'zh-CN': '一般不符合', en: 'Minor' },
            major: { 'zh-CN': '严重不符合', en: 'Major' },
          },
        },
      ),
      standing: field(
        z.enum(['claimed', 'verified']).default('claimed'),
        { 'zh-CN': '依据', en: 'Standing' },
        { options: { claimed: { 'zh-CN': '自述', en: 'Claimed' }, verified: { 'zh-CN': '已核实', en: 'Verified' } } },
      ),
      evidenceIds: field(
        z.array(Id).max(50).default([]),
        { 'zh-CN': '证据', en: 'Evidence' },
        {
          widget: 'file',
          help: { 'zh-CN': '没有有效证据的「符合」不作数', en: 'A “conforms” without valid evidence does not count' },
        },
      ),
      effectiveFrom: field(
        Day.optional(),
        { 'zh-CN': '证据有效期起', en: 'Evidence valid from' },
        { widget: 'date', help: { 'zh-CN': '不填则为今天', en: 'Today when left out' } },
      ),
      effectiveTo: field(Day.optional(), { 'zh-CN': '证据有效期止', en: 'Evidence valid to' }, { widget: 'date' }),
      note,
    }),
    output: Done,
  },
  declareNotApplicable: {
    title: { 'zh-CN': '认定不适用', en: 'Declare not applicable' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/not-applicable',
    cli: 'compliance assessment not-applicable',
    input: z.strictObject({
      id: Id,
      node,
      reason: field(z.string().trim().min(1).max(2000), { 'zh-CN': '理由', en: 'Reason' }, { widget: 'textarea' }),
    }),
    output: Done,
  },
  judgeUnit: {
    title: { 'zh-CN': '判定测评单元', en: 'Judge a unit' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/units',
    cli: 'compliance assessment unit',
    input: z.strictObject({ id: Id, unit: z.string().max(100), answer: UnitAnswer }),
    output: Done,
  },
  stateRisks: {
    title: { 'zh-CN': '判定高风险', en: 'State high risks' },
    description: { 'zh-CN': '以所给清单取代原清单。', en: 'The list given replaces the one before.' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/risks',
    cli: 'compliance assessment risks',
    input: z.strictObject({
      id: Id,
      risks: z
        .array(
          z.strictObject({
            risk: z.string().max(100),
            unit: z.string().max(100),
            object: z.string().max(100).optional(),
            description: z.string().trim().min(1).max(1000),
            /** Name of the listed mitigation and its evidence; who confirmed it is the caller. */
            mitigation: z.strictObject({ id: z.string().max(100), evidence: z.array(Id).max(50) }).optional(),
          }),
        )
        .max(500),
    }),
    output: Done,
  },
} as const;
