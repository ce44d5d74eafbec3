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
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/scheme',
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
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/compensations',
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
  answerCheck: {
    title: { 'zh-CN': '填写结论', en: 'Answer a check' },
    effect: 'write',
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/answers',
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
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/not-applicable',
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
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/units',
    input: z.strictObject({ id: Id, unit: z.string().max(100), answer: UnitAnswer }),
    output: Done,
  },
  stateRisks: {
    title: { 'zh-CN': '判定高风险', en: 'State high risks' },
    description: { 'zh-CN': '以所给清单取代原清单。', en: 'The list given replaces the one before.' },
    effect: 'write',
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/risks',
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
